resource "helm_release" "applied" {
  name      = "applied"
  namespace = "taken-four"
  chart     = "./kiosk"
  values    = [file("values.yaml")]
  set       = [{ name = "replicas", value = "2" }, { name = "token", value = "" }]
}

resource "helm_release" "patched" {
  name      = "patched"
  namespace = "taken-four"
  chart     = "./kiosk"
  values    = [file("values.yaml")]
  set       = [{ name = "token", value = "" }]
}

resource "helm_release" "shop" {
  name      = "shop-four"
  namespace = "taken-four"
  chart     = "./shop"
  values    = [yamlencode({ greeting = "Servus", webhook = { enabled = true } })]
}

import {
  to = helm_release.applied
  id = "taken-four/applied"
}

import {
  to = helm_release.patched
  id = "taken-four/patched"
}

import {
  to = helm_release.shop
  id = "taken-four/shop-four"
}
