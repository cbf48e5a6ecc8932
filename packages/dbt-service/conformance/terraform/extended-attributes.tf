resource "dbtcloud_project" "it" {
  name = "terraform"
}

resource "dbtcloud_extended_attributes" "it" {
  project_id = dbtcloud_project.it.id
  extended_attributes = jsonencode({
    type            = "postgres"
    password        = "secret-${var.word}"
    my_nested_field = { zebra = 1, apple = [1, 2, { token = "x" }] }
  })
}

resource "dbtcloud_environment" "it" {
  project_id             = dbtcloud_project.it.id
  name                   = "Production"
  type                   = "deployment"
  dbt_version            = "latest"
  extended_attributes_id = dbtcloud_extended_attributes.it.extended_attributes_id
}
