//! Names with `*` for any characters.

use std::fmt;

/// A name, or many: `*` stands for any characters, none included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(String);

impl Pattern {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Pattern(text.into())
    }

    /// The same for a path: `tags["Name"]` and `tags.Name` are one.
    pub(super) fn of_path(text: &str) -> Self {
        let mut plain = String::new();
        let mut rest = text.trim_start_matches('.');
        while let Some((before, key, after)) = quoted_key(rest) {
            plain += before;
            match is_identifier(key) {
                true if plain.is_empty() => plain += key,
                true => plain += &format!(".{key}"),
                false => plain += &format!("[\"{key}\"]"),
            }
            rest = after;
        }
        Pattern(plain + rest)
    }

    /// Whether it means all of `text`.
    pub(super) fn matches(&self, text: &str) -> bool {
        glob(self.0.as_bytes(), text.as_bytes())
    }

    /// Whether it means `text` or what `text` is in: `a` means `a`, `a.b` and
    /// `a[0]`.
    pub(super) fn leads_to(&self, text: &str) -> bool {
        let ends = text.char_indices();
        let ends = ends.filter(|(_, c)| matches!(c, '.' | '['));
        let mut ends = ends.map(|(at, _)| at).chain([text.len()]);
        ends.any(|end| self.matches(text.get(..end).unwrap_or(text)))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn quoted_key(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("[\"")?;
    let (key, after) = rest.split_once("\"]")?;
    Some((before, key, after))
}

fn is_identifier(key: &str) -> bool {
    let mut chars = key.chars();
    let first = |c: char| c.is_alphabetic() || c == '_';
    chars.next().is_some_and(first) && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// Goes back to the last `*` where it fails: linear but for texts that repeat.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut pos) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while pos < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, pos));
                at += 1;
            }
            Some(byte) if text.get(pos) == Some(byte) => {
                at += 1;
                pos += 1;
            }
            _ => match star {
                Some((start, taken)) => {
                    star = Some((start, taken + 1));
                    at = start + 1;
                    pos = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}
