//! Go's `filepath.Match`.

/// The pattern is malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub(crate) struct BadPattern;

/// Whether the shell pattern (`*`, `?`, `[a-z]`, `\x`; none of them matches `/`) matches all of
/// `name`.
pub(crate) fn matches(pattern: &str, name: &str) -> Result<bool, BadPattern> {
    Pattern::parse(pattern).map(|pattern| pattern.matches(name))
}

/// A shell pattern, to be matched with many names.
#[derive(Debug, Clone)]
pub(crate) struct Pattern(Vec<Token>);

impl Pattern {
    pub(crate) fn parse(pattern: &str) -> Result<Self, BadPattern> {
        tokens(pattern).map(Self)
    }

    pub(crate) fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        run(&self.0, &name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Star,
    Any,
    Literal(char),
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

fn tokens(pattern: &str) -> Result<Vec<Token>, BadPattern> {
    let mut characters = pattern.chars().peekable();
    let mut tokens = Vec::new();
    while let Some(character) = characters.next() {
        tokens.push(match character {
            '*' => Token::Star,
            '?' => Token::Any,
            '\\' => Token::Literal(characters.next().ok_or(BadPattern)?),
            '[' => class(&mut characters)?,
            other => Token::Literal(other),
        });
    }
    Ok(tokens)
}

fn class(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Token, BadPattern> {
    let negated = characters.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    while ranges.is_empty() || characters.peek() != Some(&']') {
        let low = class_character(characters)?;
        let high = match characters.next_if_eq(&'-') {
            Some(_) => class_character(characters)?,
            None => low,
        };
        ranges.push((low, high));
    }
    characters.next();
    Ok(Token::Class { negated, ranges })
}

fn class_character(
    characters: &mut std::iter::Peekable<std::str::Chars<'_>>,
) -> Result<char, BadPattern> {
    match characters.next() {
        None | Some('-' | ']') => Err(BadPattern),
        Some('\\') => characters.next().ok_or(BadPattern),
        Some(other) => Ok(other),
    }
}

/// Matches with one point to come back to: the last star.
fn run(tokens: &[Token], name: &[char]) -> bool {
    let (mut token, mut place) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let matched = match (tokens.get(token), name.get(place)) {
            (None, None) => return true,
            (Some(Token::Star), _) => {
                retry = Some((token + 1, place));
                token += 1;
                continue;
            }
            (Some(single), Some(character)) => single.matches(*character),
            _ => false,
        };
        if matched {
            token += 1;
            place += 1;
            continue;
        }
        match retry {
            Some((after, from)) if name.get(from).is_some_and(|character| *character != '/') => {
                retry = Some((after, from + 1));
                token = after;
                place = from + 1;
            }
            _ => return false,
        }
    }
}

impl Token {
    fn matches(&self, character: char) -> bool {
        match self {
            Token::Star => false,
            Token::Any => character != '/',
            Token::Literal(literal) => *literal == character,
            Token::Class { negated, ranges } => {
                let inside = ranges
                    .iter()
                    .any(|(low, high)| (*low..=*high).contains(&character));
                inside != *negated
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BadPattern, matches};

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*.md", "a.md", Ok(true)),
            ("*.md", "x/a.md", Ok(false)),
            ("templates/.?*", "templates/.git", Ok(true)),
            ("templates/.?*", "templates/.", Ok(false)),
            ("a[^x-z]c", "abc", Ok(true)),
            ("a[^x-z]c", "ayc", Ok(false)),
            ("a\\*", "a*", Ok(true)),
            ("*a*b", "xaxxb", Ok(true)),
            ("[", "a", Err(BadPattern)),
            ("[]a]", "]", Err(BadPattern)),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} on {name}");
        }
    }
}
