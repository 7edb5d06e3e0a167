//! What plans and applies show. The texts are those of Terraform 1.11.4.

use snapbox::str;

use crate::environment::{TestEnvironment, check};

const STATE: (&str, &str) = (
    "terraform.tfstate",
    r#"{
  "version": 4, "terraform_version": "1.11.4", "serial": 7,
  "lineage": "4e1a2f33-0000-4000-8000-000000000001",
  "outputs": {
    "list": { "value": ["a", "b", "c"], "type": ["tuple", ["string", "string", "string"]] },
    "gone": { "value": 1, "type": "number" },
    "secret": { "value": "canary-1", "type": "string", "sensitive": true }
  },
  "resources": [
    {
      "mode": "managed", "type": "terraform_data", "name": "changed",
      "provider": "provider[\"terraform.io/builtin/terraform\"]",
      "instances": [{ "schema_version": 0, "attributes": {
        "id": "00000001-0000-4000-8000-000000000000",
        "input": { "value": { "json": "{\"a\":1,\"b\":[1,2]}", "text": "one\ntwo\n", "same": true, "list": [1, 2, 3] },
                   "type": ["object", { "json": "string", "text": "string", "same": "bool", "list": ["tuple", ["number", "number", "number"]] }] },
        "output": { "value": { "json": "{\"a\":1,\"b\":[1,2]}", "text": "one\ntwo\n", "same": true, "list": [1, 2, 3] },
                   "type": ["object", { "json": "string", "text": "string", "same": "bool", "list": ["tuple", ["number", "number", "number"]] }] },
        "triggers_replace": null }, "sensitive_attributes": [] }]
    },
    {
      "mode": "managed", "type": "terraform_data", "name": "many",
      "provider": "provider[\"terraform.io/builtin/terraform\"]",
      "instances": [
        { "index_key": 0, "schema_version": 0, "attributes": { "id": "00000002-0000-4000-8000-000000000000", "input": null, "output": null, "triggers_replace": null } },
        { "index_key": 1, "schema_version": 0, "attributes": { "id": "00000003-0000-4000-8000-000000000000", "input": null, "output": null, "triggers_replace": null } }
      ]
    },
    {
      "mode": "managed", "type": "terraform_data", "name": "old",
      "provider": "provider[\"terraform.io/builtin/terraform\"]",
      "instances": [{ "schema_version": 0, "attributes": { "id": "00000004-0000-4000-8000-000000000000", "input": null, "output": null, "triggers_replace": null } }]
    },
    {
      "mode": "managed", "type": "terraform_data", "name": "removed",
      "provider": "provider[\"terraform.io/builtin/terraform\"]",
      "instances": [{ "schema_version": 0, "attributes": { "id": "00000005-0000-4000-8000-000000000000", "input": null, "output": null, "triggers_replace": null } }]
    },
    {
      "mode": "managed", "type": "terraform_data", "name": "tainted",
      "provider": "provider[\"terraform.io/builtin/terraform\"]",
      "instances": [{ "status": "tainted", "schema_version": 0, "attributes": { "id": "00000006-0000-4000-8000-000000000000",
        "input": { "value": "x", "type": "string" }, "output": { "value": "x", "type": "string" }, "triggers_replace": null } }]
    },
    {
      "mode": "managed", "type": "terraform_data", "name": "triggered",
      "provider": "provider[\"terraform.io/builtin/terraform\"]",
      "instances": [{ "schema_version": 0, "attributes": { "id": "00000007-0000-4000-8000-000000000000", "input": null, "output": null,
        "triggers_replace": { "value": ["a"], "type": ["tuple", ["string"]] } } }]
    }
  ],
  "check_results": null
}
"#,
);

const CONFIG: (&str, &str) = (
    "main.tf",
    r#"resource "terraform_data" "changed" {
  input = {
    json = jsonencode({ a = 1, b = [1, 3, 2] })
    text = "one\n2\n"
    same = true
    list = [1, 3]
  }
}
resource "terraform_data" "many" {
  count = 1
}
resource "terraform_data" "new" {}
moved {
  from = terraform_data.old
  to   = terraform_data.new
}
resource "terraform_data" "tainted" {
  input = "x"
}
resource "terraform_data" "triggered" {
  triggers_replace = ["b"]
  lifecycle {
    create_before_destroy = true
  }
}
resource "terraform_data" "created" {
  triggers_replace = sensitive("canary-2")
}
output "list" {
  value = ["a", "c", "d"]
}
output "secret" {
  value     = "canary-3"
  sensitive = true
}
"#,
);

#[test]
fn a_plan_with_something_of_everything() {
    let environment = TestEnvironment::with(&[STATE, CONFIG]);
    check(
        environment.run(&["plan"]),
        str![[r#"
terraform_data.changed: Refreshing state... [id=00000001-0000-4000-8000-000000000000]
terraform_data.many[0]: Refreshing state... [id=00000002-0000-4000-8000-000000000000]
terraform_data.new: Refreshing state... [id=00000004-0000-4000-8000-000000000000]
terraform_data.tainted: Refreshing state... [id=00000006-0000-4000-8000-000000000000]
terraform_data.triggered: Refreshing state... [id=00000007-0000-4000-8000-000000000000]
terraform_data.many[1]: Refreshing state... [id=00000003-0000-4000-8000-000000000000]
terraform_data.removed: Refreshing state... [id=00000005-0000-4000-8000-000000000000]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create
  ~ update in-place
  - destroy
-/+ destroy and then create replacement
+/- create replacement and then destroy

Terraform will perform the following actions:

  # terraform_data.changed will be updated in-place
  ~ resource "terraform_data" "changed" {
        id     = "00000001-0000-4000-8000-000000000000"
      ~ input  = {
          ~ json = jsonencode(
              ~ {
                  ~ b = [
                        1,
                      + 3,
                        2,
                    ]
                    # (1 unchanged attribute hidden)
                }
            )
          ~ list = [
                1,
              - 2,
                3,
            ]
          ~ text = <<-EOT
                one
              - two
              + 2
            EOT
            # (1 unchanged attribute hidden)
        }
      ~ output = {
          - json = jsonencode(
                {
                  - a = 1
                  - b = [
                      - 1,
                      - 2,
                    ]
                }
            )
          - list = [
              - 1,
              - 2,
              - 3,
            ]
          - same = true
          - text = <<-EOT
                one
                two
            EOT
        } -> (known after apply)
    }

  # terraform_data.created will be created
  + resource "terraform_data" "created" {
      + id               = (known after apply)
      + triggers_replace = (sensitive value)
    }

  # terraform_data.many[1] will be destroyed
  # (because index [1] is out of range for count)
  - resource "terraform_data" "many" {
      - id = "00000003-0000-4000-8000-000000000000" -> null
    }

  # terraform_data.old has moved to terraform_data.new
    resource "terraform_data" "new" {
        id = "00000004-0000-4000-8000-000000000000"
    }

  # terraform_data.removed will be destroyed
  # (because terraform_data.removed is not in configuration)
  - resource "terraform_data" "removed" {
      - id = "00000005-0000-4000-8000-000000000000" -> null
    }

  # terraform_data.tainted is tainted, so must be replaced
-/+ resource "terraform_data" "tainted" {
      ~ id     = "00000006-0000-4000-8000-000000000000" -> (known after apply)
      ~ output = "x" -> (known after apply)
        # (1 unchanged attribute hidden)
    }

  # terraform_data.triggered must be replaced
+/- resource "terraform_data" "triggered" {
      ~ id               = "00000007-0000-4000-8000-000000000000" -> (known after apply)
      ~ triggers_replace = [
          ~ "a" -> "b",
        ]
    }

Plan: 3 to add, 1 to change, 4 to destroy.

Changes to Outputs:
  - gone   = 1 -> null
  ~ list   = [
        "a",
      ~ "b" -> "c",
      ~ "c" -> "d",
    ]
  ~ secret = (sensitive value)

─────────────────────────────────────────────────────────────────────────────

Note: You didn't use the -out option to save this plan, so Terraform can't
guarantee to take exactly these actions if you run "trueup apply" now.

"#]],
    );
}

#[test]
fn colours() {
    let config = (
        "main.tf",
        "resource \"terraform_data\" \"a\" { input = \"x\" }\n",
    );
    let environment = TestEnvironment::with(&[config]);
    let arguments = ["plan"];
    let output = environment.run_with(&arguments, &[("CLICOLOR_FORCE", "1")], "");
    check(
        output.replace('\u{1b}', "^"),
        str![[r#"

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  ^[32m+^[0m create^[0m

Terraform will perform the following actions:

^[1m  # terraform_data.a^[0m will be created
^[0m  ^[32m+^[0m^[0m resource "terraform_data" "a" {
      ^[32m+^[0m^[0m id     = (known after apply)
      ^[32m+^[0m^[0m input  = "x"
      ^[32m+^[0m^[0m output = (known after apply)
    }

^[1mPlan:^[0m 1 to add, 0 to change, 0 to destroy.
^[0m^[90m
─────────────────────────────────────────────────────────────────────────────^[0m

Note: You didn't use the -out option to save this plan, so Terraform can't
guarantee to take exactly these actions if you run "trueup apply" now.

"#]],
    );
}

#[test]
fn nothing_to_do() {
    let environment = TestEnvironment::new();
    environment.write("main.tf", "");
    check(
        environment.run(&["plan"]),
        str![[r#"

No changes. Your infrastructure matches the configuration.

Terraform has compared your real infrastructure against your configuration
and found no differences, so no changes are needed.

"#]],
    );
    check(
        environment.run(&["plan", "-destroy"]),
        str![[r#"

No changes. No objects need to be destroyed.

Either you have not created any objects yet or the existing objects were
already deleted outside of Terraform.

"#]],
    );
    check(
        environment.run(&["plan", "-refresh-only"]),
        str![[r#"

No changes. Your infrastructure still matches the configuration.

Terraform has checked that the real remote objects still match the result of
your most recent changes, and found no differences.

"#]],
    );
}

#[test]
fn secrets_are_never_shown() {
    let environment = TestEnvironment::with(&[STATE, CONFIG]);
    environment.write(
        "secret.tf",
        r#"variable "key" {
  default   = "canary-4"
  sensitive = true
}
resource "terraform_data" "secret" {
  count = 2
  # What is computed from input is not known to be secret.
  triggers_replace = {
    plain = "shown"
    json  = jsonencode({ inner = var.key })
    text  = "one\n${var.key}\ntwo"
    list  = [var.key, "x"]
    map   = { (nonsensitive("k")) = var.key }
  }
}
output "derived" {
  value     = terraform_data.secret[*].triggers_replace
  sensitive = true
}
resource "terraform_data" "fails" {
  triggers_replace = terraform_data.secret[0].triggers_replace
  lifecycle {
    postcondition {
      condition     = self.triggers_replace.plain != "shown"
      error_message = "It is ${var.key}."
    }
  }
}
"#,
    );
    let runs: [&[&str]; 9] = [
        &["plan"],
        &["plan", "-json"],
        &["plan", "-destroy"],
        &["plan", "-refresh-only"],
        &["apply", "-auto-approve"],
        &["apply", "-auto-approve", "-json"],
        &["show"],
        &["plan", "-json"],
        &["destroy", "-auto-approve"],
    ];
    for run in runs {
        let output = environment.run(run);
        assert!(output.len() > 100, "{run:?} said nothing: {output}");
        assert!(
            !output.contains("canary"),
            "{run:?} shows a secret: {output}"
        );
    }
}

#[test]
fn what_a_schema_calls_sensitive_is_never_shown() {
    let config = r#"terraform {
  required_providers {
    random = { source = "hashicorp/random" }
  }
}
resource "random_password" "it" {
  length = 24
}
"#;
    let environment = TestEnvironment::with(&[("main.tf", config)]);
    environment.run(&["apply", "-auto-approve"]);
    let state = environment.read("terraform.tfstate");
    let (_, rest) = state.split_once("\"result\": ").unwrap();
    let secret: String = serde_json::Deserializer::from_str(rest)
        .into_iter()
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(secret.chars().count(), 24);
    environment.write("main.tf", &config.replace("24", "25"));
    let runs: [&[&str]; 6] = [
        &["show"],
        &["state", "show", "random_password.it"],
        &["plan"],
        &["plan", "-json"],
        &["plan", "-destroy"],
        &["destroy", "-auto-approve"],
    ];
    for run in runs {
        let output = environment.run(run);
        assert!(output.contains("random_password"), "{run:?}: {output}");
        assert!(
            !output.contains(&secret),
            "{run:?} shows a secret: {output}"
        );
    }
}

/// IDs and times are other ones on every run.
fn settled(output: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in output.split_inclusive([' ', '\n', '[', ']', '"', '=']) {
        let bare = word.trim_end_matches([' ', '\n', '[', ']', '"', '=']);
        let (id, time) = (
            bare.len() == 36 && bare.matches('-').count() == 4,
            bare.len() > 19 && bare.contains('T') && bare.starts_with("20"),
        );
        let shown = match (id, time) {
            (true, _) => "UUID",
            (_, true) => "TIME",
            _ => bare,
        };
        words.push(word.replacen(bare, shown, usize::from(!bare.is_empty())));
    }
    words.concat()
}

const CHAIN: &str = r#"resource "terraform_data" "a" {
  input = "one"
}
resource "terraform_data" "b" {
  input            = terraform_data.a.output
  triggers_replace = "one"
}
output "b" {
  value = terraform_data.b.output
}
"#;

#[test]
fn an_apply_as_lines() {
    let environment = TestEnvironment::with(&[("main.tf", CHAIN)]);
    let run = || settled(&environment.run(&["apply", "-auto-approve"]));
    run();
    environment.write("main.tf", &CHAIN.replace("one", "two"));
    let output = run();
    let (_, applied) = output.split_once("Changes to Outputs:").unwrap();
    check(
        applied.to_owned(),
        str![[r#"

  ~ b = "one" -> (known after apply)
terraform_data.b: Destroying... [id=UUID]
terraform_data.b: Destruction complete after 0s
terraform_data.a: Modifying... [id=UUID]
terraform_data.a: Modifications complete after 0s [id=UUID]
terraform_data.b: Creating...
terraform_data.b: Creation complete after 0s [id=UUID]

Apply complete! Resources: 1 added, 1 changed, 1 destroyed.

Outputs:

b = "two"

"#]],
    );
    environment.write("main.tf", "");
    let output = run();
    let (_, applied) = output.split_once("Plan:").unwrap();
    check(
        applied.to_owned(),
        str![[r#"
 0 to add, 0 to change, 2 to destroy.

Changes to Outputs:
  - b = "two" -> null
terraform_data.b: Destroying... [id=UUID]
terraform_data.b: Destruction complete after 0s
terraform_data.a: Destroying... [id=UUID]
terraform_data.a: Destruction complete after 0s

Apply complete! Resources: 0 added, 0 changed, 2 destroyed.

"#]],
    );
}

#[test]
fn an_apply_as_a_stream() {
    let environment = TestEnvironment::with(&[("main.tf", CHAIN)]);
    let run = || settled(&environment.run(&["apply", "-auto-approve", "-json"]));
    check(
        run(),
        str![[r#"
{"@level":"info","@message":"Terraform 1.11.4","@module":"terraform.ui","@timestamp":"TIME","terraform":"1.11.4","type":"version","ui":"1.2"}
{"@level":"info","@message":"terraform_data.a: Plan to create","@module":"terraform.ui","@timestamp":"TIME","change":{"action":"create","resource":{"addr":"terraform_data.a","implied_provider":"terraform","module":"","resource":"terraform_data.a","resource_key":null,"resource_name":"a","resource_type":"terraform_data"}},"type":"planned_change"}
{"@level":"info","@message":"terraform_data.b: Plan to create","@module":"terraform.ui","@timestamp":"TIME","change":{"action":"create","resource":{"addr":"terraform_data.b","implied_provider":"terraform","module":"","resource":"terraform_data.b","resource_key":null,"resource_name":"b","resource_type":"terraform_data"}},"type":"planned_change"}
{"@level":"info","@message":"Plan: 2 to add, 0 to change, 0 to destroy.","@module":"terraform.ui","@timestamp":"TIME","changes":{"add":2,"change":0,"import":0,"operation":"plan","remove":0},"type":"change_summary"}
{"@level":"info","@message":"Outputs: 1","@module":"terraform.ui","@timestamp":"TIME","outputs":{"b":{"action":"create","sensitive":false}},"type":"outputs"}
{"@level":"info","@message":"terraform_data.a: Creating...","@module":"terraform.ui","@timestamp":"TIME","hook":{"action":"create","resource":{"addr":"terraform_data.a","implied_provider":"terraform","module":"","resource":"terraform_data.a","resource_key":null,"resource_name":"a","resource_type":"terraform_data"}},"type":"apply_start"}
{"@level":"info","@message":"terraform_data.a: Creation complete after 0s [id=UUID]","@module":"terraform.ui","@timestamp":"TIME","hook":{"action":"create","elapsed_seconds":0,"id_key":"id","id_value":"UUID","resource":{"addr":"terraform_data.a","implied_provider":"terraform","module":"","resource":"terraform_data.a","resource_key":null,"resource_name":"a","resource_type":"terraform_data"}},"type":"apply_complete"}
{"@level":"info","@message":"terraform_data.b: Creating...","@module":"terraform.ui","@timestamp":"TIME","hook":{"action":"create","resource":{"addr":"terraform_data.b","implied_provider":"terraform","module":"","resource":"terraform_data.b","resource_key":null,"resource_name":"b","resource_type":"terraform_data"}},"type":"apply_start"}
{"@level":"info","@message":"terraform_data.b: Creation complete after 0s [id=UUID]","@module":"terraform.ui","@timestamp":"TIME","hook":{"action":"create","elapsed_seconds":0,"id_key":"id","id_value":"UUID","resource":{"addr":"terraform_data.b","implied_provider":"terraform","module":"","resource":"terraform_data.b","resource_key":null,"resource_name":"b","resource_type":"terraform_data"}},"type":"apply_complete"}
{"@level":"info","@message":"Apply complete! Resources: 2 added, 0 changed, 0 destroyed.","@module":"terraform.ui","@timestamp":"TIME","changes":{"add":2,"change":0,"import":0,"operation":"apply","remove":0},"type":"change_summary"}
{"@level":"info","@message":"Outputs: 1","@module":"terraform.ui","@timestamp":"TIME","outputs":{"b":{"sensitive":false,"type":"string","value":"one"}},"type":"outputs"}

"#]],
    );
    environment.write("main.tf", &CHAIN.replace("one", "two"));
    check(
        run(),
        str![[r#"
{"@level":"info","@message":"Terraform 1.11.4","@module":"terraform.ui","@timestamp":"TIME","terraform":"1.11.4","type":"version","ui":"1.2"}
{"@level":"info","@message":"terraform_data.a: Refreshing state... [id=UUID]","@module":"terraform.ui","@timestamp":"TIME","hook":{"id_key":"id","id_value":"UUID","resource":{"addr":"terraform_data.a","implied_provider":"terraform","module":"","resource":"terraform_data.a","resource_key":null,"resource_name":"a","resource_type":"terraform_data"}},"type":"refresh_start"}
{"@level":"info","@message":"terraform_data.a: Refresh complete [id=UUID]","@module":"terraform.ui","@timestamp":"TIME","hook":{"id_key":"id","id_value":"UUID","resource":{"addr":"terraform_data.a","implied_provider":"terraform","module":"","resource":"terraform_data.a","resource_key":null,"resource_name":"a","resource_type":"terraform_data"}},"type":"refresh_complete"}
{"@level":"info","@message":"terraform_data.b: Refreshing state... [id=UUID]","@module":"terraform.ui","@timestamp":"TIME","hook":{"id_key":"id","id_value":"UUID","resource":{"addr":"terraform_data.b","implied_provider":"terraform","module":"","resource":"terraform_data.b","resource_key":null,"resource_name":"b","resource_type":"terraform_data"}},"type":"refresh_start"}
{"@level":"info","@message":"terraform_data.b: Refresh complete [id=UUID]","@module":"terraform.ui","@timestamp":"TIME","hook":{"id_key":"id","id_value":"UUID","resource":{"addr":"terraform_data.b","implied_provider":"terraform","module":"","resource":"terraform_data.b","resource_key":null,"resource_name":"b","resource_type":"terraform_data"}},"type":"refresh_complete"}
{"@level":"info","@message":"terraform_data.a: Plan to update","@module":"terraform.ui","@timestamp":"TIME","change":{"action":"update","resource":{"addr":"terraform_data.a","implied_provider":"terraform","module":"","resource":"terraform_data.a","resource_key":null,"resource_name":"a","resource_type":"terraform_data"}},"type":"planned_change"}
{"@level":"info","@message":"terraform_data.b: Plan to replace","@module":"terraform.ui","@timestamp":"TIME","change":{"action":"replace","reason":"cannot_update","resource":{"addr":"terraform_data.b","implied_provider":"terraform","module":"","resource":"terraform_data.b","resource_key":null,"resource_name":"b","resource_type":"terraform_data"}},"type":"planned_change"}
{"@level":"info","@message":"Plan: 1 to add, 1 to change, 1 to destroy.","@module":"terraform.ui","@timestamp":"TIME","changes":{"add":1,"change":1,"import":0,"operation":"plan","remove":1},"type":"change_summary"}
{"@level":"info","@message":"Outputs: 1","@module":"terraform.ui","@timestamp":"TIME","outputs":{"b":{"action":"update","sensitive":false}},"type":"outputs"}
{"@level":"info","@message":"terraform_data.b: Destroying... [id=UUID]","@module":"terraform.ui","@timestamp":"TIME","hook":{"action":"delete","id_key":"id","id_value":"UUID","resource":{"addr":"terraform_data.b","implied_provider":"terraform","module":"","resource":"terraform_data.b","resource_key":null,"resource_name":"b","resource_type":"terraform_data"}},"type":"apply_start"}
{"@level":"info","@message":"terraform_data.b: Destruction complete after 0s","@module":"terraform.ui","@timestamp":"TIME","hook":{"action":"delete","elapsed_seconds":0,"resource":{"addr":"terraform_data.b","implied_provider":"terraform","module":"","resource":"terraform_data.b","resource_key":null,"resource_name":"b","resource_type":"terraform_data"}},"type":"apply_complete"}
{"@level":"info","@message":"terraform_data.a: Modifying... [id=UUID]","@module":"terraform.ui","@timestamp":"TIME","hook":{"action":"update","id_key":"id","id_value":"UUID","resource":{"addr":"terraform_data.a","implied_provider":"terraform","module":"","resource":"terraform_data.a","resource_key":null,"resource_name":"a","resource_type":"terraform_data"}},"type":"apply_start"}
{"@level":"info","@message":"terraform_data.a: Modifications complete after 0s [id=UUID]","@module":"terraform.ui","@timestamp":"TIME","hook":{"action":"update","elapsed_seconds":0,"id_key":"id","id_value":"UUID","resource":{"addr":"terraform_data.a","implied_provider":"terraform","module":"","resource":"terraform_data.a","resource_key":null,"resource_name":"a","resource_type":"terraform_data"}},"type":"apply_complete"}
{"@level":"info","@message":"terraform_data.b: Creating...","@module":"terraform.ui","@timestamp":"TIME","hook":{"action":"create","resource":{"addr":"terraform_data.b","implied_provider":"terraform","module":"","resource":"terraform_data.b","resource_key":null,"resource_name":"b","resource_type":"terraform_data"}},"type":"apply_start"}
{"@level":"info","@message":"terraform_data.b: Creation complete after 0s [id=UUID]","@module":"terraform.ui","@timestamp":"TIME","hook":{"action":"create","elapsed_seconds":0,"id_key":"id","id_value":"UUID","resource":{"addr":"terraform_data.b","implied_provider":"terraform","module":"","resource":"terraform_data.b","resource_key":null,"resource_name":"b","resource_type":"terraform_data"}},"type":"apply_complete"}
{"@level":"info","@message":"Apply complete! Resources: 1 added, 1 changed, 1 destroyed.","@module":"terraform.ui","@timestamp":"TIME","changes":{"add":1,"change":1,"import":0,"operation":"apply","remove":1},"type":"change_summary"}
{"@level":"info","@message":"Outputs: 1","@module":"terraform.ui","@timestamp":"TIME","outputs":{"b":{"sensitive":false,"type":"string","value":"two"}},"type":"outputs"}

"#]],
    );
}

#[test]
fn every_warning_of_a_check_counts() {
    let environment = TestEnvironment::with(&[(
        "main.tf",
        r#"resource "terraform_data" "a" {}
check "c" {
  data "terraform_remote_state" "x" {
    backend = "local"
    config  = { path = "nope" }
  }
  assert {
    condition     = data.terraform_remote_state.x.outputs.o == 1
    error_message = "no"
  }
}
check "d" {
  data "terraform_remote_state" "y" {
    backend = "local"
    config  = { path = "nope" }
  }
  assert {
    condition     = terraform_data.a.id == "x"
    error_message = "no"
  }
}
check "e" {
  assert {
    condition     = terraform_data.a.id == "x"
    error_message = "no"
  }
  assert {
    condition     = terraform_data.a.id == "y"
    error_message = "no"
  }
}
"#,
    )]);
    let text = environment.run(&["plan"]);
    assert_eq!(text.matches("Unable to find remote state").count(), 2);
    assert_eq!(text.matches("assertion known after apply").count(), 2);
    check(
        environment.run(&["plan", "-compact-warnings"]),
        str![[r#"
data.terraform_remote_state.x: Reading...
data.terraform_remote_state.y: Reading...

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create
 <= read (data resources)

Terraform will perform the following actions:

  # data.terraform_remote_state.x will be read during apply
  # (config will be reloaded to verify a check block)
 <= data "terraform_remote_state" "x" {
      + backend = "local"
      + config  = {
          + path = "nope"
        }
      + outputs = (known after apply)
    }

  # data.terraform_remote_state.y will be read during apply
  # (config will be reloaded to verify a check block)
 <= data "terraform_remote_state" "y" {
      + backend = "local"
      + config  = {
          + path = "nope"
        }
      + outputs = (known after apply)
    }

  # terraform_data.a will be created
  + resource "terraform_data" "a" {
      + id = (known after apply)
    }

Plan: 1 to add, 0 to change, 0 to destroy.

Warnings:

- Unable to find remote state
  on main.tf line 3
- Unable to find remote state
  on main.tf line 13
- Check block assertion known after apply
  on main.tf line 24
- Check block assertion known after apply
  on main.tf line 28

To see the full warning notes, run Terraform without -compact-warnings.

─────────────────────────────────────────────────────────────────────────────

Note: You didn't use the -out option to save this plan, so Terraform can't
guarantee to take exactly these actions if you run "trueup apply" now.

"#]],
    );
}
