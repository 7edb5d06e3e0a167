//! Tokens of a YAML stream, with the rules and messages of libyaml as go-yaml 2 carries them.

use std::collections::{BTreeMap, VecDeque};

use crate::characters::{at, is_blank_or_end, is_bom, is_break, is_break_or_end, width};
use crate::{Mark, ScalarStyle, Stage, SyntaxError};

/// Deepest nesting of blocks or brackets.
const MAX_DEPTH: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenKind {
    StreamEnd,
    VersionDirective { major: u8, minor: u8 },
    TagDirective { handle: String, prefix: String },
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(String),
    Anchor(String),
    Tag { handle: String, suffix: String },
    Scalar { value: String, style: ScalarStyle },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: Mark,
}

#[derive(Debug, Clone, Copy, Default)]
struct SimpleKey {
    possible: bool,
    required: bool,
    token_number: usize,
    mark: Mark,
}

pub(crate) struct Scanner<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) position: usize,
    pub(crate) mark: Mark,
    pub(crate) indent: i32,
    pub(crate) flow_level: usize,
    pub(crate) simple_key_allowed: bool,
    indents: Vec<i32>,
    tokens: VecDeque<Token>,
    tokens_taken: usize,
    simple_keys: Vec<SimpleKey>,
    keys_by_token: BTreeMap<usize, usize>,
    /// Whether the first token in the queue is known to stay the first.
    is_filled: bool,
    ended: bool,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            position: 0,
            mark: Mark::default(),
            indent: -1,
            flow_level: 0,
            simple_key_allowed: true,
            indents: Vec::new(),
            tokens: VecDeque::new(),
            tokens_taken: 0,
            simple_keys: vec![SimpleKey::default()],
            keys_by_token: BTreeMap::new(),
            is_filled: false,
            ended: false,
        }
    }

    /// The next token, left in the queue. After the end it stays at the end.
    pub(crate) fn peek(&mut self) -> Result<&Token, SyntaxError> {
        self.fill()?;
        self.tokens
            .front()
            .ok_or_else(|| SyntaxError::unplaced("unexpected end of stream"))
    }

    /// Removes the token that `peek` showed.
    pub(crate) fn take(&mut self) -> Result<Token, SyntaxError> {
        self.fill()?;
        self.is_filled = false;
        self.tokens_taken += 1;
        self.tokens
            .pop_front()
            .ok_or_else(|| SyntaxError::unplaced("unexpected end of stream"))
    }

    pub(crate) fn byte(&self, offset: usize) -> u8 {
        at(self.text, self.position + offset)
    }

    /// One character onwards.
    pub(crate) fn skip(&mut self) {
        if self.position < self.text.len() {
            self.position += width(self.byte(0));
        }
        self.mark.index += 1;
        self.mark.column += 1;
    }

    /// As many characters onwards as are plain ASCII and no line break.
    pub(crate) fn skip_run(&mut self, is_part: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let is_plain = |byte: &&u8| matches!(**byte, b'\t' | b' '..=b'~') && is_part(**byte);
        let length = rest.iter().take_while(is_plain).count();
        self.position += length;
        self.mark.index += length;
        self.mark.column += i32::try_from(length).unwrap_or(i32::MAX);
        rest.get(..length).unwrap_or_default()
    }

    pub(crate) fn skip_line(&mut self) {
        if let Some((width, _)) = self.line_break() {
            self.end_line(width);
        }
    }

    pub(crate) fn read(&mut self, into: &mut Vec<u8>) {
        let start = self.position;
        self.skip();
        let end = self.position.min(self.text.len());
        into.extend_from_slice(self.text.get(start..end).unwrap_or_default());
    }

    /// Copies a line break, normalised to `\n` except for LS and PS.
    pub(crate) fn read_line(&mut self, into: &mut Vec<u8>) {
        if let Some((width, text)) = self.line_break() {
            into.extend_from_slice(text);
            self.end_line(width);
        }
    }

    /// The length of the line break here, and what stands for it.
    fn line_break(&self) -> Option<(usize, &'a [u8])> {
        match (self.byte(0), self.byte(1)) {
            (b'\r', b'\n') | (0xC2, 0x85) => Some((2, b"\n")),
            (b'\r' | b'\n', _) => Some((1, b"\n")),
            (0xE2, 0x80) => {
                let text = self.text.get(self.position..self.position + 3)?;
                Some((3, text))
            }
            _ => None,
        }
    }

    fn end_line(&mut self, width: usize) {
        let pair = self.byte(0) == b'\r' && width == 2;
        self.position += width;
        self.mark.index += 1 + usize::from(pair);
        self.mark.column = 0;
        self.mark.line += 1;
    }

    pub(crate) fn here_is_break(&self) -> bool {
        is_break(self.text, self.position)
    }

    pub(crate) fn here_is_break_or_end(&self) -> bool {
        is_break_or_end(self.text, self.position)
    }

    pub(crate) fn here_is_blank(&self) -> bool {
        matches!(self.byte(0), b' ' | b'\t')
    }

    pub(crate) fn blank_or_end(&self, offset: usize) -> bool {
        is_blank_or_end(self.text, self.position + offset)
    }

    pub(crate) fn at_document_indicator(&self) -> bool {
        self.mark.column == 0
            && matches!(
                [self.byte(0), self.byte(1), self.byte(2)],
                [b'-', b'-', b'-'] | [b'.', b'.', b'.']
            )
            && self.blank_or_end(3)
    }

    /// An error at the current place.
    pub(crate) fn error<T>(&self, context: Mark, problem: &str) -> Result<T, SyntaxError> {
        Err(SyntaxError {
            stage: Stage::Scanner,
            problem: problem.to_owned(),
            at: self.mark,
            context,
        })
    }

    fn fill(&mut self) -> Result<(), SyntaxError> {
        while !self.is_filled {
            self.is_filled = self.first_is_settled()? || self.ended;
            if !self.is_filled {
                self.fetch()?;
            }
        }
        Ok(())
    }

    /// Whether no token can come to stand before the first one: it may turn out to be a key.
    fn first_is_settled(&mut self) -> Result<bool, SyntaxError> {
        if self.tokens.is_empty() {
            return Ok(false);
        }
        match self.keys_by_token.get(&self.tokens_taken) {
            None => Ok(true),
            Some(&index) => Ok(!self.simple_key_is_valid(index)?),
        }
    }

    fn push(&mut self, kind: TokenKind, start: Mark) {
        self.tokens.push_back(Token { kind, start });
    }

    fn fetch(&mut self) -> Result<(), SyntaxError> {
        self.skip_to_next_token();
        self.unroll_indent(self.mark.column);
        if self.position >= self.text.len() {
            return self.fetch_stream_end();
        }
        if self.mark.column == 0 && self.byte(0) == b'%' {
            return self.fetch_directive();
        }
        if self.at_document_indicator() {
            return self.fetch_document_indicator();
        }
        let in_flow = self.flow_level > 0;
        match self.byte(0) {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.blank_or_end(1) => self.fetch_block_entry(),
            b'?' if in_flow || self.blank_or_end(1) => self.fetch_key(),
            b':' if in_flow || self.blank_or_end(1) => self.fetch_value(),
            b'*' => self.fetch_anchor(true),
            b'&' => self.fetch_anchor(false),
            b'!' => self.fetch_with_key(Self::scan_tag),
            b'|' if !in_flow => self.fetch_block_scalar(true),
            b'>' if !in_flow => self.fetch_block_scalar(false),
            b'\'' => self.fetch_with_key(|scanner| scanner.scan_flow_scalar(true)),
            b'"' => self.fetch_with_key(|scanner| scanner.scan_flow_scalar(false)),
            _ if self.may_start_plain() => self.fetch_with_key(Self::scan_plain_scalar),
            _ => self.error(self.mark, "found character that cannot start any token"),
        }
    }

    fn may_start_plain(&self) -> bool {
        match self.byte(0) {
            b'-' => !matches!(self.byte(1), b' ' | b'\t'),
            b'?' | b':' => self.flow_level == 0 && !self.blank_or_end(1),
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
            | b'"' | b'%' | b'@' | b'`' => false,
            _ => !self.blank_or_end(0),
        }
    }

    fn skip_to_next_token(&mut self) {
        loop {
            if self.mark.column == 0 && is_bom(self.text, self.position) {
                self.skip();
            }
            let tabs = self.flow_level > 0 || !self.simple_key_allowed;
            self.skip_run(|byte| byte == b' ' || tabs && byte == b'\t');
            self.skip_comment();
            if !self.here_is_break() {
                return;
            }
            self.skip_line();
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    pub(crate) fn skip_comment(&mut self) {
        if self.byte(0) == b'#' {
            loop {
                self.skip_run(|_| true);
                if self.here_is_break_or_end() {
                    return;
                }
                self.skip();
            }
        }
    }

    fn simple_key_is_valid(&mut self, index: usize) -> Result<bool, SyntaxError> {
        let Some(key) = self.simple_keys.get(index).copied() else {
            return Ok(false);
        };
        if !key.possible {
            return Ok(false);
        }
        // An implicit key ends on its line and within 1024 characters.
        if key.mark.line < self.mark.line || key.mark.index + 1024 < self.mark.index {
            if key.required {
                return self.error(key.mark, "could not find expected ':'");
            }
            if let Some(key) = self.simple_keys.get_mut(index) {
                key.possible = false;
            }
            return Ok(false);
        }
        Ok(true)
    }

    fn save_simple_key(&mut self) -> Result<(), SyntaxError> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        let key = SimpleKey {
            possible: true,
            required: self.flow_level == 0 && self.indent == self.mark.column,
            token_number: self.tokens_taken + self.tokens.len(),
            mark: self.mark,
        };
        self.remove_simple_key()?;
        let index = self.simple_keys.len().saturating_sub(1);
        if let Some(last) = self.simple_keys.last_mut() {
            *last = key;
        }
        self.keys_by_token.insert(key.token_number, index);
        Ok(())
    }

    fn remove_simple_key(&mut self) -> Result<(), SyntaxError> {
        let Some(key) = self.simple_keys.last().copied() else {
            return Ok(());
        };
        if key.possible {
            if key.required {
                return self.error(key.mark, "could not find expected ':'");
            }
            self.forget_simple_key();
        }
        Ok(())
    }

    fn forget_simple_key(&mut self) {
        if let Some(last) = self.simple_keys.last_mut() {
            last.possible = false;
            self.keys_by_token.remove(&last.token_number);
        }
    }

    /// Opens a block at `column` unless one is open there; its token goes to `number` in the queue.
    fn roll_indent(
        &mut self,
        column: i32,
        number: Option<usize>,
        kind: TokenKind,
        mark: Mark,
    ) -> Result<(), SyntaxError> {
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_DEPTH {
            return self.error(self.mark, &format!("exceeded max depth of {MAX_DEPTH}"));
        }
        let token = Token { kind, start: mark };
        match number {
            Some(number) => {
                let index = number
                    .saturating_sub(self.tokens_taken)
                    .min(self.tokens.len());
                self.tokens.insert(index, token);
            }
            None => self.tokens.push_back(token),
        }
        Ok(())
    }

    fn unroll_indent(&mut self, column: i32) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            self.push(TokenKind::BlockEnd, self.mark);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn fetch_stream_end(&mut self) -> Result<(), SyntaxError> {
        if self.mark.column != 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push(TokenKind::StreamEnd, self.mark);
        self.ended = true;
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), SyntaxError> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_directive()?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn fetch_document_indicator(&mut self) -> Result<(), SyntaxError> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let kind = if self.byte(0) == b'-' {
            TokenKind::DocumentStart
        } else {
            TokenKind::DocumentEnd
        };
        let start = self.mark;
        for _ in 0..3 {
            self.skip();
        }
        self.push(kind, start);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), SyntaxError> {
        self.save_simple_key()?;
        self.simple_keys.push(SimpleKey::default());
        self.flow_level += 1;
        if self.flow_level > MAX_DEPTH {
            return self.error(self.mark, &format!("exceeded max depth of {MAX_DEPTH}"));
        }
        self.simple_key_allowed = true;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), SyntaxError> {
        self.remove_simple_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            if let Some(key) = self.simple_keys.pop()
                && key.possible
            {
                self.keys_by_token.remove(&key.token_number);
            }
        }
        self.simple_key_allowed = false;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), SyntaxError> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry);
        Ok(())
    }

    fn push_indicator(&mut self, kind: TokenKind) {
        let start = self.mark;
        self.skip();
        self.push(kind, start);
    }

    fn fetch_block_entry(&mut self) -> Result<(), SyntaxError> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return self.error(
                    self.mark,
                    "block sequence entries are not allowed in this context",
                );
            }
            self.roll_indent(
                self.mark.column,
                None,
                TokenKind::BlockSequenceStart,
                self.mark,
            )?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), SyntaxError> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return self.error(self.mark, "mapping keys are not allowed in this context");
            }
            self.roll_indent(
                self.mark.column,
                None,
                TokenKind::BlockMappingStart,
                self.mark,
            )?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_indicator(TokenKind::Key);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), SyntaxError> {
        let last = self.simple_keys.len().saturating_sub(1);
        if self.simple_key_is_valid(last)? {
            let key = self.simple_keys.get(last).copied().unwrap_or_default();
            let index = key
                .token_number
                .saturating_sub(self.tokens_taken)
                .min(self.tokens.len());
            self.tokens.insert(
                index,
                Token {
                    kind: TokenKind::Key,
                    start: key.mark,
                },
            );
            self.roll_indent(
                key.mark.column,
                Some(key.token_number),
                TokenKind::BlockMappingStart,
                key.mark,
            )?;
            self.forget_simple_key();
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return self.error(self.mark, "mapping values are not allowed in this context");
                }
                self.roll_indent(
                    self.mark.column,
                    None,
                    TokenKind::BlockMappingStart,
                    self.mark,
                )?;
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value);
        Ok(())
    }

    fn fetch_anchor(&mut self, alias: bool) -> Result<(), SyntaxError> {
        self.fetch_with_key(|scanner| scanner.scan_anchor(alias))
    }

    /// Fetches a token that may itself be an implicit key and can't be followed by one.
    fn fetch_with_key(
        &mut self,
        scan: impl FnOnce(&mut Self) -> Result<Token, SyntaxError>,
    ) -> Result<(), SyntaxError> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = scan(self)?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, literal: bool) -> Result<(), SyntaxError> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        let token = self.scan_block_scalar(literal)?;
        self.tokens.push_back(token);
        Ok(())
    }
}
