resource "dbtcloud_global_connection" "it" {
  name = "connection-bigquery ${var.word}"
  bigquery = {
    gcp_project_id              = "project-${var.word}"
    timeout_seconds             = 1000
    private_key_id              = "key-id"
    private_key                 = "key"
    client_email                = "someone@example.com"
    client_id                   = "client"
    auth_uri                    = "auth"
    token_uri                   = "token"
    auth_provider_x509_cert_url = "provider"
    client_x509_cert_url        = "cert"
    location                    = var.word == "two" ? "EU" : null
  }
}
