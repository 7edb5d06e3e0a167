provider "aws" {
  region = "eu-central-1"
}

data "aws_vpc" "network" {
  default = true
}

data "aws_lb" "front" {
  name = "NAME"
}

data "aws_lb_listener" "front" {
  load_balancer_arn = data.aws_lb.front.arn
  port              = 80
}

resource "aws_lb_target_group" "logs" {
  name        = "NAME"
  port        = 3100
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = data.aws_vpc.network.id
}

resource "aws_lb_listener_rule" "logs" {
  listener_arn = data.aws_lb_listener.front.arn
  priority     = 10

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.logs.arn
  }

  condition {
    host_header {
      values = ["logs.example.com"]
    }
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket"]
    resources = ["arn:aws:s3:::NAME"]
  }

  statement {
    sid       = "Objects"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["arn:aws:s3:::NAME/*"]
  }
}

resource "aws_iam_policy" "logs" {
  name   = "NAME"
  policy = data.aws_iam_policy_document.logs.json
}

resource "aws_iam_role" "logs" {
  name               = "NAME"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.logs.name
  policy_arn = aws_iam_policy.logs.arn
}

resource "aws_s3_bucket" "logs" {
  bucket = "NAME"
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    id     = "past-retention"
    status = "Enabled"

    filter {
      prefix = "fake/"
    }

    expiration {
      days = 37
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyEncrypted"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = "arn:aws:s3:::NAME/*"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
