//! `trueup console` with piped input.

use snapbox::str;

use crate::environment::{TestEnvironment, check};

const STACK: &str = r#"
variable "region" {
  default = "eu"
}

variable "password" {
  default   = "canary-e61c"
  sensitive = true
}

locals {
  zones = [for letter in ["a", "b"] : "${var.region}-${letter}"]
}
"#;

fn answer(input: &str) -> String {
    let environment = TestEnvironment::with(&[("main.tf", STACK)]);
    environment.run_with(&["console"], &[], input)
}

#[test]
fn the_last_of_several_answers_is_printed() {
    check(
        answer("1\nlocal.zones\n"),
        str![[r#"
[
  "eu-a",
  "eu-b",
]

"#]],
    );
}

#[test]
fn an_open_bracket_goes_on_in_the_next_line() {
    check(
        answer("{\n  a = [1,\n  2]\n}\n"),
        str![[r#"
{
  "a" = [
    1,
    2,
  ]
}

"#]],
    );
}

#[test]
fn type_shows_a_type() {
    check(
        answer("type({ a = local.zones })"),
        str![[r#"
object({
    a: tuple([
        string,
        string,
    ]),
})

"#]],
    );
    check(
        answer("upper(type(1))"),
        str![[r#"
--- stderr ---

Error: Call to unknown function

  on <console-input> line 1:
   1: upper(type(1))

There is no function named "type".
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn an_error_ends_it() {
    check(
        answer("var.regoin\n1\n"),
        str![[r#"
--- stderr ---

Error: Reference to undeclared input variable

  on <console-input> line 1:
   1: var.regoin

An input variable with the name "regoin" has not been declared. Did you mean
"region"?
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn sensitive_values_are_shown_nowhere() {
    for input in [
        "var.password",
        "\"${var.password}!\"",
        "[var.password]",
        "{ (var.password) = 1 }",
        "tonumber(var.password)",
        "jsondecode(var.password)",
        "regex(\"[0-9]+$x\", var.password)",
        "var.password.x",
        "local.zones[var.password]",
        "file(var.password)",
        "var.password ? 1 : 2",
        "-var.password",
        "parseint(var.password, 10)",
        "formatdate(var.password, timestamp())",
        "templatestring(var.password, {})",
    ] {
        let answer = answer(input);
        assert!(!answer.contains("canary"), "{input}: {answer}");
    }
}
