resource "dbtcloud_project" "it" {
  name = "terraform"
}

resource "dbtcloud_service_token" "it" {
  name = "token ${var.word}"
  service_token_permissions {
    permission_set = "git_admin"
    all_projects   = true
  }
  service_token_permissions {
    permission_set = "job_admin"
    all_projects   = false
    project_id     = dbtcloud_project.it.id
  }
  service_token_permissions {
    permission_set                  = "developer"
    all_projects                    = true
    writable_environment_categories = var.word == "two" ? ["development"] : ["development", "staging"]
  }
}
