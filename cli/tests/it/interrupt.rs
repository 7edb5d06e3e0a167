//! Ctrl-C while a run goes on.
#![cfg(unix)]

use std::{
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use crate::environment::TestEnvironment;

/// The second resource waits for the first, which takes two seconds.
const STACK: &str = r#"resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "echo begun > begun; trap '' INT; sleep 2"
  }
}
resource "terraform_data" "after" {
  input = terraform_data.slow.id
}
"#;

fn start(environment: &TestEnvironment) -> Child {
    #[expect(clippy::zombie_processes, reason = "whoever gets it waits for it")]
    let child = Command::new(env!("CARGO_BIN_EXE_trueup"))
        .args(["apply", "-auto-approve"])
        .current_dir(environment.work())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    for _ in 0..200 {
        if environment.work().join("begun").exists() {
            return child;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("nothing has begun");
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

#[test]
fn what_has_begun_is_finished_and_nothing_else_is_begun() {
    let environment = TestEnvironment::with(&[("main.tf", STACK)]);
    let child = start(&environment);
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("Interrupt received.\n"), "{said}");
    let listed = environment.run(&["state", "list"]);
    assert_eq!(listed, "terraform_data.slow\n");
    assert!(
        !environment
            .work()
            .join("terraform.tfstate.journal")
            .exists()
    );
    assert!(
        !environment
            .work()
            .join(".terraform.tfstate.lock.info")
            .exists()
    );
}

#[test]
fn a_second_interrupt_ends_the_run_and_loses_nothing() {
    let environment = TestEnvironment::with(&[("main.tf", STACK)]);
    let child = start(&environment);
    interrupt(&child);
    sleep(Duration::from_millis(300));
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("Two interrupts received."), "{said}");
    let listed = environment.run(&["state", "list"]);
    assert!(listed.contains("terraform_data.slow"), "{listed}");
}
