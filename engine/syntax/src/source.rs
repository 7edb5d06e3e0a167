//! Source files and places in them.

use std::{fmt, sync::Arc};

use crate::{Diagnostic, Diagnostics, grapheme};

/// A file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A range of bytes in a file, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file it lies in.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in grapheme clusters, from 1.
    pub column: u32,
    /// Byte offset in the file, from 0.
    pub byte: u32,
}

/// One source text with its name as shown to people.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFile {
    /// Its handle in the map.
    pub id: FileId,
    /// The name, relative to where the user stands.
    pub name: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

/// All source texts of a run. Spans mean nothing without it.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl Span {
    /// The bytes `start..end` of `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Span { file, start, end }
    }

    /// From the start of this to the end of `end`, as HCL joins ranges.
    pub fn through(self, end: Span) -> Span {
        Span {
            end: end.end.max(self.start),
            ..self
        }
    }

    /// The empty span at its start.
    pub fn at_start(self) -> Span {
        Span {
            end: self.start,
            ..self
        }
    }

    /// The empty span at its end.
    pub fn at_end(self) -> Span {
        Span {
            start: self.end,
            ..self
        }
    }

    /// The smallest span that covers both; `other` must be of the same file.
    pub fn to(self, other: Span) -> Span {
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

impl SourceFile {
    /// A text by itself, such as the value of a command line argument.
    pub fn new(id: FileId, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        let text: Arc<str> = text.into();
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0)
            .chain(newlines.map(|(offset, _)| offset as u32 + 1))
            .collect();
        SourceFile {
            id,
            name: name.into(),
            text,
            line_starts,
        }
    }

    /// Line and column of a byte; the end of the text if there is no such byte.
    ///
    /// A byte order mark takes no column, as in HCL.
    pub fn position(&self, byte: u32) -> Position {
        let line = self
            .line_starts
            .partition_point(|start| *start <= byte)
            .max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let end = self.text.floor_char_boundary(byte as usize);
        let before = self.text.get(start..end).unwrap_or_default();
        let before = before
            .strip_prefix('\u{feff}')
            .filter(|_| start == 0)
            .unwrap_or(before);
        let columns = if before.is_ascii() {
            before.len()
        } else {
            grapheme::count(before)
        };
        Position {
            line: line as u32,
            column: columns as u32 + 1,
            byte,
        }
    }

    /// The number of lines; a text that ends with a newline has an empty last
    /// line.
    pub fn line_count(&self) -> u32 {
        self.line_starts.len() as u32
    }

    /// A line from 1, without its newline; empty if there is no such line.
    pub fn line(&self, line: u32) -> &str {
        let index = (line as usize).wrapping_sub(1);
        let Some(start) = self.line_starts.get(index) else {
            return "";
        };
        let end = self
            .line_starts
            .get(index + 1)
            .map_or(self.text.len(), |next| *next as usize);
        let line = self.text.get(*start as usize..end).unwrap_or_default();
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// The text a span covers; empty if it is not a span of this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// A span as `main.tf:3,1-8`, or `main.tf:3,1-5,2` if it ends on another
    /// line.
    pub fn describe(&self, span: Span) -> impl fmt::Display + '_ {
        let (start, end) = (self.position(span.start), self.position(span.end));
        fmt::from_fn(move |f| {
            write!(f, "{}:{},{}-", self.name, start.line, start.column)?;
            if end.line != start.line {
                write!(f, "{},", end.line)?;
            }
            write!(f, "{}", end.column)
        })
    }
}

impl SourceMap {
    /// Adds a text and returns the handle for spans in it.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(self.files.len() as u32);
        self.files.push(SourceFile::new(id, name, text));
        id
    }

    /// Adds what was read from a file. Bytes that are not UTF-8 are replaced
    /// and reported.
    pub fn add_bytes(
        &mut self,
        name: impl Into<Arc<str>>,
        bytes: Vec<u8>,
    ) -> (FileId, Diagnostics) {
        let error = match String::from_utf8(bytes) {
            Ok(text) => return (self.add(name, text), Diagnostics::default()),
            Err(error) => error,
        };
        let start = error.utf8_error().valid_up_to() as u32;
        let id = self.add(name, String::from_utf8_lossy(error.as_bytes()).into_owned());
        let diagnostic = Diagnostic::error(
            "Invalid character encoding",
            "All input files must be UTF-8 encoded. Ensure that UTF-8 encoding is selected in your editor.",
            Span::new(
                id,
                start,
                start.saturating_add('\u{fffd}'.len_utf8() as u32),
            ),
        );
        (id, Diagnostics(vec![diagnostic]))
    }

    /// The file behind a handle of this map.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The file, if it is one of these.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The text a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).slice(span)
    }

    /// Line and column of a byte of a file.
    pub fn position(&self, file: FileId, byte: u32) -> Position {
        self.file(file).position(byte)
    }
}
