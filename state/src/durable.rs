//! Files that are whole or not there, and stay after a power cut.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};

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

/// Makes the entry of `path` in its folder durable.
pub(crate) fn sync_parent(path: &Path) -> io::Result<()> {
    File::open(parent(path))?.sync_all()
}

/// Replaces `path` by what `write` writes: whoever reads it, at any moment,
/// finds the old contents or the new ones.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    replace_with(path, write, |_| Ok(())).map(drop)
}

/// The same, calling `prepare` with the new file before it takes the name, and
/// returning it.
pub(crate) fn replace_with(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    prepare: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<File> {
    let mut file = tempfile::Builder::new()
        .prefix(".trueup-")
        .tempfile_in(parent(path))?;
    buffered(file.as_file_mut(), write)?;
    keep_mode(path, file.as_file())?;
    file.as_file().sync_all()?;
    prepare(file.as_file())?;
    let file = file.persist(path).map_err(|error| error.error)?;
    sync_parent(path)?;
    Ok(file)
}

/// Writes an open file anew, from its beginning. Not atomic.
pub(crate) fn rewrite(
    file: &mut File,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.set_len(0)?;
    buffered(file, write)?;
    file.sync_all()
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
