provider "aws" {
  region = "eu-central-1"

  default_tags {
    tags = {
      owner = "platform"
    }
  }
}

data "aws_vpc" "network" {
  default = true
}

data "aws_subnets" "network" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.network.id]
  }
}

data "aws_caller_identity" "me" {}

data "aws_iam_policy_document" "read" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = ["arn:aws:s3:::taken-over", "arn:aws:s3:::taken-over/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = [data.aws_caller_identity.me.account_id]
    }
  }
}

resource "aws_iam_policy" "read" {
  name        = "taken-over-read"
  path        = "/apps/"
  description = "of a test"
  policy      = data.aws_iam_policy_document.read.json
  tags = {
    team = "storage"
  }
}

# Not in the order in which AWS or Terraform would write it.
resource "aws_iam_policy" "write" {
  name_prefix = "taken-over-write-"
  policy      = <<-EOT
    {
      "Statement": {
        "Resource": ["*"],
        "Action": ["s3:PutObject", "s3:DeleteObject"],
        "Effect": "Allow"
      },
      "Version": "2012-10-17"
    }
  EOT
}

resource "aws_iam_role" "plain" {
  name = "taken-over-plain"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = ["pods.eks.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_role" "full" {
  name_prefix           = "taken-over-full-"
  path                  = "/apps/"
  description           = "of a test"
  max_session_duration  = 7200
  force_detach_policies = true
  permissions_boundary  = aws_iam_policy.read.arn
  assume_role_policy = jsonencode({
    Statement = {
      Principal = { AWS = "123456789012" }
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Condition = { Bool = { "aws:MultiFactorAuthPresent" = true } }
    }
    Version = "2012-10-17"
  })
  tags = {
    team  = "storage"
    owner = "storage"
  }
}

resource "aws_iam_role" "exclusive" {
  name                = "taken-over-exclusive"
  managed_policy_arns = [aws_iam_policy.write.arn]
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.issuer.arn }
      Condition = {
        StringEquals = { "issuer.example.com/taken-over:sub" = "system:serviceaccount:loki:loki" }
      }
    }]
  })

  inline_policy {
    name = "list"
    policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" }]
    })
  }
}

resource "aws_iam_role_policy" "named" {
  name = "taken-over-named"
  role = aws_iam_role.plain.id
  policy = jsonencode({
    Statement = [{ Action = ["s3:GetObject"], Effect = "Allow", Resource = "arn:aws:s3:::taken-over/*", Sid = "Get" }]
    Version   = "2012-10-17"
  })
}

resource "aws_iam_role_policy" "prefixed" {
  name_prefix = "taken-over-"
  role        = aws_iam_role.plain.name
  policy      = data.aws_iam_policy_document.read.minified_json
}

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.plain.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_openid_connect_provider" "issuer" {
  url             = "https://issuer.example.com/taken-over"
  client_id_list  = ["sts.amazonaws.com", "other"]
  thumbprint_list = ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]
}

resource "aws_iam_instance_profile" "node" {
  name = "taken-over-node"
  role = aws_iam_role.plain.name
  tags = {
    team = "storage"
  }
}

resource "aws_iam_instance_profile" "empty" {
  name_prefix = "taken-over-"
  path        = "/apps/"
}

resource "aws_eks_pod_identity_association" "loki" {
  cluster_name    = "sandbox"
  namespace       = "taken-over"
  service_account = "loki"
  role_arn        = aws_iam_role.plain.arn
}

resource "aws_s3_bucket" "logs" {
  bucket = "taken-over"
  tags = {
    team = "storage"
  }
}

resource "aws_s3_bucket" "prefixed" {
  bucket_prefix = "taken-over-"
  force_destroy = true
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
    id     = "all"
    status = "Enabled"

    filter {}

    expiration {
      days = 365
    }
  }

  rule {
    id     = "prefix"
    status = "Enabled"

    filter {
      prefix = "tmp/"
    }

    transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
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
      Resource  = ["arn:aws:s3:::taken-over/*", "arn:aws:s3:::taken-over"]
      Condition = { Bool = { "aws:SecureTransport" = false } }
    }]
  })
}

resource "aws_security_group" "inline" {
  name   = "taken-over-inline"
  vpc_id = data.aws_vpc.network.id

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "bare" {
  name_prefix = "taken-over-"
  description = "of a test"
  vpc_id      = data.aws_vpc.network.id
}

resource "aws_security_group_rule" "old" {
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["10.1.0.0/16"]
  security_group_id = aws_security_group.bare.id
}

resource "aws_vpc_security_group_ingress_rule" "in" {
  security_group_id = aws_security_group.bare.id
  ip_protocol       = "tcp"
  from_port         = 8080
  to_port           = 8081
  cidr_ipv4         = "10.2.0.0/16"
  description       = "of a test"
}

resource "aws_vpc_security_group_egress_rule" "out" {
  security_group_id            = aws_security_group.bare.id
  ip_protocol                  = "-1"
  referenced_security_group_id = aws_security_group.inline.id
}

resource "aws_lb" "front" {
  name            = "taken-over"
  internal        = true
  subnets         = slice(sort(data.aws_subnets.network.ids), 0, 2)
  security_groups = [aws_security_group.inline.id]
}

resource "aws_lb" "network" {
  name               = "taken-over-network"
  internal           = true
  load_balancer_type = "network"
  subnets            = slice(sort(data.aws_subnets.network.ids), 0, 2)
}

resource "aws_lb_target_group" "logs" {
  name        = "taken-over"
  port        = 3100
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = data.aws_vpc.network.id

  health_check {
    path    = "/ready"
    matcher = "200-299"
  }
}

resource "aws_lb_target_group" "stream" {
  name     = "taken-over-stream"
  port     = 80
  protocol = "TCP"
  vpc_id   = data.aws_vpc.network.id
}

resource "aws_lb_target_group" "function" {
  name        = "taken-over-function"
  target_type = "lambda"
}

resource "aws_lb_target_group_attachment" "logs" {
  target_group_arn = aws_lb_target_group.logs.arn
  target_id        = "172.31.0.9"
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.front.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.front.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = "arn:aws:iam::123456789012:server-certificate/taken-over"

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "no"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener" "stream" {
  load_balancer_arn = aws_lb.network.arn
  port              = 80
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.stream.arn
  }
}

resource "aws_lb_listener_rule" "logs" {
  listener_arn = aws_lb_listener.http.arn
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

  condition {
    path_pattern {
      values = ["/loki/*", "/ready"]
    }
  }
}
