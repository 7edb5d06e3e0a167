//! The tokens of the result, with the spaces before each.

use crate::token::{Token, TokenKind};

/// A token of the result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) kind: TokenKind,
    start: u32,
    end: u32,
    /// How many spaces go before it.
    pub(super) spaces: u32,
}

/// The tokens of the result; their text lies in the source or in what the
/// rewrites added.
pub(super) struct Pieces<'a> {
    source: &'a str,
    added: String,
    /// The tokens in order.
    pub(super) list: Vec<Piece>,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Pieces {
            source,
            added: String::new(),
            list: Vec::new(),
        }
    }

    /// The text of a token of the source.
    pub(super) fn source_text(&self, token: &Token) -> &'a str {
        &self.source[token.start as usize..token.end as usize]
    }

    /// Appends a token of the source.
    pub(super) fn keep(&mut self, token: &Token) {
        self.list.push(Piece {
            kind: token.kind,
            start: token.start,
            end: token.end,
            spaces: 0,
        });
    }

    /// Appends a token that the source does not have.
    pub(super) fn add(&mut self, kind: TokenKind, text: &str) {
        let start = (self.source.len() + self.added.len()) as u32;
        self.added.push_str(text);
        self.list.push(Piece {
            kind,
            start,
            end: start + text.len() as u32,
            spaces: 0,
        });
    }

    /// The text of a token of the result.
    pub(super) fn text(&self, piece: &Piece) -> &str {
        let (start, end) = (piece.start as usize, piece.end as usize);
        match start.checked_sub(self.source.len()) {
            Some(start) => &self.added[start..end - self.source.len()],
            None => &self.source[start..end],
        }
    }

    /// The result.
    pub(super) fn write(&self) -> String {
        let mut out = String::with_capacity(self.source.len() + self.source.len() / 8);
        for piece in &self.list {
            out.extend(std::iter::repeat_n(' ', piece.spaces as usize));
            out.push_str(self.text(piece));
        }
        out
    }
}
