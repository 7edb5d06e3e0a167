output "grafana_url" {
  description = "Where Grafana is, from outside if a listener's rule leads to it."
  value       = var.grafana_host == null ? "http://${local.grafana_service}.${var.namespace}.svc" : "https://${var.grafana_host}"
}

output "grafana_admin_password" {
  description = "How to read the password of Grafana's user `admin`."
  value       = "kubectl get secret ${local.grafana_service} --namespace ${var.namespace} --output jsonpath='{.data.admin-password}' | base64 --decode"
}

output "bucket" {
  description = "Where logs are kept."
  value       = aws_s3_bucket.logs.id
}

output "role_arn" {
  description = "The role of Loki's service account."
  value       = aws_iam_role.loki.arn
}

output "target_group_arn" {
  description = "The target group Grafana's pods are registered with."
  value       = one(aws_lb_target_group.grafana[*].arn)
}
