resource "dbtcloud_global_connection" "it" {
  name = "connection-redshift ${var.word}"
  redshift = {
    hostname = "localhost"
    dbname   = "db_${var.word}"
    port     = 5439
  }
}
