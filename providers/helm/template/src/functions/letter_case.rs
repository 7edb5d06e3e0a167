//! `snakecase`, `kebabcase` and `camelcase`, as the Go library xstrings splits words.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::strings::{lower, upper};

fn is_connector(character: char) -> bool {
    matches!(character, '-' | '_') || character.is_whitespace()
}

/// Words joined, each with a capital. Of connectors in a row all but one stay, and of capitals in
/// a row all but the first become small.
pub(super) fn pascal(text: &str) -> String {
    let body = text.trim_start_matches(is_connector);
    let (leading, _) = text.split_at(text.len() - body.len());
    let mut out = leading.to_owned();
    let mut rest = body.chars();
    let Some(first) = rest.next() else {
        // The last connector is written once more.
        out.extend(leading.chars().next_back());
        return out;
    };
    let mut capitals = first.is_uppercase();
    let mut pending = upper(first);
    for next in rest {
        let mut next = next;
        if is_connector(pending) {
            if is_connector(next) {
                out.push(pending);
            } else {
                capitals = next.is_uppercase();
                next = upper(next);
            }
        } else {
            if capitals && next.is_uppercase() {
                next = lower(next);
            } else if capitals {
                capitals = false;
            }
            out.push(pending);
        }
        pending = next;
    }
    out.push(pending);
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Capitals,
    Letters,
    Connector,
    Punctuation,
    Other,
}

impl Kind {
    fn of(character: char) -> Self {
        use GeneralCategoryGroup::{Letter, Number, Punctuation};
        let group = character.general_category_group();
        if is_connector(character) {
            Kind::Connector
        } else if group == Punctuation {
            Kind::Punctuation
        } else if character.is_uppercase() {
            Kind::Capitals
        } else if group == Letter {
            Kind::Letters
        } else if group == Number {
            Kind::Number
        } else {
            Kind::Other
        }
    }

    fn goes_on(self, next: char) -> bool {
        Kind::of(next) == self
    }
}

struct Words<'t>(&'t str);

impl<'t> Iterator for Words<'t> {
    type Item = (Kind, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.0.chars().next()?;
        let kind = Kind::of(first);
        let run = |kind: Kind| {
            let end = self.0.find(|next| !kind.goes_on(next));
            end.unwrap_or(self.0.len())
        };
        let mut end = run(kind);
        if kind == Kind::Capitals {
            let next = self.0.get(end..).and_then(|rest| rest.chars().next());
            if next.map(Kind::of) == Some(Kind::Letters) {
                end = self.capitals_before_letters(end, first);
            }
        }
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        Some((kind, word))
    }
}

impl Words<'_> {
    /// `Name` is one word; in `HTTPName` the last capital belongs to what follows.
    fn capitals_before_letters(&self, end: usize, first: char) -> usize {
        if end == first.len_utf8() {
            let rest = self.0.get(end..).unwrap_or_default();
            let letters = rest.find(|next| !Kind::Letters.goes_on(next));
            return end + letters.unwrap_or(rest.len());
        }
        let run = self.0.get(..end).unwrap_or_default();
        end - run.chars().next_back().map_or(0, char::len_utf8)
    }
}

/// Words in lower case, joined by `connector`. A number belongs to the word before it unless
/// letters in lower case follow.
pub(super) fn connected(text: &str, connector: char) -> String {
    let mut words = Words(text).peekable();
    let mut out = String::with_capacity(text.len() + 8);
    while let Some((kind, word)) = words.next() {
        write(&mut out, kind, word, connector);
        match kind {
            Kind::Number => number_tail(&mut out, &mut words, connector),
            Kind::Connector | Kind::Punctuation => {}
            _ => match words.peek().copied() {
                Some((Kind::Number, number)) => {
                    words.next();
                    match words.peek() {
                        None => out.push_str(number),
                        Some((Kind::Letters, _)) => {
                            out.push(connector);
                            out.push_str(number);
                            number_tail(&mut out, &mut words, connector);
                        }
                        Some(_) => {
                            out.push_str(number);
                            separate(&mut out, &mut words, connector);
                        }
                    }
                }
                _ => separate(&mut out, &mut words, connector),
            },
        }
    }
    out
}

type Rest<'t> = std::iter::Peekable<Words<'t>>;

fn number_tail(out: &mut String, words: &mut Rest<'_>, connector: char) {
    while let Some((_, word)) =
        words.next_if(|(kind, _)| matches!(kind, Kind::Letters | Kind::Number))
    {
        out.push_str(word);
    }
    separate(out, words, connector);
}

fn separate(out: &mut String, words: &mut Rest<'_>, connector: char) {
    let apart = |kind: Kind| !matches!(kind, Kind::Connector | Kind::Punctuation);
    if words.peek().is_some_and(|(kind, _)| apart(*kind)) {
        out.push(connector);
    }
}

fn write(out: &mut String, kind: Kind, word: &str, connector: char) {
    match kind {
        Kind::Connector => out.extend(word.chars().map(|_| connector)),
        Kind::Capitals => out.extend(word.chars().map(lower)),
        _ => out.push_str(word),
    }
}
