//! `TF_LOG`: what it says, and what it never does.

use crate::environment::{TestEnvironment, check};

const STACK: &str = r#"
variable "password" {
  sensitive = true
}
resource "terraform_data" "a" {
  input = "canary-${var.password}"
}
resource "terraform_data" "b" {
  triggers_replace = var.password
  lifecycle {
    postcondition {
      condition     = self.id == "x"
      error_message = "It is not."
    }
  }
}
"#;

/// Lines without their times.
fn lines(log: &str) -> String {
    let line = |line: &str| {
        let (_, rest) = line.split_once(' ').unwrap_or(("", line));
        let rest = rest.split(" after ").next().unwrap_or(rest);
        format!("{rest}\n")
    };
    log.lines().map(line).collect()
}

fn apply(level: &str) -> String {
    let environment = TestEnvironment::with(&[("main.tf", STACK)]);
    let path = environment.work().join("the.log");
    environment.run_with(
        &["apply", "-auto-approve", "-var=password=canary-19ad"],
        &[("TF_LOG", level), ("TF_LOG_PATH", path.to_str().unwrap())],
        "",
    );
    let log = environment.read("the.log");
    assert!(!log.contains("canary"), "{log}");
    log
}

#[test]
fn a_run_is_told_step_by_step_without_values() {
    check(
        lines(&apply("debug")),
        snapbox::str![[r#"
[INFO]  trueup 0.1.0: apply -auto-approve -var
[INFO]  opened: 1 modules, state with serial 0 and 0 resources
[INFO]  planning: mode Normal, refresh true, 0 targets, 0 excludes, parallelism 10
[INFO]  planned: 2 instances, 0 of them drifted, errored: false
[INFO]  applying with parallelism 10
[DEBUG] create: terraform_data.a
[DEBUG] create done: terraform_data.a
[DEBUG] create: terraform_data.b
[DEBUG] create done: terraform_data.b
[ERROR] Resource postcondition failed: terraform_data.b
[INFO]  applied: Applied { imported: 0, added: 2, changed: 0, destroyed: 0 }; writing the state
[INFO]  exit code 1

"#]],
    );
}

#[test]
fn only_what_matters_as_much_as_was_asked_for_is_told() {
    check(
        lines(&apply("ERROR")),
        snapbox::str![[r#"
[ERROR] Resource postcondition failed: terraform_data.b

"#]],
    );
}

#[test]
fn programs_read_the_log_as_json() {
    for line in apply("json").lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["@timestamp"].is_string(), "{line}");
        assert!(line["@level"].is_string(), "{line}");
        assert!(line["@message"].is_string(), "{line}");
    }
}

#[test]
fn a_level_there_is_not_is_complained_about_in_the_log() {
    let environment = TestEnvironment::with(&[("main.tf", "")]);
    let printed = environment.run_with(&["version"], &[("TF_LOG", "loud")], "");
    assert!(printed.contains("Invalid log level: \"loud\""), "{printed}");
    let printed = environment.run_with(&["version"], &[("TF_LOG", "off")], "");
    assert!(!printed.contains("stderr"), "{printed}");
}

#[test]
fn a_log_that_cannot_be_opened_does_not_stop_a_run() {
    let environment = TestEnvironment::with(&[("main.tf", "")]);
    let log = [("TF_LOG", "info"), ("TF_LOG_PATH", "no/such/folder")];
    let printed = environment.run_with(&["validate"], &log, "");
    check(
        printed,
        snapbox::str![[r#"
Success! The configuration is valid.

--- stderr ---
Error opening log file: no/such/folder: No such file or directory (os error 2)

"#]],
    );
}
