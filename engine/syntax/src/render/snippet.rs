//! The piece of source a diagnostic is about.

use std::{borrow::Cow, ops::Range};

use super::context::Headers;
use crate::{Diagnostic, Position, SourceFile, Span};

/// Source lines with a highlighted range.
#[derive(Clone, Debug)]
pub(super) struct Snippet {
    /// The file's name.
    pub(super) file: String,
    /// Where the subject begins.
    pub(super) start: Position,
    /// Where it ends; at least one byte and column after `start`.
    pub(super) end: Position,
    /// The header of the block it lies in.
    pub(super) context: Option<String>,
    /// The lines, without a final newline.
    pub(super) code: String,
    /// The number of the first line.
    pub(super) first_line: u32,
    /// The bytes of `code` that are the subject.
    pub(super) highlight: Range<usize>,
}

impl Snippet {
    /// Cuts it out of `file`, where `subject` lies.
    pub(super) fn new(
        diagnostic: &Diagnostic,
        subject: Span,
        file: &SourceFile,
        headers: &Headers,
    ) -> Snippet {
        let around = diagnostic.context.filter(|c| c.file == subject.file);
        let shown = around.map_or(subject, |context| context.to(subject));
        let (code, offset) = code(file, widened(shown));
        let capped = |byte: u32| file.text.floor_char_boundary(byte as usize);
        let place = |byte: u32| capped(byte).saturating_sub(offset).min(code.len());
        let start = file.position(subject.start);
        let end = end(file, subject, start);
        let subject = widened(subject);
        Snippet {
            file: file.name.to_string(),
            start,
            end,
            context: subject
                .start
                .checked_sub(1)
                .and_then(|byte| headers.around(byte))
                .map(Cow::into_owned),
            first_line: file.position(shown.start).line,
            highlight: place(subject.start)..place(subject.end),
            code,
        }
    }
}

/// An empty range would show nothing: it gets one byte.
fn widened(span: Span) -> Span {
    Span {
        end: span.end.max(span.start + 1),
        ..span
    }
}

/// The end of `subject`; of an empty one, one column and one byte after its
/// start, whatever stands there.
fn end(file: &SourceFile, subject: Span, start: Position) -> Position {
    if subject.end > subject.start {
        return file.position(subject.end);
    }
    Position {
        line: start.line,
        column: start.column + 1,
        byte: start.byte + 1,
    }
}

/// The lines that `shown` touches and the offset of the first. Empty lines are
/// left out, as Terraform leaves them out.
fn code(file: &SourceFile, shown: Span) -> (String, usize) {
    let (start, end) = (shown.start as usize, shown.end as usize);
    let from = file.text[..file.text.floor_char_boundary(start)]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    let mut code = String::new();
    let mut first = None;
    let mut at = from;
    for line in file.text[from..].split('\n') {
        let whole = at..at + line.len();
        if whole.start > end {
            break;
        }
        at = whole.end + 1;
        if whole.is_empty() {
            continue;
        }
        first.get_or_insert(whole.start);
        code.push_str(line.strip_suffix('\r').unwrap_or(line));
        code.push('\n');
    }
    code.pop();
    (code, first.unwrap_or(from))
}
