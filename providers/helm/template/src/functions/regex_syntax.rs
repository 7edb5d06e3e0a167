//! What Go's `regexp/syntax` refuses, in its words.

type Check<T = ()> = Result<T, String>;

const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];
const MAX_REPEAT: u32 = 1000;

/// The complaint about an expression that isn't one, without `error parsing regexp: `.
pub(super) fn check(pattern: &str) -> Check {
    let mut checker = Checker {
        whole: pattern,
        rest: pattern,
        operands: vec![false],
    };
    let mut last_repeat = None;
    while !checker.rest.is_empty() {
        last_repeat = checker.step(last_repeat)?;
    }
    if checker.operands.len() != 1 {
        return fail("missing closing )", pattern);
    }
    Ok(())
}

fn fail<T>(what: &str, where_: &str) -> Check<T> {
    Err(format!("{what}: `{where_}`"))
}

fn skip(text: &str, bytes: usize) -> &str {
    text.get(bytes..).unwrap_or_default()
}

/// What `text` lost to become its tail `rest`.
fn taken<'t>(text: &'t str, rest: &str) -> &'t str {
    text.get(..text.len().saturating_sub(rest.len()))
        .unwrap_or_default()
}

struct Checker<'t> {
    whole: &'t str,
    rest: &'t str,
    /// Whether there is something to repeat, for every open group.
    operands: Vec<bool>,
}

impl<'t> Checker<'t> {
    fn operand(&mut self, there: bool) {
        if let Some(last) = self.operands.last_mut() {
            *last = there;
        }
    }

    fn step(&mut self, last_repeat: Option<&'t str>) -> Check<Option<&'t str>> {
        let before = self.rest;
        let Some(first) = before.chars().next() else {
            return Ok(None);
        };
        self.rest = skip(before, first.len_utf8());
        match first {
            '(' if before.starts_with("(?") => self.flags(before)?,
            '(' => self.operands.push(false),
            '|' => self.operand(false),
            ')' => {
                if self.operands.len() == 1 {
                    return fail("unexpected )", self.whole);
                }
                self.operands.pop();
                self.operand(true);
            }
            '[' => {
                self.rest = class(before)?;
                self.operand(true);
            }
            '*' | '+' | '?' => return self.repeat(before, last_repeat).map(Some),
            '{' => {
                if let Some((low, high, rest)) = repetition(before) {
                    self.rest = rest;
                    let wrong = low > MAX_REPEAT
                        || high.is_some_and(|high| high > MAX_REPEAT || low > high);
                    if wrong {
                        return fail("invalid repeat count", taken(before, rest));
                    }
                    return self.repeat(before, last_repeat).map(Some);
                }
                self.operand(true);
            }
            '\\' => {
                self.rest = escaped(before)?;
                self.operand(true);
            }
            _ => self.operand(true),
        }
        Ok(None)
    }

    fn repeat(&mut self, before: &'t str, last_repeat: Option<&'t str>) -> Check<&'t str> {
        self.rest = self.rest.strip_prefix('?').unwrap_or(self.rest);
        if let Some(last) = last_repeat {
            return fail("invalid nested repetition operator", taken(last, self.rest));
        }
        if self.operands.last() != Some(&true) {
            let found = taken(before, self.rest);
            return fail("missing argument to repetition operator", found);
        }
        Ok(before)
    }

    fn flags(&mut self, before: &'t str) -> Check {
        let named = ["(?P<", "(?<"]
            .into_iter()
            .find_map(|opening| before.strip_prefix(opening));
        if let Some(after) = named {
            let Some((name, rest)) = after.split_once('>') else {
                return fail("invalid named capture", before);
            };
            let word = |letter: char| letter == '_' || letter.is_ascii_alphanumeric();
            if name.is_empty() || !name.chars().all(word) {
                return fail("invalid named capture", taken(before, rest));
            }
            self.rest = rest;
            self.operands.push(false);
            return Ok(());
        }
        let mut rest = skip(before, 2);
        let (mut negative, mut flagged) = (false, false);
        while let Some(letter) = rest.chars().next() {
            rest = skip(rest, letter.len_utf8());
            match letter {
                'i' | 'm' | 's' | 'U' => flagged = true,
                '-' if !negative => (negative, flagged) = (true, false),
                ':' | ')' if !negative || flagged => {
                    if letter == ':' {
                        self.operands.push(false);
                    }
                    self.rest = rest;
                    return Ok(());
                }
                _ => return fail("invalid or unsupported Perl syntax", taken(before, rest)),
            }
        }
        fail("invalid or unsupported Perl syntax", before)
    }
}

/// `{n}`, `{n,}` or `{n,m}` and what follows.
fn repetition(text: &str) -> Option<(u32, Option<u32>, &str)> {
    let (body, rest) = text.strip_prefix('{')?.split_once('}')?;
    let number = |text: &str| {
        let fine = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let leading_zero = text.len() > 1 && text.starts_with('0');
        (fine && !leading_zero).then(|| text.parse().unwrap_or(u32::MAX))
    };
    match body.split_once(',') {
        None => number(body).map(|low| (low, Some(low), rest)),
        Some((low, "")) => Some((number(low)?, None, rest)),
        Some((low, high)) => Some((number(low)?, Some(number(high)?), rest)),
    }
}

/// The rest behind what `\` begins outside a class.
fn escaped(text: &str) -> Check<&str> {
    match text.as_bytes().get(1) {
        Some(b'A' | b'b' | b'B' | b'z') => Ok(skip(text, 2)),
        Some(b'C') => fail("invalid escape sequence", "\\C"),
        Some(b'Q') => {
            let quoted = skip(text, 2);
            Ok(quoted.split_once("\\E").map_or("", |(_, rest)| rest))
        }
        _ => match set(text) {
            Some(rest) => Ok(rest),
            None => character(text).map(|(_, rest)| rest),
        },
    }
}

/// The rest behind `\d` and its like, or `\p{…}`.
fn set(text: &str) -> Option<&str> {
    match text.as_bytes().get(..2)? {
        [b'\\', b'd' | b'D' | b's' | b'S' | b'w' | b'W'] => Some(skip(text, 2)),
        [b'\\', b'p' | b'P'] => {
            let name = skip(text, 2);
            match name.strip_prefix('{') {
                Some(braced) => braced.split_once('}').map(|(_, rest)| rest),
                None => name.chars().next().map(|one| skip(name, one.len_utf8())),
            }
        }
        _ => None,
    }
}

/// A character, escaped or not, and the rest.
fn character(text: &str) -> Check<(u32, &str)> {
    let first = text.chars().next().unwrap_or_default();
    let rest = skip(text, first.len_utf8());
    if first != '\\' {
        return Ok((first.into(), rest));
    }
    let Some(letter) = rest.chars().next() else {
        return fail("trailing backslash at end of expression", "");
    };
    let after = skip(rest, letter.len_utf8());
    let octal = |text: &str, most: usize| {
        let digits = text.bytes().take(most);
        digits
            .take_while(|digit| (b'0'..=b'7').contains(digit))
            .count()
    };
    match letter {
        '0'..='7' if letter == '0' || octal(after, 1) == 1 => {
            let digits = octal(rest, 3);
            let value = rest.get(..digits).unwrap_or_default();
            Ok((
                u32::from_str_radix(value, 8).unwrap_or(0),
                skip(rest, digits),
            ))
        }
        'x' => hexadecimal(text, after),
        'a' => Ok((7, after)),
        'f' => Ok((12, after)),
        'n' => Ok((10, after)),
        'r' => Ok((13, after)),
        't' => Ok((9, after)),
        'v' => Ok((11, after)),
        mark if mark.is_ascii() && !mark.is_ascii_alphanumeric() => Ok((mark.into(), after)),
        _ => fail("invalid escape sequence", taken(text, after)),
    }
}

fn hexadecimal<'t>(text: &'t str, after: &'t str) -> Check<(u32, &'t str)> {
    let invalid = |rest: &str| fail("invalid escape sequence", taken(text, rest));
    let braced = after.starts_with('{');
    let mut rest = after.strip_prefix('{').unwrap_or(after);
    let (mut value, mut digits) = (0_u32, 0);
    loop {
        let Some(next) = rest.chars().next() else {
            return invalid(rest);
        };
        rest = skip(rest, next.len_utf8());
        match next.to_digit(16) {
            Some(digit) => value = value.saturating_mul(16).saturating_add(digit),
            None if braced && next == '}' && digits > 0 => return Ok((value, rest)),
            None => return invalid(rest),
        }
        digits += 1;
        if value > 0x10_FFFF {
            return invalid(rest);
        }
        if !braced && digits == 2 {
            return Ok((value, rest));
        }
    }
}

/// The rest behind a class.
fn class(whole: &str) -> Check<&str> {
    let mut rest = skip(whole, 1);
    rest = rest.strip_prefix('^').unwrap_or(rest);
    let mut first = true;
    loop {
        if let Some(after) = rest.strip_prefix(']').filter(|_| !first) {
            return Ok(after);
        }
        first = false;
        if let Some((name, after)) = rest
            .strip_prefix("[:")
            .and_then(|rest| rest.split_once(":]"))
        {
            if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
                return fail("invalid character class range", taken(rest, after));
            }
            rest = after;
            continue;
        }
        if let Some(after) = set(rest) {
            rest = after;
            continue;
        }
        let range = rest;
        let low = class_character(whole, &mut rest)?;
        let dash = rest.strip_prefix('-');
        if let Some(after) = dash.filter(|after| !after.is_empty() && !after.starts_with(']')) {
            rest = after;
            if class_character(whole, &mut rest)? < low {
                return fail("invalid character class range", taken(range, rest));
            }
        }
    }
}

fn class_character<'t>(whole: &'t str, rest: &mut &'t str) -> Check<u32> {
    if rest.is_empty() {
        return fail("missing closing ]", whole);
    }
    let (value, after) = character(rest)?;
    *rest = after;
    Ok(value)
}
