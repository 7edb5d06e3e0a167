//! The lines of source that are shown, and where in them a place is.

use std::ops::Range;

use crate::{SourceFile, Span};

/// Some lines of a file, as they are shown.
pub(super) struct Code {
    /// The lines, without a final newline.
    pub(super) text: String,
    lines: Vec<Line>,
}

/// Where a line stands, without its line end.
struct Line {
    in_file: Range<usize>,
    in_text: usize,
}

impl Code {
    /// The lines that `shown` touches. Empty lines and carriage returns at line
    /// ends are left out, as Terraform leaves them out.
    pub(super) fn new(file: &SourceFile, shown: Span) -> Code {
        let (start, end) = (shown.start as usize, shown.end as usize);
        let mut at = file.text[..file.text.floor_char_boundary(start)]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let mut code = Code {
            text: String::new(),
            lines: Vec::new(),
        };
        for line in file.text[at..].split('\n') {
            if at > end {
                break;
            }
            code.push(line, at);
            at += line.len() + 1;
        }
        code.text.pop();
        code
    }

    fn push(&mut self, line: &str, at: usize) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            return;
        }
        self.lines.push(Line {
            in_file: at..at + line.len(),
            in_text: self.text.len(),
        });
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Where in the text the byte `byte` of the file is: at the end of the line
    /// before it if it is not shown.
    ///
    /// It is between two characters if `byte` is.
    pub(super) fn place(&self, byte: usize) -> usize {
        let after = self
            .lines
            .partition_point(|line| line.in_file.start <= byte);
        let Some(line) = after.checked_sub(1).and_then(|last| self.lines.get(last)) else {
            return 0;
        };
        line.in_text + byte.min(line.in_file.end) - line.in_file.start
    }
}
