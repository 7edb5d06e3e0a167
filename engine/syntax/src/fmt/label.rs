//! Labels in their canonical spelling.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The canonical spelling of what stands between the quotes of a label: NFC,
/// escapes only where needed.
pub(super) fn requoted(literal: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'\\' | b'$' | b'%');
    if literal.bytes().all(is_plain) {
        return Cow::Borrowed(literal);
    }
    let label: String = decoded(literal).nfc().collect();
    Cow::Owned(quoted(&label))
}

fn decoded(literal: &str) -> String {
    let mut out = String::with_capacity(literal.len());
    let mut rest = literal;
    while let Some(first) = rest.chars().next() {
        let (c, length) = escape_at(rest).unwrap_or((first, first.len_utf8()));
        out.push(c);
        rest = &rest[length..];
    }
    out
}

/// The character that an escape at the start of `text` stands for, and how many
/// bytes to go on.
fn escape_at(text: &str) -> Option<(char, usize)> {
    let hex = |digits: Option<&str>| {
        u32::from_str_radix(digits?, 16)
            .ok()
            .and_then(char::from_u32)
    };
    let bytes = text.as_bytes();
    match (bytes.first()?, bytes.get(1)?) {
        (b'\\', b'n') => Some(('\n', 2)),
        (b'\\', b'r') => Some(('\r', 2)),
        (b'\\', b't') => Some(('\t', 2)),
        (b'\\', b'"') => Some(('"', 2)),
        (b'\\', b'\\') => Some(('\\', 2)),
        (b'\\', b'u') => Some((hex(text.get(2..6))?, 6)),
        (b'\\', b'U') => Some((hex(text.get(2..10))?, 10)),
        (b'$', b'$') if bytes.get(2) == Some(&b'{') => Some(('$', 2)),
        (b'%', b'%') if bytes.get(2) == Some(&b'{') => Some(('%', 2)),
        _ => None,
    }
}

fn quoted(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    let mut chars = label.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '$' | '%' if chars.peek() == Some(&'{') => out.extend([c, c]),
            _ if is_printable(c) => out.push(c),
            _ if u32::from(c) < 0x10000 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    out
}

/// The standard library escapes what is not printable, and marks only at the
/// start of a text.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~') || String::from_iter(['a', c]).escape_debug().count() == 2
}
