# The way to Grafana: a target group that health-checks it, a rule of a load
# balancer that exists, and the binding of Grafana's service to the target group.

locals {
  grafana_service = "${var.release_name}-grafana"
}

resource "aws_lb_target_group" "grafana" {
  count       = var.expose ? 1 : 0
  name        = "${var.name_prefix}-grafana"
  target_type = "ip"
  protocol    = "HTTP"
  port        = 3000
  vpc_id      = data.aws_eks_cluster.this.vpc_config[0].vpc_id

  health_check {
    path    = "/api/health"
    matcher = "200"
  }
}

resource "aws_lb_listener_rule" "grafana" {
  count        = var.expose && var.listener_arn != null ? 1 : 0
  listener_arn = var.listener_arn
  priority     = var.listener_priority

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.grafana[0].arn
  }

  condition {
    host_header {
      values = [var.grafana_host]
    }
  }
}

resource "kubernetes_manifest" "grafana_binding" {
  count = var.expose ? 1 : 0

  manifest = {
    apiVersion = "elbv2.k8s.aws/v1beta1"
    kind       = "TargetGroupBinding"
    metadata = {
      name      = "grafana-tgb"
      namespace = var.namespace
    }
    spec = merge(
      {
        serviceRef     = { name = local.grafana_service, port = 80 }
        targetGroupARN = aws_lb_target_group.grafana[0].arn
        targetType     = "ip"
        vpcID          = data.aws_eks_cluster.this.vpc_config[0].vpc_id
      },
      var.load_balancer_security_group_id == null ? {} : {
        networking = {
          ingress = [{
            from  = [{ securityGroup = { groupID = var.load_balancer_security_group_id } }]
            ports = [{ protocol = "TCP", port = 3000 }]
          }]
        }
      },
    )
  }

  depends_on = [helm_release.loki]
}
