terraform {
  required_providers {
    dbtcloud = { source = "dbt-labs/dbtcloud" }
  }
}

variable "host_url" { type = string }
variable "token" {
  type      = string
  sensitive = true
}
variable "account" { type = number }
# Every case applies with one word, then with another.
variable "word" { type = string }

provider "dbtcloud" {
  account_id = var.account
  token      = var.token
  host_url   = var.host_url
}
