//! Quoted strings and characters.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::value::decode_rune;

/// `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the
/// ASCII space.
pub(crate) fn is_print(rune: char) -> bool {
    if rune.is_ascii() {
        return (' '..='~').contains(&rune);
    }
    use GeneralCategoryGroup as Group;
    matches!(
        rune.general_category_group(),
        Group::Letter | Group::Mark | Group::Number | Group::Punctuation | Group::Symbol
    )
}

/// `unicode.IsLetter`.
pub(crate) fn is_letter(rune: char) -> bool {
    if rune.is_ascii() {
        return rune.is_ascii_alphabetic();
    }
    rune.general_category_group() == GeneralCategoryGroup::Letter
}

/// `unicode.IsDigit`.
pub(crate) fn is_digit(rune: char) -> bool {
    if rune.is_ascii() {
        return rune.is_ascii_digit();
    }
    rune.general_category() == GeneralCategory::DecimalNumber
}

/// `strconv.Quote`.
pub(crate) fn quote(bytes: &[u8]) -> String {
    quote_with(bytes, '"', false)
}

/// `strconv.QuoteToASCII`.
pub(crate) fn quote_ascii(bytes: &[u8]) -> String {
    quote_with(bytes, '"', true)
}

/// `strconv.QuoteRune` and `QuoteRuneToASCII`.
pub(crate) fn quote_rune(rune: char, ascii: bool) -> String {
    let mut buffer = [0; 4];
    quote_with(rune.encode_utf8(&mut buffer).as_bytes(), '\'', ascii)
}

fn quote_with(bytes: &[u8], mark: char, ascii: bool) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push(mark);
    let mut rest = bytes;
    while let Some((rune, width)) = decode_rune(rest) {
        if width == 1 && rune == char::REPLACEMENT_CHARACTER {
            out.push_str(&format!("\\x{:02x}", rest.first().copied().unwrap_or(0)));
        } else {
            escape(&mut out, rune, mark, ascii);
        }
        rest = rest.get(width..).unwrap_or_default();
    }
    out.push(mark);
    out
}

fn escape(out: &mut String, rune: char, mark: char, ascii: bool) {
    if rune == mark || rune == '\\' {
        out.push('\\');
        out.push(rune);
    } else if is_print(rune) && (rune.is_ascii() || !ascii) {
        out.push(rune);
    } else {
        match rune {
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            _ => {
                let code = u32::from(rune);
                let text = match code {
                    0..0x20 | 0x7f => format!("\\x{code:02x}"),
                    0x20..0x10000 => format!("\\u{code:04x}"),
                    _ => format!("\\U{code:08x}"),
                };
                out.push_str(&text);
            }
        }
    }
}

/// `strconv.CanBackquote`.
pub(crate) fn can_backquote(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    text.chars().all(|rune| {
        rune == '\t' || !(rune < ' ' || rune == '`' || rune == '\u{7f}' || rune == '\u{feff}')
    })
}

/// `strconv.Unquote`; none where Go says "invalid syntax".
pub(crate) fn unquote(text: &[u8]) -> Option<Vec<u8>> {
    let (&mark, rest) = text.split_first()?;
    let (&last, mut body) = rest.split_last()?;
    if mark != last {
        return None;
    }
    match mark {
        b'`' => {
            let clean = !body.contains(&b'`');
            clean.then(|| body.iter().copied().filter(|byte| *byte != b'\r').collect())
        }
        b'"' => {
            let mut out = Vec::with_capacity(body.len());
            while !body.is_empty() {
                if body.first() == Some(&b'\n') {
                    return None;
                }
                let (char, rest) = unquote_char(body, b'"')?;
                char.push_to(&mut out);
                body = rest;
            }
            Some(out)
        }
        _ => None,
    }
}

/// A character of a quoted string: a rune, or one byte written as `\x` or in
/// octal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Char {
    Rune(char),
    Byte(u8),
}

impl Char {
    fn push_to(self, out: &mut Vec<u8>) {
        match self {
            Char::Byte(byte) => out.push(byte),
            Char::Rune(rune) => {
                let mut buffer = [0; 4];
                out.extend_from_slice(rune.encode_utf8(&mut buffer).as_bytes());
            }
        }
    }

    /// The number of the character.
    pub(crate) fn code(self) -> u32 {
        match self {
            Char::Byte(byte) => u32::from(byte),
            Char::Rune(rune) => u32::from(rune),
        }
    }
}

/// `strconv.UnquoteChar`: the first character and what follows it.
pub(crate) fn unquote_char(text: &[u8], mark: u8) -> Option<(Char, &[u8])> {
    let (&first, rest) = text.split_first()?;
    if first == mark {
        return None;
    }
    if first >= 0x80 {
        let (rune, width) = decode_rune(text)?;
        let char = match (rune, width) {
            (char::REPLACEMENT_CHARACTER, 1) => Char::Byte(first),
            _ => Char::Rune(rune),
        };
        return Some((char, text.get(width..)?));
    }
    if first != b'\\' {
        return Some((Char::Rune(char::from(first)), rest));
    }
    let (&escape, rest) = rest.split_first()?;
    let simple = |rune: char| Some((Char::Rune(rune), rest));
    match escape {
        b'a' => simple('\u{7}'),
        b'b' => simple('\u{8}'),
        b'f' => simple('\u{c}'),
        b'n' => simple('\n'),
        b'r' => simple('\r'),
        b't' => simple('\t'),
        b'v' => simple('\u{b}'),
        b'\\' => simple('\\'),
        b'\'' | b'"' if escape == mark => simple(char::from(escape)),
        b'x' => hex(rest, 2).map(|(code, rest)| (Char::Byte(code as u8), rest)),
        b'u' => hex_rune(rest, 4),
        b'U' => hex_rune(rest, 8),
        b'0'..=b'7' => octal(escape, rest),
        _ => None,
    }
}

fn hex(text: &[u8], digits: usize) -> Option<(u32, &[u8])> {
    let (head, rest) = text.split_at_checked(digits)?;
    let head = std::str::from_utf8(head).ok()?;
    if !head.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    Some((u32::from_str_radix(head, 16).ok()?, rest))
}

fn hex_rune(text: &[u8], digits: usize) -> Option<(Char, &[u8])> {
    let (code, rest) = hex(text, digits)?;
    Some((Char::Rune(char::from_u32(code)?), rest))
}

fn octal(first: u8, rest: &[u8]) -> Option<(Char, &[u8])> {
    let (head, rest) = rest.split_at_checked(2)?;
    let mut code = u32::from(first - b'0');
    for digit in head {
        if !(b'0'..=b'7').contains(digit) {
            return None;
        }
        code = code * 8 + u32::from(digit - b'0');
    }
    Some((Char::Byte(u8::try_from(code).ok()?), rest))
}
