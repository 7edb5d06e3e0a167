provider "aws" {
  region = "eu-central-1"
}

data "aws_caller_identity" "me" {}

data "aws_partition" "here" {}

data "aws_region" "here" {}

data "aws_availability_zones" "here" {
  state = "available"
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

data "aws_ssm_parameter" "name" {
  name = "/aws/service/global-infrastructure/regions/eu-central-1/longName"
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

data "aws_iam_policy_document" "reads" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:${data.aws_partition.here.partition}:s3:::data-sources/*"]
  }
}

resource "aws_iam_policy" "made" {
  name   = "data-sources"
  path   = "/apps/"
  policy = data.aws_iam_policy_document.reads.json
}

resource "aws_iam_role" "made" {
  name               = "data-sources"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_openid_connect_provider" "made" {
  url             = "https://issuer.example.com/data-sources"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]
}

resource "aws_lb" "made" {
  name     = "data-sources"
  internal = true
  subnets  = slice(sort(data.aws_subnets.network.ids), 0, 2)
}

resource "aws_lb_target_group" "made" {
  name     = "data-sources"
  port     = 80
  protocol = "HTTP"
  vpc_id   = data.aws_vpc.network.id
}

resource "aws_lb_listener" "made" {
  load_balancer_arn = aws_lb.made.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.made.arn
  }
}

resource "aws_s3_bucket" "made" {
  bucket = "data-sources"
}

data "aws_iam_policy" "found" {
  arn = aws_iam_policy.made.arn
}

data "aws_iam_role" "found" {
  name = aws_iam_role.made.name
}

data "aws_iam_openid_connect_provider" "found" {
  arn = aws_iam_openid_connect_provider.made.arn
}

data "aws_lb" "found" {
  arn = aws_lb.made.arn
}

data "aws_lb_target_group" "found" {
  arn = aws_lb_target_group.made.arn
}

data "aws_lb_listener" "found" {
  arn = aws_lb_listener.made.arn
}

data "aws_s3_bucket" "found" {
  bucket = aws_s3_bucket.made.bucket
}

output "account" {
  value = {
    id        = data.aws_caller_identity.me.account_id
    partition = data.aws_partition.here.partition
    region    = data.aws_region.here.name
    zones     = data.aws_availability_zones.here.names
    subnets   = length(data.aws_subnets.network.ids)
    parameter = nonsensitive(data.aws_ssm_parameter.name.value)
  }
}

output "found" {
  value = {
    policy      = { name = data.aws_iam_policy.found.name, path = data.aws_iam_policy.found.path }
    says        = jsondecode(data.aws_iam_policy.found.policy).Statement
    role        = data.aws_iam_role.found.arn
    trust       = jsondecode(data.aws_iam_role.found.assume_role_policy).Statement
    provider    = data.aws_iam_openid_connect_provider.found.url
    clients     = data.aws_iam_openid_connect_provider.found.client_id_list
    balancer    = { name = data.aws_lb.found.name, internal = data.aws_lb.found.internal }
    group       = { name = data.aws_lb_target_group.found.name, port = data.aws_lb_target_group.found.port }
    listener    = { port = data.aws_lb_listener.found.port, protocol = data.aws_lb_listener.found.protocol }
    bucket      = { arn = data.aws_s3_bucket.found.arn, region = data.aws_s3_bucket.found.region }
    same_as_set = aws_lb.made.dns_name == data.aws_lb.found.dns_name
  }
}
