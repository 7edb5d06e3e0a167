//! What functions of the language reach of this machine.

use std::{
    ffi::OsString,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, SystemTime},
};

use tokio::runtime::Handle;
use trueup_lang::{
    NoTemplates, Templating,
    context::{Clock, Context, FileKind, Files, Random},
};

use trueup_sdk::{Answer, native::off_thread, world};

use crate::environment::Environment;

/// The context of a run: real files, clock and randomness.
pub(crate) fn context(environment: &Environment) -> Context {
    let mut context = Context {
        base_dir: PathBuf::from("."),
        working_dir: environment.folder.clone(),
        home_dir: environment.variable("HOME").map(PathBuf::from),
        plan_timestamp: None,
        pure_only: false,
        console: false,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        files: Arc::new(FileSystem {
            folder: environment.folder.clone(),
        }),
        templates: Arc::new(NoTemplates),
    };
    context.templates = Arc::new(Templating::new(&context));
    context
}

/// What providers reach of the machine.
pub(crate) fn of_providers(environment: &Environment) -> world::World {
    world::World {
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        working_dir: environment.folder.clone(),
        variables: environment.variables.clone(),
    }
}

/// The clock of this machine, as providers see it.
pub(crate) fn clock() -> Arc<dyn world::Clock> {
    Arc::new(SystemClock)
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

impl world::Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        Box::pin(async move {
            match Handle::try_current() {
                Ok(_) => tokio::time::sleep(duration).await,
                // Without a thread to wait on there is no waiting.
                Err(_) => drop(off_thread(move || thread::sleep(duration)).await),
            }
        })
    }
}

struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        getrandom::fill(bytes).map_err(io::Error::other)
    }
}

impl world::Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        getrandom::fill(bytes).map_err(io::Error::other)
    }
}

/// The files of this machine; relative paths start at a folder.
struct FileSystem {
    folder: PathBuf,
}

/// How much is read of what is no regular file, in bytes: devices have no end.
const MAX_DEVICE: u64 = 1 << 26;

fn read_device(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path)?
        .take(MAX_DEVICE + 1)
        .read_to_end(&mut bytes)?;
    if read as u64 > MAX_DEVICE {
        return Err(io::Error::other("not a regular file, and without an end"));
    }
    Ok(bytes)
}

impl Files for FileSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.kind(path)? {
            FileKind::Other => read_device(&self.folder.join(path)),
            FileKind::File | FileKind::Directory => fs::read(self.folder.join(path)),
        }
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        let metadata = fs::metadata(self.folder.join(path))?;
        Ok(if metadata.is_dir() {
            FileKind::Directory
        } else if metadata.is_file() {
            FileKind::File
        } else {
            FileKind::Other
        })
    }

    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(self.folder.join(path))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        let names =
            fs::read_dir(self.folder.join(path))?.map(|entry| entry.map(|entry| entry.file_name()));
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }
}
