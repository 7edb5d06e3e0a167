//! Where files are changed, step by step: whatever a process dies before or after
//! can be tested one step at a time.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

/// The steps that change files.
pub trait Disk: Send {
    /// Sees that there is a folder.
    ///
    /// # Errors
    /// Those of [`std::fs::create_dir_all`].
    fn make_folder(&mut self, folder: &Path) -> io::Result<()>;

    /// The contents of a file.
    ///
    /// # Errors
    /// Those of [`std::fs::read`].
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Adds bytes to the end of a file.
    ///
    /// # Errors
    /// Those of the system; a part may have been written.
    fn append(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Cuts a file off after so many bytes.
    ///
    /// # Errors
    /// Those of the system.
    fn cut(&mut self, path: &Path, length: u64) -> io::Result<()>;

    /// Writes a file from its beginning.
    ///
    /// # Errors
    /// Those of the system; a part may have been written.
    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Waits until the contents of a file are on the disk.
    ///
    /// # Errors
    /// Those of the system.
    fn sync(&mut self, path: &Path) -> io::Result<()>;

    /// Gives a file another name, in place of what has it.
    ///
    /// # Errors
    /// Those of the system.
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()>;

    /// Waits until the names in a folder are on the disk.
    ///
    /// # Errors
    /// Those of the system.
    fn sync_folder(&mut self, folder: &Path) -> io::Result<()>;
}

/// The files of this machine, readable by their owner only.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileSystem;

impl Disk for FileSystem {
    fn make_folder(&mut self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn append(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        options().append(true).open(path)?.write_all(bytes)
    }

    fn cut(&mut self, path: &Path, length: u64) -> io::Result<()> {
        options().write(true).open(path)?.set_len(length)
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = options()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)?;
        file.write_all(bytes)
    }

    fn sync(&mut self, path: &Path) -> io::Result<()> {
        options().write(true).open(path)?.sync_all()
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_folder(&mut self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}
