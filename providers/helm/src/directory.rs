//! Charts in folders.

use std::fs;
use std::io::Read;
use std::path::Path;

use crate::archive::MAX_SIZE;
use crate::chart::File;
use crate::error::ChartError;
use crate::ignore::Rules;

/// Deepest folder below a chart; links could lead in circles.
const MAX_DEPTH: usize = 64;

/// Reads the files of a folder in the order of their names, minus what `.helmignore` names.
///
/// # Errors
/// In Helm's words; and for more than 100 MiB.
pub fn read(folder: &Path) -> Result<Vec<File>, ChartError> {
    let rules = match fs::read(folder.join(".helmignore")) {
        Ok(text) => Rules::parse(&String::from_utf8_lossy(&text))?,
        Err(_) => Rules::parse("")?,
    };
    let mut walk = Walk {
        rules,
        left: MAX_SIZE,
        files: Vec::new(),
    };
    walk.folder(folder, "", 0)?;
    Ok(walk.files)
}

struct Walk {
    rules: Rules,
    left: u64,
    files: Vec<File>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), ChartError> {
        if depth > MAX_DEPTH {
            return Err(ChartError::new(format!(
                "{}: folders are nested too deep",
                folder.display()
            )));
        }
        let failed =
            |error: std::io::Error| ChartError::new(format!("open {}: {error}", folder.display()));
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            entries.push((entry.file_name(), entry.file_type().map_err(failed)?));
        }
        entries.sort_by(|(left, _), (right, _)| left.cmp(right));
        for (name, mut kind) in entries {
            let path = folder.join(&name);
            let inner = format!("{prefix}{}", name.to_string_lossy());
            if kind.is_symlink() {
                kind = target(&path)?;
            }
            if self.rules.ignores(&inner, kind.is_dir()) {
                continue;
            }
            if kind.is_dir() {
                self.folder(&path, &format!("{inner}/"), depth + 1)?;
            } else if kind.is_file() {
                self.file(&path, inner)?;
            } else {
                let path = path.display();
                return Err(ChartError::new(format!(
                    "cannot load irregular file {path} as it has file mode type bits set"
                )));
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, name: String) -> Result<(), ChartError> {
        let failed =
            |error: std::io::Error| ChartError::new(format!("error reading {name}: {error}"));
        let file = fs::File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        let mut data = Vec::with_capacity(usize::try_from(size.min(self.left) + 1).unwrap_or(0));
        file.take(self.left + 1)
            .read_to_end(&mut data)
            .map_err(failed)?;
        let Some(left) = self.left.checked_sub(data.len() as u64) else {
            return Err(ChartError::new(format!(
                "error reading {name}: chart exceeds maximum decompressed size of {MAX_SIZE} bytes"
            )));
        };
        self.left = left;
        self.files.push(File::new(name, data));
        Ok(())
    }
}

/// What a link leads to.
fn target(link: &Path) -> Result<fs::FileType, ChartError> {
    let meta = fs::metadata(link);
    meta.map(|meta| meta.file_type())
        .map_err(|error| ChartError::new(format!("stat {}: {error}", link.display())))
}
