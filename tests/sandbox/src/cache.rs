//! Things built once, found again by what they were built from.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context;
use sha2::{Digest, Sha256};

/// A folder outside the checkout.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The cache in `root`, which need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Cache {
        Cache { root: root.into() }
    }

    /// The result of `make` for the contents of `sources`: made now, or
    /// earlier by anybody. Two who ask at once make it once.
    ///
    /// # Errors
    /// What `make` answers, or that the folder cannot be written.
    pub fn get(
        &self,
        name: &str,
        sources: &Path,
        make: impl FnOnce(&Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<PathBuf> {
        let place = self.root.join(format!("{name}-{}", fingerprint(sources)?));
        fs::create_dir_all(&self.root)
            .with_context(|| format!("could not create {}", self.root.display()))?;
        let _lock = self.lock(name)?;
        if place.exists() {
            return Ok(place);
        }
        let unfinished = place.with_extension("unfinished");
        remove(&unfinished)?;
        fs::create_dir(&unfinished)?;
        make(&unfinished)?;
        fs::rename(&unfinished, &place)?;
        Ok(place)
    }

    /// Held until the file is closed.
    fn lock(&self, name: &str) -> anyhow::Result<fs::File> {
        let path = self.root.join(format!("{name}.lock"));
        let file = fs::File::create(&path)?;
        file.lock()
            .with_context(|| format!("could not lock {}", path.display()))?;
        Ok(file)
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A digest of the names and contents of all files under `folder`.
fn fingerprint(folder: &Path) -> anyhow::Result<String> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        let contents = fs::read(&file)?;
        let name = file.strip_prefix(folder).unwrap_or(&file);
        digest.update(name.as_os_str().as_encoded_bytes());
        digest.update([0]);
        digest.update((contents.len() as u64).to_le_bytes());
        digest.update(contents);
    }
    let bytes = digest.finalize();
    Ok(bytes.iter().take(8).map(|b| format!("{b:02x}")).collect())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        if entry.file_name() == "__pycache__" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_made_once_for_the_same_sources() -> anyhow::Result<()> {
        let work = tempfile::tempdir()?;
        let sources = work.path().join("sources");
        fs::create_dir(&sources)?;
        fs::write(sources.join("main"), "one")?;
        let cache = Cache::new(work.path().join("cache"));
        let make = |text: &'static str| {
            move |dir: &Path| fs::write(dir.join("made"), text).map_err(Into::into)
        };
        let read = |place: PathBuf| fs::read_to_string(place.join("made"));
        assert_eq!(read(cache.get("thing", &sources, make("first"))?)?, "first");
        assert_eq!(
            read(cache.get("thing", &sources, make("second"))?)?,
            "first"
        );
        fs::write(sources.join("main"), "two")?;
        assert_eq!(read(cache.get("thing", &sources, make("third"))?)?, "third");
        Ok(())
    }

    #[test]
    fn what_failed_is_made_again() -> anyhow::Result<()> {
        let work = tempfile::tempdir()?;
        let sources = work.path().join("sources");
        fs::create_dir(&sources)?;
        let cache = Cache::new(work.path().join("cache"));
        assert!(
            cache
                .get("thing", &sources, |_| anyhow::bail!("no"))
                .is_err()
        );
        assert!(cache.get("thing", &sources, |_| Ok(())).is_ok());
        Ok(())
    }
}
