variable "cluster" {
  type        = string
  description = "The cluster whose logs are kept."
  default     = "demo"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.cluster))
    error_message = "A cluster's name has lower-case letters, digits and dashes."
  }
}

variable "retention" {
  type        = map(number)
  description = "Days to keep logs, by stage."
  default     = { dev = 3, prod = 30 }
}

locals {
  stages          = sort(keys(var.retention))
  service_account = "system:serviceaccount:monitoring:loki"
}

module "bucket" {
  source   = "./modules/bucket"
  for_each = var.retention

  name = "${var.cluster}-${each.key}-logs"
  days = each.value
}

resource "terraform_data" "policy" {
  for_each = module.bucket

  input = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = each.value.arn
      },
      {
        Effect   = "Allow"
        Action   = [for verb in ["Get", "Put", "Delete"] : "s3:${verb}Object"]
        Resource = "${each.value.arn}/*"
      },
    ]
  })
}

resource "terraform_data" "role" {
  input = {
    name     = "${var.cluster}-loki"
    subject  = local.service_account
    policies = [for policy in terraform_data.policy : policy.output]
  }
}

output "buckets" {
  description = "The names of the buckets, by stage."
  value       = { for stage, bucket in module.bucket : stage => bucket.name }
}
