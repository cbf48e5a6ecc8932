resource "dbtcloud_project" "it" {
  name        = "terraform"
  description = var.word
}

resource "dbtcloud_repository" "it" {
  project_id         = dbtcloud_project.it.id
  remote_url         = "git@example.com:shop/dbt.git"
  git_clone_strategy = "deploy_key"
}

resource "dbtcloud_project_repository" "it" {
  project_id    = dbtcloud_project.it.id
  repository_id = dbtcloud_repository.it.repository_id
}

resource "dbtcloud_global_connection" "it" {
  name     = "terraform"
  postgres = { hostname = "localhost", dbname = "db" }
}

resource "dbtcloud_postgres_credential" "it" {
  project_id     = dbtcloud_project.it.id
  type           = "postgres"
  default_schema = "schema_${var.word}"
  username       = "user"
  password       = "password"
  num_threads    = 8
  is_active      = true
}

resource "dbtcloud_environment" "it" {
  project_id      = dbtcloud_project.it.id
  name            = "Production"
  type            = "deployment"
  deployment_type = "production"
  dbt_version     = "latest"
  credential_id   = dbtcloud_postgres_credential.it.credential_id
  connection_id   = dbtcloud_global_connection.it.id
}

resource "dbtcloud_job" "it" {
  project_id     = dbtcloud_project.it.id
  environment_id = dbtcloud_environment.it.environment_id
  name           = "job ${var.word}"
  execute_steps  = ["dbt build --select tag:${var.word}"]
  triggers       = { github_webhook = false, git_provider_webhook = false, schedule = true, on_merge = false }
  num_threads    = 4
  schedule_days  = [1, 2, 3, 4, 5]
  schedule_type  = "days_of_week"
  schedule_hours = [6]
}

resource "dbtcloud_job" "after" {
  project_id     = dbtcloud_project.it.id
  environment_id = dbtcloud_environment.it.environment_id
  name           = "after"
  execute_steps  = ["dbt test"]
  generate_docs  = var.word == "two"
  triggers       = { github_webhook = false, git_provider_webhook = false, schedule = false, on_merge = false }
  job_completion_trigger_condition {
    job_id     = dbtcloud_job.it.id
    project_id = dbtcloud_project.it.id
    statuses   = ["success"]
  }
}
