//! Where a closing brace is probably missing.

use super::Parser;
use crate::{Token, TokenKind};

/// An opening brace.
struct Open {
    line: usize,
    /// How far the line it stands in is indented.
    indent: usize,
}

impl Parser<'_> {
    /// A guess from the indentation: the first brace after which something
    /// begins as far to the left as the line it stands in.
    pub(super) fn missing_brace(&self) -> Option<String> {
        let mut open: Vec<Open> = Vec::new();
        let (mut line, mut counted, mut last_line) = (1, 0, 0);
        for token in self.tokens {
            let start = token.start as usize;
            line += self.text.get(counted..start)?.matches('\n').count();
            counted = start;
            let is_first = line != last_line && token.kind != TokenKind::Newline;
            if is_first {
                last_line = line;
                if let Some(hint) = self.left_open(*token, line, open.last()) {
                    return Some(hint);
                }
            }
            match token.kind {
                TokenKind::OBrace => open.push(Open {
                    line,
                    indent: self.indent(start),
                }),
                TokenKind::CBrace => drop(open.pop()),
                _ => {}
            }
        }
        None
    }

    /// What `first`, with which a line begins, says of the brace before it.
    fn left_open(&self, first: Token, line: usize, before: Option<&Open>) -> Option<String> {
        let before = before?;
        let indent = self.indent(first.start as usize);
        let ends_before = match first.kind {
            TokenKind::Ident => indent <= before.indent,
            TokenKind::CBrace => indent < before.indent,
            _ => false,
        };
        ends_before.then(|| {
            format!(
                "to go by the indentation, the brace that line {} opens is to be closed before line {line}",
                before.line
            )
        })
    }

    /// How far the line is indented that a place is in.
    fn indent(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = self.text.get(start..).unwrap_or_default();
        line.len() - line.trim_start_matches([' ', '\t']).len()
    }
}
