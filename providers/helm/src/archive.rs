//! Charts in `.tgz` archives.

use std::cell::Cell;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use tar::Header;

use crate::chart::File;
use crate::error::ChartError;

/// Most bytes that the files of a chart may have together.
pub(crate) const MAX_SIZE: u64 = 100 << 20;
/// Most files that an archive may have: an empty file costs nothing but its name.
const MAX_FILES: usize = 100_000;

/// Headers, and files with their padding, are multiples of so many bytes.
const BLOCK: u64 = 512;

/// Unpacks an archive into memory. Nothing is written; names that leave the chart are refused.
pub(crate) fn unpack(archive: &[u8]) -> Result<Vec<File>, ChartError> {
    let failed = |error: std::io::Error| ChartError::new(error.to_string());
    let (came, ended) = (Cell::new(0), Cell::new(false));
    let mut tar = tar::Archive::new(Counted {
        from: MultiGzDecoder::new(archive).take(2 * MAX_SIZE),
        came: &came,
        ended: &ended,
    });
    let mut files = Vec::new();
    let mut left = MAX_SIZE;
    let mut padding = 0..0;
    for entry in tar.entries().map_err(failed)? {
        let mut entry = match entry {
            Ok(entry) => entry,
            // What is cut off behind the last file is padding.
            Err(_) if ended.get() && padding.contains(&came.get()) => break,
            Err(error) => return Err(failed(error)),
        };
        if !has_numbers(entry.header()) {
            return Err(ChartError::new("archive/tar: invalid tar header"));
        }
        let end = entry.raw_file_position().saturating_add(entry.size());
        padding = end..end.checked_next_multiple_of(BLOCK).unwrap_or(end);
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

/// A reader that tells how many bytes came, and whether that were all.
struct Counted<'a, R> {
    from: R,
    came: &'a Cell<u64>,
    ended: &'a Cell<bool>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.from.read(into)?;
        self.came.set(self.came.get() + count as u64);
        self.ended.set(count == 0 && !into.is_empty());
        Ok(count)
    }
}

/// Whether the numbers of a header are some, as Go asks of all of them: octal or binary.
fn has_numbers(header: &Header) -> bool {
    let old = header.as_old();
    let device = header.as_ustar().map(|it| [&it.dev_major, &it.dev_minor]);
    let device = device.or_else(|| header.as_gnu().map(|it| [&it.dev_major, &it.dev_minor]));
    let mut fields: Vec<&[u8]> = vec![&old.mode, &old.uid, &old.gid, &old.mtime];
    fields.extend(device.iter().flatten().map(|field| field.as_slice()));
    fields.into_iter().all(is_number)
}

fn is_number(field: &[u8]) -> bool {
    if field.first().is_some_and(|first| first & 0x80 != 0) {
        return true;
    }
    let is_blank = |byte: &&u8| matches!(byte, b' ' | 0);
    let mut digits = field.iter().skip_while(is_blank);
    let rest = digits.by_ref().find(|byte| !matches!(byte, b'0'..=b'7'));
    // Behind the first zero byte stands nothing that counts.
    match rest {
        Some(0) | None => true,
        Some(b' ') => digits.all(|byte| is_blank(&byte)),
        Some(_) => false,
    }
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
