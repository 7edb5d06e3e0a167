//! Text in double quotes.

use std::fmt::Write;

/// `text` in double quotes with the escapes of the Go language, which the
/// language's messages and the order of its sets build on.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        push_quoted(&mut quoted, c);
    }
    quoted.push('"');
    quoted
}

fn push_quoted(quoted: &mut String, c: char) {
    match c {
        '"' => quoted.push_str("\\\""),
        '\\' => quoted.push_str("\\\\"),
        ' '..='~' => quoted.push(c),
        '\u{7}' => quoted.push_str("\\a"),
        '\u{8}' => quoted.push_str("\\b"),
        '\u{c}' => quoted.push_str("\\f"),
        '\n' => quoted.push_str("\\n"),
        '\r' => quoted.push_str("\\r"),
        '\t' => quoted.push_str("\\t"),
        '\u{b}' => quoted.push_str("\\v"),
        _ if is_printable(c) => quoted.push(c),
        // Writing to a string cannot fail.
        '\0'..='\u{7f}' => {
            let _ = write!(quoted, "\\x{:02x}", u32::from(c));
        }
        '\u{80}'..='\u{ffff}' => {
            let _ = write!(quoted, "\\u{:04x}", u32::from(c));
        }
        _ => {
            let _ = write!(quoted, "\\U{:08x}", u32::from(c));
        }
    }
}

/// Whether `c` is a letter, mark, number, punctuation or symbol.
fn is_printable(c: char) -> bool {
    // Behind another character marks are not escaped by the standard library.
    let mut buffer = [b'a'; 5];
    let length = c.encode_utf8(&mut buffer[1..]).len();
    std::str::from_utf8(&buffer[..=length]).is_ok_and(|pair| pair.escape_debug().nth(1) == Some(c))
}
