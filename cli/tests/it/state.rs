//! `trueup state`; the state is one that Terraform made.

use similar::TextDiff;
use snapbox::str;

use crate::environment::{TestEnvironment, check};

pub(crate) const FILE: &str = "terraform.tfstate";
pub(crate) const STACK: &str = include_str!("../states/stack.tfstate");

/// How the state file differs from what it was.
pub(crate) fn changes(environment: &TestEnvironment) -> String {
    let after = environment.read(FILE);
    let diff = TextDiff::from_lines(STACK, &after);
    diff.unified_diff().context_radius(1).to_string()
}

#[test]
fn list_filters_by_address_and_id() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["state", "list"]),
        str![[r#"
terraform_data.many[0]
terraform_data.many[1]
terraform_data.one
module.m.terraform_data.inner

"#]],
    );
    check(
        environment.run(&["state", "list", "terraform_data.many"]),
        str![[r#"
terraform_data.many[0]
terraform_data.many[1]

"#]],
    );
    check(
        environment.run(&["state", "list", "-id=00000005-0000-4000-8000-000000000000"]),
        str![[r#"
module.m.terraform_data.inner

"#]],
    );
    check(
        environment.run(&["state", "list", "terraform_data.nope"]),
        str![[r#"
--- stderr ---

Error: Unknown resource

The current state contains no resource terraform_data.nope. If you've just
added this resource to the configuration, you must run "terraform apply"
first to create the resource's entry in the state.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["state", "list", "a["]),
        str![[r#"
--- stderr ---

Error: Index value required

  on address line 1:
   1: a[

Index brackets must contain either a literal number or a literal string.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn show_prints_one_instance() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["state", "show", "terraform_data.one"]),
        str![[r##"
# terraform_data.one:
resource "terraform_data" "one" {
    id     = "00000004-0000-4000-8000-000000000000"
    input  = {
        size = 2
        text = <<-EOT
            a
            b
        EOT
    }
    output = {
        size = 2
        text = <<-EOT
            a
            b
        EOT
    }
}

"##]],
    );
    check(
        environment.run(&["state", "show", "terraform_data.many"]),
        str![[r#"
--- stderr ---
No instance found for the given address!

This command requires that the address references one specific instance.
To view the available instances, use "terraform state list". Please modify 
the address to reference a specific instance.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn mv_renames_a_resource() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&[
            "state",
            "mv",
            "-dry-run",
            "terraform_data.one",
            "terraform_data.other",
        ]),
        str![[r#"
Would move "terraform_data.one" to "terraform_data.other"

"#]],
    );
    check(
        environment.run(&["state", "mv", "terraform_data.one", "terraform_data.other"]),
        str![[r#"
Move "terraform_data.one" to "terraform_data.other"
Successfully moved 1 object(s).

"#]],
    );
    check(
        changes(&environment),
        str![[r#"
@@ -3,3 +3,3 @@
   "terraform_version": "1.11.4",
-  "serial": 5,
+  "serial": 6,
   "lineage": "00000001-0000-4000-8000-000000000000",
@@ -72,3 +72,3 @@
       "type": "terraform_data",
-      "name": "one",
+      "name": "other",
       "provider": "provider[\"terraform.io/builtin/terraform\"]",

"#]],
    );
}

#[test]
fn a_backup_is_kept_also_where_none_is_asked_for() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    environment.run(&[
        "state",
        "mv",
        "-backup=-",
        "terraform_data.one",
        "terraform_data.other",
    ]);
    let entries = std::fs::read_dir(environment.work()).unwrap();
    let names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != FILE)
        .collect();
    assert!(
        matches!(&names[..], [name] if name.ends_with(".backup")),
        "{names:?}"
    );
}

#[test]
fn mv_gives_an_instance_a_key_or_takes_it() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&[
            "state",
            "mv",
            "terraform_data.many[0]",
            "terraform_data.first",
        ]),
        str![[r#"
Move "terraform_data.many[0]" to "terraform_data.first"
Successfully moved 1 object(s).

"#]],
    );
    check(
        environment.run(&["state", "mv", "module.m", "module.n[\"k\"]"]),
        str![[r#"
Move "module.m" to "module.n[\"k\"]"
Successfully moved 1 object(s).

"#]],
    );
    check(
        changes(&environment),
        str![[r#"
@@ -3,3 +3,3 @@
   "terraform_version": "1.11.4",
-  "serial": 5,
+  "serial": 7,
   "lineage": "00000001-0000-4000-8000-000000000000",
@@ -30,3 +30,3 @@
       "type": "terraform_data",
-      "name": "many",
+      "name": "first",
       "provider": "provider[\"terraform.io/builtin/terraform\"]",
@@ -34,3 +34,2 @@
         {
-          "index_key": 0,
           "schema_version": 0,
@@ -49,3 +48,11 @@
           "sensitive_attributes": []
-        },
+        }
+      ]
+    },
+    {
+      "mode": "managed",
+      "type": "terraform_data",
+      "name": "many",
+      "provider": "provider[\"terraform.io/builtin/terraform\"]",
+      "instances": [
         {
@@ -112,3 +119,3 @@
     {
-      "module": "module.m",
+      "module": "module.n[\"k\"]",
       "mode": "managed",

"#]],
    );
}

#[test]
fn mv_refuses_what_would_lose_an_object() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&[
            "state",
            "mv",
            "terraform_data.one",
            "terraform_data.many[0]",
        ]),
        str![[r#"
--- stderr ---

Error: Invalid target address

Cannot move to terraform_data.many[0]: there is already a resource instance
at that address in the current state.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["state", "mv", "terraform_data.nope", "terraform_data.x"]),
        str![[r#"
--- stderr ---

Error: Invalid source address

Cannot move terraform_data.nope: does not match anything in the current
state.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["state", "mv", "terraform_data.one", "module.x"]),
        str![[r#"
--- stderr ---

Error: Invalid target address

Cannot move terraform_data.one to module.x: the target must also be a
resource instance.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["state", "mv", "terraform_data.one", "null_resource.one"]),
        str![[r#"
--- stderr ---

Error: Invalid state move request

Cannot move terraform_data.one to null_resource.one: resource types don't
match.
--- exit status: 1 ---

"#]],
    );
    assert_eq!(environment.read(FILE), STACK);
}

#[test]
fn rm_forgets_instances() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["state", "rm", "-dry-run", "terraform_data.many", "module.m"]),
        str![[r#"
Would remove terraform_data.many[0]
Would remove terraform_data.many[1]
Would remove module.m.terraform_data.inner

"#]],
    );
    check(
        environment.run(&["state", "rm", "terraform_data.many[1]", "module.m"]),
        str![[r#"
Removed terraform_data.many[1]
Removed module.m.terraform_data.inner
Successfully removed 2 resource instance(s).

"#]],
    );
    check(
        changes(&environment),
        str![[r#"
@@ -3,3 +3,3 @@
   "terraform_version": "1.11.4",
-  "serial": 5,
+  "serial": 6,
   "lineage": "00000001-0000-4000-8000-000000000000",
@@ -49,19 +49,2 @@
           "sensitive_attributes": []
-        },
-        {
-          "index_key": 1,
-          "schema_version": 0,
-          "attributes": {
-            "id": "00000003-0000-4000-8000-000000000000",
-            "input": {
-              "value": 1,
-              "type": "number"
-            },
-            "output": {
-              "value": 1,
-              "type": "number"
-            },
-            "triggers_replace": null
-          },
-          "sensitive_attributes": []
         }
@@ -105,21 +88,2 @@
             },
-            "triggers_replace": null
-          },
-          "sensitive_attributes": []
-        }
-      ]
-    },
-    {
-      "module": "module.m",
-      "mode": "managed",
-      "type": "terraform_data",
-      "name": "inner",
-      "provider": "provider[\"terraform.io/builtin/terraform\"]",
-      "instances": [
-        {
-          "schema_version": 0,
-          "attributes": {
-            "id": "00000005-0000-4000-8000-000000000000",
-            "input": null,
-            "output": null,
             "triggers_replace": null

"#]],
    );
}

#[test]
fn rm_refuses_an_address_that_is_nowhere() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["state", "rm", "terraform_data.nope"]),
        str![[r#"
--- stderr ---

Error: Invalid target address

No matching objects found. To view the available instances, use "terraform
state list". Please modify the address to reference a specific instance.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["state", "rm", "foo["]),
        str![[r#"
--- stderr ---

Error: Index value required

  on address line 1:
   1: foo[

Index brackets must contain either a literal number or a literal string.
--- exit status: 1 ---

"#]],
    );
    assert_eq!(environment.read(FILE), STACK);
}

#[test]
fn pull_prints_the_state_as_it_is() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    assert_eq!(environment.run(&["state", "pull"]), format!("{STACK}\n"));
    check(TestEnvironment::new().run(&["state", "pull"]), str![]);
}

/// A state with the serial and lineage and one output.
fn small(serial: u64, lineage: &str) -> String {
    format!(
        "{{\"version\": 4, \"serial\": {serial}, \"lineage\": \"{lineage}\", \
         \"outputs\": {{\"a\": {{\"value\": 1, \"type\": \"number\"}}}}, \"resources\": []}}"
    )
}

const LINEAGE: &str = "00000001-0000-4000-8000-000000000000";

#[test]
fn push_puts_a_newer_state_in_its_place() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    environment.write("new.json", &small(9, LINEAGE));
    check(environment.run(&["state", "push", "new.json"]), str![]);
    check(
        environment.read(FILE),
        str![[r#"
{
  "version": 4,
  "terraform_version": "1.11.4",
  "serial": 10,
  "lineage": "00000001-0000-4000-8000-000000000000",
  "outputs": {
    "a": {
      "value": 1,
      "type": "number"
    }
  },
  "resources": [],
  "check_results": null
}

"#]],
    );
}

#[test]
fn push_of_a_state_without_history_starts_at_serial_1() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    environment.write("new.json", &small(0, ""));
    check(environment.run(&["state", "push", "new.json"]), str![]);
    check(
        environment.read(FILE),
        str![[r#"
{
  "version": 4,
  "terraform_version": "1.11.4",
  "serial": 1,
  "lineage": "",
  "outputs": {
    "a": {
      "value": 1,
      "type": "number"
    }
  },
  "resources": [],
  "check_results": null
}

"#]],
    );
}

#[test]
fn push_refuses_older_and_unrelated_states() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    environment.write("old.json", &small(3, LINEAGE));
    environment.write("same.json", &small(5, LINEAGE));
    environment.write("other.json", &small(9, "other"));
    check(
        environment.run(&["state", "push", "old.json"]),
        str![[r#"
--- stderr ---
Failed to write state: cannot import state with serial 3 over newer state with serial 5
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["state", "push", "same.json"]),
        str![[r#"
--- stderr ---
Failed to write state: cannot overwrite existing state with serial 5 with a different state that has the same serial
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["state", "push", "other.json"]),
        str![[r#"
--- stderr ---
Failed to write state: cannot import state with lineage "other" over unrelated state with lineage "00000001-0000-4000-8000-000000000000"
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["state", "push", "nope.json"]),
        str![[r#"
--- stderr ---

Error: Failed to read the state to push

nope.json: No such file or directory (os error 2).
--- exit status: 1 ---

"#]],
    );
    assert_eq!(environment.read(FILE), STACK);
    check(
        environment.run(&["state", "push", "-force", "old.json"]),
        str![],
    );
    assert!(environment.read(FILE).contains("\"serial\": 4,"));
}

#[test]
fn replace_provider_asks_first() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    let command = [
        "state",
        "replace-provider",
        "terraform.io/builtin/terraform",
        "acme/terraform",
    ];
    check(
        environment.run_with(&command, &[], "no\n"),
        str![[r#"
Terraform will perform the following actions:

  ~ Updating provider:
    - terraform.io/builtin/terraform
    + registry.terraform.io/acme/terraform

Changing 3 resources:

  terraform_data.many
  terraform_data.one
  module.m.terraform_data.inner

Do you want to make these changes?
Only 'yes' will be accepted to continue.

Enter a value: Cancelled replacing providers.

"#]],
    );
    assert_eq!(environment.read(FILE), STACK);
    check(
        environment.run_with(&command, &[], "yes\n"),
        str![[r#"
Terraform will perform the following actions:

  ~ Updating provider:
    - terraform.io/builtin/terraform
    + registry.terraform.io/acme/terraform

Changing 3 resources:

  terraform_data.many
  terraform_data.one
  module.m.terraform_data.inner

Do you want to make these changes?
Only 'yes' will be accepted to continue.

Enter a value: 
Successfully replaced provider for 3 resources.

"#]],
    );
    check(
        changes(&environment),
        str![[r#"
@@ -3,3 +3,3 @@
   "terraform_version": "1.11.4",
-  "serial": 5,
+  "serial": 6,
   "lineage": "00000001-0000-4000-8000-000000000000",
@@ -31,3 +31,3 @@
       "name": "many",
-      "provider": "provider[\"terraform.io/builtin/terraform\"]",
+      "provider": "provider[\"registry.terraform.io/acme/terraform\"]",
       "instances": [
@@ -73,3 +73,3 @@
       "name": "one",
-      "provider": "provider[\"terraform.io/builtin/terraform\"]",
+      "provider": "provider[\"registry.terraform.io/acme/terraform\"]",
       "instances": [
@@ -116,3 +116,3 @@
       "name": "inner",
-      "provider": "provider[\"terraform.io/builtin/terraform\"]",
+      "provider": "provider[\"registry.terraform.io/acme/terraform\"]",
       "instances": [

"#]],
    );
    check(
        environment.run(&[
            "state",
            "replace-provider",
            "-auto-approve",
            "hashicorp/aws",
            "acme/aws",
        ]),
        str![[r#"
No matching resources found.

"#]],
    );
    check(
        environment.run(&["state", "replace-provider", "a//b", "acme/aws"]),
        str![[r#"
--- stderr ---

Error: Invalid "from" provider "a//b"

Invalid provider source string: The "source" attribute must be in the format
"[hostname/][namespace/]name"
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn without_a_state_there_is_nothing_to_change() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["state", "list"]),
        str![[r#"
--- stderr ---
No state file was found!

State management commands require a state file. Run this command
in a directory where Terraform has been run or use the -state flag
to point the command to a specific state location.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["state", "show", "a.b"]),
        str![[r#"
--- stderr ---
No state file was found!

State management commands require a state file. Run this command
in a directory where Terraform has been run or use the -state flag
to point the command to a specific state location.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["state", "mv", "a.b", "a.c"]),
        str![[r#"
--- stderr ---
No state file was found!

State management commands require a state file. Run this command
in a directory where Terraform has been run or use the -state flag
to point the command to a specific state location.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["state", "rm", "a.b"]),
        str![[r#"
--- stderr ---
No state file was found!

State management commands require a state file. Run this command
in a directory where Terraform has been run or use the -state flag
to point the command to a specific state location.
--- exit status: 1 ---

"#]],
    );
}
