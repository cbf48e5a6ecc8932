resource "dbtcloud_global_connection" "it" {
  name = "connection-databricks ${var.word}"
  databricks = {
    host          = "h.example.com"
    http_path     = "/sql/${var.word}"
    catalog       = var.word == "two" ? "catalog" : null
    client_id     = "client"
    client_secret = "secret"
  }
}
