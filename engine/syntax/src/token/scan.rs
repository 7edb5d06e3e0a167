//! The scanner: source text to tokens, the same as HCL's.
//!
//! Which context text is read in (expressions, quotes, a heredoc) is kept on a
//! stack of our own, so nesting costs no recursion. Every byte is looked at a
//! bounded number of times.

use super::ident::{identifier_end, sequence_length};
use super::{Token, TokenKind};

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanMode {
    /// A file or an expression.
    Normal,
    /// A template without quotes around it, such as a file for
    /// `templatefile`.
    Template,
}

/// The tokens of `text`; the last is [`TokenKind::Eof`].
///
/// Never fails: what is not part of the language becomes tokens of the kinds
/// that are never valid. A byte order mark at the start is skipped, offsets
/// count it.
pub fn scan(text: &str, mode: ScanMode) -> Vec<Token> {
    scan_bytes(text.as_bytes(), mode)
}

/// Like [`scan`], for text that may not be UTF-8: each byte that is no part of
/// a character becomes a [`TokenKind::BadUtf8`]. (HCL's own scanner takes a few
/// such bytes for parts of names; that is not repeated here.)
///
/// What lies beyond the first 4 GiB is not scanned.
pub fn scan_bytes(source: &[u8], mode: ScanMode) -> Vec<Token> {
    let source = &source[..source.len().min(u32::MAX as usize)];
    let mut scanner = Scanner {
        source,
        position: if source.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        },
        tokens: Vec::with_capacity(source.len() / 6 + 2),
        contexts: Vec::new(),
        mode,
        open_braces: 0,
        sequences: Vec::new(),
        heredocs: Vec::new(),
        comments_end: true,
    };
    scanner.run();
    scanner.tokens
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Expression,
    Quoted,
    Heredoc,
    Bare,
}

struct Heredoc<'a> {
    marker: &'a [u8],
    at_line_start: bool,
}

struct Scanner<'a> {
    source: &'a [u8],
    position: usize,
    tokens: Vec<Token>,
    /// The contexts entered since the outermost one, which `mode` tells.
    contexts: Vec<Context>,
    mode: ScanMode,
    open_braces: i64,
    /// For each open template sequence, how many braces were open with it.
    sequences: Vec<i64>,
    heredocs: Vec<Heredoc<'a>>,
    /// A `*/` may still follow. Once it does not, no `/*` has to look for one.
    comments_end: bool,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        while self.position < self.source.len() {
            match self.context() {
                Context::Expression => self.expression_token(),
                Context::Quoted => self.quoted_token(),
                Context::Heredoc => self.heredoc_token(),
                Context::Bare => self.bare_token(),
            }
        }
        self.emit(TokenKind::Eof, 0);
    }

    fn context(&self) -> Context {
        match (self.contexts.last(), self.mode) {
            (Some(context), _) => *context,
            (None, ScanMode::Normal) => Context::Expression,
            (None, ScanMode::Template) => Context::Bare,
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.source.get(self.position + ahead).copied()
    }

    fn emit(&mut self, kind: TokenKind, length: usize) {
        let start = self.position;
        self.position += length;
        self.tokens.push(Token {
            kind,
            start: start as u32,
            end: self.position as u32,
        });
    }

    /// The length of a line end `ahead` bytes from here; 0 if there is none.
    fn line_end(&self, ahead: usize) -> usize {
        match (self.peek(ahead), self.peek(ahead + 1)) {
            (Some(b'\n'), _) => 1,
            (Some(b'\r'), Some(b'\n')) => 2,
            _ => 0,
        }
    }

    // Expressions and bodies

    fn expression_token(&mut self) {
        let Some(byte) = self.peek(0) else { return };
        match byte {
            b' ' | b'\t' => self.position += 1,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.identifier(),
            b'0'..=b'9' => self.number(),
            b'"' => {
                self.emit(TokenKind::OQuote, 1);
                self.contexts.push(Context::Quoted);
            }
            b'{' => {
                self.emit(TokenKind::OBrace, 1);
                self.open_braces += 1;
            }
            b'}' => self.closing_brace(),
            b'#' => self.line_comment(),
            b'/' => self.slash(),
            b'<' => self.less_than(),
            b'\r' if self.line_end(0) == 2 => self.emit(TokenKind::Newline, 2),
            b'~' if self.peek(1) == Some(b'}') => self.stripping_sequence_end(),
            0x80.. => self.beyond_ascii(),
            _ => {
                let (kind, length) = symbol(byte, self.peek(1), self.peek(2));
                self.emit(kind, length);
            }
        }
    }

    fn identifier(&mut self) {
        let end = identifier_end(self.source, self.position);
        self.emit(TokenKind::Ident, end - self.position);
    }

    fn beyond_ascii(&mut self) {
        let end = identifier_end(self.source, self.position);
        if end > self.position {
            self.emit(TokenKind::Ident, end - self.position);
        } else {
            self.invalid_character();
        }
    }

    fn invalid_character(&mut self) {
        match sequence_length(self.source, self.position) {
            Some(length) => self.emit(TokenKind::Invalid, length),
            None => self.emit(TokenKind::BadUtf8, 1),
        }
    }

    /// Digits, dots and exponents in any order that does not end in a dot:
    /// whether they make a number is up to the parser.
    fn number(&mut self) {
        let mut length = 1;
        let mut ahead = 1;
        loop {
            ahead += match (self.peek(ahead), self.peek(ahead + 1), self.peek(ahead + 2)) {
                (Some(b'.' | b'0'..=b'9'), ..) => 1,
                (Some(b'e' | b'E'), Some(b'0'..=b'9'), _) => 2,
                (Some(b'e' | b'E'), Some(b'+' | b'-'), Some(b'0'..=b'9')) => 3,
                _ => break,
            };
            if self.peek(ahead - 1) != Some(b'.') {
                length = ahead;
            }
        }
        self.emit(TokenKind::NumberLit, length);
    }

    fn closing_brace(&mut self) {
        if self.ends_sequence() {
            self.emit(TokenKind::TemplateSeqEnd, 1);
            self.leave_sequence();
        } else {
            self.emit(TokenKind::CBrace, 1);
        }
        self.open_braces -= 1;
    }

    /// `~}` is the end of a sequence even where none is open: the parser says
    /// what is wrong with it.
    fn stripping_sequence_end(&mut self) {
        self.emit(TokenKind::TemplateSeqEnd, 2);
        if self.ends_sequence() {
            self.leave_sequence();
        }
        self.open_braces -= 1;
    }

    fn ends_sequence(&self) -> bool {
        self.sequences.last() == Some(&self.open_braces)
    }

    fn leave_sequence(&mut self) {
        self.sequences.pop();
        self.contexts.pop();
    }

    fn line_comment(&mut self) {
        let rest = &self.source[self.position..];
        let length = match rest.iter().position(|byte| *byte == b'\n') {
            Some(newline) => newline + 1,
            None => rest.len(),
        };
        self.emit(TokenKind::Comment, length);
    }

    fn slash(&mut self) {
        match self.peek(1) {
            Some(b'/') => self.line_comment(),
            Some(b'*') => match self.block_comment_length() {
                Some(length) => self.emit(TokenKind::Comment, length),
                None => self.emit(TokenKind::Slash, 1),
            },
            _ => self.emit(TokenKind::Slash, 1),
        }
    }

    fn block_comment_length(&mut self) -> Option<usize> {
        if !self.comments_end {
            return None;
        }
        let inside = &self.source[self.position + 2..];
        let end = inside.windows(2).position(|pair| pair == b"*/");
        self.comments_end = end.is_some();
        end.map(|end| end + 4)
    }

    fn less_than(&mut self) {
        match self.peek(1) {
            Some(b'=') => self.emit(TokenKind::LessThanEq, 2),
            Some(b'<') => self.heredoc(),
            _ => self.emit(TokenKind::LessThan, 1),
        }
    }

    fn heredoc(&mut self) {
        let flush = usize::from(self.peek(2) == Some(b'-'));
        let start = self.position + 2 + flush;
        let end = identifier_end(self.source, start);
        let line_end = self.line_end(end - self.position);
        if end == start || line_end == 0 {
            return self.emit(TokenKind::LessThan, 1);
        }
        self.emit(TokenKind::OHeredoc, end + line_end - self.position);
        self.heredocs.push(Heredoc {
            marker: &self.source[start..end],
            at_line_start: true,
        });
        self.contexts.push(Context::Heredoc);
    }

    // Templates

    /// `${` or `%{`, with its `~`.
    fn sequence_start(&mut self, sign: u8) {
        let kind = match sign {
            b'$' => TokenKind::TemplateInterp,
            _ => TokenKind::TemplateControl,
        };
        self.emit(kind, if self.peek(2) == Some(b'~') { 3 } else { 2 });
        self.open_braces += 1;
        self.sequences.push(self.open_braces);
        self.leave_line_start();
        self.contexts.push(Context::Expression);
    }

    fn leave_line_start(&mut self) {
        if let Some(heredoc) = self.heredocs.last_mut() {
            heredoc.at_line_start = false;
        }
    }

    /// The length of `$${`, `%%{` and the same with `~`; 0 if there is none.
    fn escaped_sequence(&self, sign: u8) -> usize {
        match (self.peek(1), self.peek(2), self.peek(3)) {
            (Some(second), Some(b'{'), Some(b'~')) if second == sign => 4,
            (Some(second), Some(b'{'), _) if second == sign => 3,
            _ => 0,
        }
    }

    /// Where HCL's scanner gets stuck, it takes all that is left as one token.
    fn stuck(&mut self) {
        let kind = match (self.mode, self.contexts.is_empty()) {
            (ScanMode::Template, true) => TokenKind::StringLit,
            _ => TokenKind::Invalid,
        };
        self.emit(kind, self.source.len() - self.position);
    }

    fn quoted_token(&mut self) {
        let Some(byte) = self.peek(0) else { return };
        match (byte, self.peek(1)) {
            (b'$' | b'%', Some(b'{')) => self.sequence_start(byte),
            (b'$' | b'%', Some(_)) => {
                self.emit(TokenKind::QuotedLit, self.escaped_sequence(byte).max(1));
            }
            (b'$' | b'%', None) => self.stuck(),
            (b'"', _) => {
                self.emit(TokenKind::CQuote, 1);
                self.contexts.pop();
            }
            (b'\r' | b'\n', _) => self.quoted_newlines(),
            _ => match self.quoted_literal_length() {
                0 => self.invalid_character(),
                length => self.emit(TokenKind::QuotedLit, length),
            },
        }
    }

    fn quoted_newlines(&mut self) {
        let rest = &self.source[self.position..];
        let newlines = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let length = newlines.count();
        self.emit(TokenKind::QuotedNewline, length);
    }

    fn quoted_literal_length(&self) -> usize {
        let mut end = self.position;
        loop {
            let escape = usize::from(self.source.get(end) == Some(&b'\\'));
            match self.source.get(end + escape) {
                None | Some(b'\r' | b'\n') => break,
                Some(b'$' | b'%' | b'"') if escape == 0 => break,
                _ => {}
            }
            match sequence_length(self.source, end + escape) {
                Some(length) => end += escape + length,
                None => break,
            }
        }
        end - self.position
    }

    fn heredoc_token(&mut self) {
        let Some(byte) = self.peek(0) else { return };
        let (length, line_end) = match (byte, self.peek(1)) {
            (b'$' | b'%', Some(b'{')) => return self.sequence_start(byte),
            (b'$' | b'%', None) => return self.stuck(),
            (b'$' | b'%', Some(_)) => self.lone_sign(byte),
            _ => self.unquoted_literal(),
        };
        match (length, line_end) {
            (0, 0) => self.no_literal(),
            (_, 0) => {
                self.emit(TokenKind::StringLit, length);
                self.leave_line_start();
            }
            _ => self.heredoc_line(length, line_end),
        }
    }

    fn bare_token(&mut self) {
        let Some(byte) = self.peek(0) else { return };
        let (length, line_end) = match (byte, self.peek(1)) {
            (b'$' | b'%', Some(b'{')) => return self.sequence_start(byte),
            (b'$' | b'%', None) => return self.stuck(),
            (b'$' | b'%', Some(_)) => self.lone_sign(byte),
            _ => self.unquoted_literal(),
        };
        match length + line_end {
            0 => self.no_literal(),
            length => self.emit(TokenKind::StringLit, length),
        }
    }

    /// A `\r` without `\n` after it, or a byte that is no character.
    fn no_literal(&mut self) {
        match self.peek(0) {
            Some(b'\r') => self.stuck(),
            _ => self.emit(TokenKind::BadUtf8, 1),
        }
    }

    /// The lengths of the literal text from here and of the line end after it.
    fn unquoted_literal(&self) -> (usize, usize) {
        let mut end = self.position;
        while let Some(length) = match self.source.get(end) {
            Some(b'$' | b'%' | b'\r' | b'\n') => None,
            _ => sequence_length(self.source, end),
        } {
            end += length;
        }
        let length = end - self.position;
        (length, self.line_end(length))
    }

    /// Like [`Self::unquoted_literal`], for a `$` or `%` that starts no
    /// sequence.
    ///
    /// HCL's scanner looks one byte past such a sign and puts it back, unless a
    /// line ends right after that byte; the line end is then a token of its
    /// own, and a `\n` still counts as the end of a line.
    fn lone_sign(&self, sign: u8) -> (usize, usize) {
        let escaped = self.escaped_sequence(sign);
        if escaped > 0 {
            return (escaped, self.line_end(escaped));
        }
        match self.peek(2) {
            Some(b'\n') => (1, 1),
            Some(b'\r') => (2, 0),
            _ => (1, 0),
        }
    }

    fn heredoc_line(&mut self, length: usize, line_end: usize) {
        let line = &self.source[self.position..self.position + length];
        let ends = self
            .heredocs
            .last()
            .is_some_and(|heredoc| heredoc.at_line_start && trims_to(line, heredoc.marker));
        if ends {
            self.emit(TokenKind::CHeredoc, length);
            self.emit(TokenKind::Newline, line_end);
            self.heredocs.pop();
            self.contexts.pop();
            return;
        }
        if let Some(heredoc) = self.heredocs.last_mut() {
            heredoc.at_line_start = true;
        }
        self.emit(TokenKind::StringLit, length + line_end);
    }
}

fn trims_to(line: &[u8], marker: &[u8]) -> bool {
    let trimmed = line.trim_ascii();
    if trimmed.len() == marker.len() {
        return trimmed == marker;
    }
    trimmed.len() > marker.len()
        && std::str::from_utf8(line).is_ok_and(|line| line.trim().as_bytes() == marker)
}

/// A symbol and its length, given the bytes at hand and the two after it.
fn symbol(first: u8, second: Option<u8>, third: Option<u8>) -> (TokenKind, usize) {
    match (first, second, third) {
        (b'=', Some(b'='), _) => (TokenKind::EqualOp, 2),
        (b'=', Some(b'>'), _) => (TokenKind::FatArrow, 2),
        (b'!', Some(b'='), _) => (TokenKind::NotEqual, 2),
        (b'>', Some(b'='), _) => (TokenKind::GreaterThanEq, 2),
        (b'&', Some(b'&'), _) => (TokenKind::And, 2),
        (b'|', Some(b'|'), _) => (TokenKind::Or, 2),
        (b':', Some(b':'), _) => (TokenKind::DoubleColon, 2),
        (b'.', Some(b'.'), Some(b'.')) => (TokenKind::Ellipsis, 3),
        _ => (single_symbol(first), 1),
    }
}

fn single_symbol(byte: u8) -> TokenKind {
    match byte {
        b'[' => TokenKind::OBrack,
        b']' => TokenKind::CBrack,
        b'(' => TokenKind::OParen,
        b')' => TokenKind::CParen,
        b'.' => TokenKind::Dot,
        b',' => TokenKind::Comma,
        b'*' => TokenKind::Star,
        b'%' => TokenKind::Percent,
        b'+' => TokenKind::Plus,
        b'-' => TokenKind::Minus,
        b'=' => TokenKind::Equal,
        b'>' => TokenKind::GreaterThan,
        b'!' => TokenKind::Bang,
        b'?' => TokenKind::Question,
        b':' => TokenKind::Colon,
        b'\n' => TokenKind::Newline,
        b'&' => TokenKind::BitwiseAnd,
        b'|' => TokenKind::BitwiseOr,
        b'~' => TokenKind::BitwiseNot,
        b'^' => TokenKind::BitwiseXor,
        b';' => TokenKind::Semicolon,
        b'`' => TokenKind::Backtick,
        b'\'' => TokenKind::Apostrophe,
        _ => TokenKind::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_scan(mode: ScanMode, text: &str, expected: &str) {
        let tokens = scan(text, mode);
        let shown: Vec<String> = tokens
            .iter()
            .map(|t| {
                let text = &text[t.start as usize..t.end as usize];
                format!("{:?} {text:?}", t.kind)
            })
            .collect();
        let expected: Vec<&str> = expected.split(" | ").collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_template_in_a_heredoc_in_a_template() {
        assert_scan(
            ScanMode::Normal,
            "\"${<<-E\n  ${a}\n  E\n}\"",
            r#"OQuote "\"" | TemplateInterp "${" | OHeredoc "<<-E\n" | StringLit "  " | TemplateInterp "${" | Ident "a" | TemplateSeqEnd "}" | StringLit "\n" | CHeredoc "  E" | Newline "\n" | TemplateSeqEnd "}" | CQuote "\"" | Eof """#,
        );
    }

    #[test]
    fn a_sign_that_starts_no_sequence() {
        assert_scan(
            ScanMode::Template,
            "$a$${b%\n\n$",
            r#"StringLit "$" | StringLit "a" | StringLit "$${" | StringLit "b" | StringLit "%\n" | StringLit "\n" | StringLit "$" | Eof """#,
        );
    }
}
