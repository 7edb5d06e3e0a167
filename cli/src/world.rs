//! What functions of the language reach of this machine.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use trueup_lang::{
    NoTemplates, Templating,
    context::{Clock, Context, FileKind, Files, Random},
};

use crate::environment::Environment;

/// The context of a run: real files, clock and randomness.
pub(crate) fn context(environment: &Environment) -> Context {
    let mut context = Context {
        base_dir: PathBuf::from("."),
        working_dir: environment.working_dir.clone(),
        home_dir: environment.variable("HOME").map(PathBuf::from),
        plan_timestamp: None,
        pure_only: false,
        console: false,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        files: Arc::new(FileSystem),
        templates: Arc::new(NoTemplates),
    };
    context.templates = Arc::new(Templating::new(&context));
    context
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        getrandom::fill(bytes).map_err(io::Error::other)
    }
}

struct FileSystem;

impl Files for FileSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        let metadata = fs::metadata(path)?;
        Ok(if metadata.is_dir() {
            FileKind::Directory
        } else if metadata.is_file() {
            FileKind::File
        } else {
            FileKind::Other
        })
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        let names = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.file_name()));
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }
}
