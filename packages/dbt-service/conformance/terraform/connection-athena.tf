resource "dbtcloud_global_connection" "it" {
  name = "connection-athena ${var.word}"
  athena = {
    region_name    = "us-east-1"
    database       = "db_${var.word}"
    s3_staging_dir = "s3://bucket/"
  }
}
