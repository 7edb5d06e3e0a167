//! A value as `console` and `output` show it: in the language's own syntax,
//! with conversions where the type would not show otherwise.

use std::fmt::Write as _;

use trueup_value::{Marks, Str, Type, Value};

/// `value` over as many lines as it takes, without a final newline.
pub(crate) fn text(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value, 0);
    out
}

fn write_value(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Marked(marked) => write_marked(out, marked.0, &marked.1, indent),
        Value::Unknown(_) => out.push_str("(known after apply)"),
        Value::Null(ty) => write_null(out, ty),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_text()),
        Value::String(text) => write_string(out, text, indent),
        Value::List(list) => wrapped(out, "tolist", |out| {
            write_sequence(out, list.elements(), indent)
        }),
        Value::Set(set) => wrapped(out, "toset", |out| {
            write_sequence(out, set.elements(), indent)
        }),
        Value::Map(map) => wrapped(out, "tomap", |out| {
            write_mapping(out, map.entries(), indent)
        }),
        Value::Tuple(tuple) => write_sequence(out, tuple.elements(), indent),
        Value::Object(object) => write_mapping(out, object.attributes(), indent),
    }
}

fn write_marked(out: &mut String, marks: Marks, value: &Value, indent: usize) {
    if !value.is_known() {
        out.push_str("(known after apply)");
    } else if marks.contains(Marks::SENSITIVE) {
        out.push_str("(sensitive value)");
    } else if marks.contains(Marks::EPHEMERAL) {
        out.push_str("(ephemeral value)");
    } else {
        write_value(out, value, indent);
    }
}

fn write_null(out: &mut String, ty: &Type) {
    let (call, of) = match ty {
        Type::Dynamic => return out.push_str("null"),
        Type::String => return out.push_str("tostring(null)"),
        Type::Number => return out.push_str("tonumber(null)"),
        Type::Bool => return out.push_str("tobool(null)"),
        Type::List(element) => ("tolist(null)", format!("of {element}")),
        Type::Set(element) => ("toset(null)", format!("of {element}")),
        Type::Map(element) => ("tomap(null)", format!("of {element}")),
        Type::Tuple(_) | Type::Object(_) => ("null", ty.to_string()),
    };
    let _ = write!(out, "{call} /* {of} */");
}

fn wrapped(out: &mut String, call: &str, inner: impl FnOnce(&mut String)) {
    out.push_str(call);
    out.push('(');
    inner(out);
    out.push(')');
}

fn write_sequence(out: &mut String, elements: &[Value], indent: usize) {
    out.push('[');
    for element in elements {
        new_line(out, indent + 2);
        write_value(out, element, indent + 2);
        out.push(',');
    }
    close(out, ']', elements.is_empty(), indent);
}

fn write_mapping(out: &mut String, entries: &[(Str, Value)], indent: usize) {
    out.push('{');
    for (key, value) in entries {
        new_line(out, indent + 2);
        write_string(out, key, indent + 2);
        out.push_str(" = ");
        write_value(out, value, indent + 2);
    }
    close(out, '}', entries.is_empty(), indent);
}

fn close(out: &mut String, bracket: char, empty: bool, indent: usize) {
    if !empty {
        new_line(out, indent);
    }
    out.push(bracket);
}

fn new_line(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Text of one line in quotes, of several as a heredoc.
fn write_string(out: &mut String, text: &str, indent: usize) {
    if !text.contains('\n') {
        return write_quoted(out, text);
    }
    let mut marker = "EOT".to_owned();
    while text.split('\n').any(|line| line.trim() == marker) {
        marker.push('_');
    }
    out.push_str(if indent > 0 { "<<-" } else { "<<" });
    out.push_str(&marker);
    for line in text.split('\n').chain([marker.as_str()]) {
        new_line(out, indent);
        out.push_str(line);
    }
}

/// Quotes as Go's `strconv.Quote` does, which Terraform prints with.
pub(crate) fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if is_printable(c) => out.push(c),
            c => escape(out, c),
        }
    }
    out.push('"');
}

/// What Go calls printable: letters, marks, numbers, punctuation, symbols and
/// the ASCII space.
fn is_printable(c: char) -> bool {
    c == ' ' || !(c.is_control() || c.is_whitespace() || is_invisible(c))
}

/// Format characters, private use and noncharacters (Unicode categories Cf,
/// Co and Cn as far as ranges tell).
fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x180E
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB
        | 0xE000..=0xF8FF | 0x110BD | 0x1D173..=0x1D17A | 0xE0001..=0xE007F
        | 0xF0000..=0x10FFFF)
        || u32::from(c) & 0xFFFE == 0xFFFE
}

fn escape(out: &mut String, c: char) {
    let code = u32::from(c);
    let _ = match code {
        0..=0x1F | 0x7F => write!(out, "\\x{code:02x}"),
        0x80..=0xFFFF => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(texts: &[&str]) -> Vec<Value> {
        texts.iter().map(|text| Value::string(*text)).collect()
    }

    #[test]
    fn collections_name_their_kind_structures_do_not() {
        assert_eq!(text(&Value::tuple(strings(&["a"]))), "[\n  \"a\",\n]");
        assert_eq!(
            text(&Value::list(Type::String, strings(&["a"]))),
            "tolist([\n  \"a\",\n])"
        );
        assert_eq!(text(&Value::list(Type::String, vec![])), "tolist([])");
    }

    #[test]
    fn several_lines_become_a_heredoc_with_a_marker_that_is_not_in_them() {
        assert_eq!(text(&Value::string("a\nEOT")), "<<EOT_\na\nEOT\nEOT_");
        assert_eq!(
            text(&Value::tuple(strings(&["a\nb"]))),
            "[\n  <<-EOT\n  a\n  b\n  EOT,\n]"
        );
    }

    #[test]
    fn quotes_are_those_of_go() {
        assert_eq!(
            text(&Value::string("é\u{1}\u{200b}\"\t")),
            r#""é\x01\u200b\"\t""#
        );
    }

    #[test]
    fn null_and_unknown_say_what_is_known_of_them() {
        assert_eq!(
            text(&Value::Null(Type::list(Type::String))),
            "tolist(null) /* of string */"
        );
        assert_eq!(text(&Value::unknown(Type::String)), "(known after apply)");
    }
}
