resource "dbtcloud_global_connection" "it" {
  name = "connection-starburst ${var.word}"
  starburst = {
    host = "${var.word}.example.com"
  }
}
