//! Printing of JSON values as go-yaml 2 prints them.

use std::ops::Range;

use serde_json::{Number, Value};

use super::YamlError;
use super::decode::from_yaml;
use super::json::to_json;
use super::key_order::{compare_keys, compare_keys_3};
use super::number::{format_g, json_number};
use super::resolve::{Resolved, resolve};
use trueup_yaml::is_printable;

/// Prints a JSON value as `sigs.k8s.io/yaml` does: sorted keys, sequences not indented under their
/// key, strings quoted when YAML 1.1 would read them as something else, lines folded after
/// column 80.
///
/// # Errors
/// That library writes JSON first and reads it back as YAML, which refuses some control characters
/// and very long keys.
pub fn to_yaml(value: &Value) -> Result<String, YamlError> {
    print(value, None).map(|(text, _)| text)
}

/// The same with the bytes of each leaf, in the order written.
pub(crate) fn to_yaml_marked(value: &Value) -> Result<(String, Vec<Range<usize>>), YamlError> {
    print(value, Some(Vec::new()))
}

fn print(
    value: &Value,
    marks: Option<Vec<Range<usize>>>,
) -> Result<(String, Vec<Range<usize>>), YamlError> {
    let mut emitter = Emitter::new(Layout {
        width: 80,
        indent: 2,
        version_3: false,
    });
    emitter.marks = marks;
    if survives_json(value) {
        emitter.document(value);
    } else {
        emitter.document(&from_yaml(to_json(value).as_bytes())?);
    }
    Ok((emitter.out, emitter.marks.unwrap_or_default()))
}

/// Whether JSON text of the value, read as YAML, is surely the same value.
fn survives_json(value: &Value) -> bool {
    match value {
        Value::String(text) => is_clean(text),
        Value::Array(items) => items.iter().all(survives_json),
        Value::Object(map) => map
            .iter()
            .all(|(key, value)| key.len() < 500 && is_clean(key) && survives_json(value)),
        _ => true,
    }
}

fn is_clean(text: &str) -> bool {
    text.is_ascii() && !text.contains('\x7F')
        || !text.contains(|character| matches!(character, '\u{7F}'..='\u{9F}' | '\u{FEFF}' | '\u{FFFE}'..='\u{FFFF}'))
}

/// What distinguishes the two printers that Helm uses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) indent: usize,
    /// Sequences are indented under their key, and numbers don't pass through JSON.
    pub(super) version_3: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Root,
    Sequence,
    Mapping,
    SimpleKey,
}

pub(super) struct Emitter {
    pub(super) out: String,
    layout: Layout,
    /// Indentation of the block around the next node; none at the root.
    indent: Option<usize>,
    column: usize,
    whitespace: bool,
    indention: bool,
    /// Where leaves stand, if that is wanted.
    marks: Option<Vec<Range<usize>>>,
}

impl Emitter {
    pub(super) fn new(layout: Layout) -> Self {
        Self {
            out: String::new(),
            layout,
            indent: None,
            column: 0,
            whitespace: true,
            indention: true,
            marks: None,
        }
    }

    pub(super) fn document(&mut self, value: &Value) {
        self.node(value, Context::Root);
        self.write_indent();
    }

    fn put(&mut self, character: char) {
        self.out.push(character);
        self.column += 1;
    }

    fn put_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    /// Copies a line break of the value.
    fn write_break(&mut self, character: char) {
        self.out.push(character);
        self.column = 0;
    }

    fn write_indent(&mut self) {
        let indent = self.indent.unwrap_or(0);
        let fresh =
            self.indention && (self.column < indent || (self.column == indent && self.whitespace));
        if !fresh {
            self.put_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.whitespace = true;
        self.indention = true;
    }

    fn indicator(&mut self, text: &str, spaced: bool, is_whitespace: bool, is_indention: bool) {
        if spaced && !self.whitespace {
            self.put(' ');
        }
        self.out.push_str(text);
        self.column += text.len();
        self.whitespace = is_whitespace;
        self.indention = self.indention && is_indention;
    }

    fn node(&mut self, value: &Value, context: Context) {
        let start = self.out.len();
        self.unmarked(value, context);
        let is_leaf = match value {
            Value::Array(items) => items.is_empty(),
            Value::Object(map) => map.is_empty(),
            _ => true,
        };
        if let Some(marks) = self.marks.as_mut().filter(|_| is_leaf) {
            let written = self.out.get(start..).unwrap_or_default();
            let blanks = written.len() - written.trim_start().len();
            marks.push(start + blanks..self.out.len());
        }
    }

    fn unmarked(&mut self, value: &Value, context: Context) {
        match value {
            Value::Null => self.scalar("null", Style::Plain, context),
            Value::Bool(value) => {
                self.scalar(if *value { "true" } else { "false" }, Style::Plain, context)
            }
            Value::Number(number) => {
                let text = if self.layout.version_3 {
                    plain_number(number)
                } else {
                    number_text(number)
                };
                self.scalar(&text, Style::Plain, context);
            }
            Value::String(text) => self.scalar(text, wanted_style(text), context),
            Value::Array(items) if items.is_empty() => self.empty("[", "]"),
            Value::Object(map) if map.is_empty() => self.empty("{", "}"),
            Value::Array(items) => self.sequence(items, context),
            Value::Object(map) => {
                let mut entries: Vec<(&String, &Value)> = map.iter().collect();
                let compare = match self.layout.version_3 {
                    true => compare_keys_3,
                    false => compare_keys,
                };
                entries.sort_by(|(left, _), (right, _)| compare(left, right));
                self.mapping(&entries);
            }
        }
    }

    fn empty(&mut self, open: &str, close: &str) {
        self.indicator(open, true, true, false);
        self.indicator(close, false, false, false);
    }

    fn deeper(&self) -> Option<usize> {
        Some(self.indent.map_or(0, |indent| indent + self.layout.indent))
    }

    fn sequence(&mut self, items: &[Value], context: Context) {
        let outer = self.indent;
        let compact = context == Context::Mapping && !self.indention && !self.layout.version_3;
        if !compact {
            self.indent = self.deeper();
        }
        for item in items {
            self.write_indent();
            self.indicator("-", true, false, true);
            self.node(item, Context::Sequence);
        }
        self.indent = outer;
    }

    fn mapping(&mut self, entries: &[(&String, &Value)]) {
        let outer = self.indent;
        self.indent = self.deeper();
        for (key, value) in entries {
            self.write_indent();
            if is_simple_key(key) {
                self.scalar(key, wanted_style(key), Context::SimpleKey);
                self.indicator(":", false, false, false);
            } else {
                self.indicator("?", true, false, true);
                self.scalar(key, wanted_style(key), Context::Mapping);
                self.write_indent();
                self.indicator(":", true, false, true);
            }
            self.node(value, Context::Mapping);
        }
        self.indent = outer;
    }

    fn scalar(&mut self, text: &str, wanted: Style, context: Context) {
        let outer = self.indent;
        self.indent = Some(outer.map_or(self.layout.indent, |indent| indent + self.layout.indent));
        let breaks_allowed = context != Context::SimpleKey;
        match choose_style(text, wanted, context) {
            Style::Plain => self.plain(text, breaks_allowed),
            Style::SingleQuoted => self.single_quoted(text, breaks_allowed),
            Style::DoubleQuoted => self.double_quoted(text, breaks_allowed),
            Style::Literal => self.literal(text),
        }
        self.indent = outer;
    }

    fn plain(&mut self, text: &str, breaks_allowed: bool) {
        if !self.whitespace {
            self.put(' ');
        }
        self.folded(text, breaks_allowed, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn single_quoted(&mut self, text: &str, breaks_allowed: bool) {
        self.indicator("'", true, false, false);
        self.folded(text, breaks_allowed, true);
        self.indicator("'", false, false, false);
        self.whitespace = false;
        self.indention = false;
    }

    /// Text whose single spaces may become line breaks; `quoted` doubles quotes and keeps a space
    /// at either end.
    fn folded(&mut self, text: &str, breaks_allowed: bool, quoted: bool) {
        let mut spaces = false;
        let mut breaks = false;
        let last = text.len().saturating_sub(1);
        let mut characters = text.char_indices().peekable();
        while let Some((index, character)) = characters.next() {
            let next_is_space = characters.peek().is_some_and(|(_, next)| *next == ' ');
            if character == ' ' {
                let inside = !quoted || (index > 0 && index < last);
                let folds = breaks_allowed && !spaces && self.column > self.layout.width;
                if folds && inside && !next_is_space {
                    self.write_indent();
                } else {
                    self.put(' ');
                }
                spaces = true;
            } else if is_line_break(character) {
                if !breaks && character == '\n' {
                    self.put_break();
                }
                self.write_break(character);
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                if quoted && character == '\'' {
                    self.put('\'');
                }
                self.put(character);
                self.indention = false;
                spaces = false;
                breaks = false;
            }
        }
    }

    fn double_quoted(&mut self, text: &str, breaks_allowed: bool) {
        self.indicator("\"", true, false, false);
        let mut spaces = false;
        let last = text.len().saturating_sub(1);
        // go-yaml looks for the byte order mark at the start, whatever character it is at.
        let marked = text.starts_with('\u{FEFF}');
        let mut characters = text.char_indices().peekable();
        while let Some((index, character)) = characters.next() {
            let escaped = marked
                || !is_printable(character)
                || is_line_break(character)
                || matches!(character, '"' | '\\');
            if escaped {
                self.escape(character);
                spaces = false;
            } else if character == ' ' {
                let folds = breaks_allowed && !spaces && self.column > self.layout.width;
                if folds && index > 0 && index < last {
                    self.write_indent();
                    if characters.peek().is_some_and(|(_, next)| *next == ' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(' ');
                }
                spaces = true;
            } else {
                self.put(character);
                spaces = false;
            }
        }
        self.indicator("\"", false, false, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn escape(&mut self, character: char) {
        let short = match character {
            '\0' => "\\0",
            '\x07' => "\\a",
            '\x08' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\x0B' => "\\v",
            '\x0C' => "\\f",
            '\r' => "\\r",
            '\x1B' => "\\e",
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{85}' => "\\N",
            '\u{A0}' => "\\_",
            '\u{2028}' => "\\L",
            '\u{2029}' => "\\P",
            _ => "",
        };
        let code = u32::from(character);
        let text = match (short, code) {
            ("", 0..=0xFF) => format!("\\x{code:02X}"),
            ("", 0x100..=0xFFFF) => format!("\\u{code:04X}"),
            ("", _) => format!("\\U{code:08X}"),
            _ => short.to_owned(),
        };
        self.out.push_str(&text);
        self.column += text.len();
    }

    fn literal(&mut self, text: &str) {
        self.indicator("|", true, false, false);
        self.block_hints(text);
        self.put_break();
        self.indention = true;
        self.whitespace = true;
        let mut breaks = true;
        for character in text.chars() {
            if is_line_break(character) {
                self.write_break(character);
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                self.put(character);
                self.indention = false;
                breaks = false;
            }
        }
    }

    fn block_hints(&mut self, text: &str) {
        if text.starts_with(' ') || text.starts_with(is_line_break) {
            let hint = self.layout.indent.to_string();
            self.indicator(&hint, false, false, false);
        }
        let mut backwards = text.chars().rev();
        let chomp = match (
            backwards.next().is_some_and(is_line_break),
            backwards.next(),
        ) {
            (false, _) => "-",
            (true, None) => "+",
            (true, Some(before)) if is_line_break(before) => "+",
            (true, Some(_)) => "",
        };
        if !chomp.is_empty() {
            self.indicator(chomp, false, false, false);
        }
    }
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Numbers go through JSON text on their way to YAML: a float without a fraction comes out whole.
fn number_text(number: &Number) -> String {
    if number.is_i64() || number.is_u64() {
        return number.to_string();
    }
    let Some(value) = number.as_f64() else {
        return number.to_string();
    };
    let text = json_number(value);
    match resolve("", &text) {
        Ok(Resolved::Int(whole)) => whole.to_string(),
        Ok(Resolved::Uint(whole)) => whole.to_string(),
        _ => format_g(value),
    }
}

fn plain_number(number: &Number) -> String {
    match number.as_f64() {
        Some(value) if number.is_f64() => format_g(value),
        _ => number.to_string(),
    }
}

fn is_simple_key(key: &str) -> bool {
    key.len() <= 128 && !key.contains(is_line_break)
}

fn wanted_style(text: &str) -> Style {
    if text.contains('\n') {
        Style::Literal
    } else if matches!(resolve("", text), Ok(Resolved::Text)) && !is_base_60(text) {
        Style::Plain
    } else {
        Style::DoubleQuoted
    }
}

/// Numbers in base 60, such as `12:30:45`, which other readers of YAML 1.1 take for numbers.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let Some(first) = parts.next() else {
        return false;
    };
    let starts = first.starts_with(|character: char| character.is_ascii_digit())
        && first
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_');
    let rest: Vec<&str> = parts.collect();
    let Some((last, middle)) = rest.split_last() else {
        return false;
    };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    starts
        && fraction
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
        && middle.iter().chain([&last]).all(|part| is_sixtieth(part))
}

fn is_sixtieth(part: &str) -> bool {
    match part.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [tens, ones] => matches!(tens, b'0'..=b'5') && ones.is_ascii_digit(),
        _ => false,
    }
}

/// What the characters of a scalar allow.
#[derive(Debug, Clone, Copy)]
struct Allowed {
    plain: bool,
    single_quoted: bool,
    block: bool,
    multiline: bool,
}

fn choose_style(text: &str, wanted: Style, context: Context) -> Style {
    let allowed = analyze(text);
    let key = context == Context::SimpleKey;
    let mut style = wanted;
    if key && allowed.multiline {
        style = Style::DoubleQuoted;
    }
    if style == Style::Plain && (!allowed.plain || (text.is_empty() && key)) {
        style = Style::SingleQuoted;
    }
    if style == Style::SingleQuoted && !allowed.single_quoted {
        style = Style::DoubleQuoted;
    }
    if style == Style::Literal && (!allowed.block || key) {
        style = Style::DoubleQuoted;
    }
    style
}

fn analyze(text: &str) -> Allowed {
    if text.is_empty() {
        return Allowed {
            plain: true,
            single_quoted: true,
            block: false,
            multiline: false,
        };
    }
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let mut special = false;
    let mut breaks = false;
    let mut break_space = false;
    let mut space_break = false;
    let mut previous = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let blank_follows = characters
            .peek()
            .is_none_or(|next| matches!(next, ' ' | '\t'));
        indicators |= is_indicator(character, previous, blank_follows);
        special |= !is_printable(character);
        let is_break = is_line_break(character);
        breaks |= is_break;
        break_space |= character == ' ' && previous.is_some_and(is_line_break);
        space_break |= is_break && previous == Some(' ');
        previous = Some(character);
    }
    let at_edge = |character: char| character == ' ' || is_line_break(character);
    let edges = text.starts_with(at_edge) || text.ends_with(at_edge);
    let unclean = space_break || special;
    Allowed {
        plain: !edges && !break_space && !unclean && !breaks && !indicators,
        single_quoted: !break_space && !unclean,
        block: !text.ends_with(' ') && !unclean,
        multiline: breaks,
    }
}

/// Whether a character at its place would mean something to YAML in a block.
fn is_indicator(character: char, previous: Option<char>, blank_follows: bool) -> bool {
    match character {
        '#' => previous.is_none_or(|before| matches!(before, ' ' | '\t') || is_line_break(before)),
        ':' => blank_follows,
        _ if previous.is_some() => false,
        '?' | '-' => blank_follows,
        ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
        | '`' => true,
        _ => false,
    }
}
