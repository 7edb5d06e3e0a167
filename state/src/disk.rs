//! Files that are whole or not there, and stay after a power cut.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

/// One step after which the world looks different to whoever comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A file is made or opened.
    Open,
    /// A file is locked.
    Lock,
    /// Bytes are handed to the system.
    Write,
    /// The end of a file is cut off.
    Cut,
    /// The contents of a file reach the disk.
    Sync,
    /// A file gets a second name.
    Link,
    /// A file takes another name.
    Rename,
    /// A name is removed.
    Remove,
    /// The names in a folder reach the disk.
    SyncFolder,
}

/// Looks on while steps are taken. Tests end the process here, or let a step
/// fail.
pub trait Watch: Send + Sync {
    /// A step is about to be taken; an error is what it fails with instead.
    ///
    /// # Errors
    /// Whatever the step is to fail with.
    fn before(&self, step: Step, path: &Path) -> io::Result<()>;

    /// The step was taken.
    fn after(&self, step: Step, path: &Path);
}

/// Where files are changed. Every step that matters after a crash is taken
/// through here. Files are called by the paths that people see; relative ones
/// start at the folder of the stack.
#[derive(Clone, Default)]
pub struct Disk {
    watch: Option<Arc<dyn Watch>>,
    folder: PathBuf,
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disk")
    }
}

impl Disk {
    /// The disk, with somebody looking on.
    pub fn watched(watch: Arc<dyn Watch>) -> Self {
        Disk {
            watch: Some(watch),
            ..Disk::default()
        }
    }

    /// The same with relative paths starting at `folder`; without one they start
    /// where the process works.
    #[must_use]
    pub fn in_folder(&self, folder: impl Into<PathBuf>) -> Self {
        Disk {
            folder: folder.into(),
            ..self.clone()
        }
    }

    /// Where the file is that is called `path`.
    pub fn place(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// Takes a step.
    pub(crate) fn step<T>(
        &self,
        step: Step,
        path: &Path,
        take: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        let Some(watch) = &self.watch else {
            return take();
        };
        watch.before(step, path)?;
        let taken = take();
        watch.after(step, path);
        taken
    }

    /// Makes the entry of `path` in its folder durable.
    pub(crate) fn sync_parent(&self, path: &Path) -> io::Result<()> {
        self.step(Step::SyncFolder, path, || {
            File::open(parent(&self.place(path)))?.sync_all()
        })
    }

    /// Removes a file for good.
    pub(crate) fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(Step::Remove, path, || fs::remove_file(self.place(path)))
    }

    /// The same; it need not be there.
    pub(crate) fn remove_if_there(&self, path: &Path) -> io::Result<()> {
        match self.remove(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    /// Replaces `path` by what `write` writes: whoever reads it, at any
    /// moment, finds the old contents or the new ones.
    pub(crate) fn replace(
        &self,
        path: &Path,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        self.replace_with(path, write, |_| Ok(())).map(drop)
    }

    /// The same, calling `prepare` with the new file before it takes the name,
    /// and returning it.
    pub(crate) fn replace_with(
        &self,
        path: &Path,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
        prepare: impl FnOnce(&File) -> io::Result<()>,
    ) -> io::Result<File> {
        let prefix = draft_prefix(path);
        let place = self.place(path);
        let mut file = self.step(Step::Open, path, || {
            tempfile::Builder::new()
                .prefix(&prefix)
                .tempfile_in(parent(&place))
        })?;
        self.step(Step::Write, path, || buffered(file.as_file_mut(), write))?;
        keep_mode(&place, file.as_file())?;
        self.step(Step::Sync, path, || file.as_file().sync_all())?;
        self.step(Step::Lock, path, || prepare(file.as_file()))?;
        let file = self.step(Step::Rename, path, || {
            file.persist(&place).map_err(|error| error.error)
        })?;
        self.sync_parent(path)?;
        Ok(file)
    }

    /// Writes an open file anew, from its beginning. Not atomic.
    pub(crate) fn rewrite(
        &self,
        path: &Path,
        file: &mut File,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        self.step(Step::Cut, path, || {
            file.seek(SeekFrom::Start(0))?;
            file.set_len(0)
        })?;
        self.step(Step::Write, path, || buffered(file, write))?;
        self.step(Step::Sync, path, || file.sync_all())
    }

    /// Removes what replacing a state or the files that belong to it left
    /// behind when it was interrupted. Nobody else may be replacing them.
    pub(crate) fn remove_drafts(&self, state: &Path) -> io::Result<()> {
        let prefixes =
            ["", ".backup", ".journal"].map(|after| draft_prefix(&sibling(state, "", after)));
        for entry in fs::read_dir(parent(&self.place(state)))? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if prefixes.iter().any(|prefix| name.starts_with(prefix)) {
                self.remove_if_there(&entry.path())?;
            }
        }
        Ok(())
    }
}

/// Options for files with state: readable by their owner only.
pub(crate) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// A name beside `path`: `before`, its own, `after`.
pub(crate) fn sibling(path: &Path, before: &str, after: &str) -> std::path::PathBuf {
    let mut name = std::ffi::OsString::from(before);
    name.push(path.file_name().unwrap_or_default());
    name.push(after);
    path.with_file_name(name)
}

/// How the names of files begin that are about to replace `path`.
fn draft_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    format!(".{}.draft-", name.to_string_lossy())
}

fn buffered(
    file: &mut File,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffered = io::BufWriter::with_capacity(1 << 20, file);
    write(&mut buffered)?;
    buffered.flush()
}

/// A file that was there keeps its permissions.
fn keep_mode(path: &Path, file: &File) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) => file.set_permissions(metadata.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}
