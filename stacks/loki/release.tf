# Loki, Promtail and Grafana.

resource "kubernetes_namespace_v1" "this" {
  count = var.namespace_mode == "use" ? 0 : 1

  metadata {
    name = var.namespace
  }
}

locals {
  # Pods go to nodes with these labels, and nowhere else.
  anywhere = length(var.node_selector) == 0
  placement = { for key, value in {
    nodeSelector = var.node_selector
    affinity = {
      nodeAffinity = {
        requiredDuringSchedulingIgnoredDuringExecution = {
          nodeSelectorTerms = [{
            matchExpressions = [for key, value in var.node_selector : {
              key      = key
              operator = "In"
              values   = [value]
            }]
          }]
        }
      }
    }
  } : key => value if !local.anywhere }

  volume_class = var.storage.class == null ? {} : { storageClassName = var.storage.class }

  loki = merge(local.placement, {
    serviceAccount = {
      create      = true
      name        = var.service_account
      annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.loki.arn }
    }

    persistence = merge(local.volume_class, { enabled = true, size = var.storage.loki })

    # Everything below `config` is Loki's own configuration file. The chart reads
    # it from nowhere else: keys such as `loki.compactor` are ignored in silence.
    config = {
      schema_config = {
        configs = [{
          from         = var.schema_from
          store        = "tsdb"
          object_store = "s3"
          # Loki 2.6.1 knows v10 to v12; v13 came with 2.9.
          schema = "v12"
          index  = { prefix = "loki_index_", period = "24h" }
        }]
      }

      storage_config = {
        aws = {
          region           = data.aws_region.current.name
          bucketnames      = aws_s3_bucket.logs.id
          s3forcepathstyle = false
        }
        tsdb_shipper = {
          shared_store           = "s3"
          active_index_directory = "/data/tsdb-index"
          cache_location         = "/data/tsdb-cache"
        }
        # The chart's defaults, which would stay beside the above.
        boltdb_shipper = null
        filesystem     = null
      }

      # Retention is the compactor's work. `delete_request_store` is not for
      # Loki 2.6.1: it would refuse to start.
      compactor = {
        shared_store                  = "s3"
        working_directory             = "/data/retention"
        compaction_interval           = "5m"
        retention_enabled             = true
        retention_delete_delay        = "2h"
        retention_delete_worker_count = 150
      }

      limits_config = { retention_period = "${var.retention_days * 24}h" }
    }
  })

  grafana = merge(local.placement, {
    enabled       = true
    image         = { tag = var.grafana_image_tag }
    persistence   = merge(local.volume_class, { enabled = true, size = var.storage.grafana })
    "grafana.ini" = { users = { default_theme = var.grafana_theme } }
  })
}

resource "helm_release" "loki" {
  name       = var.release_name
  namespace  = var.namespace
  repository = var.chart_repository
  chart      = var.chart
  version    = var.chart_version
  timeout    = var.timeout

  values = concat([yamlencode({ loki = local.loki, grafana = local.grafana })], var.values)

  depends_on = [
    kubernetes_namespace_v1.this,
    aws_iam_role_policy_attachment.loki,
    aws_s3_bucket_public_access_block.logs,
    aws_s3_bucket_server_side_encryption_configuration.logs,
  ]
}
