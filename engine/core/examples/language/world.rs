//! A world in which the time stands still.

use std::{
    env, fs, io,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use trueup_lang::{
    NoTemplates, Templating,
    context::{Clock, Context, FileKind, Files, Random},
};

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }
}

impl Random for Fixed {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

impl Files for Fixed {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        Ok(if fs::metadata(path)?.is_dir() {
            FileKind::Directory
        } else {
            FileKind::File
        })
    }

    fn list(&self, path: &Path) -> io::Result<Vec<std::ffi::OsString>> {
        let names = fs::read_dir(path)?.map(|entry| Ok(entry?.file_name()));
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }
}

pub(crate) fn context() -> io::Result<Context> {
    let mut context = Context {
        base_dir: ".".into(),
        working_dir: env::current_dir()?,
        home_dir: env::var_os("HOME").map(Into::into),
        plan_timestamp: Some(Fixed.now()),
        pure_only: false,
        console: false,
        clock: Arc::new(Fixed),
        random: Arc::new(Fixed),
        files: Arc::new(Fixed),
        templates: Arc::new(NoTemplates),
    };
    context.templates = Arc::new(Templating::new(&context));
    Ok(context)
}
