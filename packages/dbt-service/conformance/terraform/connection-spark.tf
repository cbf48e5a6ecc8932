resource "dbtcloud_global_connection" "it" {
  name = "connection-spark ${var.word}"
  apache_spark = {
    method  = "http"
    host    = "h.example.com"
    cluster = "cluster-${var.word}"
  }
}
