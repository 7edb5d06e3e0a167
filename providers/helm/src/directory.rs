//! Charts in folders.

use std::fs::{self, FileType};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::archive::MAX_SIZE;
use crate::chart::File;
use crate::error::ChartError;
use crate::ignore::Rules;
use crate::parallel;

/// Deepest folder below a chart; links could lead in circles.
const MAX_DEPTH: usize = 64;

/// Reads the files of a folder in the order of their names, minus what `.helmignore` names.
/// Subcharts are read side by side: most of the time goes into opening files.
///
/// # Errors
/// In Helm's words; and for more than 100 MiB.
pub fn read(folder: &Path) -> Result<Vec<File>, ChartError> {
    let rules = match fs::read(folder.join(".helmignore")) {
        Ok(text) => Rules::parse(&String::from_utf8_lossy(&text))?,
        Err(_) => Rules::parse("")?,
    };
    let walk = Walk {
        rules,
        left: AtomicU64::new(MAX_SIZE),
    };
    let mut files = Vec::new();
    walk.folder(folder, "", 0, &mut files)?;
    Ok(files)
}

struct Walk {
    rules: Rules,
    /// How many bytes there may still be.
    left: AtomicU64,
}

/// What a folder holds.
struct Entry {
    path: PathBuf,
    /// Its path below the chart.
    inner: String,
    kind: FileType,
}

impl Walk {
    fn folder(
        &self,
        folder: &Path,
        prefix: &str,
        depth: usize,
        files: &mut Vec<File>,
    ) -> Result<(), ChartError> {
        if depth > MAX_DEPTH {
            return Err(ChartError::new(format!(
                "{}: folders are nested too deep",
                folder.display()
            )));
        }
        let entries = self.entries(folder, prefix)?;
        if prefix != "charts/" {
            return entries
                .iter()
                .try_for_each(|entry| self.entry(entry, depth, files));
        }
        let read = parallel::map(entries, |entry| {
            let mut files = Vec::new();
            self.entry(&entry, depth, &mut files).map(|()| files)
        });
        for part in read {
            files.extend(part?);
        }
        Ok(())
    }

    /// What a folder holds and no rule leaves out, by name.
    fn entries(&self, folder: &Path, prefix: &str) -> Result<Vec<Entry>, ChartError> {
        let failed =
            |error: std::io::Error| ChartError::new(format!("open {}: {error}", folder.display()));
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            found.push((entry.file_name(), entry.file_type().map_err(failed)?));
        }
        found.sort_by(|(left, _), (right, _)| left.cmp(right));
        let mut entries = Vec::new();
        for (name, mut kind) in found {
            let path = folder.join(&name);
            let inner = format!("{prefix}{}", name.to_string_lossy());
            if kind.is_symlink() {
                kind = target(&path)?;
            }
            if !self.rules.ignores(&inner, kind.is_dir()) {
                entries.push(Entry { path, inner, kind });
            }
        }
        Ok(entries)
    }

    fn entry(&self, entry: &Entry, depth: usize, files: &mut Vec<File>) -> Result<(), ChartError> {
        let Entry { path, inner, kind } = entry;
        if kind.is_dir() {
            return self.folder(path, &format!("{inner}/"), depth + 1, files);
        }
        if !kind.is_file() {
            let path = path.display();
            return Err(ChartError::new(format!(
                "cannot load irregular file {path} as it has file mode type bits set"
            )));
        }
        files.push(self.file(path, inner)?);
        Ok(())
    }

    fn file(&self, path: &Path, name: &str) -> Result<File, ChartError> {
        let failed =
            |error: std::io::Error| ChartError::new(format!("error reading {name}: {error}"));
        let left = self.left.load(Ordering::Relaxed);
        let file = fs::File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        let mut data = Vec::with_capacity(usize::try_from(size.min(left) + 1).unwrap_or(0));
        file.take(left + 1).read_to_end(&mut data).map_err(failed)?;
        let read = data.len() as u64;
        let spend = |left: u64| left.checked_sub(read);
        let spent = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend);
        if spent.is_err() {
            return Err(ChartError::new(format!(
                "error reading {name}: chart exceeds maximum decompressed size of {MAX_SIZE} bytes"
            )));
        }
        Ok(File::new(name.to_owned(), data))
    }
}

/// What a link leads to.
fn target(link: &Path) -> Result<FileType, ChartError> {
    let meta = fs::metadata(link);
    meta.map(|meta| meta.file_type())
        .map_err(|error| ChartError::new(format!("stat {}: {error}", link.display())))
}
