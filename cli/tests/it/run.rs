//! `trueup plan`, `apply`, `destroy`, `refresh` and `import`

use snapbox::str;

use crate::environment::{TestEnvironment, check};

const STACK: &str = r#"variable "size" {
  type        = number
  description = "How large."
}

resource "terraform_data" "a" {
  input = var.size
}

output "size" {
  value = terraform_data.a.output
}
"#;

/// IDs are drawn; here they are all the same.
fn calm(text: &str) -> String {
    let mut calm = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("id=") {
        let (before, after) = rest.split_at(at + 3);
        calm.push_str(before);
        calm.push_str("[ID]");
        rest = &after[after.find(']').unwrap_or(0)..];
    }
    calm.push_str(rest);
    calm
}

fn stack() -> TestEnvironment {
    TestEnvironment::with(&[("main.tf", STACK)])
}

#[test]
fn a_missing_value_is_asked_for_and_so_is_approval() {
    let environment = stack();
    check(
        calm(&environment.run_with(&["apply"], &[], "3\nyes\n")),
        str![[r#"
var.size
  How large.

  Enter a value: 

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform will perform the following actions:

  # terraform_data.a will be created
  + resource "terraform_data" "a" {
      + id     = (known after apply)
      + input  = 3
      + output = (known after apply)
    }

Plan: 1 to add, 0 to change, 0 to destroy.

Changes to Outputs:
  + size = (known after apply)

Do you want to perform these actions?
  Terraform will perform the actions described above.
  Only 'yes' will be accepted to approve.

  Enter a value: 
terraform_data.a: Creating...
terraform_data.a: Creation complete after 0s [id=[ID]]

Apply complete! Resources: 1 added, 0 changed, 0 destroyed.

Outputs:

size = 3

"#]],
    );
    check(
        environment
            .run_with(&["destroy", "-var=size=3"], &[], "no\n")
            .lines()
            .rev()
            .take(4)
            .collect::<Vec<_>>()
            .join("\n"),
        str![[r#"
--- exit status: 1 ---
Destroy cancelled.
  Enter a value: 

"#]],
    );
    check(
        environment.run(&["apply", "-input=false"]),
        str![[r#"
--- stderr ---

Error: No value for required variable

  on main.tf line 1:
   1: variable "size" {

The root module input variable "size" is not set, and has no default value.
Use a -var or -var-file command line argument to provide a value for this
variable.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run_with(&["plan"], &[("TF_INPUT", "0")], ""),
        str![[r#"
--- stderr ---

Error: No value for required variable

  on main.tf line 1:
   1: variable "size" {

The root module input variable "size" is not set, and has no default value.
Use a -var or -var-file command line argument to provide a value for this
variable.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn exit_codes_tell_whether_there_are_changes() {
    let environment = stack();
    let code = |arguments: &[&str]| {
        let text = environment.run(arguments);
        text.lines().last().unwrap_or_default().to_owned()
    };
    let plan = [
        "plan",
        "-var=size=1",
        "-detailed-exitcode",
        "-compact-warnings",
    ];
    assert_eq!(code(&plan), "--- exit status: 2 ---");
    environment.run(&["apply", "-auto-approve", "-var=size=1"]);
    assert_eq!(
        code(&plan),
        "and found no differences, so no changes are needed."
    );
    assert_eq!(
        code(&["plan", "-detailed-exitcode"]),
        "--- exit status: 1 ---"
    );
}

#[test]
fn a_wrong_command_line_is_refused_as_a_whole() {
    let environment = stack();
    check(
        environment.run(&[
            "plan",
            "-target=a..b",
            "-target=x.y",
            "-exclude=x.y",
            "-replace=data.a.b",
            "-destroy",
            "-refresh-only",
            "folder",
        ]),
        str![[r#"
--- stderr ---

Error: Too many command line arguments

To specify a working directory for the plan, use the global -chdir flag.

Error: Invalid target "a..b"

Dot must be followed by attribute name.

Error: Incompatible target options

The -target and -exclude options are mutually-exclusive.

Error: Invalid force-replace address "data.a.b"

Only managed resources can be used with the -replace=... option.

Error: Incompatible plan mode options

The -destroy and -refresh-only options are mutually-exclusive.

For more help on using this command, run:
  trueup plan -help
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["destroy", "-refresh-only", "-refresh=false"]),
        str![[r#"
--- stderr ---

Error: Incompatible refresh options

It doesn't make sense to use -refresh-only at the same time as
-refresh=false, because Terraform would have nothing to do.

Error: Invalid mode option

The -refresh-only option is not valid for "terraform destroy".

For more help on using this command, run:
  trueup destroy -help
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["destroy", "-replace=terraform_data.a"]),
        str![[r#"
--- stderr ---

Error: Unsupported plan mode

Forcing resource instance replacement (with -replace=...) is allowed only in
normal planning mode.

For more help on using this command, run:
  trueup destroy -help
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["plan", "-parallelism=-1"]),
        str![[r#"
--- stderr ---

Error: Invalid parallelism

At least one operation must be allowed to run, not -1.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["plan", "-tarket=x.y"]),
        str![[r#"
--- stderr ---
error: unexpected argument '-tarket' found

  tip: a similar argument exists: '-target'

Usage: trueup plan -target <ADDRESS>

For more information, try '-help'.
--- exit status: 1 ---

"#]],
    );
    check(
        environment
            .run(&["apply", "-json"])
            .replace(|c: char| c.is_ascii_digit(), "0"),
        str![[r#"
{"@level":"info","@message":"Terraform 0.00.0","@module":"terraform.ui","@timestamp":"0000-00-00T00:00:00.000000Z","terraform":"0.00.0","type":"version","ui":"0.0"}
{"@level":"error","@message":"Error: Plan file or auto-approve required","@module":"terraform.ui","@timestamp":"0000-00-00T00:00:00.000000Z","diagnostic":{"detail":"Terraform cannot ask for interactive approval when -json is set. You can either apply a saved plan file, or enable the -auto-approve option.","severity":"error","summary":"Plan file or auto-approve required"},"type":"diagnostic"}
--- exit status: 0 ---

"#]],
    );
}

#[test]
fn a_flag_that_is_given_twice_or_empty_means_what_it_means_to_terraform() {
    let environment =
        TestEnvironment::with(&[("main.tf", "resource \"terraform_data\" \"a\" {}\n")]);
    let status = |arguments: &[&str], variables: &[(&str, &str)]| {
        let printed = environment.run_with(arguments, variables, "");
        let status = printed.lines().find_map(|line| {
            line.strip_prefix("--- exit status: ")?
                .strip_suffix(" ---")?
                .parse()
                .ok()
        });
        status.unwrap_or(0)
    };
    let approving = [("TF_CLI_ARGS_apply", "-auto-approve")];
    assert_eq!(status(&["apply", "-auto-approve=false"], &approving), 1);
    assert!(!environment.work().join("terraform.tfstate").exists());
    let twice = ["plan", "-detailed-exitcode", "-detailed-exitcode=false"];
    assert_eq!(status(&twice, &[]), 0);
    let empty = [
        "plan",
        "-out=",
        "-state",
        "",
        "-generate-config-out=",
        "-parallelism=0",
        "-detailed-exitcode",
    ];
    assert_eq!(status(&empty, &[]), 2);
    assert_eq!(status(&["apply"], &approving), 0);
    assert_eq!(
        environment.run(&["state", "list", "-id="]),
        "terraform_data.a\n"
    );
}

#[test]
fn generated_configuration_is_warned_of_once() {
    let environment = TestEnvironment::with(&[(
        "main.tf",
        "import {\n  to = terraform_data.a\n  id = \"x\"\n}\n",
    )]);
    let warnings = |file: &str| {
        let flag = format!("-generate-config-out={file}");
        let printed = environment.run(&["plan", &flag]);
        printed.matches("Warning: Config generation").count()
    };
    assert_eq!(warnings("new.tf"), 1);
    assert_eq!(warnings("newer.tf"), 0);
}

#[test]
fn nothing_is_not_planned() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["plan"]),
        str![[r#"
--- stderr ---

Error: No configuration files

Plan requires configuration to be present. Planning without a configuration
would mark everything for destruction, which is normally not what is desired.
If you would like to destroy everything, run plan with the -destroy option.
Otherwise, create a Terraform configuration file (.tf file) and try again.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["apply"]),
        str![[r#"
--- stderr ---

Error: No configuration files

Apply requires configuration to be present. Applying without a configuration
would mark everything for destruction, which is normally not what is desired.
If you would like to destroy everything, run 'terraform destroy' instead.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["destroy", "-auto-approve"]),
        str![[r#"

No changes. No objects need to be destroyed.

Either you have not created any objects yet or the existing objects were
already deleted outside of Terraform.

Destroy complete! Resources: 0 destroyed.

"#]],
    );
    check(
        environment.run(&["refresh"]),
        str![[r#"

Warning: Empty or non-existent state

There are currently no remote objects tracked in the state, so there is
nothing to refresh.

"#]],
    );
}

#[test]
fn a_saved_plan_is_applied_once_and_as_it_was() {
    let environment = stack();
    check(
        environment.run(&["plan", "-var=size=1", "-out=p"]),
        str![[r#"

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform will perform the following actions:

  # terraform_data.a will be created
  + resource "terraform_data" "a" {
      + id     = (known after apply)
      + input  = 1
      + output = (known after apply)
    }

Plan: 1 to add, 0 to change, 0 to destroy.

Changes to Outputs:
  + size = (known after apply)

─────────────────────────────────────────────────────────────────────────────

Saved the plan to: p

To perform exactly these actions, run the following command to apply:
    trueup apply "p"

"#]],
    );
    check(
        environment.run(&["show", "p"]),
        str![[r#"

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform will perform the following actions:

  # terraform_data.a will be created
  + resource "terraform_data" "a" {
      + id     = (known after apply)
      + input  = 1
      + output = (known after apply)
    }

Plan: 1 to add, 0 to change, 0 to destroy.

Changes to Outputs:
  + size = (known after apply)

"#]],
    );
    environment.write("main.tf", "resource \"terraform_data\" \"other\" {}\n");
    check(
        environment.run(&["apply", "-var=size=2", "p"]),
        str![[r#"
--- stderr ---

Error: Can't change variable when applying a saved plan

The variable size cannot be set using the -var and -var-file options when
applying a saved plan file, because a saved plan includes the variable values
that were set when it was created. The saved plan specifies 1 as the value
whereas during apply the value 2 was set by a CLI argument. To declare an
ephemeral variable which is not saved in the plan file, use ephemeral = true.
--- exit status: 1 ---

"#]],
    );
    check(
        calm(&environment.run(&["apply", "p"])),
        str![[r#"
terraform_data.a: Creating...
terraform_data.a: Creation complete after 0s [id=[ID]]

Apply complete! Resources: 1 added, 0 changed, 0 destroyed.

Outputs:

size = 1

"#]],
    );
    check(
        environment.run(&["apply", "p"]),
        str![[r#"
--- stderr ---

Error: Saved plan is stale

The given plan file can no longer be applied because the state was changed by
another operation after the plan was created.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["destroy", "p"]),
        str![[r#"
--- stderr ---

Error: Destroy can't be called with a plan file

If this plan was created using plan -destroy, apply it using:
  terraform apply "p"
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run_with(&["apply", "p"], &[("TF_WORKSPACE", "dev")], ""),
        str![[r#"
--- stderr ---

Error: Saved plan is for another workspace

The given plan file was created for the workspace "default", but the current
workspace is "dev". To apply it, run "trueup workspace select default" first.
--- exit status: 1 ---

"#]],
    );
}

#[cfg(unix)]
#[test]
fn a_saved_plan_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let environment = stack();
    environment.run(&["plan", "-var=size=1", "-out=p"]);
    let metadata = std::fs::metadata(environment.work().join("p")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_is_no_saved_plan_is_not_applied() {
    let environment = stack();
    environment.write("text", "hello");
    environment.write("zip", "PK\u{3}\u{4}and so on");
    check(
        environment.run(&["apply", "text"]),
        str![[r#"
--- stderr ---

Error: Failed to load "text" as a plan file

Error: this is not a plan that trueup has saved.

Save a plan with "trueup plan -out=FILE".
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["apply", "zip"]),
        str![[r#"
--- stderr ---

Error: Failed to load "zip" as a plan file

Error: this is a plan file of Terraform; trueup cannot read it, nor Terraform
those of trueup.

Save a plan with "trueup plan -out=FILE".
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["apply", "nothing"]),
        str![[r#"
--- stderr ---

Error: Failed to load "nothing" as a plan file

Error: stat nothing: no such file or directory
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["apply", "."]),
        str![[r#"
--- stderr ---

Error: Failed to load "." as a plan file

The specified path is a directory, not a plan file. You can use the global
-chdir flag to use this directory as the configuration root.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["show", "zip"]),
        str![[r#"
--- stderr ---

Error: Failed to read the given file as a state or plan file

zip cannot be used: this is a plan file of Terraform; trueup cannot read it,
nor Terraform those of trueup.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn what_is_ephemeral_is_given_again() {
    let environment = TestEnvironment::with(&[(
        "main.tf",
        "variable \"token\" {\n  ephemeral = true\n}\nresource \"terraform_data\" \"a\" {}\n",
    )]);
    environment.run(&["plan", "-var=token=secret", "-out=p"]);
    let saved = std::fs::read(environment.work().join("p")).unwrap();
    assert!(!String::from_utf8_lossy(&saved).contains("secret"));
    check(
        environment.run(&["apply", "p"]),
        str![[r#"
--- stderr ---

Error: No value for required variable

The ephemeral input variable "token" was set during the plan phase, and so
must also be set during the apply phase.
--- exit status: 1 ---

"#]],
    );
    check(
        calm(&environment.run(&["apply", "-var=token=again", "p"])),
        str![[r#"
terraform_data.a: Creating...
terraform_data.a: Creation complete after 0s [id=[ID]]

Apply complete! Resources: 1 added, 0 changed, 0 destroyed.

"#]],
    );
}

#[test]
fn an_object_is_imported_once() {
    let environment =
        TestEnvironment::with(&[("main.tf", "resource \"terraform_data\" \"a\" {}\n")]);
    check(
        environment.run(&["import", "-parallelism=2", "terraform_data.a", "some-id"]),
        str![[r#"
terraform_data.a: Preparing import... [id=some-id]
terraform_data.a: Refreshing state... [id=some-id]

Import successful!

The resources that were imported are shown above. These resources are now in
your Terraform state and will henceforth be managed by Terraform.


"#]],
    );
    check(
        environment.run(&["import", "terraform_data.a", "some-id"]),
        str![[r#"
--- stderr ---

Error: Resource already managed by Terraform

Terraform is already managing a remote object for terraform_data.a. To import
to this address you must first remove the existing object from the state.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["import", "terraform_data.b", "some-id"]),
        str![[r#"
--- stderr ---
Error: resource address "terraform_data.b" does not exist in the configuration.

Before importing this resource, please create its configuration in the root module. For example:

resource "terraform_data" "b" {
  # (resource arguments)
}

--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["import", "module.m.terraform_data.b", "x"]),
        str![[r#"
--- stderr ---

Error: Import to non-existent module

module.m is not defined in the configuration. Please add configuration for
this module before importing into it.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["import", "data.x.y", "x"]),
        str![[r#"
--- stderr ---

Error: A managed resource address is required. Importing into a data resource is not allowed.

--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["import", "a[", "x"]),
        str![[r#"
For information on valid syntax, see:
https://developer.hashicorp.com/terraform/cli/state/resource-addressing
--- stderr ---

Error: Index value required

  on <import-address> line 1:
   1: a[

Index brackets must contain either a literal number or a literal string.
--- exit status: 1 ---

"#]],
    );
    check(
        calm(&environment.run(&["refresh"])),
        str![[r#"
terraform_data.a: Refreshing state... [id=[ID]]

"#]],
    );
}

#[test]
fn a_refresh_plans_and_keeps_what_it_read() {
    let environment = TestEnvironment::with(&[(
        "main.tf",
        r#"resource "terraform_data" "a" { input = 1 }
output "same" { value = "x" }
output "of_a" { value = terraform_data.a.output }
check "c" {
  assert {
    condition     = terraform_data.a.input == 1
    error_message = "not 1"
  }
}
"#,
    )]);
    environment.run(&["apply", "-auto-approve"]);
    environment.write(
        "main.tf",
        r#"resource "terraform_data" "a" { input = 2 }
resource "terraform_data" "b" {}
output "same" { value = "y" }
output "of_a" { value = terraform_data.a.output }
output "of_b" { value = terraform_data.b.id }
check "c" {
  assert {
    condition     = terraform_data.a.input == 1
    error_message = "not 1"
  }
}
"#,
    );
    // As what is planned; outputs that are not known yet stay as they are.
    check(
        calm(&environment.run(&["refresh", "-replace=terraform_data.a"])),
        str![[r#"
terraform_data.a: Refreshing state... [id=[ID]]

Warning: Check block assertion failed

  with check.c,
  on main.tf line 8, in check "c":
   8:     condition     = terraform_data.a.input == 1
    ├────────────────
    │ terraform_data.a.input is 2

not 1

Outputs:

of_a = 1
same = "y"

"#]],
    );
    let state = environment.read("terraform.tfstate");
    assert!(state.contains("\"check_results\": null"), "{state}");
    assert!(!state.contains("of_b"), "{state}");
}

#[test]
fn a_refresh_with_a_condition_that_fails_writes_nothing() {
    let environment = TestEnvironment::with(&[(
        "main.tf",
        "resource \"terraform_data\" \"a\" { input = 1 }\noutput \"o\" { value = 1 }\n",
    )]);
    environment.run(&["apply", "-auto-approve"]);
    let before = environment.read("terraform.tfstate");
    environment.write(
        "main.tf",
        r#"variable "x" { default = 1 }
resource "terraform_data" "a" {
  input = 1
  lifecycle {
    precondition {
      condition     = var.x == 2
      error_message = "not 2"
    }
  }
}
output "o" { value = 2 }
"#,
    );
    check(
        calm(&environment.run(&["refresh"])),
        str![[r#"
terraform_data.a: Refreshing state... [id=[ID]]
--- stderr ---

Error: Resource precondition failed

  with terraform_data.a,
  on main.tf line 6, in resource "terraform_data" "a":
   6:       condition     = var.x == 2
    ├────────────────
    │ var.x is 1

not 2
--- exit status: 1 ---

"#]],
    );
    assert_eq!(environment.read("terraform.tfstate"), before);
}

#[test]
fn what_is_not_known_yet_follows_in_the_next_wave() {
    let environment = TestEnvironment::with(&[(
        "main.tf",
        r#"resource "terraform_data" "first" { input = 2 }
resource "terraform_data" "then" { count = terraform_data.first.output }
"#,
    )]);
    let text = environment.run_with(&["apply"], &[], "yes\nyes\n");
    assert_eq!(text.matches("Enter a value:").count(), 2, "{text}");
    assert!(
        text.ends_with("Apply complete! Resources: 3 added, 0 changed, 0 destroyed.\n"),
        "{text}"
    );
}

#[test]
fn a_folder_without_configuration_is_named() {
    let environment = TestEnvironment::with(&[("b/readme", "")]);
    let printed = environment.run(&["-chdir=b", "import", "terraform_data.a", "x"]);
    assert!(
        printed.contains("The directory [ROOT]/work/b does not"),
        "{printed}"
    );
}

#[test]
fn with_chdir_everything_is_relative_to_the_stack_but_path_cwd() {
    let environment = TestEnvironment::with(&[
        (
            "b/main.tf",
            r#"resource "local_file" "page" {
  filename = "page.txt"
  content  = file("words.txt")
}
resource "terraform_data" "where" {
  provisioner "local-exec" {
    command = "pwd > where.txt"
  }
}
output "places" {
  value = [abspath("x"), path.cwd]
}
"#,
        ),
        ("b/words.txt", "hello"),
    ]);
    let printed = environment.run(&["-chdir=b", "apply", "-auto-approve"]);
    assert!(
        printed.contains("  \"[ROOT]/work/b/x\",\n  \"[ROOT]/work\",\n"),
        "{printed}"
    );
    assert_eq!(environment.read("b/page.txt"), "hello");
    let here = environment.work().join("b").canonicalize().unwrap();
    assert_eq!(
        environment.read("b/where.txt"),
        format!("{}\n", here.display())
    );
}

#[test]
fn a_destruction_that_was_cut_off_is_finished() {
    let environment = TestEnvironment::with(&[(
        "main.tf",
        r#"resource "terraform_data" "first" {
  count = 1
}
locals {
  id = terraform_data.first[0].id
}
resource "terraform_data" "last" {
  input = local.id
}
output "id" {
  value = local.id
}
"#,
    )]);
    environment.run(&["apply", "-auto-approve"]);
    // What it was about to destroy last is gone first.
    environment.run(&["state", "rm", "terraform_data.first[0]"]);
    let destroyed = environment.run(&["destroy", "-auto-approve"]);
    let last = destroyed.lines().last();
    assert_eq!(
        last,
        Some("Destroy complete! Resources: 1 destroyed."),
        "{destroyed}"
    );
}
