# The cluster everything goes to, and how to speak with it.

data "aws_eks_cluster" "this" {
  name = var.cluster_name
}

data "aws_eks_cluster_auth" "this" {
  name = var.cluster_name
}

data "aws_region" "current" {}

data "aws_partition" "current" {}

locals {
  issuer = data.aws_eks_cluster.this.identity[0].oidc[0].issuer
  ca     = base64decode(data.aws_eks_cluster.this.certificate_authority[0].data)
}

provider "aws" {
  region = var.region

  default_tags {
    tags = var.tags
  }
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.this.endpoint
  cluster_ca_certificate = local.ca
  token                  = data.aws_eks_cluster_auth.this.token
}

provider "helm" {
  kubernetes = {
    host                   = data.aws_eks_cluster.this.endpoint
    cluster_ca_certificate = local.ca
    token                  = data.aws_eks_cluster_auth.this.token
  }
}
