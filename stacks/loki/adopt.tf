# What is there already is taken over instead of made.

import {
  for_each = var.adopt_bucket ? toset([var.bucket_name]) : toset([])
  to       = aws_s3_bucket.logs
  id       = each.value
}

import {
  for_each = var.adopt_policy_arn == null ? toset([]) : toset([var.adopt_policy_arn])
  to       = aws_iam_policy.bucket
  id       = each.value
}

import {
  for_each = var.oidc_provider == "adopt" ? toset([local.issuer]) : toset([])
  to       = aws_iam_openid_connect_provider.cluster[0]
  id       = "arn:${data.aws_partition.current.partition}:iam::${split(":", data.aws_eks_cluster.this.arn)[4]}:oidc-provider/${trimprefix(each.value, "https://")}"
}

import {
  for_each = var.namespace_mode == "adopt" ? toset([var.namespace]) : toset([])
  to       = kubernetes_namespace_v1.this[0]
  id       = each.value
}
