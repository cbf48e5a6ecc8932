resource "dbtcloud_project" "it" {
  name = "terraform"
}

resource "dbtcloud_environment" "it" {
  project_id  = dbtcloud_project.it.id
  name        = "Production"
  type        = "deployment"
  dbt_version = "latest"
}

resource "dbtcloud_job" "it" {
  project_id     = dbtcloud_project.it.id
  environment_id = dbtcloud_environment.it.environment_id
  name           = "job"
  execute_steps  = ["dbt build"]
  triggers       = { github_webhook = false, git_provider_webhook = false, schedule = false, on_merge = false }
}

resource "dbtcloud_environment_variable" "it" {
  project_id         = dbtcloud_project.it.id
  name               = "DBT_IT"
  environment_values = { project = var.word, Production = "production ${var.word}" }
  depends_on         = [dbtcloud_environment.it]
}

resource "dbtcloud_environment_variable_job_override" "it" {
  project_id        = dbtcloud_project.it.id
  job_definition_id = dbtcloud_job.it.id
  name              = dbtcloud_environment_variable.it.name
  raw_value         = "override ${var.word}"
}
