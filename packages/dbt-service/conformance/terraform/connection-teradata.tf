resource "dbtcloud_global_connection" "it" {
  name = "connection-teradata ${var.word}"
  teradata = {
    host  = "${var.word}.example.com"
    tmode = "ANSI"
  }
}
