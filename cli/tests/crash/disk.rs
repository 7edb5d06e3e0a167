//! A disk that is full, and files that may not be written or cannot be read.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::{folder::Folder, kill::each};

/// The steps of an apply that can fail.
fn failing(steps: &[String]) -> Vec<usize> {
    let provider = ["before create", "before update", "before delete"];
    let steps = steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.starts_with("before") && !provider.contains(&step.as_str()));
    steps.map(|(number, _)| number).collect()
}

fn fails_at_any_step(from_there_on: bool) -> usize {
    let prepared = Folder::prepared();
    let whole = prepared.copy();
    let steps = whole.steps();
    whole.apply_all("nothing fails");
    let calls = whole.calls();
    let failing = failing(&steps);
    each(failing.len(), |number| {
        let step = failing[number];
        let context = format!("failed at step {step}, {}", steps[step]);
        let folder = prepared.copy();
        let plus = if from_there_on { "+" } else { "" };
        let failed = folder.run(
            &["apply", "-auto-approve"],
            &[("TRUEUP_STEPS_FAIL", &format!("{step}{plus}"))],
        );
        assert_eq!(failed.status.code(), Some(1), "{context}: {failed:?}");
        let said = String::from_utf8_lossy(&failed.stderr);
        assert!(said.contains("Error: "), "{context}: {said}");
        assert!(!said.contains("hush-hush"), "{context}: {said}");
        // What could not be written where it belongs has been kept here.
        let _ = fs::remove_file(folder.path().join("errored.tfstate"));
        folder.apply_all(&context);
        folder.check_done(&context);
        assert_eq!(folder.calls(), calls, "{context}");
    });
    failing.len()
}

#[test]
fn a_step_that_fails_once_costs_nothing_but_an_error() {
    println!("failed at each of {} steps", fails_at_any_step(false));
}

#[test]
fn a_disk_that_is_full_from_any_step_on_costs_nothing_but_an_error() {
    println!("full from each of {} steps on", fails_at_any_step(true));
}

#[test]
fn a_state_that_cannot_be_written_is_kept_elsewhere() {
    let folder = Folder::prepared();
    let steps = folder.copy().steps();
    let at = steps
        .iter()
        .rposition(|s| s == "before Write terraform.tfstate");
    // The first of the two: the second only rewrites what is safe already.
    let at = steps[..at.unwrap()]
        .iter()
        .rposition(|s| s == "before Write terraform.tfstate");
    let fail = format!("{}+", at.unwrap());
    let failed = folder.run(&["apply", "-auto-approve"], &[("TRUEUP_STEPS_FAIL", &fail)]);
    let said = String::from_utf8_lossy(&failed.stderr);
    assert!(
        said.contains("Failed to persist state to backend"),
        "{said}"
    );
    let kept = folder.path().join("errored.tfstate");
    let mode = fs::metadata(&kept).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    // Without the journal, the state that was kept is enough.
    fs::remove_file(folder.journal()).unwrap();
    let pushed = folder.run(&["state", "push", "errored.tfstate"], &[]);
    assert!(pushed.status.success(), "{pushed:?}");
    fs::remove_file(kept).unwrap();
    folder.apply_all("pushed");
    folder.check_done("pushed");
}

#[test]
fn what_holds_attributes_is_for_its_owner_only() {
    let folder = Folder::prepared();
    let steps = folder.copy().steps();
    let at = steps
        .iter()
        .rposition(|s| s == "before Rename terraform.tfstate");
    folder.apply_killed(at.unwrap(), "with everything there");
    let mut seen = Vec::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let text = fs::read(entry.path()).unwrap_or_default();
        if entry.file_name() != "main.tf" && text.windows(9).any(|w| w == b"hush-hush") {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            seen.push((entry.file_name().into_string().unwrap(), mode));
        }
    }
    assert!(seen.len() >= 2, "{seen:?}");
    assert!(seen.iter().all(|(_, mode)| *mode == 0o600), "{seen:?}");
}

#[test]
fn a_damaged_journal_or_state_is_said_and_left_alone() {
    let prepared = Folder::prepared();
    let steps = prepared.copy().steps();
    let at = steps.iter().rposition(|s| s == "before delete").unwrap();
    prepared.apply_killed(at, "in the middle");
    for damaged in [prepared.journal(), prepared.state()] {
        let bytes = fs::read(&damaged).unwrap();
        let name = damaged.file_name().unwrap().to_str().unwrap();
        for cut in [1, bytes.len() / 3, bytes.len() / 2] {
            let folder = prepared.copy();
            let mut bytes = bytes.clone();
            match name.ends_with(".journal") {
                true => bytes[cut] ^= 4,
                false => bytes.truncate(cut),
            }
            folder.write(name, "");
            fs::write(folder.path().join(name), &bytes).unwrap();
            let before = folder.files();
            for arguments in [
                &["plan"][..],
                &["apply", "-auto-approve"],
                &["taint", "x.y"],
            ] {
                let refused = folder.run(arguments, &[]);
                let said = String::from_utf8_lossy(&refused.stderr);
                assert_eq!(refused.status.code(), Some(1), "{name} {cut}: {said}");
                assert!(said.contains("left as"), "{name} {cut}: {said}");
                assert!(!said.contains("hush-hush"), "{said}");
                let mut after = folder.files();
                after.remove(".terraform.tfstate.lock.info");
                let mut before = before.clone();
                before.remove(".terraform.tfstate.lock.info");
                assert!(before == after, "{name} {cut}: {arguments:?} has written");
            }
        }
    }
}

/// Root may write anywhere; then there is nothing to see.
#[test]
fn a_folder_that_may_not_be_written_is_an_error() {
    let folder = Folder::prepared();
    let probe = folder.path().join("probe");
    let mode = |mode| fs::set_permissions(folder.path(), Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    if fs::write(&probe, "").is_ok() {
        mode(0o755);
        println!("nothing is forbidden to this user, so it is left out");
        return;
    }
    let refused = folder.run(&["apply", "-auto-approve"], &[]);
    mode(0o755);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    folder.apply_all("allowed again");
    folder.check_done("allowed again");
}
