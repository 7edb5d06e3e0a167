//! `trueup drift`

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
