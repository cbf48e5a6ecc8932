resource "dbtcloud_global_connection" "it" {
  name = "connection-synapse ${var.word}"
  synapse = {
    host     = "h.example.com"
    database = "db_${var.word}"
  }
}
