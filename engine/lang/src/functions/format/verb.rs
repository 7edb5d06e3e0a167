//! Formats and the verbs in them.

use trueup_value::{Type, Value, convert::convert, quote};

use super::super::bound;
use super::{
    super::{grapheme, json},
    number,
};
use crate::function::FunctionError;

/// The longest a single verb may make the result.
const MAX_WIDTH: usize = 1 << 24;

/// A verb with what modifies it.
#[derive(Default)]
pub(super) struct Verb<'f> {
    /// As written.
    raw: &'f str,
    /// Where in the format it begins, in bytes.
    offset: usize,
    /// The argument it stands for, from 1.
    argument: usize,
    pub(super) letter: char,
    pub(super) zero: bool,
    pub(super) sharp: bool,
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) space: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

/// `format` with its verbs replaced by `values`.
pub(super) fn expand(format: &str, values: &[Value]) -> Result<String, FunctionError> {
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    let mut next = 1;
    let mut highest = 0;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let start = format.len() - after.len() - 1;
        let (verb, after) = Verb::read(format, start, next)?;
        highest = highest.max(verb.argument);
        next = verb.argument.saturating_add(1);
        verb.append(&mut out, values)?;
        bound::check(out.len())?;
        rest = after;
    }
    out.push_str(rest);
    if highest < values.len() {
        let message = match highest {
            0 => "too many arguments; no verbs in format string".to_owned(),
            used => format!("too many arguments; only {used} used by format string"),
        };
        return Err(FunctionError::argument(highest + 1, message));
    }
    Ok(out)
}

/// Takes decimal digits off the front of `text`.
fn digits<'t>(text: &mut &'t str) -> &'t str {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits
}

fn value_of(digits: &str) -> usize {
    if digits.is_empty() {
        return 0;
    }
    digits.parse().unwrap_or(usize::MAX)
}

impl<'f> Verb<'f> {
    /// Reads the verb at `offset`, and gives what follows it.
    fn read(
        format: &'f str,
        offset: usize,
        next: usize,
    ) -> Result<(Verb<'f>, &'f str), FunctionError> {
        let mut verb = Verb {
            offset,
            argument: next,
            ..Verb::default()
        };
        let mut rest = format.get(offset + 1..).unwrap_or("");
        verb.read_flags(&mut rest);
        if rest.starts_with(|c: char| ('1'..='9').contains(&c)) {
            verb.width = Some(value_of(digits(&mut rest)));
        }
        if let Some(after) = rest.strip_prefix('.') {
            rest = after;
            verb.precision = Some(value_of(digits(&mut rest)));
        }
        if let Some(after) = rest.strip_prefix('[') {
            rest = after;
            if rest.starts_with(|c: char| ('1'..='9').contains(&c)) {
                verb.argument = value_of(digits(&mut rest));
                match rest.strip_prefix(']') {
                    Some(after) => rest = after,
                    None => return Err(unexpected(format, rest)),
                }
            } else {
                return Err(unexpected(format, rest));
            }
        }
        match rest.chars().next() {
            Some(letter) if letter.is_ascii_alphabetic() => {
                rest = rest.get(1..).unwrap_or("");
                verb.letter = letter;
                verb.raw = format.get(offset..format.len() - rest.len()).unwrap_or("");
                Ok((verb, rest))
            }
            _ => Err(unexpected(format, rest)),
        }
    }

    fn read_flags(&mut self, rest: &mut &str) {
        while let Some(flag) = rest.chars().next() {
            match flag {
                '0' => self.zero = true,
                '#' => self.sharp = true,
                '-' => self.minus = true,
                '+' => self.plus = true,
                ' ' => self.space = true,
                _ => return,
            }
            *rest = rest.get(1..).unwrap_or("");
        }
    }

    fn append(&self, out: &mut String, values: &[Value]) -> Result<(), FunctionError> {
        let Some(value) = values.get(self.argument - 1) else {
            return Err(FunctionError::new(format!(
                "not enough arguments for {} at {}: need index {} but have {} total",
                quote(self.raw),
                self.offset,
                self.argument,
                values.len()
            )));
        };
        if self.letter != 'v' && value.is_null() {
            return Err(self.unsupported("null value cannot be formatted"));
        }
        if self
            .width
            .max(self.precision)
            .is_some_and(|n| n > MAX_WIDTH)
        {
            return Err(self.unsupported("the width or precision is too large"));
        }
        match self.letter {
            'v' => {
                bound::check_written(value)?;
                self.append_default(out, value);
            }
            't' => {
                let value = self.converted(value, &Type::Bool)?;
                out.push_str(if value.as_bool() == Some(true) {
                    "true"
                } else {
                    "false"
                });
            }
            'b' | 'd' | 'o' | 'x' | 'X' => self.append_integer(out, value)?,
            'e' | 'E' | 'f' | 'g' | 'G' => {
                let value = self.converted(value, &Type::Number)?;
                if let Some(number) = value.as_number() {
                    out.push_str(&number::float(number, self));
                }
            }
            's' | 'q' => self.append_string(out, value)?,
            letter => {
                let (raw, offset) = (quote(self.raw), self.offset);
                let message =
                    format!("unsupported format verb '{letter}' in {raw} at offset {offset}");
                return Err(FunctionError::new(message));
            }
        }
        Ok(())
    }

    fn unsupported(&self, problem: &str) -> FunctionError {
        let (raw, offset) = (quote(self.raw), self.offset);
        FunctionError::new(format!(
            "unsupported value for {raw} at {offset}: {problem}"
        ))
    }

    fn converted(&self, value: &Value, ty: &Type) -> Result<Value, FunctionError> {
        convert(value, ty).map_err(|error| self.unsupported(&error.message))
    }

    /// `%v`: strings as they are, numbers as short as possible, anything else
    /// as JSON.
    fn append_default(&self, out: &mut String, value: &Value) {
        let text = match value {
            Value::String(text) if !self.sharp => text.as_str().to_owned(),
            Value::Number(number) if !self.sharp => number::shortest(number),
            _ => json::encode(value),
        };
        self.push_padded(out, &text);
    }

    fn append_integer(&self, out: &mut String, value: &Value) -> Result<(), FunctionError> {
        let value = self.converted(value, &Type::Number)?;
        let number = value.as_number().filter(|number| number.is_integer());
        let text = number.and_then(|number| number::integer(number, self));
        out.push_str(&text.ok_or_else(|| self.unsupported("an integer is required"))?);
        Ok(())
    }

    fn append_string(&self, out: &mut String, value: &Value) -> Result<(), FunctionError> {
        let value = self.converted(value, &Type::String)?;
        let mut text = value.as_str().unwrap_or("");
        if let Some(precision) = self.precision.filter(|precision| *precision > 0) {
            let bytes = grapheme::clusters(text).take(precision).map(str::len).sum();
            text = text.get(..bytes).unwrap_or(text);
        }
        if self.letter == 'q' {
            let mut quoted = String::new();
            json::push_string(&mut quoted, text);
            self.push_padded(out, &quoted);
        } else {
            self.push_padded(out, text);
        }
        Ok(())
    }

    /// Appends `text`, padded to the width, which is in grapheme clusters.
    fn push_padded(&self, out: &mut String, text: &str) {
        let missing = match self.width {
            Some(width) => width.saturating_sub(grapheme::count(text)),
            None => 0,
        };
        let padding = if self.zero { "0" } else { " " }.repeat(missing);
        if self.minus {
            out.push_str(text);
            out.push_str(&padding);
        } else {
            out.push_str(&padding);
            out.push_str(text);
        }
    }
}

/// The error for a format that does not go on as it must at `rest`.
fn unexpected(format: &str, rest: &str) -> FunctionError {
    let offset = format.len() - rest.len();
    FunctionError::new(match rest.chars().next() {
        None => format!("invalid format string starting at offset {offset}"),
        Some(c) => {
            let c = super::super::quote_char(c);
            format!("unrecognized format character {c} at offset {offset}")
        }
    })
}
