//! Locks that keep two runs from writing one state.
//!
//! A local state is locked as Terraform locks it: a POSIX record lock on the
//! state file, and beside it `.NAME.lock.info`, which says who holds it. The
//! kernel drops the lock with its holder; a sidecar left behind by a killed
//! process means nothing.
//!
//! On Linux the lock belongs to the open file, not to the process (`F_OFD_SETLK`):
//! it conflicts with Terraform's `F_SETLK` and is not lost when some other
//! part of the process opens and closes the state file.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::disk::{self, Disk, Step, sibling};

/// Who holds a lock; the shape and spelling of Terraform's sidecar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LockInfo {
    /// Names the lock; chosen by its holder.
    #[serde(rename = "ID")]
    pub id: String,
    /// What it is held for: `OperationTypeApply`, `state-mv`, …
    pub operation: String,
    /// Anything else worth saying.
    pub info: String,
    /// `user@host`
    pub who: String,
    /// The version of the program.
    pub version: String,
    /// Since when, RFC 3339.
    pub created: String,
    /// What is locked.
    pub path: String,
}

/// Why a state is not locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else holds it.
    #[error("the state is locked")]
    Held {
        /// The holder, as far as it said so.
        holder: Result<Box<LockInfo>, String>,
    },
    /// The system refused.
    #[error("could not {doing} {}: {source}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A lock on a state file, held until it is released or dropped.
#[derive(Debug)]
pub struct FileLock {
    path: PathBuf,
    file: File,
    disk: Disk,
    /// The file was made to be locked.
    created: bool,
    released: bool,
}

impl FileLock {
    /// Locks the state file at `path` without waiting, making an empty one if
    /// there is none.
    ///
    /// # Errors
    /// [`LockError::Held`] with what the holder wrote down, or
    /// [`LockError::Io`].
    pub fn acquire(path: &Path, info: &LockInfo, disk: &Disk) -> Result<Self, LockError> {
        let created = !disk.place(path).exists();
        let file = open_locked(path, disk)?;
        let lock = FileLock {
            path: path.to_owned(),
            file,
            disk: disk.clone(),
            created,
            released: false,
        };
        if let Err(error) = lock.write_info(info) {
            drop(lock);
            return Err(error);
        }
        Ok(lock)
    }

    fn write_info(&self, info: &LockInfo) -> Result<(), LockError> {
        let path = info_path(&self.path);
        let failed = |source| LockError::Io {
            doing: "write",
            path: path.clone(),
            source,
        };
        let text = serde_json::to_vec(info).map_err(|error| failed(error.into()))?;
        let written = self.disk.step(Step::Write, &path, || {
            let mut options = disk::options();
            options.write(true).create(true).truncate(true);
            options.open(self.disk.place(&path))?.write_all(&text)
        });
        written.map_err(failed)
    }

    /// Replaces the locked file: whoever reads it, at any moment, finds the
    /// old contents or the new ones, and the lock holds throughout.
    ///
    /// The file is the same one afterwards, not only the same name: a
    /// `terraform` that waits for the lock has opened the file already and
    /// will read and write what it opened. So a copy takes the name while the
    /// file is written, and then gives the name back. A process killed in
    /// between leaves the complete copy under the name.
    pub(crate) fn replace(
        &mut self,
        write: &dyn Fn(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let (path, disk) = (&self.path, &self.disk);
        let spare = sibling(path, ".", ".spare");
        disk.remove_if_there(&spare)?;
        disk.remove_drafts(path)?;
        let linked = disk.step(Step::Link, &spare, || {
            fs::hard_link(disk.place(path), disk.place(&spare))
        });
        let copy = match disk.replace_with(path, write, lock_whole) {
            Ok(copy) => copy,
            Err(error) => {
                // The old file has its name still; only the spare one is left.
                drop(disk.remove_if_there(&spare));
                return Err(error);
            }
        };
        self.created = false;
        let rewritten = linked.and_then(|()| {
            disk.rewrite(path, &mut self.file, write)?;
            disk.step(Step::Rename, path, || {
                fs::rename(disk.place(&spare), disk.place(path))
            })?;
            disk.sync_parent(path)
        });
        // Without links, or without room to write it twice: the copy is the
        // state from now on. Whoever waits for the old file finds another one
        // under its name.
        if rewritten.is_err() && !is_at(&self.file, &disk.place(path)) {
            self.file = copy;
            drop(disk.remove_if_there(&spare));
        }
        Ok(())
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// [`LockError::Io`] if the sidecar cannot be removed; the lock is gone in
    /// any case.
    pub fn release(mut self) -> Result<(), LockError> {
        self.let_go()
    }

    fn let_go(&mut self) -> Result<(), LockError> {
        self.released = true;
        let path = info_path(&self.path);
        let removed = self
            .disk
            .remove_if_there(&path)
            .map_err(|source| LockError::Io {
                doing: "remove",
                path,
                source,
            });
        let empty = self.file.metadata().is_ok_and(|meta| meta.len() == 0);
        if self.created && empty && is_at(&self.file, &self.disk.place(&self.path)) {
            drop(self.disk.remove(&self.path));
        }
        removed
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        if !self.released {
            drop(self.let_go());
        }
    }
}

/// Calls `attempt` again while somebody else holds the lock, as long as
/// `timeout` allows: after one second, then two, up to every sixteen, and once
/// more at the end. `sleep` is called before each further attempt.
///
/// # Errors
/// That of the last attempt.
pub fn retry<T>(
    timeout: Duration,
    mut sleep: impl FnMut(Duration),
    mut attempt: impl FnMut() -> Result<T, LockError>,
) -> Result<T, LockError> {
    let mut left = timeout;
    let mut delay = Duration::from_secs(1);
    loop {
        match attempt() {
            Err(LockError::Held { .. }) if !left.is_zero() => {
                let pause = delay.min(left);
                sleep(pause);
                left = left.saturating_sub(pause);
                delay = (delay * 2).min(Duration::from_secs(16));
            }
            other => return other,
        }
    }
}

/// Where the holder of the lock on `path` is named.
fn info_path(path: &Path) -> PathBuf {
    sibling(path, ".", ".lock.info")
}

/// Opens and locks the file that is at `path` when the lock is there: another
/// holder may have put a new one in its place meanwhile.
fn open_locked(path: &Path, disk: &Disk) -> Result<File, LockError> {
    loop {
        let file = open(path, disk)?;
        if let Err(source) = disk.step(Step::Lock, path, || lock_whole(&file)) {
            return Err(if is_held(&source) {
                LockError::Held {
                    holder: holder(path, disk),
                }
            } else {
                LockError::Io {
                    doing: "lock",
                    path: path.to_owned(),
                    source,
                }
            });
        }
        if is_at(&file, &disk.place(path)) {
            return Ok(file);
        }
    }
}

fn open(path: &Path, disk: &Disk) -> Result<File, LockError> {
    let failed = |source| LockError::Io {
        doing: "open",
        path: path.to_owned(),
        source,
    };
    if let Some(parent) = disk.place(path).parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    let mut options: OpenOptions = disk::options();
    options.read(true).write(true).create(true).truncate(false);
    let open = disk.step(Step::Open, path, || options.open(disk.place(path)));
    open.map_err(failed)
}

fn holder(path: &Path, disk: &Disk) -> Result<Box<LockInfo>, String> {
    let path = info_path(path);
    let text = fs::read(disk.place(&path));
    let text = text.map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(open), Ok(named)) = (file.metadata(), fs::metadata(path)) else {
        return false;
    };
    (open.dev(), open.ino()) == (named.dev(), named.ino())
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

fn is_held(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::PermissionDenied
    )
}

#[cfg(unix)]
fn lock_whole(file: &File) -> io::Result<()> {
    use nix::{
        fcntl::{FcntlArg, fcntl},
        libc,
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the constants are small; their types differ between systems"
    )]
    let range = libc::flock {
        l_type: libc::F_WRLCK as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    };
    #[cfg(target_os = "linux")]
    let how = FcntlArg::F_OFD_SETLK(&range);
    #[cfg(not(target_os = "linux"))]
    let how = FcntlArg::F_SETLK(&range);
    fcntl(file, how)?;
    Ok(())
}

#[cfg(not(unix))]
fn lock_whole(file: &File) -> io::Result<()> {
    file.try_lock().map_err(io::Error::from)
}
