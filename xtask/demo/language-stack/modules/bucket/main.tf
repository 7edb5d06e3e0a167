variable "name" {
  type = string
}

variable "days" {
  type     = number
  nullable = false
}

resource "terraform_data" "bucket" {
  input = {
    name      = var.name
    lifecycle = { days = var.days }
  }
}

output "name" {
  value = terraform_data.bucket.output.name
}

output "arn" {
  value = "arn:aws:s3:::${var.name}"
}
