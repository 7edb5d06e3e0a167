//! Tokens, and how error messages show them.

use crate::strconv::quote;

/// What sort of token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Error,
    Bool,
    Char,
    CharConstant,
    Complex,
    Assign,
    Declare,
    Eof,
    Field,
    Identifier,
    LeftDelim,
    LeftParen,
    Number,
    Pipe,
    RawString,
    RightDelim,
    RightParen,
    Space,
    String,
    Text,
    Variable,
    Block,
    Break,
    Continue,
    Dot,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

/// A token. Its text is a part of the input, but for errors, whose message the
/// lexer keeps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) pos: u32,
    pub(crate) end: u32,
    pub(crate) line: u32,
}

impl TokenKind {
    pub(crate) fn keyword(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"." => TokenKind::Dot,
            b"block" => TokenKind::Block,
            b"break" => TokenKind::Break,
            b"continue" => TokenKind::Continue,
            b"define" => TokenKind::Define,
            b"else" => TokenKind::Else,
            b"end" => TokenKind::End,
            b"if" => TokenKind::If,
            b"range" => TokenKind::Range,
            b"nil" => TokenKind::Nil,
            b"template" => TokenKind::Template,
            b"with" => TokenKind::With,
            _ => return None,
        })
    }

    fn is_keyword(self) -> bool {
        use TokenKind as T;
        matches!(
            self,
            T::Block
                | T::Break
                | T::Continue
                | T::Dot
                | T::Define
                | T::Else
                | T::End
                | T::If
                | T::Nil
                | T::Range
                | T::Template
                | T::With
        )
    }
}

impl Token {
    /// A token before the first one.
    pub(crate) const fn none() -> Self {
        Token {
            kind: TokenKind::Error,
            pos: 0,
            end: 0,
            line: 0,
        }
    }

    pub(crate) fn text<'t>(&self, input: &'t [u8]) -> &'t [u8] {
        let range = self.pos as usize..self.end as usize;
        input.get(range).unwrap_or_default()
    }

    /// The token in an error message; `message` is what an error says.
    pub(crate) fn show(&self, input: &[u8], message: &str) -> String {
        let text = self.text(input);
        match self.kind {
            TokenKind::Eof => "EOF".into(),
            TokenKind::Error => message.into(),
            kind if kind.is_keyword() => format!("<{}>", String::from_utf8_lossy(text)),
            _ if text.len() > 10 => {
                let runes = crate::value::runes(text).take(10);
                let cut = runes.map(|(_, width)| width).sum();
                format!("{}...", quote(text.get(..cut).unwrap_or(text)))
            }
            _ => quote(text),
        }
    }
}
