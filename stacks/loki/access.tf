# Who may touch the bucket: the pods of one service account, through a role
# that trusts the cluster's identity provider for exactly that account.

data "aws_iam_policy_document" "bucket" {
  statement {
    sid       = "ListBucket"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.logs.arn]
  }

  statement {
    sid       = "Objects"
    actions   = ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"]
    resources = ["${aws_s3_bucket.logs.arn}/*"]
  }
}

resource "aws_iam_policy" "bucket" {
  name        = "${var.name_prefix}-s3"
  description = "Loki's logs in ${var.bucket_name}"
  policy      = data.aws_iam_policy_document.bucket.json

  lifecycle {
    # Both stay as they are: one that is adopted would have to be replaced.
    ignore_changes = [description, path]
  }
}

locals {
  manages_provider = var.oidc_provider != "use"
  provider_arn     = local.manages_provider ? aws_iam_openid_connect_provider.cluster[0].arn : data.aws_iam_openid_connect_provider.cluster[0].arn
  issuer_path      = trimprefix(local.issuer, "https://")
}

data "aws_iam_openid_connect_provider" "cluster" {
  count = local.manages_provider ? 0 : 1
  url   = local.issuer
}

resource "aws_iam_openid_connect_provider" "cluster" {
  count          = local.manages_provider ? 1 : 0
  url            = local.issuer
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer_path}:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer_path}:sub"
      values   = ["system:serviceaccount:${var.namespace}:${var.service_account}"]
    }
  }
}

resource "aws_iam_role" "loki" {
  name               = "${var.name_prefix}-s3"
  description        = "Loki in ${var.cluster_name}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "loki" {
  role       = aws_iam_role.loki.name
  policy_arn = aws_iam_policy.bucket.arn
}
