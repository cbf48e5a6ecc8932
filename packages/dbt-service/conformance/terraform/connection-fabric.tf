resource "dbtcloud_global_connection" "it" {
  name = "connection-fabric ${var.word}"
  fabric = {
    server   = "h.example.com"
    database = "db_${var.word}"
  }
}
