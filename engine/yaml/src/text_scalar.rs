//! Scanning of plain and block scalars.

use crate::flow_scalar::Gap;
use crate::scanner::{Scanner, Token, TokenKind};
use crate::{Mark, ScalarStyle, SyntaxError};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

/// What goes on in a plain scalar whatever follows.
fn is_word_of_plain(byte: u8) -> bool {
    !matches!(
        byte,
        b' ' | b'\t' | b':' | b',' | b'?' | b'[' | b']' | b'{' | b'}'
    )
}

impl Scanner<'_> {
    pub(crate) fn scan_plain_scalar(&mut self) -> Result<Token, SyntaxError> {
        let start = self.mark;
        let indent = self.indent + 1;
        let mut value = Vec::new();
        let mut gap = Gap::default();
        loop {
            if self.at_document_indicator() || self.byte(0) == b'#' {
                break;
            }
            self.scan_plain_words(&mut value, &mut gap);
            if !self.here_is_blank() && !self.here_is_break() {
                break;
            }
            self.scan_plain_gap(start, indent, &mut gap)?;
            if self.flow_level == 0 && self.mark.column < indent {
                break;
            }
        }
        if gap.broken {
            self.simple_key_allowed = true;
        }
        Ok(scalar(value, ScalarStyle::Plain, start))
    }

    fn scan_plain_words(&mut self, value: &mut Vec<u8>, gap: &mut Gap) {
        while !self.blank_or_end(0) {
            let ends = match self.byte(0) {
                b':' if self.blank_or_end(1) => true,
                b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.flow_level > 0,
                _ => false,
            };
            if ends {
                return;
            }
            if gap.broken || !gap.spaces.is_empty() {
                gap.fold(value);
            }
            let run = self.skip_run(is_word_of_plain);
            if run.is_empty() {
                self.read(value);
            }
            value.extend_from_slice(run);
        }
    }

    fn scan_plain_gap(
        &mut self,
        start: Mark,
        indent: i32,
        gap: &mut Gap,
    ) -> Result<(), SyntaxError> {
        while self.here_is_blank() || self.here_is_break() {
            if !self.here_is_blank() {
                self.read_gap_break(gap);
                continue;
            }
            if gap.broken && self.mark.column < indent && self.byte(0) == b'\t' {
                return self.error(start, "found a tab character that violates indentation");
            }
            self.read_gap_blank(gap);
        }
        Ok(())
    }

    pub(crate) fn scan_block_scalar(&mut self, literal: bool) -> Result<Token, SyntaxError> {
        let start = self.mark;
        self.skip();
        let (chomp, increment) = self.scan_block_header(start)?;
        let mut indent = if increment > 0 {
            self.indent.max(0) + increment
        } else {
            0
        };
        let mut value = Vec::new();
        let mut leading_break = Vec::new();
        let mut trailing_breaks = Vec::new();
        self.scan_block_breaks(&mut indent, &mut trailing_breaks, start)?;
        let mut leading_blank = false;
        while self.mark.column == indent && self.position < self.text.len() {
            let trailing_blank = self.here_is_blank();
            if !literal
                && !leading_blank
                && !trailing_blank
                && leading_break.first() == Some(&b'\n')
            {
                if trailing_breaks.is_empty() {
                    value.push(b' ');
                }
                leading_break.clear();
            } else {
                value.append(&mut leading_break);
            }
            value.append(&mut trailing_breaks);
            leading_blank = self.here_is_blank();
            while !self.here_is_break_or_end() {
                let run = self.skip_run(|_| true);
                if run.is_empty() {
                    self.read(&mut value);
                }
                value.extend_from_slice(run);
            }
            self.read_line(&mut leading_break);
            self.scan_block_breaks(&mut indent, &mut trailing_breaks, start)?;
        }
        if chomp != Chomp::Strip {
            value.append(&mut leading_break);
        }
        if chomp == Chomp::Keep {
            value.append(&mut trailing_breaks);
        }
        Ok(scalar(value, ScalarStyle::Block, start))
    }

    /// Chomping and indentation indicators, in either order, to the end of the line.
    fn scan_block_header(&mut self, start: Mark) -> Result<(Chomp, i32), SyntaxError> {
        let mut chomp = self.scan_chomp();
        let increment = self.scan_indentation_indicator(start)?;
        if chomp.is_none() {
            chomp = self.scan_chomp();
        }
        self.skip_blanks();
        self.skip_comment();
        if !self.here_is_break_or_end() {
            return self.error(start, "did not find expected comment or line break");
        }
        if self.here_is_break() {
            self.skip_line();
        }
        Ok((chomp.unwrap_or(Chomp::Clip), increment))
    }

    fn scan_chomp(&mut self) -> Option<Chomp> {
        let chomp = match self.byte(0) {
            b'+' => Chomp::Keep,
            b'-' => Chomp::Strip,
            _ => return None,
        };
        self.skip();
        Some(chomp)
    }

    fn scan_indentation_indicator(&mut self, start: Mark) -> Result<i32, SyntaxError> {
        let byte = self.byte(0);
        if !byte.is_ascii_digit() {
            return Ok(0);
        }
        if byte == b'0' {
            return self.error(start, "found an indentation indicator equal to 0");
        }
        self.skip();
        Ok(i32::from(byte - b'0'))
    }

    /// Empty lines before content; finds the indentation where it isn't given.
    fn scan_block_breaks(
        &mut self,
        indent: &mut i32,
        breaks: &mut Vec<u8>,
        start: Mark,
    ) -> Result<(), SyntaxError> {
        let mut deepest = 0;
        loop {
            while (*indent == 0 || self.mark.column < *indent) && self.byte(0) == b' ' {
                self.skip();
            }
            deepest = deepest.max(self.mark.column);
            if (*indent == 0 || self.mark.column < *indent) && self.byte(0) == b'\t' {
                return self.error(
                    start,
                    "found a tab character where an indentation space is expected",
                );
            }
            if !self.here_is_break() {
                break;
            }
            self.read_line(breaks);
        }
        if *indent == 0 {
            *indent = deepest.max(self.indent + 1).max(1);
        }
        Ok(())
    }
}

fn scalar(value: Vec<u8>, style: ScalarStyle, start: Mark) -> Token {
    let value = String::from_utf8(value)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Token {
        kind: TokenKind::Scalar { value, style },
        start,
    }
}
