# --- the cluster ---

variable "cluster_name" {
  description = "Name of the EKS cluster."
  type        = string

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$", var.cluster_name))
    error_message = "A cluster's name has 1 to 100 letters, digits, hyphens and underscores and begins with a letter or digit."
  }
}

variable "region" {
  description = "Region of the cluster, the bucket and the target group. Null takes it from the environment."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of everything made in AWS."
  type        = map(string)
  default     = { stack = "loki" }
}

variable "oidc_provider" {
  description = "The cluster's identity provider in IAM: \"use\" one that is there (most clusters have it), \"create\" it, or \"adopt\" it into this stack, which then also deletes it."
  type        = string
  default     = "use"

  validation {
    condition     = contains(["use", "create", "adopt"], var.oidc_provider)
    error_message = "One of \"use\", \"create\" and \"adopt\"."
  }
}

# --- where logs are kept ---

variable "bucket_name" {
  description = "Name of the bucket for logs; names are unique in all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-z][0-9a-z.-]{1,61}[0-9a-z]$", var.bucket_name))
    error_message = "A bucket's name has 3 to 63 lower-case letters, digits, hyphens and dots and begins and ends with a letter or digit."
  }
}

variable "adopt_bucket" {
  description = "The bucket is there already and is taken over; its settings become this stack's."
  type        = bool
  default     = false
}

variable "bucket_force_destroy" {
  description = "Destroying the stack also deletes the logs in the bucket. Otherwise a bucket with logs in it stays, and destroying fails."
  type        = bool
  default     = false
}

variable "retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.retention_days >= 1 && floor(var.retention_days) == var.retention_days
    error_message = "A whole number of days, 1 or more: Loki keeps logs for at least 24 hours."
  }
}

variable "schema_from" {
  description = "The day from which logs are written with this stack's schema. For a new bucket any day in the past; never change it afterwards."
  type        = string
  default     = "2024-07-31"

  validation {
    condition     = can(formatdate("YYYY-MM-DD", "${var.schema_from}T00:00:00Z"))
    error_message = "A date like 2024-07-31."
  }
}

# --- who may read and write them ---

variable "name_prefix" {
  description = "What the names of policy, role and target group begin with."
  type        = string
  default     = "loki"

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z-]{0,19}$", var.name_prefix))
    error_message = "1 to 20 letters, digits and hyphens, beginning with a letter or digit: a target group's name has 32 at most."
  }
}

variable "adopt_policy_arn" {
  description = "ARN of an existing policy to take over. Its name has to be NAME_PREFIX-s3."
  type        = string
  default     = null
}

variable "service_account" {
  description = "Name of the service account Loki runs as; the only one that may assume the role."
  type        = string
  default     = "loki-sa"
}

# --- the release ---

variable "namespace" {
  description = "Namespace of everything in the cluster."
  type        = string
  default     = "monitoring"
}

variable "namespace_mode" {
  description = "The namespace: \"create\" it, \"use\" one that somebody else manages, or \"adopt\" it into this stack, which then also deletes it."
  type        = string
  default     = "create"

  validation {
    condition     = contains(["create", "use", "adopt"], var.namespace_mode)
    error_message = "One of \"create\", \"use\" and \"adopt\"."
  }
}

variable "release_name" {
  description = "Name of the Helm release; Grafana's service is called NAME-grafana."
  type        = string
  default     = "loki"
}

variable "chart" {
  description = "Name of the chart in the repository, or the path of a folder or archive."
  type        = string
  default     = "loki-stack"
}

variable "chart_repository" {
  description = "Repository of the chart; null if `chart` is a path."
  type        = string
  default     = "https://grafana.github.io/helm-charts"
}

variable "chart_version" {
  description = "Version of the chart; null if `chart` is a path."
  type        = string
  default     = "2.10.2"
}

variable "grafana_image_tag" {
  description = "Version of Grafana. From 10.3 on its log volume panel fails with the Loki 2.6.1 of this chart, and the chart's own default is 10.3.3."
  type        = string
  default     = "10.2.5"
}

variable "grafana_theme" {
  description = "Theme of Grafana for those who have not chosen one."
  type        = string
  default     = "dark"

  validation {
    condition     = contains(["dark", "light", "system"], var.grafana_theme)
    error_message = "One of \"dark\", \"light\" and \"system\"."
  }
}

variable "node_selector" {
  description = "Labels of the nodes Loki and Grafana run on; empty for any node. Promtail runs on all."
  type        = map(string)
  default     = {}
}

variable "storage" {
  description = "Volumes: of Loki for its write-ahead log, index and compaction, of Grafana for its database. A null class is the cluster's default."
  type = object({
    loki    = optional(string, "10Gi")
    grafana = optional(string, "10Gi")
    class   = optional(string)
  })
  default = {}
}

variable "values" {
  description = "Further values for the chart, each a YAML text; later ones win."
  type        = list(string)
  default     = []
}

variable "timeout" {
  description = "Seconds until pods have to be ready."
  type        = number
  default     = 600
}

# --- the way to Grafana ---

variable "expose" {
  description = "Make a target group and bind Grafana's service to it. Needs the AWS Load Balancer Controller in the cluster."
  type        = bool
  default     = true
}

variable "listener_arn" {
  description = "Listener of an existing load balancer that is to forward to Grafana; null for none."
  type        = string
  default     = null
}

variable "grafana_host" {
  description = "Host name the listener's rule is for."
  type        = string
  default     = null

  validation {
    condition     = var.listener_arn == null || var.grafana_host != null
    error_message = "A rule of the listener needs the host name it is for."
  }
}

variable "listener_priority" {
  description = "Priority of the rule; null puts it after the others."
  type        = number
  default     = null
}

variable "load_balancer_security_group_id" {
  description = "Security group of the load balancer; the controller then lets it reach the pods. Null if they are reachable already."
  type        = string
  default     = null
}
