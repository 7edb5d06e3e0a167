//! A printer of block style with the rules of libyaml: what it quotes,
//! escapes and folds, and where it begins a line.

use std::fmt::Write;

use trueup_yaml::is_printable;

const INDENT: usize = 2;

/// Past this column a quoted text goes on in the next line.
const WIDTH: usize = 80;

/// The longest text, in bytes, that is a key without `?`.
const MAX_SIMPLE_KEY: usize = 128;

/// Where a collection or a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a sequence, or alone.
    Element,
    /// In a mapping.
    Entry,
}

/// A document being written.
pub(super) struct Emitter {
    out: String,
    column: usize,
    /// Where the lines of the innermost collection begin; none is open at first.
    indent: Option<usize>,
    /// The last character was white space.
    spaced: bool,
    /// Nothing but indentation and indicators stands in this line.
    indented: bool,
}

impl Emitter {
    pub(super) fn new() -> Self {
        Emitter {
            out: String::new(),
            column: 0,
            indent: None,
            spaced: true,
            indented: true,
        }
    }

    /// The text of the document, its last line ended.
    pub(super) fn finish(mut self) -> String {
        self.indent = None;
        self.begin_line();
        self.out
    }

    fn put(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    fn put_break(&mut self, c: char) {
        self.out.push(c);
        self.column = 0;
    }

    fn begin_line(&mut self) {
        let indent = self.indent.unwrap_or(0);
        if !self.indented || self.column > indent || (self.column == indent && !self.spaced) {
            self.put_break('\n');
        }
        while self.column < indent {
            self.put(' ');
        }
        self.spaced = true;
        self.indented = true;
    }

    /// Writes `-`, `?` or `:`, after which another may follow in the line.
    fn indicator(&mut self, c: char) {
        if !self.spaced {
            self.put(' ');
        }
        self.put(c);
        self.spaced = false;
    }

    /// Writes what has no line breaks of its own.
    pub(super) fn plain(&mut self, text: &str) {
        if !self.spaced {
            self.put(' ');
        }
        text.chars().for_each(|c| self.put(c));
        self.spaced = false;
        self.indented = false;
    }

    /// Runs `write` in a block that is indented further, unless `level`.
    fn block(&mut self, level: bool, write: impl FnOnce(&mut Self)) {
        let outer = self.indent;
        self.indent = match outer {
            None => Some(0),
            Some(indent) if level => Some(indent),
            Some(indent) => Some(indent + INDENT),
        };
        write(self);
        self.indent = outer;
    }

    /// Writes a sequence that is not empty; `write` calls [`Emitter::item`].
    pub(super) fn sequence(&mut self, place: Place, write: impl FnOnce(&mut Self)) {
        self.block(place == Place::Entry && !self.indented, write);
    }

    /// Begins an element of a sequence.
    pub(super) fn item(&mut self) {
        self.begin_line();
        self.indicator('-');
    }

    /// Writes a mapping that is not empty; `write` calls [`Emitter::key`].
    pub(super) fn mapping(&mut self, write: impl FnOnce(&mut Self)) {
        self.block(false, write);
    }

    /// Writes a key and what stands before its value.
    pub(super) fn key(&mut self, key: &str) {
        self.begin_line();
        if key.len() <= MAX_SIMPLE_KEY && !key.chars().any(is_break) {
            self.quoted(key, false);
            self.put(':');
            return;
        }
        self.indicator('?');
        self.string(key);
        self.begin_line();
        self.indicator(':');
    }

    /// Writes a text: literally if it has several lines and can be.
    pub(super) fn string(&mut self, text: &str) {
        let outer = self.indent;
        self.indent = Some(outer.map_or(INDENT, |indent| indent + INDENT));
        if text.contains('\n') && may_be_literal(text) {
            self.literal(text);
        } else {
            self.quoted(text, true);
        }
        self.indent = outer;
    }

    fn quoted(&mut self, text: &str, fold: bool) {
        self.plain("\"");
        // libyaml looks for the byte order mark in front only, and takes every character for it.
        let escape_all = text.starts_with('\u{feff}');
        let mut after_space = false;
        let mut chars = text.char_indices().peekable();
        while let Some((index, c)) = chars.next() {
            if escape_all || !is_printable(c) || is_break(c) || matches!(c, '"' | '\\') {
                self.escape(c);
            } else if c == ' '
                && fold
                && !after_space
                && self.column > WIDTH
                && index > 0
                && index + 1 < text.len()
            {
                self.begin_line();
                if chars.peek().is_some_and(|(_, next)| *next == ' ') {
                    self.put('\\');
                }
            } else {
                self.put(c);
            }
            after_space = c == ' ' && !escape_all;
        }
        self.put('"');
        self.spaced = false;
        self.indented = false;
    }

    fn escape(&mut self, c: char) {
        let start = self.out.len();
        let code = u32::from(c);
        // Writing to a string cannot fail.
        let _ = match c {
            '\0' => write!(self.out, "\\0"),
            '\x07' => write!(self.out, "\\a"),
            '\x08' => write!(self.out, "\\b"),
            '\t' => write!(self.out, "\\t"),
            '\n' => write!(self.out, "\\n"),
            '\x0b' => write!(self.out, "\\v"),
            '\x0c' => write!(self.out, "\\f"),
            '\r' => write!(self.out, "\\r"),
            '\x1b' => write!(self.out, "\\e"),
            '"' | '\\' => write!(self.out, "\\{c}"),
            '\u{85}' => write!(self.out, "\\N"),
            '\u{a0}' => write!(self.out, "\\_"),
            '\u{2028}' => write!(self.out, "\\L"),
            '\u{2029}' => write!(self.out, "\\P"),
            _ if code <= 0xff => write!(self.out, "\\x{code:02X}"),
            _ if code <= 0xffff => write!(self.out, "\\u{code:04X}"),
            _ => write!(self.out, "\\U{code:08X}"),
        };
        self.column += self.out.len() - start;
    }

    fn literal(&mut self, text: &str) {
        self.plain("|");
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.put('2');
        }
        let mut ends = text.chars().rev().map(is_break);
        match (ends.next(), ends.next()) {
            (Some(true), Some(false)) => {}
            (Some(true), _) => self.put('+'),
            _ => self.put('-'),
        }
        self.put_break('\n');
        self.indented = true;
        for c in text.chars() {
            if is_break(c) {
                self.put_break(c);
                self.indented = true;
                continue;
            }
            if self.indented {
                self.begin_line();
            }
            self.put(c);
            self.indented = false;
        }
        self.spaced = self.indented;
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether nothing must be escaped and no space stands before a break or at
/// the end.
fn may_be_literal(text: &str) -> bool {
    let mut after_space = false;
    for c in text.chars() {
        if !is_printable(c) || (after_space && is_break(c)) {
            return false;
        }
        after_space = c == ' ';
    }
    !after_space
}
