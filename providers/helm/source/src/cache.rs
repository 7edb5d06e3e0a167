//! Charts kept by digest.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::digest::Digest;
use crate::error::SourceError;

/// A folder of charts and provenance files, each under the digest of its chart:
/// `ab/abcd….tgz`. Several runs may share it: files appear whole or not at all.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache in `folder`, which is made when something is put there.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The archive with that digest. A damaged one is removed, as if it had never been there.
    ///
    /// # Errors
    /// A file that is there and can't be read.
    pub fn chart(&self, digest: Digest) -> Result<Option<PathBuf>, SourceError> {
        let path = self.path(digest, "tgz");
        match read(&path)? {
            None => Ok(None),
            Some(content) if Digest::of(&content) == digest => Ok(Some(path)),
            Some(_) => {
                fs::remove_file(&path).map_err(SourceError::io("remove the damaged", &path))?;
                Ok(None)
            }
        }
    }

    /// Keeps an archive.
    ///
    /// # Errors
    /// A folder that can't be written to.
    pub fn put_chart(&self, archive: &[u8]) -> Result<(Digest, PathBuf), SourceError> {
        let digest = Digest::of(archive);
        let path = self.path(digest, "tgz");
        write_whole(&path, archive)?;
        Ok((digest, path))
    }

    /// The provenance file of the chart with that digest.
    ///
    /// # Errors
    /// A file that is there and can't be read.
    pub fn provenance(&self, chart: Digest) -> Result<Option<Vec<u8>>, SourceError> {
        read(&self.path(chart, "prov"))
    }

    /// Keeps the provenance file of the chart with that digest. Its own signature vouches for it.
    ///
    /// # Errors
    /// A folder that can't be written to.
    pub fn put_provenance(&self, chart: Digest, content: &[u8]) -> Result<(), SourceError> {
        write_whole(&self.path(chart, "prov"), content)
    }

    fn path(&self, digest: Digest, extension: &str) -> PathBuf {
        let hex = digest.hex();
        let first = hex.get(..2).unwrap_or_default();
        self.folder.join(first).join(format!("{hex}.{extension}"))
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, SourceError> {
    match fs::read(path) {
        Ok(content) if content.is_empty() => Ok(None),
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SourceError::io("read", path)(error)),
    }
}

/// Writes a file beside its place and moves it there.
pub(crate) fn write_whole(path: &Path, content: &[u8]) -> Result<(), SourceError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(SourceError::io("make the folder", folder))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".new-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What others may read is for the umask to say, as for any file.
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    let failed = || SourceError::io("write", path);
    let mut file = builder.tempfile_in(folder).map_err(failed())?;
    file.write_all(content).map_err(failed())?;
    file.as_file().sync_data().map_err(failed())?;
    file.persist(path).map_err(|error| failed()(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_found_and_damage_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("charts"));
        assert_eq!(cache.chart(Digest::of(b"a chart")).unwrap(), None);
        let (digest, path) = cache.put_chart(b"a chart").unwrap();
        assert_eq!(cache.chart(digest).unwrap(), Some(path.clone()));
        fs::write(&path, b"a chore").unwrap();
        assert_eq!(cache.chart(digest).unwrap(), None);
        assert!(!path.exists());
        assert_eq!(cache.provenance(digest).unwrap(), None);
        cache.put_provenance(digest, b"signed").unwrap();
        assert_eq!(cache.provenance(digest).unwrap(), Some(b"signed".to_vec()));
    }

    #[test]
    fn parallel_runs_share_a_cache() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let content = vec![7; 1 << 16];
        let digest = Digest::of(&content);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..8 {
                        cache.put_chart(&content).unwrap();
                        assert!(cache.chart(digest).unwrap().is_some());
                    }
                });
            }
        });
        let left = fs::read_dir(folder.path().join(&digest.hex()[..2])).unwrap();
        assert_eq!(left.count(), 1);
    }
}
