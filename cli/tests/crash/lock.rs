//! Two runs at once.

use std::{
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::folder::Folder;

/// An apply that takes a while, once it holds the lock.
fn slow(folder: &Folder) -> Child {
    let child = Command::new(env!("CARGO_BIN_EXE_trueup"))
        .args(["apply", "-auto-approve"])
        .current_dir(folder.path())
        .env_clear()
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    wait_for(|| folder.calls().contains_key("create made-a"));
    child
}

fn wait_for(ready: impl Fn() -> bool) {
    let begun = Instant::now();
    while !ready() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never came");
        thread::sleep(Duration::from_millis(20));
    }
}

fn prepared(milliseconds: u64) -> Folder {
    let folder = Folder::prepared();
    let step = format!("{{\"delay_ms\": {milliseconds}}}");
    folder.write("world/script/made-a.create", &step);
    folder
}

#[test]
fn the_second_is_told_who_was_first_or_waits() {
    let folder = prepared(6000);
    let mut first = slow(&folder);
    for arguments in [
        &["apply", "-auto-approve"][..],
        &["plan"],
        &["state", "rm", "test_object.kept"],
    ] {
        let refused = folder.run(arguments, &[]);
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        let said = String::from_utf8_lossy(&refused.stderr);
        for expected in [
            "Error acquiring the state lock",
            "OperationTypeApply",
            "Who:",
            "Created:",
            "ID:",
        ] {
            assert!(said.contains(expected), "{expected} in {said}");
        }
        // No variable of the environment says who it is.
        assert!(!said.contains("Who:       @"), "{said}");
    }
    let unlocked = folder.run(&["force-unlock", "-force", "x"], &[]);
    assert!(!unlocked.status.success(), "a live lock is kept");
    let second = folder.run(&["apply", "-auto-approve", "-lock-timeout=60s"], &[]);
    assert!(second.status.success(), "{second:?}");
    // One of its objects failed on purpose.
    assert_eq!(first.wait().unwrap().code(), Some(1));
    folder.check_done("one after the other");
    assert_eq!(folder.calls()["create made-a"], 1);
}

#[test]
fn the_lock_of_a_killed_process_is_no_lock() {
    let folder = prepared(60_000);
    let mut first = slow(&folder);
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(folder.path().join(".terraform.tfstate.lock.info").exists());
    std::fs::remove_file(folder.path().join("world/script/made-a.create")).unwrap();
    folder.apply_all("after the kill");
    folder.check_done("after the kill");
}

#[test]
fn terraform_and_trueup_keep_each_other_out() {
    if Command::new("terraform").arg("version").output().is_err() {
        println!("terraform is not there to hold a lock, so it is left out");
        return;
    }
    let folder = prepared(8000);
    let mut first = slow(&folder);
    let refused = Command::new("terraform")
        .args(["state", "rm", "-no-color", "test_object.kept"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    first.wait().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success());
    assert!(said.contains("Error acquiring the state lock"), "{said}");
    assert!(said.contains("OperationTypeApply"), "{said}");

    // And the other way round: terraform waits in a provisioner.
    let other = Folder::new();
    other.write(
        "main.tf",
        "resource \"terraform_data\" \"a\" {\n  provisioner \"local-exec\" {\n    command = \"touch begun; sleep 4\"\n  }\n}\n",
    );
    let mut terraform = Command::new("terraform")
        .args(["apply", "-auto-approve", "-no-color"])
        .current_dir(other.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    wait_for(|| other.path().join("begun").exists());
    let refused = other.run(&["state", "rm", "terraform_data.a"], &[]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("Error acquiring the state lock"), "{said}");
    assert!(said.contains("OperationTypeApply"), "{said}");
    let list = ["state", "rm", "-lock-timeout=60s", "terraform_data.a"];
    let waited = other.run(&list, &[]);
    assert!(terraform.wait().unwrap().success());
    assert!(waited.status.success(), "{waited:?}");
}
