//! Letter case as the language changes it: one code point for one, without
//! regard to context, by the tables of Unicode 15.0.

/// `c` in upper case.
pub(super) fn upper(c: char) -> char {
    if is_newer(c) {
        return c;
    }
    match c {
        // Greek letters with iota subscript, whose full mapping has two letters.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
            char::from_u32(u32::from(c) + 8).unwrap_or(c)
        }
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => char::from_u32(u32::from(c) + 9).unwrap_or(c),
        _ => single(c, c.to_uppercase()),
    }
}

/// `c` in lower case.
pub(super) fn lower(c: char) -> char {
    match c {
        '\u{130}' => 'i',
        _ if is_newer(c) => c,
        _ => single(c, c.to_lowercase()),
    }
}

/// `c` as it begins a word.
pub(super) fn title(c: char) -> char {
    match c {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        // Georgian has capitals only for whole words.
        '\u{10d0}'..='\u{10ff}' => c,
        _ => upper(c),
    }
}

/// Whether `c` got its case with a version of Unicode after 15.0.
fn is_newer(c: char) -> bool {
    matches!(c,
        '\u{19b}' | '\u{264}' | '\u{1c89}' | '\u{1c8a}' | '\u{a7cb}'..='\u{a7cf}'
        | '\u{a7d2}'..='\u{a7d5}' | '\u{a7da}'..='\u{a7dc}'
        | '\u{10d50}'..='\u{10d85}' | '\u{16ea0}'..='\u{16ed3}')
}

fn single(c: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}
