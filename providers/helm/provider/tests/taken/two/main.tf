variable "motto" {
  type = string
}

variable "pin" {
  type      = string
  sensitive = true
}

resource "helm_release" "plain" {
  name             = "plain"
  namespace        = "taken-two"
  create_namespace = true
  chart            = "./kiosk"
}

resource "helm_release" "full" {
  name                       = "full"
  namespace                  = helm_release.plain.namespace
  chart                      = "./kiosk"
  version                    = "0.4.1"
  description                = "The whole of it"
  atomic                     = true
  cleanup_on_fail            = true
  timeout                    = 120
  max_history                = 3
  skip_crds                  = true
  disable_webhooks           = true
  disable_openapi_validation = true
  dependency_update          = true
  lint                       = true
  wait_for_jobs              = true
  render_subchart_notes      = false
  pass_credentials           = true
  values = [
    <<-YAML
    # The first of two documents.
    motto: "from values"
    opening:
      from: 7
      days: [mon]
    labels: { big: 1000000, no: "no", ratio: 0.5, gone: null }
    YAML
    ,
    yamlencode({ opening = { to = 20 } }),
  ]
  set = [
    { name = "replicas", value = "2" },
    { name = "labels.port", value = "8080", type = "string" },
    { name = "labels.a\\.b/c", value = "x\\,y", type = "auto" },
    { name = "flag", value = "true" },
    { name = "opening.days[1]", value = "sun" },
  ]
  set_list = [
    { name = "labels.list", value = ["one", "two", "3"] },
    { name = "labels.none", value = [] },
  ]
  set_sensitive = [
    { name = "token", value = "t0k3n-of-full" },
    { name = "key", value = "12345678", type = "string" },
  ]
}

resource "helm_release" "literal" {
  name      = "literal"
  namespace = helm_release.plain.namespace
  chart     = "./kiosk"
  set = [
    { name = "motto", value = "a\\, b" },
    { name = "token", value = "" },
  ]
}

# A chart whose version is written with a v.
resource "helm_release" "archive" {
  name      = "archive"
  namespace = helm_release.plain.namespace
  chart     = "./kiosk.tgz"
  version   = "0.4.1"
  wait      = false
  values    = ["", "hook: true\n"]
}

resource "helm_release" "upgraded" {
  name            = "upgraded"
  namespace       = helm_release.plain.namespace
  chart           = "./kiosk"
  max_history     = 2
  upgrade_install = true
  values          = [yamlencode({ motto = var.motto, hook = true })]
}

resource "helm_release" "reused" {
  name         = "reused"
  namespace    = helm_release.plain.namespace
  chart        = "./kiosk"
  reuse_values = true
  values       = [yamlencode({ opening = { (var.motto) = 1 } })]
}

resource "helm_release" "masked" {
  name      = "masked"
  namespace = helm_release.plain.namespace
  chart     = "./kiosk"
  set       = [{ name = "token", value = var.pin }]
  values    = [yamlencode({ motto = sensitive("hush-hush"), key = helm_release.full.metadata.app_version })]
}

resource "helm_release" "filtered" {
  name       = "filtered"
  namespace  = helm_release.plain.namespace
  chart      = "./kiosk"
  postrender = { binary_path = "/bin/cat", args = ["-"] }
}

resource "helm_release" "shop" {
  name             = "shop-two"
  namespace        = "taken-two-shop"
  create_namespace = true
  chart            = "./shop"
  values           = [yamlencode({ greeting = "Moin", hooks = { enabled = true }, webhook = { enabled = true } })]
  set_sensitive    = [{ name = "token", value = "t0k3n-of-shop" }]
}

output "revisions" {
  value = { for name, one in {
    full = helm_release.full, upgraded = helm_release.upgraded, archive = helm_release.archive
  } : name => one.metadata.revision }
}

output "notes" {
  value = helm_release.shop.metadata.notes
}
