//! `backend` blocks: commands that need the state read them; their errors are
//! those of `terraform init`.

use snapbox::str;

use crate::environment::{TestEnvironment, check};

fn state_list(backend: &str) -> String {
    let environment = TestEnvironment::new();
    environment.write("main.tf", &format!("terraform {{\n  {backend}\n}}\n"));
    environment.run(&["state", "list"])
}

#[test]
fn the_arguments_of_a_backend_are_constants_it_knows() {
    check(
        state_list("backend \"local\" {\n    path = var.x\n    nope = 1\n    foo {}\n  }"),
        str![[r#"
--- stderr ---

Error: Unsupported argument

  on main.tf line 4, in terraform:
   4:     nope = 1

An argument named "nope" is not expected here.

Error: Unsupported block type

  on main.tf line 5, in terraform:
   5:     foo {}

Blocks of type "foo" are not expected here.

Error: Variables not allowed

  on main.tf line 3, in terraform:
   3:     path = var.x

Variables may not be used here.
--- exit status: 1 ---

"#]],
    );
    check(
        state_list("backend \"local\" { path = [\"a\"] }"),
        str![[r#"
--- stderr ---

Error: Incorrect attribute value type

  on main.tf line 2, in terraform:
   2:   backend "local" { path = ["a"] }

Inappropriate value for attribute "path": string required.
--- exit status: 1 ---

"#]],
    );
    check(
        state_list("backend \"local\" { path = \"\" }"),
        str![[r#"
--- stderr ---

Error: Invalid local state file path

  on main.tf line 2, in terraform:
   2:   backend "local" { path = "" }

The "path" attribute value must not be empty.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn there_are_only_so_many_backends() {
    check(
        state_list("backend \"nope\" {}"),
        str![[r#"
--- stderr ---

Error: Unsupported backend type

  on main.tf line 2, in terraform:
   2:   backend "nope" {}

There is no backend type named "nope".
--- exit status: 1 ---

"#]],
    );
    check(
        state_list("backend \"etcd\" {}"),
        str![[r#"
--- stderr ---

Error: Unsupported backend type

  on main.tf line 2, in terraform:
   2:   backend "etcd" {}

The "etcd" backend is not supported in Terraform v1.3 or later.
--- exit status: 1 ---

"#]],
    );
    check(
        state_list("backend \"s3\" { bucket = 1 }"),
        str![[r#"
--- stderr ---

Error: Unsupported backend type

  on main.tf line 2, in terraform:
   2:   backend "s3" { bucket = 1 }

The "s3" backend is not built into this version of trueup; states are kept in
local files. To go on here, remove the block and let Terraform bring the
state: "terraform init -migrate-state".
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_path_may_be_any_constant_expression() {
    let environment = TestEnvironment::new();
    let backend = "terraform {\n  backend \"local\" { path = \"${1 + 1}.tfstate\" }\n}\n";
    environment.write("main.tf", backend);
    environment.write("2.tfstate", "no state");
    check(
        environment.run(&["state", "list"]),
        str![[r#"
--- stderr ---

Error: Unsupported state file format

2.tfstate cannot be used: it is not a state: expected ident at line 1 column
2. The file is left as it is.

To get it back, move 2.tfstate aside and run "trueup state push FILE" with a
copy that is whole.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_cloud_block_is_checked_and_refused() {
    check(
        state_list("cloud {\n    organisation = \"acme\"\n  }"),
        str![[r#"
--- stderr ---

Error: Unsupported argument

  on main.tf line 3, in terraform:
   3:     organisation = "acme"

An argument named "organisation" is not expected here. Did you mean
"organization"?
--- exit status: 1 ---

"#]],
    );
    check(
        state_list(
            "cloud {\n    organization = \"acme\"\n    workspaces {\n      name = \"a\"\n      tags = [\"b\"]\n    }\n  }",
        ),
        str![[r#"
--- stderr ---

Error: Invalid workspaces configuration

  on main.tf line 2, in terraform:
   2:   cloud {

Only one of workspace "tags" or "name" is allowed.

The 'workspaces' block configures how Terraform CLI maps its workspaces for
this single configuration to workspaces within an HCP Terraform or Terraform
Enterprise organization: by "name", the only workspace there is, or by
"tags", those that have them.
--- exit status: 1 ---

"#]],
    );
    check(
        state_list("cloud {\n    workspaces {\n      name = \"a\"\n    }\n  }"),
        str![[r#"
--- stderr ---

Error: Invalid or missing required argument

  on main.tf line 2, in terraform:
   2:   cloud {

"organization" must be set in the cloud configuration or as an environment
variable: TF_CLOUD_ORGANIZATION.
--- exit status: 1 ---

"#]],
    );
    check(
        state_list(
            "cloud {\n    organization = \"acme\"\n    workspaces {\n      name = \"a\"\n    }\n  }",
        ),
        str![[r#"
--- stderr ---

Error: Unsupported block

  on main.tf line 2, in terraform:
   2:   cloud {

HCP Terraform is not built into this version of trueup; states are kept in
local files. To go on here, pull the state ("terraform state pull >
terraform.tfstate"), remove the block, and run "trueup init -reconfigure".
--- exit status: 1 ---

"#]],
    );
}

/// What `terraform init` writes down for a state in S3.
const IN_S3: &str = r#"{
  "version": 3,
  "terraform_version": "1.11.4",
  "backend": {
    "type": "s3",
    "config": { "bucket": "states", "key": "shop", "region": "eu-central-1" },
    "hash": 123
  }
}"#;

#[test]
fn a_state_that_is_out_of_reach_is_not_taken_for_none() {
    let environment = TestEnvironment::with(&[
        ("main.tf", "resource \"terraform_data\" \"a\" {}\n"),
        (".terraform/terraform.tfstate", IN_S3),
    ]);
    let refused = str![[r#"
--- stderr ---

Error: Unsupported backend type

According to the last "terraform init" the state of this folder is in the
"s3" backend, which is not built into this version of trueup.

Let Terraform bring it here, with "terraform init -migrate-state", or pull it
before the block is removed ("terraform state pull > terraform.tfstate").
Once terraform.tfstate is the state, "trueup init -reconfigure" forgets the
backend.
--- exit status: 1 ---

"#]];
    check(environment.run(&["plan"]), refused);
    let migrated = environment.run(&["init", "-migrate-state", "-force-copy"]);
    assert!(migrated.contains("is in the\n\"s3\" backend"), "{migrated}");
    assert_eq!(environment.read(".terraform/terraform.tfstate"), IN_S3);
    let forgotten = environment.run(&["init", "-reconfigure"]);
    assert!(!forgotten.contains("Error"), "{forgotten}");
    assert!(environment.run(&["plan"]).contains("1 to add"));
}

const ELSEWHERE: &str = r#"terraform {
  backend "local" {
    path = "elsewhere.tfstate"
  }
}
resource "terraform_data" "a" {}
"#;

#[test]
fn a_state_can_be_read_whatever_else_is_wrong() {
    let environment = TestEnvironment::with(&[("main.tf", ELSEWHERE)]);
    environment.run(&["apply", "-auto-approve"]);
    let faults = r#"resource "terraform_data" "a" {}
output "o" {
  value = 1
  precondition {
    condition     = 1 == 2
    error_message = "no"
  }
}
module "m" { source = "./m" }
"#;
    environment.write("main.tf", &format!("{ELSEWHERE}{faults}"));
    environment.write("m/main.tf", "x = = \n");
    check(
        environment.run(&["state", "list"]),
        str![[r#"
terraform_data.a

"#]],
    );
    assert!(environment.run(&["show"]).contains("terraform_data.a"));
    assert!(environment.run(&["output", "-json"]).starts_with("{}"));
}

#[test]
fn a_broken_file_may_hide_where_the_state_is() {
    let environment = TestEnvironment::with(&[("main.tf", ELSEWHERE)]);
    environment.run(&["apply", "-auto-approve"]);
    environment.write(
        "main.tf",
        &format!("resource \"terraform_data\" \"b\" {{\n  input = = 1\n{ELSEWHERE}"),
    );
    check(
        environment.run(&["state", "list"]),
        str![[r#"
--- stderr ---

Error: Invalid expression

  on main.tf line 2, in resource "terraform_data" "b":
   2:   input = = 1

Expected the start of an expression, but found an invalid expression token.
--- exit status: 1 ---

"#]],
    );
    for command in [
        ["state", "pull"],
        ["workspace", "list"],
        ["output", "-json"],
    ] {
        assert!(environment.run(&command).contains("Invalid expression"));
    }
    environment.write("main.tf", "terraform {\n  backend {}\n}\n");
    check(
        environment.run(&["state", "rm", "terraform_data.a"]),
        str![[r#"
--- stderr ---

Error: Missing type for backend

  on main.tf line 2, in terraform:
   2:   backend {}

All backend blocks must have 1 labels (type).
--- exit status: 1 ---

"#]],
    );
}
