//! The files a configuration was read from, to read it again from a saved
//! plan.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use trueup_lang::context::{FileKind, Files};

/// Files by path, as they were.
pub(crate) type Sources = BTreeMap<PathBuf, Vec<u8>>;

/// Passes everything on and remembers what was read.
pub(crate) struct Recording {
    inner: Arc<dyn Files>,
    read: Mutex<Sources>,
}

impl Recording {
    pub(crate) fn new(inner: Arc<dyn Files>) -> Self {
        Recording {
            inner,
            read: Mutex::default(),
        }
    }

    /// What was read so far.
    pub(crate) fn taken(&self) -> Sources {
        std::mem::take(&mut self.read.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Files for Recording {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let bytes = self.inner.read(path)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.insert(path.to_owned(), bytes.clone());
        Ok(bytes)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        self.inner.kind(path)
    }

    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        self.inner.real_path(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        self.inner.list(path)
    }
}

/// What was read once, and nothing else.
pub(crate) struct Recorded(pub(crate) Sources);

impl Files for Recorded {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let found = self.0.get(path).cloned();
        found.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        if self.0.contains_key(path) {
            return Ok(FileKind::File);
        }
        self.list(path).map(|_| FileKind::Directory)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        let here = path == Path::new(".");
        let inside = self.0.keys().filter_map(|file| {
            let rest = match here && file.is_relative() {
                true => file.as_path(),
                false => file.strip_prefix(path).ok()?,
            };
            let first = rest
                .components()
                .find(|part| !matches!(part, std::path::Component::CurDir))?;
            Some(first.as_os_str().to_owned())
        });
        let mut names: Vec<OsString> = inside.collect();
        names.dedup();
        match names.is_empty() {
            true => Err(io::ErrorKind::NotFound.into()),
            false => Ok(names),
        }
    }
}

/// The data folder the manifest of modules was read from.
pub(crate) fn data_dir(sources: &Sources) -> PathBuf {
    let manifest = sources
        .keys()
        .find(|path| path.ends_with("modules/modules.json"));
    let dir = manifest.and_then(|path| path.parent()?.parent());
    dir.map_or_else(|| PathBuf::from(".terraform"), Path::to_owned)
}
