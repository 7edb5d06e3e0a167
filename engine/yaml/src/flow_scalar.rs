//! Scanning of quoted scalars.

use crate::characters::is_break;
use crate::scanner::{Scanner, Token, TokenKind};
use crate::{Mark, ScalarStyle, SyntaxError};

/// White space and breaks between two words of a scalar that spans lines.
#[derive(Default)]
pub(crate) struct Gap {
    pub(crate) spaces: Vec<u8>,
    pub(crate) first_break: Vec<u8>,
    pub(crate) more_breaks: Vec<u8>,
    pub(crate) broken: bool,
}

impl Gap {
    /// Writes the gap as line folding demands and starts a new one.
    pub(crate) fn fold(&mut self, into: &mut Vec<u8>) {
        if !self.broken {
            into.append(&mut self.spaces);
            return;
        }
        if self.first_break.first() == Some(&b'\n') {
            if self.more_breaks.is_empty() {
                into.push(b' ');
            } else {
                into.append(&mut self.more_breaks);
            }
        } else {
            into.append(&mut self.first_break);
            into.append(&mut self.more_breaks);
        }
        self.first_break.clear();
        self.more_breaks.clear();
        self.broken = false;
    }
}

impl Scanner<'_> {
    pub(crate) fn read_gap_break(&mut self, gap: &mut Gap) {
        if gap.broken {
            self.read_line(&mut gap.more_breaks);
        } else {
            gap.spaces.clear();
            self.read_line(&mut gap.first_break);
            gap.broken = true;
        }
    }

    pub(crate) fn read_gap_blank(&mut self, gap: &mut Gap) {
        if gap.broken {
            self.skip();
        } else {
            self.read(&mut gap.spaces);
        }
    }

    pub(crate) fn scan_flow_scalar(&mut self, single: bool) -> Result<Token, SyntaxError> {
        let start = self.mark;
        let quote = if single { b'\'' } else { b'"' };
        self.skip();
        let mut value = Vec::new();
        let mut gap = Gap::default();
        loop {
            if self.at_document_indicator() {
                return self.error(start, "found unexpected document indicator");
            }
            if self.position >= self.text.len() {
                return self.error(start, "found unexpected end of stream");
            }
            gap.broken = false;
            self.scan_quoted_words(single, start, &mut value, &mut gap)?;
            if self.byte(0) == quote && self.position < self.text.len() {
                break;
            }
            while self.here_is_blank() || self.here_is_break() {
                if self.here_is_blank() {
                    self.read_gap_blank(&mut gap);
                } else {
                    self.read_gap_break(&mut gap);
                }
            }
            gap.fold(&mut value);
        }
        self.skip();
        let value = String::from_utf8(value)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(Token {
            kind: TokenKind::Scalar {
                value,
                style: ScalarStyle::Quoted,
            },
            start,
        })
    }

    /// Characters up to white space, a break, or the closing quote.
    fn scan_quoted_words(
        &mut self,
        single: bool,
        start: Mark,
        value: &mut Vec<u8>,
        gap: &mut Gap,
    ) -> Result<(), SyntaxError> {
        while !self.blank_or_end(0) {
            match (single, self.byte(0), self.byte(1)) {
                (true, b'\'', b'\'') => {
                    value.push(b'\'');
                    self.skip();
                    self.skip();
                }
                (true, b'\'', _) | (false, b'"', _) => return Ok(()),
                (false, b'\\', _) if is_break(self.text, self.position + 1) => {
                    self.skip();
                    self.skip_line();
                    gap.broken = true;
                    return Ok(());
                }
                (false, b'\\', _) => self.scan_escape(start, value)?,
                _ => self.read(value),
            }
        }
        Ok(())
    }

    fn scan_escape(&mut self, start: Mark, value: &mut Vec<u8>) -> Result<(), SyntaxError> {
        let (literal, digits): (&str, usize) = match self.byte(1) {
            b'0' => ("\0", 0),
            b'a' => ("\x07", 0),
            b'b' => ("\x08", 0),
            b't' | b'\t' => ("\t", 0),
            b'n' => ("\n", 0),
            b'v' => ("\x0B", 0),
            b'f' => ("\x0C", 0),
            b'r' => ("\r", 0),
            b'e' => ("\x1B", 0),
            b' ' => (" ", 0),
            b'"' => ("\"", 0),
            b'\'' => ("'", 0),
            b'\\' => ("\\", 0),
            b'N' => ("\u{85}", 0),
            b'_' => ("\u{A0}", 0),
            b'L' => ("\u{2028}", 0),
            b'P' => ("\u{2029}", 0),
            b'x' => ("", 2),
            b'u' => ("", 4),
            b'U' => ("", 8),
            _ => return self.error(start, "found unknown escape character"),
        };
        self.skip();
        self.skip();
        value.extend_from_slice(literal.as_bytes());
        if digits > 0 {
            self.scan_code_point(start, digits, value)?;
        }
        Ok(())
    }

    fn scan_code_point(
        &mut self,
        start: Mark,
        digits: usize,
        value: &mut Vec<u8>,
    ) -> Result<(), SyntaxError> {
        let mut code = 0_u32;
        for offset in 0..digits {
            let Some(digit) = char::from(self.byte(offset)).to_digit(16) else {
                return self.error(start, "did not find expected hexdecimal number");
            };
            code = (code << 4) | digit;
        }
        let Some(character) = char::from_u32(code) else {
            return self.error(start, "found invalid Unicode character escape code");
        };
        value.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        for _ in 0..digits {
            self.skip();
        }
        Ok(())
    }
}
