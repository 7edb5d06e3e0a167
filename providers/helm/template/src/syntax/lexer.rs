//! The scanner: text outside of actions, tokens inside.

use memchr::memmem;

use super::token::{Token, TokenKind};
use crate::{
    strconv::{is_digit, is_letter, is_print, quote},
    value::decode_rune,
};

/// Produces the tokens of a template one by one. The input is shorter than
/// 4 GiB.
pub(super) struct Lexer<'t> {
    input: &'t [u8],
    pos: usize,
    start: usize,
    line: u32,
    start_line: u32,
    paren_depth: u32,
    inside_action: bool,
    failed: bool,
    /// What the error token says.
    pub(super) message: String,
    pub(super) break_is_keyword: bool,
    pub(super) continue_is_keyword: bool,
}

const LEFT: &[u8] = b"{{";
const RIGHT: &[u8] = b"}}";
const TRIM_MARKER: usize = 2;

impl<'t> Lexer<'t> {
    pub(super) fn new(input: &'t [u8]) -> Self {
        Lexer {
            input,
            pos: 0,
            start: 0,
            line: 1,
            start_line: 1,
            paren_depth: 0,
            inside_action: false,
            failed: false,
            message: String::new(),
            break_is_keyword: true,
            continue_is_keyword: true,
        }
    }

    /// The next token. After an error or the end, ends for ever.
    pub(super) fn next_token(&mut self) -> Token {
        if self.failed {
            return self.token(TokenKind::Eof);
        }
        if self.inside_action {
            self.inside_action_token()
        } else {
            self.text_token()
        }
    }

    fn rest(&self) -> &'t [u8] {
        self.input.get(self.pos..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        decode_rune(self.rest()).map(|(rune, _)| rune)
    }

    fn bump(&mut self) -> Option<char> {
        let (rune, width) = decode_rune(self.rest())?;
        self.pos += width;
        self.line += u32::from(rune == '\n');
        Some(rune)
    }

    fn token(&mut self, kind: TokenKind) -> Token {
        let token = Token {
            kind,
            pos: self.start as u32,
            end: self.pos as u32,
            line: self.start_line,
        };
        self.start = self.pos;
        self.start_line = self.line;
        token
    }

    fn error(&mut self, message: impl Into<String>) -> Token {
        self.failed = true;
        self.message = message.into();
        let token = Token {
            kind: TokenKind::Error,
            pos: self.start as u32,
            end: self.start as u32,
            line: self.start_line,
        };
        self.start = 0;
        self.pos = 0;
        self.input = b"";
        token
    }

    fn count_lines(&mut self) {
        let skipped = self.input.get(self.start..self.pos).unwrap_or_default();
        let lines = skipped.iter().filter(|byte| **byte == b'\n').count();
        self.line += u32::try_from(lines).unwrap_or(u32::MAX);
    }

    fn ignore(&mut self) {
        self.count_lines();
        self.start = self.pos;
        self.start_line = self.line;
    }

    fn text_token(&mut self) -> Token {
        loop {
            let Some(offset) = memmem::find(self.rest(), LEFT) else {
                self.pos = self.input.len();
                self.count_lines();
                let kind = match self.pos > self.start {
                    true => TokenKind::Text,
                    false => TokenKind::Eof,
                };
                return self.token(kind);
            };
            if offset > 0 {
                let delim = self.pos + offset;
                let text = self.input.get(self.start..delim).unwrap_or_default();
                let after = self.input.get(delim + LEFT.len()..).unwrap_or_default();
                let trimmed = match has_left_trim_marker(after) {
                    true => text.len() - trim_end(text).len(),
                    false => 0,
                };
                self.pos = delim - trimmed;
                self.count_lines();
                let token = self.token(TokenKind::Text);
                self.pos = delim;
                self.ignore();
                if token.end > token.pos {
                    return token;
                }
            }
            if let Some(token) = self.left_delim() {
                return token;
            }
        }
    }

    /// The left delimiter; none if it began a comment that is over now.
    fn left_delim(&mut self) -> Option<Token> {
        self.pos += LEFT.len();
        let marker = match has_left_trim_marker(self.rest()) {
            true => TRIM_MARKER,
            false => 0,
        };
        let after = self.rest().get(marker..).unwrap_or_default();
        if after.starts_with(b"/*") {
            self.pos += marker;
            self.ignore();
            return self.comment();
        }
        let token = self.token(TokenKind::LeftDelim);
        self.inside_action = true;
        self.pos += marker;
        self.ignore();
        self.paren_depth = 0;
        Some(token)
    }

    fn comment(&mut self) -> Option<Token> {
        self.pos += 2;
        let Some(offset) = memmem::find(self.rest(), b"*/") else {
            return Some(self.error("unclosed comment"));
        };
        self.pos += offset + 2;
        let Some(trim) = self.at_right_delim() else {
            return Some(self.error("comment ends before closing delimiter"));
        };
        self.ignore();
        self.skip_right_delim(trim);
        self.ignore();
        None
    }

    fn skip_right_delim(&mut self, trim: bool) {
        self.pos += RIGHT.len();
        if trim {
            self.pos += TRIM_MARKER;
            let rest = self.rest();
            self.pos += rest.len() - trim_start(rest).len();
        }
    }

    /// Whether a right delimiter is here, and if so whether it trims.
    fn at_right_delim(&self) -> Option<bool> {
        at_right_delim(self.rest())
    }

    fn right_delim(&mut self, trim: bool) -> Token {
        if trim {
            self.pos += TRIM_MARKER;
            self.ignore();
        }
        self.pos += RIGHT.len();
        let token = self.token(TokenKind::RightDelim);
        if trim {
            let rest = self.rest();
            self.pos += rest.len() - trim_start(rest).len();
            self.ignore();
        }
        self.inside_action = false;
        token
    }

    fn inside_action_token(&mut self) -> Token {
        if let Some(trim) = self.at_right_delim() {
            if self.paren_depth == 0 {
                return self.right_delim(trim);
            }
            return self.error("unclosed left paren");
        }
        let Some(rune) = self.peek() else {
            return self.error("unclosed action");
        };
        match rune {
            ' ' | '\t' | '\r' | '\n' => return self.space(),
            '+' | '-' | '0'..='9' => return self.number(),
            '.' => return self.dot(),
            rune if is_alphanumeric(rune) => return self.identifier(),
            _ => {}
        }
        self.bump();
        match rune {
            '=' => self.token(TokenKind::Assign),
            ':' => match self.bump() {
                Some('=') => self.token(TokenKind::Declare),
                _ => self.error("expected :="),
            },
            '|' => self.token(TokenKind::Pipe),
            '"' => self.quoted(b'"', TokenKind::String, "unterminated quoted string"),
            '`' => self.raw_quoted(),
            '\'' => self.quoted(
                b'\'',
                TokenKind::CharConstant,
                "unterminated character constant",
            ),
            '$' if self.at_terminator() => self.token(TokenKind::Variable),
            '$' => self.word(TokenKind::Variable),
            '(' => {
                self.paren_depth += 1;
                self.token(TokenKind::LeftParen)
            }
            ')' if self.paren_depth == 0 => self.error("unexpected right paren"),
            ')' => {
                self.paren_depth -= 1;
                self.token(TokenKind::RightParen)
            }
            rune if rune.is_ascii() && is_print(rune) => self.token(TokenKind::Char),
            rune => self.error(format!(
                "unrecognized character in action: {}",
                unicode(rune)
            )),
        }
    }

    fn space(&mut self) -> Token {
        let mut count = 0;
        while self.peek().is_some_and(is_space) {
            self.bump();
            count += 1;
        }
        let last = self.input.get(self.pos - 1..).unwrap_or_default();
        if at_right_delim(last) == Some(true) {
            self.pos -= 1;
            if last.first() == Some(&b'\n') {
                self.line -= 1;
            }
            if count == 1 {
                return self.right_delim(true);
            }
        }
        self.token(TokenKind::Space)
    }

    fn dot(&mut self) -> Token {
        if self.rest().get(1).is_some_and(u8::is_ascii_digit) {
            return self.number();
        }
        self.bump();
        if self.pos == self.input.len() {
            // As Go does: at the very end a dot is taken for a number.
            self.pos -= 1;
            return self.number();
        }
        if self.at_terminator() {
            return self.token(TokenKind::Dot);
        }
        self.word(TokenKind::Field)
    }

    fn alphanumerics(&mut self) {
        loop {
            let ascii = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
            self.pos += self.rest().iter().take_while(ascii).count();
            match self.peek() {
                Some(rune) if !rune.is_ascii() && is_alphanumeric(rune) => self.bump(),
                _ => return,
            };
        }
    }

    fn word(&mut self, kind: TokenKind) -> Token {
        self.alphanumerics();
        if !self.at_terminator() {
            return self.bad_character();
        }
        self.token(kind)
    }

    fn bad_character(&mut self) -> Token {
        let shown = self.peek().map_or_else(String::new, unicode);
        self.error(format!("bad character {shown}"))
    }

    fn identifier(&mut self) -> Token {
        self.alphanumerics();
        if !self.at_terminator() {
            return self.bad_character();
        }
        let word = self.input.get(self.start..self.pos).unwrap_or_default();
        let kind = match TokenKind::keyword(word) {
            Some(TokenKind::Break) if !self.break_is_keyword => TokenKind::Identifier,
            Some(TokenKind::Continue) if !self.continue_is_keyword => TokenKind::Identifier,
            Some(keyword) => keyword,
            None if word == b"true" || word == b"false" => TokenKind::Bool,
            None => TokenKind::Identifier,
        };
        self.token(kind)
    }

    fn at_terminator(&self) -> bool {
        match self.peek() {
            None => true,
            Some(rune) if is_space(rune) => true,
            Some('.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(_) => self.rest().starts_with(RIGHT),
        }
    }

    fn quoted(&mut self, mark: u8, kind: TokenKind, unterminated: &str) -> Token {
        loop {
            self.skip_text(mark);
            match self.bump() {
                Some('\\') if !matches!(self.peek(), None | Some('\n')) => {
                    self.bump();
                }
                Some('\\' | '\n') | None => return self.error(unterminated),
                Some(rune) if rune == char::from(mark) => return self.token(kind),
                Some(_) => {}
            }
        }
    }

    /// Over what is nothing special in quotes.
    fn skip_text(&mut self, mark: u8) {
        let text =
            |byte: &&u8| byte.is_ascii() && !matches!(**byte, b'\\' | b'\n') && **byte != mark;
        self.pos += self.rest().iter().take_while(text).count();
    }

    fn raw_quoted(&mut self) -> Token {
        loop {
            self.skip_text(b'`');
            match self.bump() {
                None => return self.error("unterminated raw quoted string"),
                Some('`') => return self.token(TokenKind::RawString),
                Some(_) => {}
            }
        }
    }

    fn number(&mut self) -> Token {
        if !self.scan_number() {
            return self.bad_number();
        }
        if !matches!(self.peek(), Some('+' | '-')) {
            return self.token(TokenKind::Number);
        }
        let imaginary = self.scan_number() && self.input.get(self.pos - 1) == Some(&b'i');
        match imaginary {
            true => self.token(TokenKind::Complex),
            false => self.bad_number(),
        }
    }

    fn bad_number(&mut self) -> Token {
        let text = self.input.get(self.start..self.pos).unwrap_or_default();
        self.error(format!("bad number syntax: {}", quote(text)))
    }

    fn scan_number(&mut self) -> bool {
        self.accept("+-");
        let mut digits = "0123456789_";
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.accept_run(digits);
        if self.accept(".") {
            self.accept_run(digits);
        }
        let exponent = match digits.len() {
            11 => "eE",
            23 => "pP",
            _ => "",
        };
        if self.accept(exponent) {
            self.accept("+-");
            self.accept_run("0123456789_");
        }
        self.accept("i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.bump();
            return false;
        }
        true
    }

    fn accept(&mut self, valid: &str) -> bool {
        let found = self.peek().is_some_and(|rune| valid.contains(rune));
        if found {
            self.bump();
        }
        found
    }

    fn accept_run(&mut self, valid: &str) {
        while self.accept(valid) {}
    }
}

fn is_space(rune: char) -> bool {
    matches!(rune, ' ' | '\t' | '\r' | '\n')
}

fn is_space_byte(byte: &u8) -> bool {
    is_space(char::from(*byte))
}

fn is_alphanumeric(rune: char) -> bool {
    rune == '_' || is_letter(rune) || is_digit(rune)
}

fn has_left_trim_marker(text: &[u8]) -> bool {
    matches!(text, [b'-', space, ..] if is_space_byte(space))
}

fn at_right_delim(text: &[u8]) -> Option<bool> {
    match text {
        [space, b'-', rest @ ..] if is_space_byte(space) && rest.starts_with(RIGHT) => Some(true),
        _ => text.starts_with(RIGHT).then_some(false),
    }
}

fn trim_start(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|byte| is_space_byte(byte)).count();
    text.get(spaces..).unwrap_or_default()
}

fn trim_end(text: &[u8]) -> &[u8] {
    let spaces = text.iter().rev().take_while(|byte| is_space_byte(byte));
    text.get(..text.len() - spaces.count()).unwrap_or_default()
}

/// `%#U` of a rune.
fn unicode(rune: char) -> String {
    let code = u32::from(rune);
    match is_print(rune) {
        true => format!("U+{code:04X} '{rune}'"),
        false => format!("U+{code:04X}"),
    }
}
