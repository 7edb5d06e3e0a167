//! What configurations are run in: files in memory.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    path::{Component, Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use trueup_lang::{
    context::{Clock, Context, FileKind, Files, ParsedTemplate, Random, Templates},
    function::{FunctionError, Functions},
    functions::standard,
};

/// Files by path.
#[derive(Clone, Default)]
pub(crate) struct MemoryFiles(pub(crate) BTreeMap<PathBuf, String>);

fn plain(path: &Path) -> PathBuf {
    path.components()
        .filter(|c| !matches!(c, Component::CurDir))
        .collect()
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let found = self.0.get(&plain(path));
        found
            .map(|text| text.as_bytes().to_vec())
            .ok_or(io::ErrorKind::NotFound.into())
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        match self.0.contains_key(&plain(path)) {
            true => Ok(FileKind::File),
            false => self.list(path).map(|_| FileKind::Directory),
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        let dir = plain(path);
        let inside = self.0.keys().filter(|file| file.starts_with(&dir));
        let mut names: Vec<OsString> = inside
            .filter_map(|file| {
                let rest = file.strip_prefix(&dir).ok()?;
                rest.components().next().map(|c| c.as_os_str().to_owned())
            })
            .collect();
        names.dedup();
        match names.is_empty() {
            true => Err(io::ErrorKind::NotFound.into()),
            false => Ok(names),
        }
    }
}

struct Nothing;

impl Clock for Nothing {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}

impl Random for Nothing {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

impl Templates for Nothing {
    fn parse(&self, _: &str, _: &str) -> Result<Box<dyn ParsedTemplate>, FunctionError> {
        Err(FunctionError::new("no templates here"))
    }
}

pub(crate) fn functions(files: Arc<dyn Files>) -> Functions {
    standard(&Context {
        base_dir: PathBuf::from("."),
        working_dir: PathBuf::from("/"),
        home_dir: None,
        plan_timestamp: None,
        pure_only: true,
        console: false,
        clock: Arc::new(Nothing),
        random: Arc::new(Nothing),
        files,
        templates: Arc::new(Nothing),
    })
}
