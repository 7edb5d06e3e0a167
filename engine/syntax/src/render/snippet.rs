//! The piece of source a diagnostic is about.

use std::{borrow::Cow, ops::Range};

use super::{code::Code, context::Headers};
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
        let code = Code::new(file, widened(shown));
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
            highlight: highlight(file, &code, subject),
            code: code.text,
        }
    }
}

/// An empty range would show nothing: it gets one byte.
fn widened(span: Span) -> Span {
    Span {
        end: span.end.max(span.start.saturating_add(1)),
        ..span
    }
}

/// Where `code` shows `subject`: whole characters, even if it is cut out of one.
fn highlight(file: &SourceFile, code: &Code, subject: Span) -> Range<usize> {
    let start = file.text.floor_char_boundary(subject.start as usize);
    let end = file.text.ceil_char_boundary(subject.end as usize);
    code.place(start)..code.place(end)
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
        byte: start.byte.saturating_add(1),
    }
}
