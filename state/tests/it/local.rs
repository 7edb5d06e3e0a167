//! States in files.

use std::fs;

use tempfile::TempDir;
use trueup_state::{LocalError, Snapshot, StateFile};

fn snapshot(serial: u64) -> Snapshot {
    let mut snapshot = Snapshot::empty("8a3d".into());
    snapshot.serial = serial;
    snapshot
}

#[test]
fn no_file_is_no_state() {
    let dir = TempDir::new().unwrap();
    assert!(
        StateFile::new(dir.path().join("none"))
            .read()
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_damaged_file_is_left_alone_and_its_backup_named() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("terraform.tfstate");
    let file = StateFile::new(&path);
    file.write(&snapshot(1)).unwrap();
    file.back_up().unwrap();
    fs::write(&path, "{\"version\": 4, \"ser").unwrap();
    let LocalError::Unusable { backup, .. } = file.read().unwrap_err() else {
        panic!("the file is damaged");
    };
    assert_eq!(backup, Some(dir.path().join("terraform.tfstate.backup")));
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"version\": 4, \"ser");
}

#[cfg(unix)]
#[test]
fn a_new_file_is_readable_by_its_owner_only_and_an_old_one_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("terraform.tfstate");
    let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    let file = StateFile::new(&path);
    file.write(&snapshot(1)).unwrap();
    assert_eq!(mode(), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    file.write(&snapshot(2)).unwrap();
    assert_eq!(mode(), 0o640);
    assert_eq!(file.read().unwrap().unwrap().serial, 2);
}
