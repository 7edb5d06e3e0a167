//! Literal text: escape sequences, and strings without template sequences.

use std::borrow::Cow;

use trueup_value::{Str, quote};

use super::Parser;
use crate::{Span, Token, TokenKind, ast::Ident};

const ESCAPE: &str = "Invalid escape sequence";
const STRING: &str = "Invalid string literal";

impl<'a> Parser<'a> {
    /// The text of a literal token with its escape sequences decoded. What is
    /// wrong is reported and stays as written.
    pub(super) fn decode(&mut self, token: Token) -> Cow<'a, str> {
        let whole: &'a str = self.text;
        let text = whole
            .get(token.start as usize..token.end as usize)
            .unwrap_or_default();
        let quoted = token.kind == TokenKind::QuotedLit;
        if !text
            .bytes()
            .any(|byte| matches!(byte, b'$' | b'%') || quoted && byte == b'\\')
        {
            return Cow::Borrowed(text);
        }
        let mut decoded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.bytes().next() {
            let length = match first {
                b'\\' if quoted => escape_length(rest),
                b'$' | b'%' => template_escape_length(rest),
                _ => plain_length(rest, quoted),
            };
            let (piece, after) = rest.split_at(length);
            let start = self.start + token.start + (text.len() - rest.len()) as u32;
            match first {
                b'\\' if quoted => {
                    let span = Span::new(self.file.id, start, start + length as u32);
                    self.decode_escape(piece, span, &mut decoded);
                }
                b'$' | b'%' if length == 3 => decoded.push_str(piece.get(1..).unwrap_or_default()),
                _ => decoded.push_str(piece),
            }
            rest = after;
        }
        Cow::Owned(decoded)
    }

    fn decode_escape(&mut self, escape: &str, span: Span, decoded: &mut String) {
        let mut chars = escape.chars();
        chars.next();
        let Some(selector) = chars.next() else {
            let detail = "Backslash must be followed by an escape sequence selector character.";
            self.error(ESCAPE, detail, span);
            decoded.push_str(escape);
            return;
        };
        match selector {
            'n' => decoded.push('\n'),
            'r' => decoded.push('\r'),
            't' => decoded.push('\t'),
            '"' | '\\' => decoded.push(selector),
            'u' | 'U' => match unicode_escape(selector, chars.as_str()) {
                Ok(char) => decoded.push(char),
                Err(detail) => {
                    self.error(ESCAPE, detail, span);
                    decoded.push_str(escape);
                }
            },
            _ => {
                let symbol = escape.get(1..).unwrap_or_default();
                let detail = format!(
                    "The symbol {} is not a valid escape sequence selector.",
                    quote(symbol)
                );
                self.error(ESCAPE, detail, span);
                decoded.push_str(symbol);
            }
        }
    }

    /// Reads a quoted string that must not contain template sequences, such as
    /// a label.
    pub(super) fn quoted_string(&mut self) -> Ident {
        let open = self.read();
        let open = self.span(open);
        let mut text = String::new();
        let end = loop {
            let token = self.read();
            let here = self.span(token);
            match token.kind {
                TokenKind::CQuote => break here,
                TokenKind::QuotedLit => {
                    let piece = self.decode(token);
                    text.push_str(&piece);
                }
                TokenKind::TemplateControl => self.sequence_in_string('%', here, open, &mut text),
                TokenKind::TemplateInterp => self.sequence_in_string('$', here, open, &mut text),
                TokenKind::Eof => {
                    self.error_within(
                        "Unterminated string literal",
                        "Unable to find the closing quote mark before the end of the file.",
                        here,
                        open.through(here),
                    );
                    break here;
                }
                _ => {
                    let detail = "This item is not valid in a string literal.";
                    self.error_within(STRING, detail, here, open.through(here));
                    self.recover(TokenKind::CQuote);
                    break here;
                }
            }
        };
        Ident {
            name: Str::from(text),
            span: open.through(end),
        }
    }

    fn sequence_in_string(&mut self, which: char, here: Span, open: Span, text: &mut String) {
        let detail = format!(
            "Template sequences are not allowed in this string. To include a literal \"{which}\", double it (as \"{which}{which}\") to escape it."
        );
        self.error_within(STRING, detail, here, open.through(here));
        text.push(which);
        text.push_str("{ ... }");
        self.recover(TokenKind::TemplateSeqEnd);
    }
}

fn unicode_escape(selector: char, digits: &str) -> Result<char, String> {
    let (wanted, in_words) = if selector == 'u' {
        (4, "four")
    } else {
        (8, "eight")
    };
    if digits.len() != wanted {
        return Err(format!(
            "The \\{selector} escape sequence must be followed by {in_words} hexadecimal digits."
        ));
    }
    let number = u32::from_str_radix(digits, 16).unwrap_or(u32::MAX);
    char::from_u32(number)
        .ok_or_else(|| format!("Cannot encode character U+{number:04x} in UTF-8."))
}

/// `\` and its selector; with up to 4 or 8 digits for `\u` and `\U`.
fn escape_length(rest: &str) -> usize {
    let mut chars = rest.chars();
    chars.next();
    let Some(selector) = chars.next() else {
        return 1;
    };
    let digits = match selector {
        'u' => 4,
        'U' => 8,
        _ => return 1 + selector.len_utf8(),
    };
    let is_digit = |byte: &u8| byte.is_ascii_hexdigit();
    2 + rest
        .bytes()
        .skip(2)
        .take(digits)
        .take_while(is_digit)
        .count()
}

/// `$`, `$$` or `$${`, and the same with `%`.
fn template_escape_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    match bytes {
        [a, b, b'{', ..] if a == b => 3,
        [a, b, ..] if a == b => 2,
        _ => 1,
    }
}

fn plain_length(rest: &str, quoted: bool) -> usize {
    let special = |byte| matches!(byte, b'$' | b'%') || quoted && byte == b'\\';
    rest.bytes().position(special).unwrap_or(rest.len())
}
