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

/// A stack that was applied: `c` was counted, `new` came later, and `m` calls
/// the folder `m`.
fn applied(input: &str, arguments: &[&str]) -> String {
    let environment = TestEnvironment::with(&[
        (
            "main.tf",
            r#"
resource "terraform_data" "a" {
  input = { shown = "in", hidden = sensitive("canary-77f0") }
}
resource "terraform_data" "c" {
  count = 3
  input = count.index
}
resource "terraform_data" "new" {}
module "m" {
  source = "./m"
  name   = terraform_data.a.output.shown
}
locals {
  late = terraform_data.new.id
}
"#,
        ),
        (
            "m/main.tf",
            r#"
variable "name" {}
output "greeting" { value = "hello ${var.name}" }
output "secret" {
  value     = "canary-77f0"
  sensitive = true
}
"#,
        ),
        ("terraform.tfstate", REMEMBERED),
        (
            "other.tfstate",
            &REMEMBERED.replace("\"shown\": \"in\"", "\"shown\": \"other\""),
        ),
    ]);
    let mut all = vec!["console"];
    all.extend(arguments);
    environment.run_with(&all, &[], input)
}

const REMEMBERED: &str = r#"{
  "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "outputs": {},
  "resources": [
    {
      "mode": "managed", "type": "terraform_data", "name": "a",
      "provider": "provider[\"terraform.io/builtin/terraform\"]",
      "instances": [{
        "schema_version": 0,
        "attributes": {
          "id": "i-a",
          "input": { "value": { "hidden": "canary-77f0", "shown": "in" }, "type": ["object", { "hidden": "string", "shown": "string" }] },
          "output": { "value": { "hidden": "canary-77f0", "shown": "in" }, "type": ["object", { "hidden": "string", "shown": "string" }] },
          "triggers_replace": null
        },
        "sensitive_attributes": [
          [{ "type": "get_attr", "value": "input" }, { "type": "get_attr", "value": "hidden" }],
          [{ "type": "get_attr", "value": "output" }, { "type": "get_attr", "value": "hidden" }]
        ]
      }]
    },
    {
      "mode": "managed", "type": "terraform_data", "name": "c",
      "provider": "provider[\"terraform.io/builtin/terraform\"]",
      "instances": [
        { "index_key": 0, "schema_version": 0, "attributes": { "id": "i-0", "input": { "value": 0, "type": "number" }, "output": { "value": 0, "type": "number" }, "triggers_replace": null } },
        { "index_key": 1, "schema_version": 0, "attributes": { "id": "i-1", "input": { "value": 1, "type": "number" }, "output": { "value": 1, "type": "number" }, "triggers_replace": null } }
      ]
    }
  ],
  "check_results": null
}
"#;

#[test]
fn resources_are_as_the_state_remembers_them() {
    check(
        applied("terraform_data.a\n", &[]),
        str![[r#"
{
  "id" = "i-a"
  "input" = {
    "hidden" = (sensitive value)
    "shown" = "in"
  }
  "output" = {
    "hidden" = (sensitive value)
    "shown" = "in"
  }
  "triggers_replace" = null
}

"#]],
    );
    check(
        applied("terraform_data.c[*].output\n", &[]),
        str![[r#"
[
  0,
  1,
]

"#]],
    );
    check(
        applied("terraform_data.c[2]\n", &[]),
        str![[r#"
--- stderr ---

Error: Invalid index

  on <console-input> line 1:
   1: terraform_data.c[2]
    ├────────────────
    │ terraform_data.c is tuple with 2 elements

The given key does not identify an element in this collection value: the
given index is greater than or equal to the length of the collection.

hint: the last element is `[1]`
--- exit status: 1 ---

"#]],
    );
    check(
        applied("module.m\n", &[]),
        str![[r#"
{
  "greeting" = "hello in"
  "secret" = (sensitive value)
}

"#]],
    );
    check(
        applied("[terraform_data.new.id, local.late]\n", &[]),
        str![[r#"
[
  (known after apply),
  (known after apply),
]

"#]],
    );
}

#[test]
fn the_state_may_be_another_file() {
    check(
        applied("module.m.greeting\n", &["-state=other.tfstate"]),
        str![[r#"
"hello other"

"#]],
    );
    check(
        applied("terraform_data.a\n", &["-state=missing.tfstate"]),
        str![[r#"
(known after apply)

"#]],
    );
}

#[test]
fn an_error_inside_try_has_a_place() {
    check(
        answer("try([][0])\n"),
        str![[r#"
--- stderr ---

Error: Error in function call

  on <console-input> line 1:
   1: try([][0])
    ├────────────────
    │ while calling try(expressions...)

Call to function "try" failed: no expression succeeded:
- Invalid index (at <console-input>:1,7-10)
  The given key does not identify an element in this collection value: the collection has no elements.

At least one expression must produce a successful result.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn resources_as_a_plan_foresees_them() {
    let stack = "variable \"v\" { default = \"new\" }\nresource \"terraform_data\" \"a\" {\n  count = 2\n  input = \"${var.v}-${count.index}\"\n}\nlocals { inputs = terraform_data.a[*].input }\n";
    let environment = TestEnvironment::with(&[("main.tf", stack)]);
    let ask = |arguments: &[&str], line: &str| environment.run_with(arguments, &[], line);
    let planned = ask(&["console", "-plan"], "local.inputs[1]\n");
    assert_eq!(planned, "\"new-1\"\n");
    let unknown = ask(&["console", "-plan"], "terraform_data.a[0].id\n");
    assert_eq!(unknown, "(known after apply)\n");
    environment.run(&["apply", "-auto-approve"]);
    let changed = ["console", "-plan", "-var=v=newer"];
    assert_eq!(ask(&changed, "local.inputs[0]\n"), "\"newer-0\"\n");
    let as_it_is = ["console", "-var=v=newer"];
    assert_eq!(ask(&as_it_is, "local.inputs[0]\n"), "\"new-0\"\n");
    let after = environment.run(&["plan"]);
    assert!(after.contains("No changes"), "nothing was changed: {after}");
}
