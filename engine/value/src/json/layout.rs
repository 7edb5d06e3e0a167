//! JSON laid out as Go's `json.MarshalIndent(v, "", "  ")` does.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};

/// Writes `value` with two spaces of indentation and a final newline.
///
/// `<`, `>`, `&` and the two Unicode line separators are escaped in strings,
/// raw fragments are laid out anew: both as Go does.
///
/// # Errors
/// What `out` answers.
pub fn write_indented<W: Write>(mut out: W, value: &impl Serialize) -> io::Result<()> {
    let formatter = GoFormatter::default();
    value.serialize(&mut Serializer::with_formatter(&mut out, formatter))?;
    out.write_all(b"\n")
}

#[derive(Default)]
struct GoFormatter {
    pretty: PrettyFormatter<'static>,
    depth: usize,
}

impl Formatter for GoFormatter {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_escaped(writer, fragment)
    }

    fn write_char_escape<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.pretty.write_char_escape(writer, escape)
    }

    fn write_raw_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        reindent(writer, fragment, self.depth)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.pretty.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        self.pretty.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.pretty.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.pretty.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        self.pretty.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.pretty.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object_value(writer)
    }
}

fn write_escaped<W: ?Sized + Write>(writer: &mut W, text: &str) -> io::Result<()> {
    let special = |c: char| matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}');
    let mut rest = text;
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| special(*c)) {
        writer.write_all(&rest.as_bytes()[..at])?;
        write!(writer, "\\u{:04x}", u32::from(c))?;
        rest = &rest[at + c.len_utf8()..];
    }
    writer.write_all(rest.as_bytes())
}

/// Lays out `json`, which is valid JSON, at `depth` levels of indentation.
fn reindent<W: ?Sized + Write>(writer: &mut W, json: &str, depth: usize) -> io::Result<()> {
    let mut layout = Layout { depth, open: false };
    let mut rest = json;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => string_length(rest),
            ' ' | '\n' | '\t' | '\r' | '{' | '[' | '}' | ']' | ',' | ':' => 1,
            _ => rest
                .find([' ', '\n', '\t', '\r', '}', ']', ','])
                .unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        layout.token(writer, token)?;
        rest = after;
    }
    Ok(())
}

/// The length of the string literal `text` starts with, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

struct Layout {
    depth: usize,
    /// A bracket has just been opened: nothing stands in it yet.
    open: bool,
}

impl Layout {
    fn token<W: ?Sized + Write>(&mut self, writer: &mut W, token: &str) -> io::Result<()> {
        match token {
            " " | "\n" | "\t" | "\r" => Ok(()),
            "{" | "[" => {
                self.settle(writer)?;
                self.depth += 1;
                self.open = true;
                writer.write_all(token.as_bytes())
            }
            "}" | "]" => {
                self.depth = self.depth.saturating_sub(1);
                if !std::mem::take(&mut self.open) {
                    self.new_line(writer)?;
                }
                writer.write_all(token.as_bytes())
            }
            "," => {
                writer.write_all(b",")?;
                self.new_line(writer)
            }
            ":" => writer.write_all(b": "),
            _ => {
                self.settle(writer)?;
                write_escaped(writer, token)
            }
        }
    }

    /// The first thing in a bracket stands on a line of its own.
    fn settle<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if std::mem::take(&mut self.open) {
            self.new_line(writer)?;
        }
        Ok(())
    }

    fn new_line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        for _ in 0..self.depth {
            writer.write_all(b"  ")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(json: &str) -> String {
        let raw = serde_json::value::RawValue::from_string(json.to_owned()).unwrap();
        let mut out = Vec::new();
        write_indented(&mut out, &vec![raw]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn raw_json_is_laid_out_anew() {
        assert_eq!(
            laid_out(r#"{ "a" : [ 1,{} , [ ] ],"b":"<\"&" }"#),
            "[\n  {\n    \"a\": [\n      1,\n      {},\n      []\n    ],\n    \"b\": \"\\u003c\\\"\\u0026\"\n  }\n]\n"
        );
        assert_eq!(laid_out("1e30"), "[\n  1e30\n]\n");
    }
}
