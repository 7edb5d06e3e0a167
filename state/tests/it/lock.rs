//! Locks, against ourselves and against what Terraform does.

#![expect(clippy::unwrap_used, reason = "in what the tests share")]

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    time::Duration,
};

use nix::{
    fcntl::{FcntlArg, fcntl},
    libc,
};
use tempfile::TempDir;
use trueup_state::{
    Backend, LocalBackend, LockError, LockInfo, Snapshot,
    disk::Disk,
    lock::{FileLock, retry},
};

fn info(id: &str) -> LockInfo {
    LockInfo {
        id: id.into(),
        operation: "OperationTypeApply".into(),
        who: "me@host".into(),
        version: "1.11.4".into(),
        created: "2026-01-02T03:04:05.6Z".into(),
        path: "terraform.tfstate".into(),
        ..LockInfo::default()
    }
}

fn acquire(path: &Path, id: &str) -> Result<FileLock, LockError> {
    FileLock::acquire(path, &info(id), &Disk::default())
}

/// Locks as Terraform does.
fn terraform_locks(file: &File) -> Result<i32, nix::Error> {
    let range = libc::flock {
        l_type: libc::F_WRLCK as i16,
        l_whence: libc::SEEK_SET as i16,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    };
    fcntl(file, FcntlArg::F_SETLK(&range))
}

fn open(path: &Path) -> File {
    let mut options = OpenOptions::new();
    options.read(true).write(true).open(path).unwrap()
}

#[test]
fn the_sidecar_is_that_of_terraform_and_goes_with_the_lock() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("terraform.tfstate");
    let sidecar = dir.path().join(".terraform.tfstate.lock.info");
    let lock = acquire(&path, "1").unwrap();
    assert_eq!(
        fs::read_to_string(&sidecar).unwrap(),
        r#"{"ID":"1","Operation":"OperationTypeApply","Info":"","Who":"me@host","Version":"1.11.4","Created":"2026-01-02T03:04:05.6Z","Path":"terraform.tfstate"}"#
    );
    assert_eq!(
        fs::metadata(&sidecar).unwrap().permissions().mode() & 0o777,
        0o600
    );
    lock.release().unwrap();
    assert!(!sidecar.exists());
    assert!(!path.exists(), "made only to be locked");
}

#[test]
fn whoever_comes_second_is_told_who_was_first() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("terraform.tfstate");
    let first = acquire(&path, "1").unwrap();
    let LockError::Held { holder } = acquire(&path, "2").unwrap_err() else {
        panic!("it is held");
    };
    assert_eq!(*holder.unwrap(), info("1"));
    drop(first);
    acquire(&path, "2").unwrap();
}

#[test]
fn terraform_and_we_keep_each_other_out() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("terraform.tfstate");
    fs::write(&path, "{}").unwrap();
    let theirs = open(&path);
    terraform_locks(&theirs).unwrap();
    let error = acquire(&path, "2").unwrap_err();
    assert!(matches!(error, LockError::Held { holder: Err(_) }));
    drop(theirs);
    let ours = acquire(&path, "2").unwrap();
    assert!(terraform_locks(&open(&path)).is_err());
    drop(ours);
    terraform_locks(&open(&path)).unwrap();
}

#[test]
fn one_that_waits_with_the_file_open_reads_what_was_written() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("terraform.tfstate");
    let backend = LocalBackend {
        path: path.clone(),
        ..LocalBackend::default()
    };
    let mut snapshot = Snapshot::empty("8a3d".into());
    backend.state("default").write(&snapshot, None).unwrap();
    let waiting = open(&path);
    let inode = fs::metadata(&path).unwrap().ino();

    let mut state = backend.state("default");
    state.lock(&info("1")).unwrap();
    for serial in 1..4 {
        snapshot.serial = serial;
        state.write(&snapshot, None).unwrap();
        assert!(terraform_locks(&waiting).is_err(), "still locked");
    }
    state.unlock().unwrap();

    terraform_locks(&waiting).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
    let text = std::io::read_to_string(waiting).unwrap();
    let read = Snapshot::read(text.as_bytes()).unwrap().unwrap();
    assert_eq!(read.serial, 3);
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing is left behind: {names:?}");
}

#[test]
fn waiting_takes_ever_longer_and_ends_in_time() {
    let mut slept = Vec::new();
    let held = || LockError::Held {
        holder: Ok(Box::new(info("1"))),
    };
    let error = retry(
        Duration::from_secs(40),
        |pause| slept.push(pause.as_secs()),
        || Err::<(), _>(held()),
    );
    assert!(matches!(error, Err(LockError::Held { .. })));
    assert_eq!(slept, [1, 2, 4, 8, 16, 9]);
    let mut attempts = 0;
    let third = retry(Duration::from_secs(40), drop, || {
        attempts += 1;
        if attempts < 3 {
            Err(held())
        } else {
            Ok(attempts)
        }
    });
    assert_eq!(third.unwrap(), 3);
}
