resource "dbtcloud_global_connection" "it" {
  name = "connection-postgres ${var.word}"
  postgres = {
    hostname = "localhost"
    dbname   = "db_${var.word}"
  }
}
