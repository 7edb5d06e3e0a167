//! Where the leaves of a YAML text stand.

use std::ops::Range;

use super::YamlError;
use super::document::{Content, Document, NodeId, parse};
use crate::value::Step;

/// Leaves with the bytes each is written in.
pub type LeafRanges = Vec<(Vec<Step>, Range<usize>)>;

/// The leaves of the first document of `text` in the order written: scalars, empty maps and
/// lists, and aliases, each with the bytes it is written in.
///
/// # Errors
/// As [`parse`].
pub fn leaf_ranges(text: &str) -> Result<LeafRanges, YamlError> {
    let document = parse(text.as_bytes())?;
    let mut walk = Walk {
        document: &document,
        text,
        lines: std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect(),
        starts: Vec::new(),
    };
    if let Some(root) = document.root() {
        walk.node(root, &mut Vec::new());
    }
    Ok(walk.ranges())
}

struct Walk<'a> {
    document: &'a Document,
    text: &'a str,
    lines: Vec<usize>,
    /// Where each node begins, and the path of those that are leaves.
    starts: Vec<(usize, Option<Vec<Step>>)>,
}

impl Walk<'_> {
    fn offset(&self, id: NodeId) -> usize {
        let Some(node) = self.document.node(id) else {
            return self.text.len();
        };
        let line = usize::try_from(node.line).unwrap_or(usize::MAX);
        let start = self.lines.get(line).copied().unwrap_or(self.text.len());
        let rest = self.text.get(start..).unwrap_or_default();
        let column = usize::try_from(node.column).unwrap_or(usize::MAX);
        let within = rest.char_indices().nth(column);
        start + within.map_or(rest.len(), |(at, _)| at)
    }

    fn node(&mut self, id: NodeId, path: &mut Vec<Step>) {
        let document = self.document;
        match document.node(id).map(|node| &node.content) {
            Some(Content::Mapping(entries)) if !entries.is_empty() => {
                for (key, value) in entries {
                    self.starts.push((self.offset(*key), None));
                    let name = match document.node(*key).map(|node| &node.content) {
                        Some(Content::Scalar { value, .. }) => value.as_str(),
                        _ => "",
                    };
                    path.push(Step::Key(name.into()));
                    self.node(*value, path);
                    path.pop();
                }
            }
            Some(Content::Sequence(items)) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    path.push(Step::Index(index));
                    self.node(*item, path);
                    path.pop();
                }
            }
            _ => self.starts.push((self.offset(id), Some(path.clone()))),
        }
    }

    fn ranges(self) -> LeafRanges {
        let ends = self.starts.iter().skip(1).map(|(start, _)| *start);
        let ends: Vec<usize> = ends.chain([self.text.len()]).collect();
        let pairs = self.starts.into_iter().zip(ends);
        let leaves = pairs.filter_map(|((start, path), end)| {
            let written = self.text.get(start..end).unwrap_or_default();
            Some((path?, start..start + without_tail(written).len()))
        });
        leaves.collect()
    }
}

/// A leaf without what stands between it and the next: white space, comments, the dash of the
/// next item.
fn without_tail(written: &str) -> &str {
    let mut written = written.trim_end();
    loop {
        let last = written.rfind('\n').map_or(0, |at| at + 1);
        let line = written.get(last..).unwrap_or_default().trim_start();
        if last > 0 && (line.starts_with('#') || line == "-" || line.trim_end_matches("- ") == "-")
        {
            written = written.get(..last).unwrap_or_default().trim_end();
        } else {
            return written;
        }
    }
}
