//! `trueup init`

use snapbox::str;

use crate::environment::{TestEnvironment, check};

fn stack(path: &str) -> String {
    format!(
        "terraform {{\n  backend \"local\" {{\n    path = \"{path}\"\n  }}\n}}\nresource \"terraform_data\" \"a\" {{}}\nmodule \"m\" {{\n  source = \"./m\"\n}}\n"
    )
}

#[test]
fn modules_and_backend_are_written_down_as_terraform_does() {
    let environment = TestEnvironment::with(&[("main.tf", &stack("a.tfstate")), ("m/main.tf", "")]);
    check(
        environment.run(&["init"]),
        str![[r#"
Initializing the backend...

Successfully configured the backend "local"! Terraform will automatically
use this backend unless the backend configuration changes.
Initializing modules...
- m in m
Initializing provider plugins...
- terraform.io/builtin/terraform is built in to trueup

Terraform has been successfully initialized!

You may now begin working with Terraform. Try running "trueup plan" to see
any changes that are required for your infrastructure. All Terraform commands
should now work.

If you ever set or change modules or backend configuration for Terraform,
rerun this command to reinitialize your working directory. If you forget, other
commands will detect it and remind you to do so if necessary.

"#]],
    );
    check(
        environment.read(".terraform/terraform.tfstate"),
        str![[r#"
{
  "version": 3,
  "terraform_version": "1.11.4",
  "backend": {
    "type": "local",
    "config": {
      "path": "a.tfstate",
      "workspace_dir": null
    },
    "hash": 2985648108
  }
}
"#]],
    );
    check(
        environment.read(".terraform/modules/modules.json"),
        str![[
            r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"./m","Dir":"m"}]}"#
        ]],
    );
    let again = environment.run_with(&["init"], &[("TF_IN_AUTOMATION", "1")], "");
    check(
        again,
        str![[r#"
Initializing the backend...
Initializing modules...
Initializing provider plugins...
- terraform.io/builtin/terraform is built in to trueup

Terraform has been successfully initialized!

"#]],
    );
}

#[test]
fn a_changed_backend_is_not_changed_in_silence() {
    let environment = TestEnvironment::with(&[("main.tf", &stack("a.tfstate")), ("m/main.tf", "")]);
    environment.run(&["init"]);
    environment.run(&["apply", "-auto-approve"]);
    environment.write("main.tf", &stack("b.tfstate"));
    check(
        environment.run(&["plan"]),
        str![[r#"
--- stderr ---

Error: Backend initialization required: please run "terraform init"

Reason: Backend configuration block has changed

The "backend" is the interface that Terraform uses to store state,
perform operations, etc. If this message is showing up, it means that the
Terraform configuration you're using is using a custom configuration for
the Terraform backend.

Changes to backend configurations require reinitialization. This allows
Terraform to set up the new configuration, copy existing state, etc. Please
run
"terraform init" with either the "-reconfigure" or "-migrate-state" flags to
use the current configuration.

If the change reason above is incorrect, please verify your configuration
hasn't changed and try again. At this point, no changes to your existing
configuration or state have been made.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["init"]),
        str![[r#"
Initializing the backend...
--- stderr ---

Error: Backend configuration changed

A change in the backend configuration has been detected, which may require
migrating existing state.

If you wish to attempt automatic migration of the state, use "terraform init
-migrate-state".
If you wish to store the current configuration with no changes to the state,
use "terraform init -reconfigure".
--- exit status: 1 ---

"#]],
    );
    let moved = environment.run_with(
        &["init", "-migrate-state"],
        &[("TF_IN_AUTOMATION", "1")],
        "yes\n",
    );
    check(
        moved,
        str![[r#"
Initializing the backend...
Backend configuration changed!

Terraform has detected that the configuration specified for the backend
has changed. Terraform will now check for existing state in the backends.

Do you want to copy existing state to the new backend?
  Pre-existing state was found while migrating the previous "local" backend to the
  newly configured "local" backend. No existing state was found in the newly
  configured "local" backend. Do you want to copy this state to the new "local"
  backend? Enter "yes" to copy and "no" to start with an empty state.

  Enter a value: 

Successfully configured the backend "local"! Terraform will automatically
use this backend unless the backend configuration changes.
Initializing modules...
Initializing provider plugins...
- terraform.io/builtin/terraform is built in to trueup

Terraform has been successfully initialized!

"#]],
    );
    assert_eq!(environment.read("a.tfstate"), environment.read("b.tfstate"));
}

#[test]
fn what_there_is_not_is_named() {
    let environment =
        TestEnvironment::with(&[("main.tf", "resource \"google_project\" \"a\" {}\n")]);
    let text = environment.run(&["init"]);
    assert!(
        text.contains("\n  - registry.terraform.io/hashicorp/google\n"),
        "{text}"
    );
    check(
        environment.run(&["init", "-plugin-dir=x"]),
        str![[r#"
--- stderr ---

Error: Unsupported option

Providers are built into trueup, so -plugin-dir has nothing to name. "trueup
providers" says which ones this configuration needs.
--- exit status: 1 ---

"#]],
    );
    let environment = TestEnvironment::with(&[("main.tf", &stack("a.tfstate")), ("m/main.tf", "")]);
    check(
        environment.run(&["init", "-backend-config=nope=1"]),
        str![[r#"
Initializing the backend...
--- stderr ---

Error: Invalid backend configuration argument

The backend configuration argument "nope" given on the command line is not
expected for the selected backend type.
--- exit status: 1 ---

"#]],
    );
    check(
        TestEnvironment::new().run(&["init"]),
        str![[r#"
Terraform initialized in an empty directory!

The directory has no Terraform configuration files. You may begin working
with Terraform immediately by creating Terraform configuration files.
Or begin with a ready-made stack: "trueup new" lists them.

"#]],
    );
}

const SOURCE: &[(&str, &str)] = &[
    ("src/main.tf", "module \"s\" {\n  source = \"./sub\"\n}\n"),
    ("src/sub/main.tf", "output \"x\" {\n  value = 1\n}\n"),
    ("src/.hidden", "x"),
    (
        "stray/main.tf",
        "module \"o\" {\n  source = \"../src\"\n}\n",
    ),
    ("full/x", ""),
    ("empty/.terraform/x", ""),
];

#[test]
fn a_module_is_copied_into_an_empty_folder() {
    let environment = TestEnvironment::with(SOURCE);
    check(
        environment.run(&["-chdir=empty", "init", "-from-module=../src"]),
        str![[r#"
Copying configuration from "../src"...

Initializing the backend...
Initializing modules...
- s in sub
Initializing provider plugins...

Terraform has been successfully initialized!

You may now begin working with Terraform. Try running "trueup plan" to see
any changes that are required for your infrastructure. All Terraform commands
should now work.

If you ever set or change modules or backend configuration for Terraform,
rerun this command to reinitialize your working directory. If you forget, other
commands will detect it and remind you to do so if necessary.

"#]],
    );
    assert!(environment.work().join("empty/sub/main.tf").exists());
    assert!(!environment.work().join("empty/.hidden").exists());
}

#[test]
fn what_cannot_be_copied_is_said() {
    let environment = TestEnvironment::with(SOURCE);
    for (dir, source, expected) in [
        ("full", "../src", "Can't populate non-empty directory"),
        (
            "empty",
            "../stray",
            "Local module path escapes module package",
        ),
        ("empty", "../none", "Failed to download module"),
        ("empty", "../src/main.tf", "it is not a directory"),
        (
            "empty",
            "hashicorp/consul/aws",
            "Module source not on this machine",
        ),
    ] {
        let chdir = format!("-chdir={dir}");
        let flag = format!("-from-module={source}");
        let said = environment.run(&[&chdir, "init", &flag]);
        assert!(said.contains("exit status: 1"), "{said}");
        assert!(said.contains(expected), "{source}: {said}");
        assert!(!environment.work().join(dir).join("main.tf").exists());
    }
}

#[test]
fn what_backend_config_says_goes_before_the_block() {
    let environment = TestEnvironment::with(&[("main.tf", &stack("a.tfstate")), ("m/main.tf", "")]);
    environment.run(&["init", "-backend-config=path=b.tfstate", "-backend-config="]);
    environment.run(&["apply", "-auto-approve"]);
    assert!(environment.work().join("b.tfstate").exists());
    assert!(!environment.work().join("a.tfstate").exists());
    environment.write("prod.hcl", "path = 1\n");
    environment.run(&["init", "-reconfigure", "-backend-config=prod.hcl"]);
    environment.run(&["apply", "-auto-approve"]);
    assert!(environment.work().join("1").exists());
}

#[test]
fn backend_config_without_a_backend_is_warned_of() {
    let environment = TestEnvironment::with(&[("main.tf", "")]);
    let printed = environment.run(&[
        "init",
        "-backend-config=bucket=x",
        "-backend-config=no-such-file.hcl",
    ]);
    assert!(
        printed.contains("Warning: Missing backend configuration")
            && !printed.contains("exit status"),
        "{printed}"
    );
}
