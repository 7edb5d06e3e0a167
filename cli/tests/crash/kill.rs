//! SIGKILL at every step.

use std::{
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::folder::Folder;

/// Runs `check` for all numbers below `count`, a few at a time.
pub(crate) fn each(count: usize, check: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    check(number);
                }
            });
        }
    });
}

fn terraform() -> bool {
    let found = Command::new("terraform").arg("version").output().is_ok();
    if !found {
        println!("terraform is not there to read the state, so it is left out");
    }
    found
}

/// Terraform reads the state, and knows no object that is not there or has
/// been.
fn terraform_reads(folder: &Folder, context: &str) {
    if !folder.state().exists() {
        return;
    }
    let listed = Command::new("terraform")
        .args(["state", "list", "-state"])
        .arg(folder.state())
        .current_dir(folder.root.path().join("world"))
        .output()
        .unwrap();
    assert!(listed.status.success(), "{context}: {listed:?}");
}

#[test]
fn killed_at_any_step_an_apply_loses_nothing_and_doubles_nothing() {
    let prepared = Folder::prepared();
    let whole = prepared.copy();
    let steps = whole.steps();
    whole.apply_all("not killed");
    whole.check_done("not killed");
    let calls = whole.calls();
    let terraform = terraform();

    each(steps.len(), |step| {
        let context = format!("killed at step {step}, {}", steps[step]);
        let folder = prepared.copy();
        folder.apply_killed(step, &context);
        if terraform {
            terraform_reads(&folder, &context);
        }
        // Reading writes nothing, whatever was left.
        let before = folder.files();
        for arguments in [&["plan"][..], &["state", "list"], &["show"], &["output"]] {
            let read = folder.run(arguments, &[]);
            assert!(read.status.success(), "{context}: {read:?}");
            let mut after = folder.files();
            // The lock's own: made for it and removed with it.
            let mut before = before.clone();
            for files in [&mut before, &mut after] {
                files.remove(".terraform.tfstate.lock.info");
            }
            assert!(before == after, "{context}: {arguments:?} has written");
        }
        folder.apply_all(&context);
        folder.check_done(&context);
        assert_eq!(folder.calls(), calls, "{context}");
    });
    println!("killed at each of {} steps", steps.len());
}

#[test]
fn killed_while_it_recovers_it_recovers_the_next_time() {
    let prepared = Folder::prepared();
    let steps = prepared.copy().steps();
    let find = |text: &str| steps.iter().position(|step| step == text).unwrap();
    let rfind = |text: &str| steps.iter().rposition(|step| step == text).unwrap();
    let first = [
        find("after create"),
        rfind("before delete"),
        rfind("before Rename terraform.tfstate"),
        rfind("before Remove terraform.tfstate.journal"),
    ];
    let mut points = 0;
    for first in first {
        let killed = prepared.copy();
        killed.apply_killed(first, "the first time");
        let recovery = killed.copy().steps();
        each(recovery.len(), |second| {
            let context = format!(
                "killed at {}, and recovering at step {second}, {}",
                steps[first], recovery[second]
            );
            let folder = killed.copy();
            folder.apply_killed(second, &context);
            folder.apply_all(&context);
            folder.check_done(&context);
        });
        points += recovery.len();
    }
    println!("killed while recovering at each of {points} steps");
}

#[test]
fn what_nobody_can_tell_is_said_until_somebody_can() {
    let folder = Folder::prepared();
    let steps = folder.copy().steps();
    let at = steps.iter().position(|step| step == "after create");
    folder.apply_killed(at.unwrap(), "the object is there, its outcome is not");
    let objects = folder.path().join("world/objects");
    let away = folder.path().join("world/away");
    std::fs::rename(&objects, &away).unwrap();
    std::fs::write(&objects, "no folder").unwrap();
    let journal = || std::fs::read(folder.journal()).unwrap();

    let before = journal();
    let planned = folder.run(&["plan", "-refresh=false"], &[]);
    // Wrapped at the width of the terminal.
    let said = String::from_utf8_lossy(&planned.stdout).replace('\n', " ");
    for expected in [
        "may exist without being in the state",
        "an object with the name or token",
    ] {
        assert!(said.contains(expected), "{expected} in {said}");
    }
    assert_eq!(journal(), before, "a plan writes nothing");

    // A command that asks nobody keeps what it cannot know.
    let tainted = folder.run(&["taint", "test_object.kept"], &[]);
    assert!(tainted.status.success(), "{tainted:?}");
    let untainted = folder.run(&["untaint", "test_object.kept"], &[]);
    assert!(untainted.status.success(), "{untainted:?}");
    let said = String::from_utf8_lossy(&untainted.stderr);
    assert!(said.contains("Interrupted actions"), "{said}");

    std::fs::remove_file(&objects).unwrap();
    std::fs::rename(&away, &objects).unwrap();
    folder.apply_all("asked again");
    let journal = folder.journal();
    assert!(!journal.exists());
    folder.check_done("asked again");
}

#[test]
fn terraform_may_write_the_state_before_the_run_is_recovered() {
    if !terraform() {
        return;
    }
    let prepared = Folder::prepared();
    let steps = prepared.copy().steps();
    each(steps.len(), |step| {
        let context = format!("killed at step {step}, {}", steps[step]);
        let folder = prepared.copy();
        folder.apply_killed(step, &context);
        for (from, to) in [("kept", "aside"), ("aside", "kept")] {
            let moved = Command::new("terraform")
                .args(["state", "mv", "-backup=-"])
                .args([format!("test_object.{from}"), format!("test_object.{to}")])
                .current_dir(folder.path())
                .output()
                .unwrap();
            assert!(moved.status.success(), "{context}: {moved:?}");
        }
        let _ = std::fs::remove_file(folder.path().join(".terraform.tfstate.lock.info"));
        folder.apply_all(&context);
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "backup") {
                let _ = std::fs::remove_file(path);
            }
        }
        folder.write("terraform.tfstate.backup", "");
        folder.check_done(&context);
    });
    println!("moved on after each of {} steps", steps.len());
}
