//! Charts in `.tgz` archives.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use crate::chart::File;
use crate::error::ChartError;

/// Most bytes that the files of a chart may have together.
pub(crate) const MAX_SIZE: u64 = 100 << 20;
/// Most files that an archive may have: an empty file costs nothing but its name.
const MAX_FILES: usize = 100_000;

/// Unpacks an archive into memory. Nothing is written; names that leave the chart are refused.
pub(crate) fn unpack(archive: &[u8]) -> Result<Vec<File>, ChartError> {
    let failed = |error: std::io::Error| ChartError::new(error.to_string());
    let mut tar = tar::Archive::new(MultiGzDecoder::new(archive).take(2 * MAX_SIZE));
    let mut files = Vec::new();
    let mut left = MAX_SIZE;
    for entry in tar.entries().map_err(failed)? {
        let mut entry = entry.map_err(failed)?;
        if entry.header().entry_type().is_dir() {
            continue;
        }
        if !entry.header().entry_type().is_file() && !entry.header().entry_type().is_contiguous() {
            // Links have no content of their own and could point anywhere.
            continue;
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let name = inner_name(&path)?;
        if entry.size() > left || files.len() >= MAX_FILES {
            return Err(too_large());
        }
        let mut data = Vec::new();
        entry
            .by_ref()
            .take(left)
            .read_to_end(&mut data)
            .map_err(failed)?;
        left = left.saturating_sub(data.len() as u64);
        if left == 0 {
            return Err(too_large());
        }
        files.push(File::new(name, data));
    }
    if files.is_empty() {
        return Err(ChartError::new("no files in chart archive"));
    }
    Ok(files)
}

fn too_large() -> ChartError {
    ChartError::new(format!(
        "decompressed chart is larger than the maximum size {MAX_SIZE}"
    ))
}

/// The name below the chart's folder.
fn inner_name(path: &str) -> Result<String, ChartError> {
    let delimiter = if path.contains('\\') { '\\' } else { '/' };
    let (folder, rest) = path.split_once(delimiter).unwrap_or((path, ""));
    let name = rest.replace(delimiter, "/");
    if name.starts_with('/') {
        return Err(ChartError::new("chart illegally contains absolute paths"));
    }
    let name = clean(&name);
    if name == "." {
        let message =
            format!("chart illegally contains content outside the base directory: {path:?}");
        return Err(ChartError::new(message));
    }
    if name.starts_with("..") {
        return Err(ChartError::new(
            "chart illegally references parent directory",
        ));
    }
    if name.as_bytes().get(1..3) == Some(b":/")
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
    {
        return Err(ChartError::new("chart contains illegally named files"));
    }
    if folder == "Chart.yaml" {
        return Err(ChartError::new("chart yaml not in base directory"));
    }
    Ok(name)
}

/// `path.Clean` of a relative path.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}
