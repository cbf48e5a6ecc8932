resource "dbtcloud_global_connection" "it" {
  name = "connection-snowflake ${var.word}"
  snowflake = {
    account             = "account"
    database            = "db_${var.word}"
    warehouse           = "warehouse"
    role                = var.word == "two" ? "role" : null
    oauth_client_id     = "client"
    oauth_client_secret = "secret"
  }
}
