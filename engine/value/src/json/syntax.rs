//! What is wrong with JSON, in the words users of the language know.

/// Says what `error` is about; `text` is what was read.
pub(super) fn describe(error: &serde_json::Error, text: &str) -> String {
    let message = error.to_string();
    let kind = message.split(" at line ").next().unwrap_or_default();
    if error.is_eof() {
        return end_of_input(kind, text).to_owned();
    }
    let line = text.split('\n').nth(error.line().saturating_sub(1));
    let line = line.unwrap_or_default().as_bytes();
    let mut at = error.column().saturating_sub(1);
    // These are reported at the last character that was right.
    let early = kind.starts_with("control character")
        || kind == "invalid number" && line.get(at).is_some_and(|c| b".-+eE".contains(c));
    at += usize::from(early);
    if early && at == line.len() && kind == "invalid number" {
        return "unexpected EOF".to_owned();
    }
    let found = char::from(line.get(at).copied().unwrap_or(b'\n'));
    let before = line.get(..at).unwrap_or_default();
    match place(kind, found, before) {
        Some(place) => format!("invalid character {found:?}{place}"),
        None if kind == "invalid number" => "extraneous data after JSON object".to_owned(),
        None => message,
    }
}

/// Whether the end is between two tokens, or within one.
fn end_of_input(kind: &str, text: &str) -> &'static str {
    let text = text.trim_end();
    let start = text.rfind(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c));
    let last = text.get(start.map_or(0, |at| at + 1)..).unwrap_or_default();
    let in_literal = ["true", "false", "null"]
        .iter()
        .any(|word| !last.is_empty() && word.starts_with(last) && *word != last);
    let in_number = last.ends_with(['.', '-', '+', 'e', 'E']) && !["true", "false"].contains(&last);
    if kind.ends_with("string") || in_literal || in_number {
        "unexpected EOF"
    } else {
        "EOF"
    }
}

fn place(kind: &str, found: char, before: &[u8]) -> Option<String> {
    Some(match kind {
        "expected value" => " looking for beginning of value".to_owned(),
        "expected ident" => return in_literal(before),
        "key must be a string" if found != '}' => String::new(),
        "key must be a string" | "trailing comma" if found == '}' => {
            " looking for beginning of object key string".to_owned()
        }
        "trailing comma" => " looking for beginning of value".to_owned(),
        "expected `,` or `}`" => " after object key:value pair".to_owned(),
        "expected `,` or `]`" => " after array element".to_owned(),
        "expected `:`" => " after object key".to_owned(),
        "invalid number" => match before.last() {
            Some(b'.') => " after decimal point in numeric literal".to_owned(),
            Some(b'0') => return None,
            Some(b'e' | b'E' | b'+') => " in exponent of numeric literal".to_owned(),
            _ => " in numeric literal".to_owned(),
        },
        "invalid escape" => match before.iter().rev().take(4).find(|b| **b == b'u') {
            Some(_) => " in \\u hexadecimal character escape".to_owned(),
            None => " in string escape code".to_owned(),
        },
        other if other.starts_with("control character") => " in string literal".to_owned(),
        _ => return None,
    })
}

/// Behind which letters of `true`, `false` or `null` another one was expected.
fn in_literal(before: &[u8]) -> Option<String> {
    let letters = before.iter().rev().take_while(|b| b.is_ascii_alphabetic());
    let letters = letters.count();
    let start = before.get(before.len() - letters..)?;
    let words = ["true", "false", "null"];
    let word = words
        .iter()
        .find(|word| word.as_bytes().starts_with(start))?;
    let expected = word.chars().nth(letters)?;
    Some(format!(" in literal {word} (expecting {expected:?})"))
}
