//! Files written whole or not at all.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Makes the folder of a file with these permissions, and those above it, if
/// there is none.
pub(super) fn make_folder(file: &Path, mode: u32) -> io::Result<()> {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.exists() => {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, mode);
            builder.create(folder)
        }
        _ => Ok(()),
    }
}

/// Writes a file with these permissions. Until the last moment there is the
/// old one. What `unique` is must not have been used for it before.
pub(super) fn write(path: &Path, contents: &[u8], mode: u32, unique: &str) -> io::Result<()> {
    let path = behind_links(path)?;
    // Pipes and devices are written to; there is nothing to replace.
    if fs::metadata(&path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return fs::write(&path, contents);
    }
    let Some(name) = path.file_name() else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the path has no name of a file",
        ));
    };
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{unique}"));
    let beside = path.with_file_name(beside);
    let written = write_new(&beside, contents, mode).and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // There may be nothing to remove.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_new(path: &Path, contents: &[u8], mode: u32) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    options.open(path)?.write_all(contents)
}

/// The file a symbolic link stands for, also one that is not there yet.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("there are too many symbolic links"))
}
