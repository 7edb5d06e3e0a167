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
