//! What the targets run in: files in memory, a clock that stands still, no
//! randomness.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use trueup_lang::{
    NoTemplates, Templating,
    context::{Clock, Context, FileKind, Files, Random},
};

/// Files by path, all in one folder.
#[derive(Clone, Default)]
pub struct Memory(pub BTreeMap<PathBuf, Vec<u8>>);

/// A clock and a source of randomness that always say the same.
struct Still;

impl Clock for Still {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}

impl Random for Still {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let name = path.file_name().unwrap_or_default();
        let found = self.0.get(Path::new(name));
        found.cloned().ok_or(io::ErrorKind::NotFound.into())
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        match self.read(path) {
            Ok(_) => Ok(FileKind::File),
            Err(_) => Ok(FileKind::Directory),
        }
    }

    fn list(&self, _: &Path) -> io::Result<Vec<OsString>> {
        let names = self.0.keys().map(|path| path.as_os_str().to_owned());
        Ok(names.collect())
    }
}

/// The world as functions see it.
pub fn context(files: Memory) -> Context {
    let mut context = Context {
        base_dir: PathBuf::from("."),
        working_dir: PathBuf::from("/work"),
        home_dir: None,
        plan_timestamp: Some(SystemTime::UNIX_EPOCH),
        pure_only: false,
        console: true,
        clock: Arc::new(Still),
        random: Arc::new(Still),
        files: Arc::new(files),
        templates: Arc::new(NoTemplates),
    };
    context.templates = Arc::new(Templating::new(&context));
    context
}
