"""Configurations with everything in them that the language has, and random
damage done to them."""

import re

ROOT = '''terraform {
  required_version = ">= 1.5, < 2.0"
  required_providers {
    random = {
      source  = "hashicorp/random"
      version = "~> 3.0"
    }
    null  = { source = "hashicorp/null", version = ">= 3.0.0, != 3.0.1" }
    local = "~> 2.1"
    time = {
      source                = "hashicorp/time"
      configuration_aliases = [time.other]
    }
  }
  backend "local" {
    path = "x.tfstate"
  }
}

variable "region" {
  type        = string
  default     = "eu-west-1"
  description = "Where."
  nullable    = false
  validation {
    condition     = can(regex("^[a-z]", var.region)) && var.size > 0
    error_message = "Bad region ${var.region}."
  }
}

variable "size" {
  type      = number
  default   = 3
  sensitive = true
}

variable "passing" {
  type      = string
  ephemeral = true
  default   = null
}

variable "shape" {
  type = object({
    name  = string
    tags  = optional(map(string), {})
    ports = optional(list(object({ port = number, open = optional(bool, true) })), [])
    any   = optional(any)
    pair  = tuple([string, number])
  })
  default = {
    name = "x"
    pair = ["a", 1]
  }
}

locals {
  names   = ["a", "b"]
  by_name = { for i, n in local.names : n => i if n != "c" }
  grouped = { for n in local.names : n => upper(n)... }
  text    = <<-EOT
    Hello %{ if var.region == "x" ~} there %{ else }you%{ endif }
      ${join(", ", [for x in local.names : "<${x}>"])}
  EOT
  splat   = terraform_data.many[*].output
  cond    = var.size > 2 ? "big" : "small"
}

provider "random" {}

provider "null" {
  alias = "second"
}

resource "terraform_data" "one" {
  input            = { region = var.region, n = local.by_name }
  triggers_replace = [var.region, null_resource.a.id]
  lifecycle {
    create_before_destroy = true
    prevent_destroy       = false
    ignore_changes        = [input]
    replace_triggered_by  = [null_resource.a, random_pet.pet.id]
    precondition {
      condition     = var.size > 0
      error_message = "Too small."
    }
    postcondition {
      condition     = self.output != null
      error_message = "Nothing came out."
    }
  }
  provisioner "local-exec" {
    command     = "echo ${self.id}"
    when        = destroy
    on_failure  = continue
    environment = { A = "b" }
  }
  connection {
    type = "ssh"
    host = "localhost"
  }
}

resource "terraform_data" "many" {
  count = length(local.names)
  input = "${count.index}-${local.names[count.index]}"
}

resource "terraform_data" "each" {
  for_each   = toset(local.names)
  input      = each.value
  depends_on = [terraform_data.one, module.child]
}

resource "null_resource" "a" {
  provider = null.second
  triggers = {
    when = timestamp()
  }
}

resource "random_pet" "pet" {
  length    = 2
  separator = "-"
  keepers   = { region = var.region }
}

resource "random_password" "secret" {
  length  = 16
  special = true
}

resource "local_file" "out" {
  filename = "${path.module}/out.txt"
  content  = jsonencode({ pet = random_pet.pet.id, each = terraform_data.each["a"].output })
}

data "terraform_remote_state" "other" {
  backend = "local"
  config  = { path = "other.tfstate" }
}

data "local_file" "in" {
  filename = "in.txt"
}

module "child" {
  source   = "./child"
  for_each = local.by_name
  name     = each.key
  list     = [each.value]
  providers = {
    null       = null
    null.extra = null.second
  }
}

module "plain" {
  source     = "./child"
  count      = 2
  name       = "n${count.index}"
  depends_on = [null_resource.a]
  providers = {
    null.extra = null.second
  }
}

output "pet" {
  value       = random_pet.pet.id
  description = "The pet."
  depends_on  = [terraform_data.one]
  precondition {
    condition     = length(random_pet.pet.id) > 1
    error_message = "Short."
  }
}

output "secret" {
  value     = random_password.secret.result
  sensitive = true
}

output "children" {
  value = { for k, m in module.child : k => m.result }
}

moved {
  from = terraform_data.old
  to   = terraform_data.one
}

moved {
  from = module.before
  to   = module.plain[0]
}

removed {
  from = null_resource.gone
  lifecycle {
    destroy = false
  }
}

import {
  to = random_pet.pet
  id = "some-pet"
}

import {
  for_each = { a = "1" }
  to       = terraform_data.each[each.key]
  id       = each.value
}

check "health" {
  data "terraform_remote_state" "scoped" {
    backend = "local"
  }
  assert {
    condition     = data.terraform_remote_state.scoped.outputs != null
    error_message = "No outputs: ${local.cond}"
  }
}
'''

CHILD = '''terraform {
  required_providers {
    null = {
      source                = "hashicorp/null"
      configuration_aliases = [null.extra]
    }
  }
}

variable "name" {
  type = string
}

variable "list" {
  type    = list(string)
  default = []
}

resource "null_resource" "inner" {
  provider = null.extra
  triggers = { name = var.name }
}

resource "terraform_data" "dyn" {
  input = [for x in var.list : { v = x }]
}

output "result" {
  value = "${var.name}:${null_resource.inner.id}"
}
'''

JSON = '''{
  "variable": {"from_json": {"type": "string", "default": "x"}},
  "locals": {"j": "${var.from_json}-${local.cond}", "k": ["a", "${1 + 2}", true, null, {"x": "$${y}"}]},
  "resource": {"terraform_data": {"j": {"input": "${local.j}", "lifecycle": {"ignore_changes": ["input"]}, "depends_on": ["terraform_data.one"]}}},
  "output": {"j": {"value": "${terraform_data.j.id}", "//": "a comment"}}
}
'''

OVERRIDE = '''variable "region" {
  default = "us-east-1"
}

locals {
  cond = "overridden"
}

resource "random_pet" "pet" {
  length = 3
}

output "pet" {
  value = "none"
}
'''

BASE = {"main.tf": ROOT, "child/main.tf": CHILD, "more.tf.json": JSON, "x_override.tf": OVERRIDE}

# What a careless hand may write in the place of something else.
WORDS = ('var.nope var.size var.shape.zz local.nope local.names local.by_name each.key each.value each.x count.index count.x self self.id '
         'path.module path.x terraform.workspace terraform.env terraform.x module.child module.child["a"].nope module.nope.x module.plain[0].result '
         'terraform_data.one terraform_data.one.nope terraform_data.many terraform_data.many.id terraform_data.many[0].id terraform_data.nope.id '
         'data.local_file.in.content data.local_file.in.nope data.nope.x.y random_pet.pet random_password.secret.result null_resource.a.triggers '
         'ephemeral.random_password.brief.result var.passing resource.terraform_data.one.id null true false 0 1 -1 1.5 "x" "" "${var.region}" [] {} '
         '[1, "a"] { a = 1 } toset(["a"]) nope(1) upper() upper("a", "b") upper(1) max() tonumber("x") length(1) file("none") timestamp() sensitive("x") '
         'provider::terraform::encode_expr(1) provider::nope::f(1) core::upper("x") string number list list(string) map(any) object({}) optional(string) any '
         'nope nope.x var local data module "${" "%{ if true }" var.region.x var.shape["name"] [for x in local.names : x] {for x in local.names : x => x} '
         'terraform_data.many[*].id local.names[9] local.names["x"] var.shape.pair[2] 1/0 !1 -"x" "a" + 1 1 == "1" null + 1 uuid() plantimestamp() '
         'var.region == "x" ? 1 : "a" true ? [] : {} (1 aws_instance.x.id destroy continue ssh local.x.y[*].z -var.shape').split(" ")

BLOCKS = [
    'nope {\n}\n', 'lifecycle {\n}\n', 'lifecycle {\n  nope = 1\n}\n', 'provisioner "nope" {\n}\n', 'provisioner "local-exec" {\n}\n', 'connection {\n}\n',
    'dynamic "nope" {\n  for_each = []\n  content {}\n}\n', 'dynamic "provisioner" {\n  for_each = []\n  content {}\n}\n', 'validation {\n}\n', 'validation {\n  condition = true\n  error_message = "x"\n}\n',
    'precondition {\n  condition = 1\n  error_message = "x"\n}\n', 'content {}\n', 'backend "s3" {\n}\n', 'cloud {\n}\n', 'required_providers {\n}\n', 'variable "v" {}\n', 'variable "region" {}\n',
    'variable "count" {}\n', 'variable "1x" {}\n', 'variable {}\n', 'variable "a" "b" {}\n', 'locals "x" {}\n', 'locals {\n  names = 1\n}\n', 'output "pet" {\n  value = 1\n}\n', 'output "o" {}\n',
    'output "o" {\n  value = var.size\n}\n', 'output "o" {\n  value = var.passing\n}\n', 'output "o" {\n  value = ephemeral.random_password.brief.result\n  ephemeral = true\n}\n',
    'resource "terraform_data" "one" {}\n', 'resource "nope" "x" {}\n', 'resource "terraform_nope" "x" {}\n', 'resource "terraform_data" {}\n', 'resource "terraform_data" "x" "y" {}\n',
    'resource "terraform_data" "1x" {}\n', 'resource "random_pet" "x" {\n  id = "x"\n}\n', 'resource "random_integer" "x" {}\n', 'resource "random_integer" "x" {\n  min = "a"\n  max = []\n}\n',
    'data "nope_x" "x" {}\n', 'data "local_file" "x" {}\n', 'ephemeral "nope" "x" {}\n', 'module "m" {}\n', 'module "m" {\n  source = "./none"\n}\n', 'module "m" {\n  source = "./child"\n}\n',
    'module "m" {\n  source = var.region\n}\n', 'module "m" {\n  source = "hashicorp/x/y"\n}\n', 'module "m" {\n  source  = "./child"\n  version = "1.0"\n  name    = "x"\n}\n', 'module "child" {\n  source = "./child"\n}\n',
    'module "m" {\n  source = "./child"\n  name = "x"\n  nope = 1\n  providers = { null.extra = null }\n}\n', 'provider "random" {}\n', 'provider "nope" {}\n', 'provider "random" {\n  alias = "x"\n  nope = 1\n}\n',
    'provider "null" {\n  version = "1.0"\n}\n', 'provider "null" {\n  nope = 1\n}\n', 'moved {}\n', 'moved {\n  from = terraform_data.one\n  to = terraform_data.one\n}\n', 'moved {\n  from = terraform_data.a\n  to = module.x\n}\n',
    'moved {\n  from = terraform_data.a\n  to = terraform_data.b\n}\n', 'moved {\n  from = data.local_file.a\n  to = data.local_file.b\n}\n', 'moved {\n  from = terraform_data.one[0]\n  to = terraform_data.c\n}\n',
    'removed {}\n', 'removed {\n  from = terraform_data.one\n}\n', 'removed {\n  from = terraform_data.q[0]\n}\n', 'removed {\n  from = data.local_file.q\n}\n', 'removed {\n  from = module.q\n  lifecycle {\n    destroy = 1\n  }\n}\n',
    'removed {\n  from = null_resource.q\n  provisioner "local-exec" {\n    when = destroy\n    command = "x ${self.id}"\n  }\n}\n', 'import {}\n', 'import {\n  to = terraform_data.one\n}\n', 'import {\n  to = terraform_data.nope\n  id = "x"\n}\n',
    'import {\n  to = terraform_data.many\n  id = "x"\n}\n', 'import {\n  to = terraform_data.one\n  id = null\n}\n', 'import {\n  to = terraform_data.one\n  id = ""\n}\n', 'import {\n  to = module.child["a"].null_resource.inner\n  id = "x"\n}\n', 'import {\n  to = data.local_file.in\n  id = "x"\n}\n',
    'import {\n  to = terraform_data.one\n  id = 1\n  provider = null.second\n}\n', 'check "c" {}\n', 'check "health" {\n  assert {\n    condition = true\n    error_message = "x"\n  }\n}\n', 'check "c" {\n  assert {\n    condition = "x"\n    error_message = 1\n  }\n}\n',
    'check "c" {\n  data "local_file" "x" {\n    filename = "x"\n    count = 1\n  }\n  assert {\n    condition = self.x\n    error_message = ""\n  }\n}\n', 'terraform {\n  required_version = ">= 9"\n}\n', 'terraform {\n  required_version = "x"\n}\n',
    'terraform {\n  required_version = var.region\n}\n', 'terraform {\n  nope = 1\n}\n', 'terraform {\n  experiments = [nope]\n}\n', 'terraform {\n  experiments = [variable_validation]\n}\n', 'terraform {\n  required_providers {\n    random = { source = "a/b/c/d" }\n  }\n}\n',
    'terraform {\n  cloud {\n    organization = "x"\n    workspaces {\n      name = "y"\n      tags = ["z"]\n    }\n  }\n}\n', 'terraform {\n  cloud {\n    nope = 1\n  }\n}\n', 'terraform {\n  backend "nope" {}\n}\n', 'terraform {\n  provider_meta "random" {\n    x = 1\n  }\n}\n',
    'resource "null_resource" "c" {\n  count = 1\n  for_each = {}\n}\n', 'resource "null_resource" "c" {\n  count = -1\n}\n', 'resource "null_resource" "c" {\n  count = "x"\n}\n', 'resource "null_resource" "c" {\n  count = null\n}\n', 'resource "null_resource" "c" {\n  count = 1.5\n}\n', 'resource "null_resource" "c" {\n  count = var.size\n}\n',
    'resource "null_resource" "c" {\n  count = random_pet.pet.id\n}\n', 'resource "null_resource" "c" {\n  for_each = ["a"]\n}\n', 'resource "null_resource" "c" {\n  for_each = toset([1])\n}\n', 'resource "null_resource" "c" {\n  for_each = null\n}\n', 'resource "null_resource" "c" {\n  for_each = "x"\n}\n',
    'resource "null_resource" "c" {\n  for_each = toset([null])\n}\n', 'resource "null_resource" "c" {\n  for_each = { (var.size) = 1 }\n}\n', 'resource "null_resource" "c" {\n  for_each = sensitive(toset(["a"]))\n}\n', 'resource "null_resource" "c" {\n  for_each = var.passing\n}\n', 'resource "null_resource" "c" {\n  count = var.passing\n}\n',
    'resource "null_resource" "c" {\n  for_each = null_resource.c\n}\n', 'resource "null_resource" "c" {\n  triggers = null_resource.d.triggers\n}\nresource "null_resource" "d" {\n  triggers = null_resource.c.triggers\n}\n', 'resource "null_resource" "c" {\n  triggers = { a = self.id }\n}\n', 'resource "null_resource" "c" {\n  triggers = { a = null_resource.c.id }\n}\n',
    'resource "null_resource" "c" {\n  depends_on = [nope]\n}\n', 'resource "null_resource" "c" {\n  depends_on = ["null_resource.a"]\n}\n', 'resource "null_resource" "c" {\n  depends_on = [null_resource.a.id]\n}\n', 'resource "null_resource" "c" {\n  depends_on = [var.region, local.names, null_resource.zz, path.module, each.key]\n}\n', 'resource "null_resource" "c" {\n  depends_on = null_resource.a\n}\n',
    'resource "null_resource" "c" {\n  provider = null\n}\n', 'resource "null_resource" "c" {\n  provider = "null.second"\n}\n', 'resource "null_resource" "c" {\n  provider = null.nope\n}\n', 'resource "null_resource" "c" {\n  provider = random\n}\n', 'resource "null_resource" "c" {\n  provider = null.second.x\n}\n', 'resource "null_resource" "c" {\n  provider = var.region\n}\n',
    'resource "null_resource" "c" {\n  lifecycle {\n    ignore_changes = all\n  }\n}\n', 'resource "null_resource" "c" {\n  lifecycle {\n    ignore_changes = [nope]\n  }\n}\n', 'resource "null_resource" "c" {\n  lifecycle {\n    ignore_changes = ["*"]\n  }\n}\n', 'resource "null_resource" "c" {\n  lifecycle {\n    ignore_changes = [triggers["x"], id]\n  }\n}\n', 'resource "null_resource" "c" {\n  lifecycle {\n    prevent_destroy = var.region\n  }\n}\n',
    'resource "null_resource" "c" {\n  lifecycle {\n    create_before_destroy = "x"\n  }\n}\n', 'resource "null_resource" "c" {\n  lifecycle {\n    replace_triggered_by = [var.region]\n  }\n}\n', 'resource "null_resource" "c" {\n  lifecycle {\n    replace_triggered_by = [null_resource.zz.id, null_resource.a.zz, terraform_data.many[count.index], terraform_data.each[each.key]]\n  }\n}\n', 'resource "null_resource" "c" {\n  lifecycle {\n    precondition {\n      condition = self.id == ""\n      error_message = "x"\n    }\n  }\n}\n',
    'resource "null_resource" "c" {\n  lifecycle {\n    precondition {\n      condition = true\n      error_message = var.size\n    }\n  }\n}\n', 'resource "null_resource" "c" {\n  lifecycle {\n    postcondition {\n      condition = null\n      error_message = null\n    }\n  }\n}\n', 'resource "null_resource" "c" {\n  lifecycle {}\n  lifecycle {}\n}\n', 'resource "null_resource" "c" {\n  provisioner "local-exec" {\n    command = null_resource.a.id\n    when = destroy\n  }\n}\n',
    'resource "null_resource" "c" {\n  provisioner "local-exec" {\n    command = 1\n    when = sometimes\n    on_failure = "nope"\n    nope = 1\n  }\n}\n', 'resource "null_resource" "c" {\n  provisioner "remote-exec" {\n    inline = "x"\n    script = []\n  }\n}\n', 'resource "null_resource" "c" {\n  provisioner "file" {\n    source = "a"\n    connection {\n      nope = 1\n      host = self.zz\n    }\n  }\n}\n', 'resource "null_resource" "c" {\n  connection {\n    host = null_resource.c.id\n  }\n}\n', 'resource "null_resource" "c" {\n  triggers {\n    a = 1\n  }\n}\n', 'resource "null_resource" "c" {\n  _ {\n    count = 1\n  }\n}\n',
    'variable "v" {\n  type = nope\n}\n', 'variable "v" {\n  type = "string"\n}\n', 'variable "v" {\n  type = list\n}\n', 'variable "v" {\n  type = list(string, number)\n}\n', 'variable "v" {\n  type = object({ a = optional() })\n}\n', 'variable "v" {\n  type = object({ a = optional(string, 1, 2) })\n}\n', 'variable "v" {\n  type = object({ a = optional(number, "x") })\n}\n', 'variable "v" {\n  type = object({ 1 = string })\n}\n', 'variable "v" {\n  type = optional(string)\n}\n', 'variable "v" {\n  type = tuple(string)\n}\n', 'variable "v" {\n  type = map()\n}\n', 'variable "v" {\n  type = object({ a = string, a = number })\n}\n',
    'variable "v" {\n  type = number\n  default = "x"\n}\n', 'variable "v" {\n  default = var.region\n}\n', 'variable "v" {\n  default = upper("x")\n}\n', 'variable "v" {\n  nullable = false\n  default = null\n}\n', 'variable "v" {\n  nullable = "x"\n}\n', 'variable "v" {\n  sensitive = var.region\n}\n', 'variable "v" {\n  description = 1\n}\n', 'variable "v" {\n  description = "a ${1}"\n}\n', 'variable "v" {\n  validation {\n    condition = true\n    error_message = "x"\n  }\n}\n', 'variable "v" {\n  validation {\n    condition = var.v == 1\n  }\n}\n', 'variable "v" {\n  validation {\n    condition = var.v == nope\n    error_message = "no period"\n  }\n}\n', 'variable "v" {\n  validation {\n    condition = var.w == 1\n    error_message = var.v\n  }\n}\n',
    'variable "v" {\n  validation {\n    condition = length(null_resource.a.id) > 0 && var.v\n    error_message = "x"\n  }\n}\n', 'variable "v" {\n  nope = 1\n  ephemeral = 1\n}\n', 'locals {\n  a = local.b\n  b = local.a\n}\n', 'locals {\n  x = var\n}\n', 'locals {\n  x = terraform_data\n}\n', 'locals {\n  x = data.local_file\n}\n', 'locals {\n  x = terraform_data.many.id\n}\n', 'locals {\n  x = terraform_data.each.id\n}\n', 'locals {\n  x = terraform_data.each[0].id\n}\n', 'locals {\n  x = terraform_data.one[0].id\n}\n', 'locals {\n  x = module.child.result\n}\n', 'locals {\n  x = module.plain.result\n}\n', 'locals {\n  x = module.child[0].result\n}\n', 'locals {\n  1x = 1\n}\n', 'locals {\n  x = 1\n  x = 2\n}\n', 'locals {\n  x {}\n}\n',
    'locals {\n  x = [\n    1\n    2\n  ]\n}\n', 'locals {\n  x = { a = 1 b = 2 }\n}\n', 'locals {\n  x = "abc\n}\n', "locals {\n  x = 'a'\n}\n", 'locals {\n  x = <<EOT\nabc\n}\n', 'locals {\n  x = "${"\n}\n', 'locals {\n  x = "%{ for x in y }"\n}\n', 'locals {\n  x = "%{ endif }"\n}\n', 'locals {\n  x = 1 +\n}\n', 'locals {\n  x = a ? b\n}\n', 'locals {\n  x = [for x : y]\n}\n', 'locals {\n  x = {for x in [] : x}\n}\n', 'locals {\n  x = [for x in [] : x => x]\n}\n', 'locals {\n  x = f(1 2)\n}\n', 'locals {\n  x = a..b\n}\n', 'locals {\n  x = a.*.b[*].c.0.1\n}\n', 'locals {\n  x = "\\q"\n}\n', 'locals {\n  x = @\n}\n', 'locals {\n  x = a & b\n}\n', 'locals { x = 1, y = 2 }\n', 'locals { x = 1 y = 2 }\n', 'locals\n{\n}\n', 'locals {\n', '}\n', 'x = 1\n', '/* open\n', 'locals {\n  x = "a" "b"\n}\n', 'locals {\n  x = 0x10\n}\n', 'locals {\n  x = 1e\n}\n', 'locals {\n  x = .5\n}\n', 'locals {\n  "x" = 1\n}\n', 'locals {\n  x: 1\n}\n', 'locals {\n  x == 1\n}\n', 'variable v {}\n', 'variable "v${1}" {}\n', "variable 'v' {}\n", 'variable "v" { type = string default = 1 }\n', 'variable "v" { type = string\n}\n', 'variable "v" {\n  type = string }\n',
]

WORD = re.compile(r'"[^"\n]*"|[\w.\[\]*-]+|[^\s\w]')


class Configurations:
    def __init__(self, random):
        self.random = random

    def damaged(self):
        """All files, with one to three faults in one of them."""
        r = self.random
        files = dict(BASE)
        if r.random() < 0.7:
            del files["more.tf.json"]
        if r.random() < 0.7:
            del files["x_override.tf"]
        for _ in range(r.choice([1, 1, 1, 1, 2, 3])):
            name = r.choice(["main.tf"] * 6 + sorted(files))
            text = files[name]
            files[name] = (self.damage_json if name.endswith(".json") else self.damage)(text)
        return files

    def damage(self, text):
        return self.random.choice([self.replace, self.replace, self.replace, self.add_block, self.add_block, self.drop_line, self.twice, self.drop_word, self.move_block, self.add_argument, self.slip])(text)

    def damage_json(self, text):
        return self.random.choice([self.replace_json, self.replace_json, self.drop_word, self.slip])(text)

    def replace(self, text):
        """Another word where there was one."""
        r = self.random
        lines = text.split("\n")
        at = r.choice([i for i, line in enumerate(lines) if "=" in line])
        head, value = lines[at].split("=", 1)
        whole = r.random() < 0.6
        words = [m for m in WORD.finditer(value)]
        if whole or not words:
            closing = "{" in value and "}" not in value or "[" in value and "]" not in value or "(" in value and ")" not in value
            if closing:
                return text
            lines[at] = f"{head}= {r.choice(WORDS)}"
        else:
            word = r.choice(words)
            lines[at] = head + "=" + value[:word.start()] + r.choice(WORDS) + value[word.end():]
        return "\n".join(lines)

    def add_block(self, text):
        r = self.random
        lines = text.split("\n")
        block = r.choice(BLOCKS)
        if r.random() < 0.75:
            return text + "\n" + block
        inside = [i for i, line in enumerate(lines) if line.endswith("{") and "=" not in line]
        at = r.choice(inside) + 1
        return "\n".join(lines[:at] + block.rstrip("\n").split("\n") + lines[at:])

    def add_argument(self, text):
        r = self.random
        lines = text.split("\n")
        at = r.choice([i for i, line in enumerate(lines) if line.endswith("{")]) + 1
        name = r.choice("count for_each provider depends_on lifecycle nope source value type default id input condition version alias providers ephemeral sensitive from to backend".split())
        return "\n".join(lines[:at] + [f"  {name} = {r.choice(WORDS)}"] + lines[at:])

    def drop_line(self, text):
        lines = text.split("\n")
        del lines[self.random.randrange(len(lines))]
        return "\n".join(lines)

    def twice(self, text):
        lines = text.split("\n")
        at = self.random.randrange(len(lines))
        return "\n".join(lines[:at] + [lines[at]] + lines[at:])

    def drop_word(self, text):
        word = self.random.choice(list(WORD.finditer(text)))
        return text[:word.start()] + text[word.end():]

    def move_block(self, text):
        """A label or a keyword of another block."""
        r = self.random
        lines = text.split("\n")
        heads = [i for i, line in enumerate(lines) if line.endswith("{") and "=" not in line]
        to, source = r.choice(heads), r.choice(heads)
        indent = lines[to][: len(lines[to]) - len(lines[to].lstrip())]
        lines[to] = indent + lines[source].strip()
        return "\n".join(lines)

    def slip(self, text):
        """One character too many, or one too few, or another one."""
        r = self.random
        at = r.randrange(len(text))
        other = r.choice(["", "", r.choice('"{}[]()=,.$%~?:;#/*+-!<>&|\\\n\t é0a_')])
        return text[:at] + other + text[at + r.choice([0, 1]):]

    def replace_json(self, text):
        r = self.random
        values = list(re.finditer(r'"[^"]*"|true|null', text))
        value = r.choice(values)
        other = r.choice(['1', 'null', '[]', '{}', '"${var.nope}"', '"${"', '"x"', 'true', '[1, {}]', '{"a": 1, "a": 2}', '"%{ if true }"', '"terraform_data.nope"', '"${local.x.y}"', 'nope', '01', '"\\q"'])
        return text[:value.start()] + other + text[value.end():]
