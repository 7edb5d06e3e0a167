//! A disk in memory that can be full, and that can be the last thing a process sees.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
};

use trueup_drift::history::Disk;

/// The disk; what is written stays when the process is gone.
#[derive(Clone, Default)]
pub(crate) struct MemoryDisk(Arc<Mutex<Contents>>);

#[derive(Default)]
pub(crate) struct Contents {
    /// What a process reads.
    pub(crate) files: BTreeMap<PathBuf, Vec<u8>>,
    /// What is left of it after a power cut.
    durable: BTreeMap<PathBuf, Vec<u8>>,
    /// How many bytes at the beginning of a file are the same in both.
    synced: BTreeMap<PathBuf, usize>,
    /// Renamed, but not yet for sure.
    renamed: Option<(PathBuf, PathBuf)>,
    /// How many steps were taken.
    pub(crate) steps: usize,
    pub(crate) death: Option<Death>,
    pub(crate) dead: bool,
    /// How many bytes there is room for.
    pub(crate) room: Option<usize>,
    pub(crate) read_only: bool,
}

/// When the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Death {
    pub(crate) step: usize,
    pub(crate) when: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    /// Half of what is written is.
    Half,
    After,
    /// After it, and the machine with it: what was not synced is lost.
    PowerCut,
}

impl MemoryDisk {
    pub(crate) fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap()
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.contents().dead
    }

    /// The process is gone, and another one begins.
    pub(crate) fn revive(&self) {
        let mut contents = self.contents();
        contents.dead = false;
        contents.death = None;
    }

    fn step<T: Default>(
        &self,
        half: impl FnOnce(&mut Contents),
        whole: impl FnOnce(&mut Contents) -> io::Result<T>,
    ) -> io::Result<T> {
        let mut contents = self.contents();
        if contents.dead {
            return Err(io::Error::other("the process is dead"));
        }
        if contents.read_only {
            return Err(io::Error::from(io::ErrorKind::ReadOnlyFilesystem));
        }
        contents.steps += 1;
        let death = contents.death.filter(|death| death.step == contents.steps);
        let Some(death) = death else {
            return whole(&mut contents);
        };
        match death.when {
            When::Before => {}
            When::Half => half(&mut contents),
            When::After | When::PowerCut => drop(whole(&mut contents)),
        }
        if death.when == When::PowerCut {
            contents.files = contents.durable.clone();
            contents.synced.clear();
        }
        contents.dead = true;
        Err(io::Error::other("the process is dead"))
    }
}

impl Contents {
    fn put(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let used: usize = self.files.values().map(Vec::len).sum();
        let room = self
            .room
            .map_or(bytes.len(), |room| room.saturating_sub(used));
        let written = bytes.get(..room).unwrap_or(bytes);
        self.files
            .entry(path.to_owned())
            .or_default()
            .extend(written);
        match written.len() == bytes.len() {
            true => Ok(()),
            false => Err(io::Error::from(io::ErrorKind::StorageFull)),
        }
    }
}

impl Disk for MemoryDisk {
    fn make_folder(&mut self, _: &Path) -> io::Result<()> {
        self.step(|_| {}, |_| Ok(()))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let contents = self.contents();
        let bytes = contents.files.get(path).cloned();
        bytes.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn append(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let half = &bytes[..bytes.len() / 2];
        self.step(|c| drop(c.put(path, half)), |c| c.put(path, bytes))
    }

    fn cut(&mut self, path: &Path, length: u64) -> io::Result<()> {
        let cut = |contents: &mut Contents| {
            let length = usize::try_from(length).unwrap();
            let file = contents.files.get_mut(path);
            file.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?
                .truncate(length);
            let synced = contents.synced.entry(path.to_owned()).or_default();
            *synced = length.min(*synced);
            Ok(())
        };
        self.step(|_| {}, cut)
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let write = |contents: &mut Contents, bytes: &[u8]| {
            contents.files.remove(path);
            contents.synced.remove(path);
            contents.put(path, bytes)
        };
        let half = &bytes[..bytes.len() / 2];
        self.step(|c| drop(write(c, half)), |c| write(c, bytes))
    }

    fn sync(&mut self, path: &Path) -> io::Result<()> {
        let sync = |contents: &mut Contents| {
            let Contents {
                files,
                durable,
                synced,
                ..
            } = contents;
            let bytes = files.get(path).map(Vec::as_slice).unwrap_or_default();
            let same = synced.insert(path.to_owned(), bytes.len()).unwrap_or(0);
            let durable = durable.entry(path.to_owned()).or_default();
            durable.truncate(same);
            durable.extend(&bytes[same..]);
            Ok(())
        };
        self.step(|_| {}, sync)
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let rename = |contents: &mut Contents| {
            let bytes = contents.files.remove(from).unwrap_or_default();
            contents.files.insert(to.to_owned(), bytes);
            let synced = contents.synced.remove(from).unwrap_or(0);
            contents.synced.insert(to.to_owned(), synced);
            contents.renamed = Some((from.to_owned(), to.to_owned()));
            Ok(())
        };
        self.step(|_| {}, rename)
    }

    fn sync_folder(&mut self, _: &Path) -> io::Result<()> {
        let sync = |contents: &mut Contents| {
            if let Some((from, to)) = contents.renamed.take() {
                let bytes = contents.durable.remove(&from).unwrap_or_default();
                contents.durable.insert(to, bytes);
            }
            Ok(())
        };
        self.step(|_| {}, sync)
    }
}
