//! `trueup drift`

use regex::Regex;
use snapbox::str;

use crate::environment::{TestEnvironment, check};

const STACK: &str = r#"resource "local_file" "page" {
  filename = "page.txt"
  content  = "hello"
}

resource "terraform_data" "same" {}
"#;

fn applied(folders: &[&str]) -> TestEnvironment {
    let files = folders
        .iter()
        .map(|folder| (format!("{folder}/main.tf"), STACK));
    let files: Vec<(String, &str)> = files.collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, *text)).collect();
    let environment = TestEnvironment::with(&files);
    for folder in folders {
        environment.run(&[&format!("-chdir={folder}"), "apply", "-auto-approve"]);
    }
    environment
}

#[test]
fn stacks_are_told_apart() {
    let environment = applied(&["a", "b"]);
    std::fs::remove_file(environment.work().join("b/page.txt")).unwrap();
    let state = environment.read("b/terraform.tfstate");
    check(
        environment.run(&["drift", "a"]),
        str![[r#"
a: nothing has changed

"#]],
    );
    check(
        environment.run(&["drift", "a", "b", "missing"]),
        str![[r#"
a: nothing has changed
b: 1 object has drifted

  local_file.page is gone

missing: could not be checked
3 stacks: 1 as they were, 1 drifted, 1 could not be checked.
--- stderr ---

Error: Failed to enter the folder of a stack

[ROOT]/work/missing: No such file or directory (os error 2).
--- exit status: 1 ---

"#]],
    );
    assert_eq!(environment.read("b/terraform.tfstate"), state);
    check(
        environment.run(&["drift", "-json", "a", "b", "missing"]),
        str![[r#"
{"format_version":"1.0","stacks":[{"folder":"a","status":"clean","objects":[],"errors":[],"ignored":[],"notices":[]},{"folder":"b","status":"drifted","objects":[{"address":"local_file.page","type":"local_file","change":"deleted","fields":[],"parts":[],"changed_by":[]}],"errors":[],"ignored":[],"notices":[]},{"folder":"missing","status":"failed","objects":[],"errors":[{"summary":"Failed to enter the folder of a stack","detail":"[ROOT]/work/missing: No such file or directory (os error 2)."}],"ignored":[],"notices":[]}]}
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn the_working_folder_is_checked_if_none_is_named() {
    let environment = TestEnvironment::with(&[("main.tf", STACK)]);
    environment.run(&["apply", "-auto-approve"]);
    check(
        environment.run(&["drift"]),
        str![[r#"
.: nothing has changed

"#]],
    );
}

/// Whose every relative path tells whether it is taken from the right folder.
const PARTICULAR: &str = r#"variable "name" {
  validation {
    condition     = var.name == trimspace(file("name.txt"))
    error_message = "The files of another stack are read."
  }
}

data "external" "here" {
  program = ["/bin/sh", "here.sh", var.name]
}

resource "local_file" "page" {
  filename = "page.txt"
  content  = "${basename(abspath("."))} in ${terraform.workspace}"
}

check "place" {
  assert {
    condition     = data.external.here.result.cwd == path.cwd
    error_message = "path.cwd is ${path.cwd}."
  }
}
"#;

const HERE: &str = r#"[ "${PWD##*/}" = "$1" ] && printf '{"cwd":"%s"}' "${PWD%/*}"
"#;

/// Stacks whose files have the same names; every other one has another workspace,
/// and of every third the page was changed.
fn particular(names: &[String]) -> TestEnvironment {
    let files = names.iter().flat_map(|name| {
        [
            (format!("{name}/main.tf"), PARTICULAR.to_owned()),
            (format!("{name}/here.sh"), HERE.to_owned()),
            (format!("{name}/name.txt"), format!("{name}\n")),
            (
                format!("{name}/terraform.tfvars"),
                format!("name = \"{name}\"\n"),
            ),
        ]
    });
    let files: Vec<(String, String)> = files.collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    let environment = TestEnvironment::with(&files);
    for (at, name) in names.iter().enumerate() {
        let chdir = format!("-chdir={name}");
        if at % 2 == 1 {
            environment.run(&[&chdir, "workspace", "new", &format!("of-{name}")]);
        }
        environment.run(&[&chdir, "apply", "-auto-approve"]);
        if at % 3 == 2 {
            let page = environment.work().join(name).join("page.txt");
            std::fs::write(page, "somebody was here").unwrap();
        }
    }
    environment
}

#[test]
fn stacks_checked_at_once_are_as_if_each_were_alone() {
    let names: Vec<String> = (0..9).map(|at| format!("s{at}")).collect();
    let environment = particular(&names);
    let mut all = vec!["drift", "-at-once=5"];
    all.extend(names.iter().map(String::as_str));
    check(
        environment.run(&all),
        str![[r#"
s0: nothing has changed
s1: nothing has changed
s2: 1 object has drifted

  local_file.page is gone

s3: nothing has changed
s4: nothing has changed
s5: 1 object has drifted

  local_file.page is gone

s6: nothing has changed
s7: nothing has changed
s8: 1 object has drifted

  local_file.page is gone

9 stacks: 6 as they were, 3 drifted, 0 could not be checked.
--- exit status: 2 ---

"#]],
    );
    let alone: Vec<String> = names
        .iter()
        .map(|name| {
            let one = environment.run(&[&format!("-chdir={name}"), "drift"]);
            let (told, _) = one.split_once("--- exit").unwrap_or((&one, ""));
            told.replacen('.', name, 1)
        })
        .collect();
    let together = environment.run(&all);
    let (stacks, _) = together.rsplit_once("9 stacks").unwrap();
    assert_eq!(stacks, alone.concat());
}

#[test]
fn what_may_drift_is_written_beside_the_stack() {
    let environment = applied(&["a"]);
    std::fs::remove_file(environment.work().join("a/page.txt")).unwrap();
    environment.write(
        "a/drift.hcl",
        r#"ignore {
  address = "local_file.*"
  reason  = "a job cleans up"
}
ignore {
  address = "local_file.page"
  reason  = "the migration"
  until   = "2020-01-31"
}
ignore {
  address = "local_file.pgae"
  reason  = "a slip"
}
"#,
    );
    check(
        environment.run(&["drift", "a"]),
        str![[r#"
a: nothing has changed but what is ignored
  local_file.page is ignored: a job cleans up (drift.hcl:1)
  Expired rule: drift.hcl:5: this rule held until 2020-01-31 (the migration). What it ignored is told again: renew the rule or remove it.
  Rule that ignores nothing: drift.hcl:10: the stack has no object with the address "local_file.pgae". Did you mean "local_file.page"?

"#]],
    );
    environment.write(
        "a/drift.hcl",
        "ignore {\n  adress = \"local_file.page\"\n}\n",
    );
    check(
        environment.run(&["drift", "a"]),
        str![[r#"
a: could not be checked
--- stderr ---

Error: Missing required argument

  on drift.hcl line 1, in ignore:
   1: ignore {

The argument "reason" is required, but no definition was found.

Error: Unsupported argument

  on drift.hcl line 2, in ignore:
   2:   adress = "local_file.page"

An argument named "adress" is not expected here. Did you mean "address"?
--- exit status: 1 ---

"#]],
    );
}

const CHAIN: &str = r#"variable "dir" {
  default = "one"
}

resource "terraform_data" "dir" {
  input = var.dir
}

resource "local_file" "page" {
  filename = "page.txt"
  content  = "hello"
}

resource "local_file" "below" {
  filename = "below.txt"
  content  = terraform_data.dir.output
}

resource "terraform_data" "other" {
  input = "OTHER"
}
"#;

#[test]
fn a_repair_leads_back_and_changes_nothing_else() {
    let environment = TestEnvironment::with(&[("main.tf", CHAIN)]);
    environment.run(&["apply", "-auto-approve"]);
    let remove = |name: &str| std::fs::remove_file(environment.work().join(name)).unwrap();
    remove("page.txt");
    remove("below.txt");
    environment.write("main.tf", &CHAIN.replace("OTHER", "CHANGED"));
    let random = Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap();
    let drift = |flags: &[&str], answer: &str| {
        let arguments: Vec<&str> = ["drift", "-parallelism=1"]
            .iter()
            .chain(flags)
            .copied()
            .collect();
        let printed = environment.run_with(&arguments, &[], answer);
        random.replace_all(&printed, "[ID]").into_owned()
    };
    check(
        drift(&["-repair"], "no\n"),
        str![[r#"
.: 2 objects have drifted

  local_file.below is gone

  local_file.page is gone

terraform_data.dir: Refreshing state... [id=[ID]]
local_file.page: Refreshing state... [id=aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d]
local_file.below: Refreshing state... [id=fe05bcdcdc4928012781a5f1a2a77cbb5398e106]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform will perform the following actions:

  # local_file.below will be created
  + resource "local_file" "below" {
      + content              = "one"
      + content_base64sha256 = (known after apply)
      + content_base64sha512 = (known after apply)
      + content_md5          = (known after apply)
      + content_sha1         = (known after apply)
      + content_sha256       = (known after apply)
      + content_sha512       = (known after apply)
      + directory_permission = "0777"
      + file_permission      = "0777"
      + filename             = "below.txt"
      + id                   = (known after apply)
    }

  # local_file.page will be created
  + resource "local_file" "page" {
      + content              = "hello"
      + content_base64sha256 = (known after apply)
      + content_base64sha512 = (known after apply)
      + content_md5          = (known after apply)
      + content_sha1         = (known after apply)
      + content_sha256       = (known after apply)
      + content_sha512       = (known after apply)
      + directory_permission = "0777"
      + file_permission      = "0777"
      + filename             = "page.txt"
      + id                   = (known after apply)
    }

Plan: 2 to add, 0 to change, 0 to destroy.

Do you want to perform these actions?
  Terraform will perform the actions described above.
  Only 'yes' will be accepted to approve.

  Enter a value: 
Apply cancelled.
.: nothing was repaired.
--- exit status: 2 ---

"#]],
    );
    // What it depends on was configured otherwise since.
    check(
        drift(&["-repair", "-auto-approve", "-var=dir=two"], ""),
        str![[r#"
.: 2 objects have drifted

  local_file.below is gone

  local_file.page is gone

terraform_data.dir: Refreshing state... [id=[ID]]
local_file.page: Refreshing state... [id=aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d]
local_file.below: Refreshing state... [id=fe05bcdcdc4928012781a5f1a2a77cbb5398e106]
terraform_data.dir: Refreshing state... [id=[ID]]
local_file.below: Refreshing state... [id=fe05bcdcdc4928012781a5f1a2a77cbb5398e106]
local_file.page: Refreshing state... [id=aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d]
local_file.page: Refreshing state... [id=aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform will perform the following actions:

  # local_file.page will be created
  + resource "local_file" "page" {
      + content              = "hello"
      + content_base64sha256 = (known after apply)
      + content_base64sha512 = (known after apply)
      + content_md5          = (known after apply)
      + content_sha1         = (known after apply)
      + content_sha256       = (known after apply)
      + content_sha512       = (known after apply)
      + directory_permission = "0777"
      + file_permission      = "0777"
      + filename             = "page.txt"
      + id                   = (known after apply)
    }

Plan: 1 to add, 0 to change, 0 to destroy.
local_file.page: Creating...
local_file.page: Creation complete after 0s [id=aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d]

Apply complete! Resources: 1 added, 0 changed, 0 destroyed.

Warning: local_file.below is left as it is

It depends on terraform_data.dir, whose configuration has changed. "trueup
apply" brings both to what is configured.
--- exit status: 2 ---

"#]],
    );
    check(
        drift(&["-repair", "-auto-approve"], ""),
        str![[r#"
.: 1 object has drifted

  local_file.below is gone

terraform_data.dir: Refreshing state... [id=[ID]]
local_file.below: Refreshing state... [id=fe05bcdcdc4928012781a5f1a2a77cbb5398e106]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform will perform the following actions:

  # local_file.below will be created
  + resource "local_file" "below" {
      + content              = "one"
      + content_base64sha256 = (known after apply)
      + content_base64sha512 = (known after apply)
      + content_md5          = (known after apply)
      + content_sha1         = (known after apply)
      + content_sha256       = (known after apply)
      + content_sha512       = (known after apply)
      + directory_permission = "0777"
      + file_permission      = "0777"
      + filename             = "below.txt"
      + id                   = (known after apply)
    }

Plan: 1 to add, 0 to change, 0 to destroy.
local_file.below: Creating...
local_file.below: Creation complete after 0s [id=fe05bcdcdc4928012781a5f1a2a77cbb5398e106]

Apply complete! Resources: 1 added, 0 changed, 0 destroyed.

"#]],
    );
    assert_eq!(environment.read("below.txt"), "one");
    check(
        environment.run(&["drift"]),
        str![[r#"
.: nothing has changed

"#]],
    );
    // The change that was configured meanwhile is still to come.
    let plan = environment.run(&["plan"]);
    assert!(
        plan.contains("Plan: 0 to add, 1 to change, 0 to destroy."),
        "{plan}"
    );
}

#[test]
fn what_is_configured_otherwise_is_no_way_back() {
    let environment = applied(&["a"]);
    std::fs::remove_file(environment.work().join("a/page.txt")).unwrap();
    environment.write("a/main.tf", &STACK.replace("hello", "good bye"));
    check(
        environment.run(&["drift", "-repair", "-auto-approve", "a"]),
        str![[r#"
a: 1 object has drifted

  local_file.page is gone

local_file.page: Refreshing state... [id=aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d]

Warning: local_file.page is left as it is

Its configuration has changed as well, at content. "trueup apply" brings it
to what is configured.
--- exit status: 2 ---

"#]],
    );
    environment.write("a/main.tf", "");
    check(
        environment.run(&["drift", "-repair", "-auto-approve", "a"]),
        str![[r#"
a: 1 object has drifted

  local_file.page is gone

local_file.page: Refreshing state... [id=aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d]

Warning: local_file.page is left as it is

The configuration does not say what it should be. "trueup apply
-refresh-only" accepts what it is.
--- exit status: 2 ---

"#]],
    );
    check(
        environment.run(&["drift", "-repair", "-json", "a"]),
        str![[r#"
--- stderr ---
error: the argument '-repair' cannot be used with '-json'

Usage: trueup drift -repair <FOLDER>...

For more information, try '-help'.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_page_is_written_where_the_user_stands() {
    let environment = applied(&["a", "b"]);
    std::fs::remove_file(environment.work().join("b/page.txt")).unwrap();
    let printed = environment.run(&["drift", "-html=drift.html", "a", "b"]);
    assert!(printed.contains("1 object has drifted"), "{printed}");
    let page = environment.read("drift.html");
    for text in [
        "<h1>1 object has drifted.</h1>",
        "local_file.page",
        "<li>a</li>",
    ] {
        assert!(page.contains(text), "{text} is not in {page}");
    }
    check(
        environment.run(&["drift", "-html=nowhere/drift.html", "a"]),
        str![[r#"
a: nothing has changed
--- stderr ---

Error: Failed to write the page

nowhere/drift.html: No such file or directory (os error 2).
--- exit status: 1 ---

"#]],
    );
}
