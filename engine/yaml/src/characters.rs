//! Character classes of YAML 1.1 over UTF-8 bytes; the end of the text counts as NUL.

pub(crate) fn at(text: &[u8], index: usize) -> u8 {
    text.get(index).copied().unwrap_or(0)
}

pub(crate) fn is_break(text: &[u8], index: usize) -> bool {
    match at(text, index) {
        b'\r' | b'\n' => true,
        0xC2 => at(text, index + 1) == 0x85,
        0xE2 => at(text, index + 1) == 0x80 && matches!(at(text, index + 2), 0xA8 | 0xA9),
        _ => false,
    }
}

pub(crate) fn is_blank(text: &[u8], index: usize) -> bool {
    matches!(at(text, index), b' ' | b'\t')
}

pub(crate) fn is_break_or_end(text: &[u8], index: usize) -> bool {
    at(text, index) == 0 || is_break(text, index)
}

pub(crate) fn is_blank_or_end(text: &[u8], index: usize) -> bool {
    is_blank(text, index) || is_break_or_end(text, index)
}

pub(crate) fn is_bom(text: &[u8], index: usize) -> bool {
    at(text, index) == 0xEF && at(text, index + 1) == 0xBB && at(text, index + 2) == 0xBF
}

/// Letters, digits, `_` and `-`: what anchors, tag handles and directives are made of.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Bytes of the character that starts with `byte`.
pub(crate) fn width(byte: u8) -> usize {
    match byte {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF7 => 4,
        _ => 1,
    }
}

/// Whether a character may be written as it is. Those beyond the basic plane may not: they are
/// escaped.
#[must_use]
pub fn is_printable(character: char) -> bool {
    matches!(character,
        '\n' | ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}')
        && character != '\u{FEFF}'
}

/// Characters that a YAML stream may contain at all.
pub(crate) fn is_allowed(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}'
        | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}
