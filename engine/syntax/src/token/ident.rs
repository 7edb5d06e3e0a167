//! Names: `(ID_Start | "_") (ID_Continue | "-")*`.

use super::ident_ranges::{ID_CONTINUE, ID_START};

/// Whether `text` is a name, such as one a block or an argument may have.
pub fn is_identifier(text: &str) -> bool {
    !text.is_empty() && identifier_end(text.as_bytes(), 0) == text.len()
}

/// Where the name that starts at `start` ends; `start` if there is none.
pub(super) fn identifier_end(source: &[u8], start: usize) -> usize {
    let mut end = match char_at(source, start) {
        Some((c, length)) if starts_identifier(c) => start + length,
        _ => return start,
    };
    while let Some((c, length)) = char_at(source, end) {
        if !continues_identifier(c) {
            break;
        }
        end += length;
    }
    end
}

fn starts_identifier(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || (!c.is_ascii() && contains(&ID_START, c))
}

fn continues_identifier(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '_' | '-')
        || (!c.is_ascii() && contains(&ID_CONTINUE, c))
}

fn contains(ranges: &[(u32, u32)], c: char) -> bool {
    let c = u32::from(c);
    let after = ranges.partition_point(|&(first, _)| first <= c);
    after > 0 && ranges[after - 1].1 >= c
}

fn char_at(source: &[u8], start: usize) -> Option<(char, usize)> {
    let first = *source.get(start)?;
    if first.is_ascii() {
        return Some((char::from(first), 1));
    }
    let length = sequence_length(source, start)?;
    let text = std::str::from_utf8(&source[start..start + length]).ok()?;
    Some((text.chars().next()?, length))
}

/// How many bytes the character at `start` takes, by the shape of the bytes
/// alone: HCL's scanner lets surrogates and overlong forms pass. `None` at the
/// end and where no character starts.
pub(super) fn sequence_length(source: &[u8], start: usize) -> Option<usize> {
    let length = match source.get(start)? {
        0x00..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => return None,
    };
    let rest = source.get(start + 1..start + length)?;
    rest.iter()
        .all(|byte| matches!(byte, 0x80..=0xbf))
        .then_some(length)
}
