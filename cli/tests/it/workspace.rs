//! `trueup workspace`

use snapbox::str;

use crate::{
    environment::{TestEnvironment, check},
    state::STACK,
};

#[test]
fn new_select_and_delete() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["workspace", "new", "a"]),
        str![[r#"
Created and switched to workspace "a"!

You're now on a new, empty workspace. Workspaces isolate their state,
so if you run "terraform plan" Terraform will not see any existing state
for this configuration.

"#]],
    );
    check(
        environment.run(&["workspace", "list"]),
        str![[r#"
  default
* a


"#]],
    );
    check(
        environment.run(&["workspace", "show"]),
        str![[r#"
a

"#]],
    );
    check(
        environment.run(&["workspace", "delete", "a"]),
        str![[r#"
--- stderr ---
Workspace "a" is your active workspace.

You cannot delete the currently active workspace. Please switch
to another workspace and try again.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["workspace", "select", "default"]),
        str![[r#"
Switched to workspace "default".

"#]],
    );
    check(
        environment.run(&["workspace", "delete", "a"]),
        str![[r#"
Deleted workspace "a"!

"#]],
    );
    check(
        environment.run(&["workspace", "list"]),
        str![[r#"
* default


"#]],
    );
}

#[test]
fn select_makes_a_workspace_only_if_told() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["workspace", "select", "b"]),
        str![[r#"
--- stderr ---

Workspace "b" doesn't exist.

You can create this workspace with the "new" subcommand 
or include the "-or-create" flag with the "select" subcommand.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["workspace", "select", "-or-create", "b"]),
        str![[r#"
Created and switched to workspace "b"!

You're now on a new, empty workspace. Workspaces isolate their state,
so if you run "terraform plan" Terraform will not see any existing state
for this configuration.

"#]],
    );
}

#[test]
fn names_are_checked() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["workspace", "new", "a/b"]),
        str![[r#"
--- stderr ---

The workspace name "a/b" is not allowed. The name must contain only URL safe
characters, and no path separators.

--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["workspace", "new", "default"]),
        str![[r#"
--- stderr ---
Workspace "default" already exists
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["workspace", "delete", "default"]),
        str![[r#"
--- stderr ---
Workspace "default" is your active workspace.

You cannot delete the currently active workspace. Please switch
to another workspace and try again.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["workspace", "delete", "nowhere"]),
        str![[r#"
--- stderr ---
Workspace "nowhere" doesn't exist.

You can create this workspace with the "new" subcommand 
or include the "-or-create" flag with the "select" subcommand.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn new_starts_with_a_given_state() {
    let environment = TestEnvironment::new();
    environment.write("given.tfstate", STACK);
    check(
        environment.run(&["workspace", "new", "-state=given.tfstate", "fresh"]),
        str![[r#"
Created and switched to workspace "fresh"!

You're now on a new, empty workspace. Workspaces isolate their state,
so if you run "terraform plan" Terraform will not see any existing state
for this configuration.

"#]],
    );
    check(
        environment.run(&["state", "list"]),
        str![[r#"
terraform_data.many[0]
terraform_data.many[1]
terraform_data.one
module.m.terraform_data.inner

"#]],
    );
    let file = "terraform.tfstate.d/fresh/terraform.tfstate";
    assert!(environment.read(file).contains("\"serial\": 1,"));
    check(
        environment.run(&["workspace", "select", "default"]),
        str![[r#"
Switched to workspace "default".

"#]],
    );
    check(
        environment.run(&["workspace", "delete", "fresh"]),
        str![[r#"
--- stderr ---

Error: Workspace is not empty

Workspace "fresh" is currently tracking the following resource instances:
  - terraform_data.many[0]
  - terraform_data.many[1]
  - terraform_data.one
  - module.m.terraform_data.inner

Deleting this workspace would cause Terraform to lose track of any associated
remote objects, which would then require you to delete them manually outside
of Terraform. You should destroy these objects with Terraform before deleting
the workspace.

If you want to delete this workspace anyway, and have Terraform forget about
these managed objects, use the -force option to disable this safety check.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn the_variable_wins() {
    let environment = TestEnvironment::new();
    let run =
        |arguments: &[&str], name| environment.run_with(arguments, &[("TF_WORKSPACE", name)], "");
    check(
        run(&["workspace", "show"], "v"),
        str![[r#"
v

"#]],
    );
    check(
        run(&["workspace", "select", "w"], "v"),
        str![[r#"
--- stderr ---

The selected workspace is currently overridden using the TF_WORKSPACE
environment variable.

To select a new workspace, either update this environment variable or unset
it and then run this command again.

--- exit status: 1 ---

"#]],
    );
    check(
        run(&["state", "list"], "a/b"),
        str![[r#"
--- stderr ---

Error: Invalid workspace name set using TF_WORKSPACE

--- exit status: 1 ---

"#]],
    );
    check(
        run(&["validate"], "a/b"),
        str![[r#"
--- stderr ---

Error: Invalid workspace name set using TF_WORKSPACE

--- exit status: 1 ---

"#]],
    );
}
