//! A secret is shown by no command that looks at a stack, whatever goes wrong.

use crate::environment::TestEnvironment;

const SECRET: &str = "canary-19ad";

/// Everything a secret may be in: a variable, what follows from it, a resource
/// and an output. Not `input`: `output` repeats it without a mark, as in
/// Terraform.
const STACK: &str = r#"
variable "password" {
  type      = string
  default   = "canary-19ad"
  sensitive = true
}
locals {
  url   = "https://user:${var.password}@host"
  parts = { plain = 1, secret = [var.password] }
}
resource "terraform_data" "a" {
  triggers_replace = local.parts
}
output "url" {
  value     = local.url
  sensitive = true
}
output "kept" {
  value     = terraform_data.a.triggers_replace
  sensitive = true
}
"#;

/// Expressions that show the secret, or fail with it at hand.
const EXPRESSIONS: &[&str] = &[
    "var.password",
    "local.url",
    "local.parts",
    "terraform_data.a",
    "[for c in [var.password]: c]",
    "{ (nonsensitive(\"a\")) = var.password }",
    "tonumber(var.password)",
    "tobool(local.url)",
    "jsondecode(var.password)",
    "yamldecode(\"a: ${var.password}: b\")",
    "parseint(var.password, 10)",
    "regex(var.password, \"x\")",
    "regex(\"x\", var.password)",
    "base64decode(var.password)",
    "cidrhost(var.password, 1)",
    "timeadd(var.password, \"1h\")",
    "timeadd(\"2020-01-01T00:00:00Z\", var.password)",
    "formatdate(var.password, \"2020-01-01T00:00:00Z\")",
    "format(\"%d\", var.password)",
    "file(var.password)",
    "fileset(var.password, \"*\")",
    "templatefile(var.password, {})",
    "templatestring(var.password, {})",
    "local.parts[var.password]",
    "local.parts.secret[var.password]",
    "local.parts.nope",
    "{ a = 1 }[var.password]",
    "var.password.x",
    "var.password + 1",
    "!var.password",
    "var.password ? 1 : 2",
    "[for x in var.password: x]",
    "{ for x in [var.password, var.password] : x => 1 }",
    "lookup({}, var.password)",
    "index([\"a\"], var.password)",
    "element([], var.password)",
    "zipmap([var.password], [])",
    "merge({}, var.password)",
    "flatten(var.password)",
    "rsadecrypt(var.password, var.password)",
    "try(tonumber(var.password))",
    "one([var.password, var.password])",
    "coalesce(null, tonumber(var.password))",
    "setproduct(var.password)",
    "textdecodebase64(var.password, \"UTF-8\")",
    "csvdecode(var.password)",
    "type(var.password)",
];

#[test]
fn the_console_shows_no_secret() {
    for name in [None, Some("terraform.tfstate")] {
        let environment = TestEnvironment::with(&[("main.tf", STACK)]);
        if name.is_some() {
            environment.run(&["apply", "-auto-approve"]);
        }
        for expression in EXPRESSIONS {
            let shown = environment.run_with(&["console"], &[], &format!("{expression}\n"));
            assert!(!shown.contains(SECRET), "{expression}: {shown}");
        }
    }
}

#[test]
fn commands_show_no_secret() {
    let environment = TestEnvironment::with(&[("main.tf", STACK)]);
    let commands: &[&[&str]] = &[
        &["validate"],
        &["validate", "-json"],
        &["plan"],
        &["apply", "-auto-approve"],
        &["show"],
        &["output"],
        &["state", "list"],
        &["state", "show", "terraform_data.a"],
        &["graph"],
        &["graph", "-format=mermaid"],
        &["providers"],
        &["plan", "-var=password=other"],
        &["plan", "-destroy"],
        &["plan", "-refresh-only"],
    ];
    for command in commands {
        let shown = environment.run(command);
        assert!(!shown.contains(SECRET), "{command:?}: {shown}");
    }
}

#[test]
fn errors_show_no_secret() {
    for (index, expression) in EXPRESSIONS.iter().enumerate() {
        if expression.starts_with("type(") {
            continue;
        }
        let stack = format!("{STACK}\noutput \"o{index}\" {{ value = {expression} }}\n");
        let environment = TestEnvironment::with(&[("main.tf", &stack)]);
        for command in [&["validate"][..], &["validate", "-json"], &["plan"]] {
            let shown = environment.run(command);
            // The source itself is shown as it is written.
            let shown = shown.replace("default   = \"canary-19ad\"", "");
            assert!(!shown.contains(SECRET), "{command:?} {expression}: {shown}");
        }
    }
}

/// A secret that is ephemeral, with what else a stack needs.
fn ephemeral_stack(kind: &str) -> String {
    format!(
        r#"
variable "password" {{
  type    = string
  {kind}
}}
variable "plain" {{
  type    = string
  default = "x"
}}
locals {{
  url   = "https://user:${{var.password}}@host"
  parts = {{ plain = 1, secret = [var.password] }}
}}
"#
    )
}

/// Blocks that end in an error with the secret at hand.
const FAULTS: &[&str] = &[
    r#"resource "terraform_data" "r" {
  lifecycle {
    precondition {
      condition     = var.plain == "y"
      error_message = "wrong: ${var.password}"
    }
  }
}"#,
    r#"resource "terraform_data" "r" {
  lifecycle {
    postcondition {
      condition     = self.input == var.password
      error_message = "wrong: ${local.url}"
    }
  }
}"#,
    r#"output "o" {
  value = 1
  precondition {
    condition     = length(var.password) > 100
    error_message = "wrong: ${jsonencode(local.parts)}"
  }
}"#,
    r#"variable "v" {
  default = "x"
  validation {
    condition     = var.v == var.password
    error_message = "must be ${var.password}"
  }
}"#,
    r#"check "c" {
  assert {
    condition     = var.plain == var.password
    error_message = "is not ${var.password}"
  }
}"#,
    r#"resource "terraform_data" "r" {
  for_each = toset([var.password])
}"#,
    r#"resource "terraform_data" "r" {
  for_each = { (var.password) = 1 }
}"#,
    r#"resource "terraform_data" "r" {
  count = var.password
}"#,
    r#"resource "terraform_data" "r" {
  for_each = var.password
}"#,
    r#"output "o" { value = templatefile("t.tmpl", { p = var.password }) }"#,
    r#"output "o" { value = templatestring(local.url, {}) }"#,
    r#"output "o" { value = "${local.parts}" }"#,
    r#"output "o" { value = "%{ for x in var.password }${x}%{ endfor }" }"#,
    r#"output "o" { value = "%{ if var.password }a%{ endif }" }"#,
    r#"output "o" { value = local.parts[local.url] }"#,
    r#"output "o" { value = [for x in [1]: x if local.url] }"#,
    r#"output "o" { value = { for x in [1, 2]: var.password => x } }"#,
    r#"output "o" { value = local.parts.secret[0] }"#,
    r#"output "o" { value = local.url }"#,
    r#"resource "terraform_data" "r" { input = var.password }"#,
    r#"resource "terraform_data" "r" {
  input = "x"
  provisioner "local-exec" { command = "exit 1 # ${var.password}" }
}"#,
    r#"resource "terraform_data" "d" {
  dynamic "timeouts" {
    for_each = [var.password]
    content {}
  }
}"#,
    r#"module "m" {
  source   = "./m"
  for_each = toset([var.password])
}"#,
    r#"module "m" {
  source = "./m"
  n      = var.password
}"#,
];

#[test]
fn faults_show_no_secret() {
    for kind in [
        "sensitive = true",
        "ephemeral = true",
        "sensitive = true\n  ephemeral = true",
    ] {
        for fault in FAULTS {
            let environment = TestEnvironment::with(&[
                ("main.tf", &format!("{}{fault}\n", ephemeral_stack(kind))),
                ("t.tmpl", "${p.x}"),
                (
                    "m/main.tf",
                    "variable \"n\" {\n  type    = number\n  default = 1\n}\n",
                ),
            ]);
            let variables = [("TF_VAR_password", SECRET)];
            for command in [
                &["plan"][..],
                &["plan", "-json"],
                &["apply", "-auto-approve", "-json"],
                &["show", "-json"],
            ] {
                let shown = environment.run_with(command, &variables, "");
                // The state and its JSON hold what is sensitive, as Terraform's do.
                let kept = command[0] == "show" && !kind.contains("ephemeral");
                assert!(
                    kept || !shown.contains(SECRET),
                    "{kind} {command:?} {fault}: {shown}"
                );
            }
        }
    }
}

#[test]
fn the_console_shows_nothing_ephemeral() {
    let environment = TestEnvironment::with(&[("main.tf", &ephemeral_stack("ephemeral = true"))]);
    for expression in EXPRESSIONS {
        if expression.contains("terraform_data") {
            continue;
        }
        let variables = [("TF_VAR_password", SECRET)];
        let shown = environment.run_with(&["console"], &variables, &format!("{expression}\n"));
        assert!(!shown.contains(SECRET), "{expression}: {shown}");
    }
}
