resource "dbtcloud_project" "it" {
  name = "terraform"
}

resource "dbtcloud_snowflake_credential" "it" {
  project_id  = dbtcloud_project.it.id
  auth_type   = "password"
  num_threads = 16
  schema      = "schema_${var.word}"
  user        = "user"
  password    = "password"
}

resource "dbtcloud_bigquery_credential" "it" {
  project_id  = dbtcloud_project.it.id
  dataset     = "dataset_${var.word}"
  num_threads = 16
}

resource "dbtcloud_databricks_credential" "it" {
  project_id   = dbtcloud_project.it.id
  token        = "token"
  schema       = "schema_${var.word}"
  catalog      = "catalog"
  adapter_type = "databricks"
}

resource "dbtcloud_redshift_credential" "it" {
  project_id     = dbtcloud_project.it.id
  default_schema = "schema_${var.word}"
  username       = "user"
  password       = "password"
  num_threads    = 16
  is_active      = true
}
