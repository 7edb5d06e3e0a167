//! `trueup validate`

use snapbox::str;

use crate::environment::{TestEnvironment, check};

const BROKEN: &str = r#"variable "region" {
  default = "eu"
}

output "zone" {
  value = "${var.regoin}-a"
}

resource "terraform_data" "a" {
  inptu = 1
}
"#;

#[test]
fn a_type_that_is_not_built_in_leads_to_those_that_are() {
    let instance = "resource \"aws_instance\" \"a\" {}\n";
    check(
        TestEnvironment::with(&[("main.tf", instance)]).run(&["validate"]),
        str![[r#"
--- stderr ---

Error: Invalid resource type

  on main.tf line 1, in resource "aws_instance" "a":
   1: resource "aws_instance" "a" {}

The provider hashicorp/aws does not support resource type "aws_instance".

hint: `trueup providers schema -json` tells the types there are
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_sound_configuration_is_praised() {
    let environment = TestEnvironment::with(&[("main.tf", "output \"a\" {\n  value = 1\n}\n")]);
    check(
        environment.run(&["validate"]),
        str![[r#"
Success! The configuration is valid.


"#]],
    );
    check(
        environment.run(&["validate", "-json"]),
        str![[r#"
{
  "format_version": "1.0",
  "valid": true,
  "error_count": 0,
  "warning_count": 0,
  "diagnostics": []
}

"#]],
    );
}

#[test]
fn every_error_has_its_place() {
    let environment = TestEnvironment::with(&[("main.tf", BROKEN)]);
    check(
        environment.run(&["validate"]),
        str![[r#"
--- stderr ---

Error: Reference to undeclared input variable

  on main.tf line 6, in output "zone":
   6:   value = "${var.regoin}-a"

An input variable with the name "regoin" has not been declared. Did you mean
"region"?

Error: Unsupported argument

  on main.tf line 10, in resource "terraform_data" "a":
  10:   inptu = 1

An argument named "inptu" is not expected here. Did you mean "input"?
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn errors_for_programs() {
    let environment = TestEnvironment::with(&[("main.tf", BROKEN)]);
    check(
        environment.run(&["validate", "-json"]),
        str![[r#"
{
  "format_version": "1.0",
  "valid": false,
  "error_count": 2,
  "warning_count": 0,
  "diagnostics": [
    {
      "severity": "error",
      "summary": "Reference to undeclared input variable",
      "detail": "An input variable with the name \"regoin\" has not been declared. Did you mean \"region\"?",
      "range": {
        "filename": "main.tf",
        "start": {
          "line": 6,
          "column": 14,
          "byte": 69
        },
        "end": {
          "line": 6,
          "column": 24,
          "byte": 79
        }
      },
      "snippet": {
        "context": "output \"zone\"",
        "code": "  value = \"${var.regoin}-a\"",
        "start_line": 6,
        "highlight_start_offset": 13,
        "highlight_end_offset": 23,
        "values": []
      }
    },
    {
      "severity": "error",
      "summary": "Unsupported argument",
      "detail": "An argument named \"inptu\" is not expected here. Did you mean \"input\"?",
      "range": {
        "filename": "main.tf",
        "start": {
          "line": 10,
          "column": 3,
          "byte": 121
        },
        "end": {
          "line": 10,
          "column": 8,
          "byte": 126
        }
      },
      "snippet": {
        "context": "resource \"terraform_data\" \"a\"",
        "code": "  inptu = 1",
        "start_line": 10,
        "highlight_start_offset": 2,
        "highlight_end_offset": 7,
        "values": []
      }
    }
  ]
}
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn colour_is_there_when_it_is_forced() {
    let environment = TestEnvironment::with(&[("main.tf", "output \"a\" {\n  value = var.x\n}\n")]);
    let forced = [("CLICOLOR_FORCE", "1")];
    check(
        environment.run_with(&["validate"], &forced, ""),
        str![[r#"
--- stderr ---
[31m╷[0m
[31m│[0m [1m[31mError: [0m[1mReference to undeclared input variable[0m
[31m│[0m
[31m│[0m   on main.tf line 2, in output "a":
[31m│[0m    2:   value = [4mvar.x[0m
[31m│[0m
[31m│[0m An input variable with the name "x" has not been declared. This variable
[31m│[0m can be declared with a variable "x" {} block.
[31m╵[0m
--- exit status: 1 ---

"#]],
    );
    let plain = environment.run_with(&["validate", "-no-color"], &forced, "");
    assert!(!plain.contains('\u{1b}'), "{plain}");
}

#[test]
fn a_provider_that_is_not_built_in_is_named() {
    let environment = TestEnvironment::with(&[(
        "main.tf",
        "resource \"google_project\" \"a\" {\n  name = \"a\"\n}\n",
    )]);
    check(
        environment.run(&["validate"]),
        str![[r#"
--- stderr ---

Error: Missing required provider

  on main.tf line 1:
   1: resource "google_project" "a" {

This configuration requires provider registry.terraform.io/hashicorp/google,
but that provider isn't available. Providers are built into this program;
there is nothing to install. Built in are: hashicorp/aws, hashicorp/external,
hashicorp/helm, hashicorp/http, hashicorp/kubernetes, hashicorp/local,
hashicorp/null, hashicorp/random, hashicorp/time,
terraform.io/builtin/terraform.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_folder_that_is_not_there() {
    check(
        TestEnvironment::new().run(&["validate", "nowhere"]),
        str![[r#"
--- stderr ---

Error: Failed to read module directory

Module directory nowhere does not exist or cannot be read.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn the_builtin_provider_has_functions() {
    let environment = TestEnvironment::with(&[(
        "main.tf",
        r#"
terraform {
  required_providers {
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}

output "a" {
  value = provider::terraform::encode_expr([1, null])
}
"#,
    )]);
    check(
        environment.run(&["validate"]),
        str![[r#"
Success! The configuration is valid.


"#]],
    );
    let decode = "provider::terraform::decode_tfvars(\"a = 1\")";
    check(
        environment.run_with(&["console"], &[], decode),
        str![[r#"
{
  "a" = 1
}

"#]],
    );
}

#[test]
fn warnings_are_part_of_the_answer_and_may_be_short() {
    let environment = TestEnvironment::with(&[(
        "main.tf",
        "provider \"terraform\" {\n  version = \"~> 1\"\n}\n",
    )]);
    let printed = environment.run(&["validate"]);
    assert!(!printed.contains("stderr"), "{printed}");
    check(
        environment.run(&["validate", "-compact-warnings"]),
        str![[r#"

Warnings:

- Version constraints inside provider configuration blocks are deprecated
  on main.tf line 2

To see the full warning notes, run Terraform without -compact-warnings.
Success! The configuration is valid, but there were some
validation warnings as shown above.


"#]],
    );
    let flags = ["console", "-input=false", "-compact-warnings"];
    check(
        TestEnvironment::new().run_with(&flags, &[], "1\n"),
        str![[r#"
1

"#]],
    );
}
