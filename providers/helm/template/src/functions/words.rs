//! Words: case, abbreviation, wrapping.

use super::arguments::{Args, Result, put, put_text};
use super::letter_case::{connected, pascal};
use super::strings::{lower, upper};
use crate::{Functions, Str, Type};

const S: Type = Type::String;
const INT: Type = Type::INT;

pub(super) fn add(functions: &mut Functions) {
    put_text(functions, "title", title);
    put_text(functions, "untitle", untitle);
    put_text(functions, "swapcase", swap_case);
    put(functions, "nospace", &[S], |args| {
        let text = args.str(0);
        let characters = || text.as_bytes().iter().map(|byte| char::from(*byte));
        // Where there are spaces, the library takes bytes for characters.
        if !characters().any(char::is_whitespace) {
            return Ok(args.value(0));
        }
        let kept = characters().filter(|character| !character.is_whitespace());
        Ok(kept.collect::<String>().into())
    });
    put_text(functions, "initials", initials);
    put_text(functions, "camelcase", pascal);
    put_text(functions, "snakecase", |text| connected(text, '_'));
    put_text(functions, "kebabcase", |text| connected(text, '-'));
    put(functions, "abbrev", &[INT, S], |args| {
        let width = args.int(0);
        if width < 4 {
            return Ok(args.value(1));
        }
        Ok(by_bytes(&args.text(1), |text| abbreviate(text, 0, width)).into())
    });
    put(functions, "abbrevboth", &[INT, INT, S], |args| {
        let (left, right) = (args.int(0), args.int(1));
        if right < 4 || left > 0 && right < 7 {
            return Ok(args.value(2));
        }
        Ok(by_bytes(&args.text(2), |text| abbreviate(text, left, right)).into())
    });
    put(functions, "wrap", &[INT, S], |args| {
        wrap(args.int(0), "", &args.text(1), false)
    });
    put(functions, "wrapWith", &[INT, S, S], |args: Args<'_>| {
        wrap(args.int(0), &args.text(1), &args.text(2), true)
    });
}

/// `strings.Title`: the first letter of each run of letters, digits, `_` and others that go on.
fn title(text: &str) -> String {
    let mut previous = ' ';
    let convert = |character: char| {
        let starts = is_separator(previous);
        previous = character;
        if starts {
            title_of(character)
        } else {
            character
        }
    };
    text.chars().map(convert).collect()
}

/// A letter at the start of a word: two letters in one are not both capitals.
fn title_of(character: char) -> char {
    match character {
        '\u{1C4}'..='\u{1C6}' => '\u{1C5}',
        '\u{1C7}'..='\u{1C9}' => '\u{1C8}',
        '\u{1CA}'..='\u{1CC}' => '\u{1CB}',
        '\u{1F1}'..='\u{1F3}' => '\u{1F2}',
        '\u{10D0}'..='\u{10FF}' => character,
        _ => upper(character),
    }
}

fn is_separator(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_alphanumeric() && character != '_';
    }
    !character.is_alphanumeric() && character.is_whitespace()
}

/// Lowers the first letter of every word.
fn untitle(text: &str) -> String {
    let mut starts = true;
    let convert = |character: char| {
        let out = if starts { lower(character) } else { character };
        starts = character.is_whitespace();
        out
    };
    text.chars().map(convert).collect()
}

fn swap_case(text: &str) -> String {
    let mut after_space = true;
    let convert = |character: char| {
        let out = if character.is_uppercase() {
            lower(character)
        } else if character.is_lowercase() {
            if after_space {
                title_of(character)
            } else {
                upper(character)
            }
        } else {
            character
        };
        after_space = character.is_whitespace();
        out
    };
    text.chars().map(convert).collect()
}

fn initials(text: &str) -> String {
    let text: String = latin_1(text).collect();
    text.split(char::is_whitespace)
        .filter_map(|word| word.chars().next())
        .collect()
}

/// Each byte as a character: the library behind these functions doesn't decode UTF-8.
fn latin_1(text: &str) -> impl Iterator<Item = char> + '_ {
    text.bytes().map(char::from)
}

fn from_latin_1(text: &str) -> Str {
    text.chars()
        .map(|character| u8::try_from(character).unwrap_or(b'?'))
        .collect::<Vec<u8>>()
        .into()
}

/// Applies `cut` to the bytes of a text.
fn by_bytes(text: &str, cut: impl FnOnce(&str) -> String) -> Str {
    from_latin_1(&cut(&latin_1(text).collect::<String>()))
}

/// Cuts to `width` characters with `...`, from `offset` on.
fn abbreviate(text: &str, offset: i64, width: i64) -> String {
    let characters: Vec<char> = text.chars().collect();
    let length = i64::try_from(characters.len()).unwrap_or(i64::MAX);
    if length <= width {
        return text.to_owned();
    }
    let mut offset = offset.min(length);
    if length - offset < width - 3 {
        offset = length - (width - 3);
    }
    let cut = |from: i64, to: i64| -> String {
        let from = usize::try_from(from).unwrap_or(0);
        let to = usize::try_from(to).unwrap_or(0).min(characters.len());
        characters
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .collect()
    };
    if offset <= 4 {
        return format!("{}...", cut(0, width - 3));
    }
    if offset + width - 3 < length {
        return format!("...{}", abbreviate(&cut(offset, length), 0, width - 3));
    }
    format!("...{}", cut(length - (width - 3), length))
}

/// Breaks at spaces so that lines have at most `width` characters; long words are cut if wished.
fn wrap(width: i64, with: &str, text: &str, cut_long: bool) -> Result {
    let separator: String = if with.is_empty() {
        "\n".to_owned()
    } else {
        latin_1(with).collect()
    };
    let separator = separator.as_str();
    let width = usize::try_from(width).unwrap_or(1).max(1);
    let characters: Vec<char> = latin_1(text).collect();
    let length = characters.len();
    let mut out = String::new();
    let mut offset = 0;
    let part = |from: usize, to: usize| characters.get(from..to).unwrap_or_default().iter();
    while length.saturating_sub(offset) > width {
        if characters.get(offset) == Some(&' ') {
            offset += 1;
            continue;
        }
        let last = offset + width;
        let space = (offset..=last)
            .rev()
            .find(|index| characters.get(*index) == Some(&' '));
        if let Some(space) = space.filter(|space| *space > offset) {
            out.extend(part(offset, space));
            out.push_str(separator);
            offset = space + 1;
        } else if cut_long {
            out.extend(part(offset, last));
            out.push_str(separator);
            offset = last;
        } else {
            match (last..length).find(|index| characters.get(*index) == Some(&' ')) {
                Some(space) => {
                    out.extend(part(offset, space));
                    out.push_str(separator);
                    offset = space + 1;
                }
                None => {
                    out.extend(part(offset, length));
                    offset = length;
                }
            }
        }
        super::arguments::check_size(out.len())?;
    }
    out.extend(part(offset, length));
    Ok(from_latin_1(&out).into())
}
