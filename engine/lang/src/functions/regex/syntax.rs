//! RE2 syntax as Terraform takes it, turned into what [`regex_automata`] takes.
//!
//! Both are leftmost-first engines over code points; they differ in syntax and
//! in what `\d`, `\w`, `\s` and `\b` mean (ASCII in RE2). So a pattern is
//! parsed by RE2's rules, with RE2's errors, and written down again without
//! anything the two would read differently.

use super::classes;

/// What is wrong with a pattern, in the words of RE2 for Go.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("error parsing regexp: {code}: `{expr}`")]
pub(super) struct SyntaxError {
    /// The kind of error.
    pub(super) code: &'static str,
    /// The part of the pattern at fault.
    pub(super) expr: String,
}

/// A pattern rewritten.
#[derive(Debug)]
pub(super) struct Translated {
    /// The pattern in the syntax of [`regex_automata`], without names.
    pub(super) pattern: String,
    /// The name of each capture group in order; empty if it has none.
    pub(super) names: Vec<String>,
}

/// The flags of RE2.
#[derive(Clone, Copy, Default)]
struct Flags {
    fold_case: bool,
    multi_line: bool,
    dot_newline: bool,
    non_greedy: bool,
}

/// A piece of a sequence, ready to be repeated.
struct Atom {
    text: String,
    /// The largest product of nested repeat counts inside.
    weight: u32,
}

/// A group that is still open; the outermost is the pattern itself.
#[derive(Default)]
struct Group {
    /// What opens it in the rewritten pattern.
    open: &'static str,
    /// The flags to return to when it closes.
    flags: Flags,
    branches: Vec<String>,
    sequence: Vec<Atom>,
    weight: u32,
}

struct Parser<'p> {
    whole: &'p str,
    rest: &'p str,
    flags: Flags,
    groups: Vec<Group>,
    current: Group,
    names: Vec<String>,
}

type Parsed<T> = Result<T, SyntaxError>;

/// The deepest nesting of groups.
const MAX_DEPTH: usize = 500;

/// The largest repeat count, and product of nested ones.
const MAX_REPEAT: u32 = 1000;

/// Rewrites `pattern`.
pub(super) fn translate(pattern: &str) -> Parsed<Translated> {
    let mut parser = Parser {
        whole: pattern,
        rest: pattern,
        flags: Flags::default(),
        groups: Vec::new(),
        current: Group::default(),
        names: Vec::new(),
    };
    parser.run()?;
    let pattern = parser.current.finish().text;
    Ok(Translated {
        pattern,
        names: parser.names,
    })
}

fn error<T>(code: &'static str, expr: &str) -> Parsed<T> {
    Err(SyntaxError {
        code,
        expr: expr.to_owned(),
    })
}

/// The part of `before` that has been consumed when `after` is left.
fn consumed<'p>(before: &'p str, after: &str) -> &'p str {
    before
        .get(..before.len().saturating_sub(after.len()))
        .unwrap_or(before)
}

impl Group {
    fn end_branch(&mut self) {
        let sequence = std::mem::take(&mut self.sequence);
        let weights = sequence.iter().map(|atom| atom.weight);
        self.weight = weights.fold(self.weight, u32::max);
        self.branches
            .push(sequence.into_iter().map(|atom| atom.text).collect());
    }

    fn finish(mut self) -> Atom {
        self.end_branch();
        Atom {
            text: self.branches.join("|"),
            weight: self.weight.max(1),
        }
    }
}

impl<'p> Parser<'p> {
    fn run(&mut self) -> Parsed<()> {
        // The text from the last repetition operator on, if nothing followed it.
        let mut last_repeat: Option<&'p str> = None;
        while let Some(c) = self.rest.chars().next() {
            let before = self.rest;
            let mut repeated = None;
            match c {
                '(' => self.open_group()?,
                '|' => {
                    self.skip(1);
                    self.current.end_branch();
                }
                ')' => self.close_group()?,
                '^' => self.assertion(1, if self.flags.multi_line { "(?m:^)" } else { "^" }),
                '$' => self.assertion(
                    1,
                    if self.flags.multi_line {
                        "(?m:$)"
                    } else {
                        "\\z"
                    },
                ),
                '.' => self.assertion(
                    1,
                    if self.flags.dot_newline {
                        "(?s:.)"
                    } else {
                        "."
                    },
                ),
                '[' => self.class()?,
                '*' | '+' | '?' => {
                    self.skip(1);
                    self.repeat(c.to_string(), 1, before, last_repeat)?;
                    repeated = Some(before);
                }
                '{' => match repeat_counts(self.rest) {
                    Some((min, max, after)) => {
                        self.counted(min, max, before, after, last_repeat)?;
                        repeated = Some(before);
                    }
                    None => {
                        self.skip(1);
                        self.literal('{');
                    }
                },
                '\\' => self.backslash()?,
                _ => {
                    self.skip(c.len_utf8());
                    self.literal(c);
                }
            }
            last_repeat = repeated;
        }
        if !self.groups.is_empty() {
            return error("missing closing )", self.whole);
        }
        Ok(())
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or("");
    }

    fn push(&mut self, text: String) {
        self.current.sequence.push(Atom { text, weight: 1 });
    }

    fn assertion(&mut self, bytes: usize, text: &str) {
        self.skip(bytes);
        self.push(text.to_owned());
    }

    fn literal(&mut self, c: char) {
        let escaped = classes::escape(u32::from(c));
        self.push_folded(escaped);
    }

    /// Pushes what case folding applies to.
    fn push_folded(&mut self, text: String) {
        if self.flags.fold_case {
            self.push(format!("(?i:{text})"));
        } else {
            self.push(text);
        }
    }

    fn counted(
        &mut self,
        min: Option<u32>,
        max: Count,
        before: &'p str,
        after: &'p str,
        last_repeat: Option<&'p str>,
    ) -> Parsed<()> {
        let size = "invalid repeat count";
        let Some(min) = min.filter(|min| *min <= MAX_REPEAT) else {
            return error(size, consumed(before, after));
        };
        let (text, weight) = match max {
            Count::Exactly(max) if max > MAX_REPEAT || min > max => {
                return error(size, consumed(before, after));
            }
            Count::Exactly(max) => (format!("{{{min},{max}}}"), max),
            Count::Unbounded => (format!("{{{min},}}"), min),
            Count::TooLarge => return error(size, consumed(before, after)),
        };
        self.rest = after;
        self.repeat(text, weight, before, last_repeat)
    }

    /// Repeats the last atom; `operator` has been consumed.
    fn repeat(
        &mut self,
        operator: String,
        count: u32,
        before: &'p str,
        last_repeat: Option<&'p str>,
    ) -> Parsed<()> {
        let mut non_greedy = self.flags.non_greedy;
        if self.rest.starts_with('?') {
            self.skip(1);
            non_greedy = !non_greedy;
        }
        if let Some(last) = last_repeat {
            let both = consumed(last, self.rest);
            return error("invalid nested repetition operator", both);
        }
        let Some(atom) = self.current.sequence.pop() else {
            let missing = "missing argument to repetition operator";
            return error(missing, consumed(before, self.rest));
        };
        let weight = atom.weight.saturating_mul(count.max(1));
        if count >= 2 && weight > MAX_REPEAT {
            return error("invalid repeat count", consumed(before, self.rest));
        }
        let lazy = if non_greedy { "?" } else { "" };
        let text = format!("(?:{}){operator}{lazy}", atom.text);
        self.current.sequence.push(Atom { text, weight });
        Ok(())
    }

    fn open_group(&mut self) -> Parsed<()> {
        if self.rest.starts_with("(?") {
            return self.perl_group();
        }
        self.skip(1);
        self.names.push(String::new());
        self.enter("(", self.flags)
    }

    fn enter(&mut self, open: &'static str, inner: Flags) -> Parsed<()> {
        if self.groups.len() >= MAX_DEPTH {
            return error("expression nests too deeply", self.whole);
        }
        let group = Group {
            open,
            flags: self.flags,
            ..Group::default()
        };
        self.groups
            .push(std::mem::replace(&mut self.current, group));
        self.flags = inner;
        Ok(())
    }

    fn close_group(&mut self) -> Parsed<()> {
        let Some(outer) = self.groups.pop() else {
            return error("unexpected )", self.whole);
        };
        self.skip(1);
        let group = std::mem::replace(&mut self.current, outer);
        self.flags = group.flags;
        let open = group.open;
        let Atom { text, weight } = group.finish();
        self.current.sequence.push(Atom {
            text: format!("{open}{text})"),
            weight,
        });
        Ok(())
    }

    /// `(?P<name>`, `(?<name>`, `(?flags)` or `(?flags:`.
    fn perl_group(&mut self) -> Parsed<()> {
        let start = self.rest;
        for prefix in ["(?P<", "(?<"] {
            if start.len() > prefix.len() && start.starts_with(prefix) {
                return self.named_group(prefix.len());
            }
        }
        self.skip(2);
        self.flag_group(start)
    }

    fn named_group(&mut self, prefix: usize) -> Parsed<()> {
        let start = self.rest;
        let code = "invalid named capture";
        let Some(end) = start.find('>') else {
            return error(code, start);
        };
        let name = start.get(prefix..end).unwrap_or("");
        let word = |c: char| c == '_' || c.is_ascii_alphanumeric();
        if name.is_empty() || !name.chars().all(word) {
            return error(code, start.get(..=end).unwrap_or(start));
        }
        self.names.push(name.to_owned());
        self.skip(end + 1);
        self.enter("(", self.flags)
    }

    fn flag_group(&mut self, start: &'p str) -> Parsed<()> {
        let mut flags = self.flags;
        let mut negative = false;
        let mut saw_flag = false;
        while let Some(c) = self.rest.chars().next() {
            self.skip(c.len_utf8());
            match c {
                'i' => flags.fold_case = !negative,
                'm' => flags.multi_line = !negative,
                's' => flags.dot_newline = !negative,
                'U' => flags.non_greedy = !negative,
                '-' if !negative => {
                    negative = true;
                    saw_flag = false;
                    continue;
                }
                ':' if !negative || saw_flag => return self.enter("(?:", flags),
                ')' if !negative || saw_flag => {
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            }
            saw_flag = true;
        }
        let seen = consumed(start, self.rest);
        error("invalid or unsupported Perl syntax", seen)
    }

    fn backslash(&mut self) -> Parsed<()> {
        match self.rest.as_bytes().get(1) {
            Some(b'A') => self.assertion(2, "\\A"),
            Some(b'z') => self.assertion(2, "\\z"),
            Some(b'b') => self.assertion(2, "(?-u:\\b)"),
            Some(b'B') => self.assertion(2, "(?-u:\\B)"),
            Some(b'C') => return error("invalid escape sequence", "\\C"),
            Some(b'Q') => self.quoted(),
            _ => {
                if let Some((class, after)) = class_escape(self.rest)? {
                    self.rest = after;
                    self.push_folded(class);
                } else {
                    let (c, after) = escape(self.rest)?;
                    self.rest = after;
                    self.push_folded(classes::escape(c));
                }
            }
        }
        Ok(())
    }

    /// `\Q…\E`
    fn quoted(&mut self) {
        let text = self.rest.get(2..).unwrap_or("");
        let (text, after) = text.split_once("\\E").unwrap_or((text, ""));
        self.rest = after;
        text.chars().for_each(|c| self.literal(c));
    }

    /// `[…]`
    fn class(&mut self) -> Parsed<()> {
        let start = self.rest;
        let mut text = String::from("[");
        self.skip(1);
        if self.rest.starts_with('^') {
            text.push('^');
            self.skip(1);
        }
        let mut empty = true;
        while empty || !self.rest.starts_with(']') {
            empty = false;
            if let Some((class, after)) = posix_class(self.rest)? {
                text.push_str(class);
                self.rest = after;
            } else if let Some((class, after)) = class_escape(self.rest)? {
                text.push_str(&class);
                self.rest = after;
            } else {
                text.push_str(&self.class_range(start)?);
            }
        }
        self.skip(1);
        text.push(']');
        self.push_folded(text);
        Ok(())
    }

    /// A character or a range of a class that began at `class`.
    fn class_range(&mut self, class: &'p str) -> Parsed<String> {
        let start = self.rest;
        let low = self.class_char(class)?;
        let bytes = self.rest.as_bytes();
        if bytes.first() != Some(&b'-') || matches!(bytes.get(1), None | Some(b']')) {
            return Ok(classes::range(low, low));
        }
        self.skip(1);
        let high = self.class_char(class)?;
        if high < low {
            return error("invalid character class range", consumed(start, self.rest));
        }
        Ok(classes::range(low, high))
    }

    fn class_char(&mut self, class: &'p str) -> Parsed<u32> {
        let Some(c) = self.rest.chars().next() else {
            return error("missing closing ]", class);
        };
        if c == '\\' {
            let (c, after) = escape(self.rest)?;
            self.rest = after;
            return Ok(c);
        }
        self.skip(c.len_utf8());
        Ok(u32::from(c))
    }
}

/// The upper bound of a counted repetition.
enum Count {
    Exactly(u32),
    Unbounded,
    /// More digits than any count may have.
    TooLarge,
}

/// Reads `{n}`, `{n,}` or `{n,m}`; the lower bound is `None` if it is too
/// large. Anything else is literal text.
fn repeat_counts(text: &str) -> Option<(Option<u32>, Count, &str)> {
    let (min, rest) = repeat_number(text.strip_prefix('{')?)?;
    if let Some(rest) = rest.strip_prefix('}') {
        let max = min.map_or(Count::TooLarge, Count::Exactly);
        return Some((min, max, rest));
    }
    let rest = rest.strip_prefix(',')?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((min, Count::Unbounded, rest));
    }
    let (max, rest) = repeat_number(rest)?;
    let max = max.map_or(Count::TooLarge, Count::Exactly);
    Some((min, max, rest.strip_prefix('}')?))
}

fn repeat_number(text: &str) -> Option<(Option<u32>, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() || digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    let small = digits.parse().ok().filter(|n: &u32| *n < 100_000_000);
    Some((small, rest))
}

/// A class written as an escape: `\d`, `\pL`, `\p{Greek}`.
fn class_escape(text: &str) -> Parsed<Option<(String, &str)>> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'\\') {
        return Ok(None);
    }
    match bytes.get(1) {
        Some(letter @ (b'd' | b'D' | b's' | b'S' | b'w' | b'W')) => {
            let class = classes::perl(*letter).to_owned();
            Ok(Some((class, text.get(2..).unwrap_or(""))))
        }
        Some(letter @ (b'p' | b'P')) => unicode_class(text, *letter == b'P').map(Some),
        _ => Ok(None),
    }
}

/// `\pL`, `\p{Greek}`, `\p{^Greek}`, `\P…`
fn unicode_class(text: &str, negated: bool) -> Parsed<(String, &str)> {
    let code = "invalid character class range";
    let after = text.get(2..).unwrap_or("");
    let (name, seen, rest) = match after.chars().next() {
        Some('{') => match text.find('}') {
            None => return error(code, text),
            Some(end) => (
                text.get(3..end).unwrap_or(""),
                text.get(..=end).unwrap_or(text),
                text.get(end + 1..).unwrap_or(""),
            ),
        },
        first => {
            let end = first.map_or(0, char::len_utf8);
            let (name, rest) = after.split_at(end);
            (name, consumed(text, rest), rest)
        }
    };
    let (name, negated) = match name.strip_prefix('^') {
        Some(name) => (name, !negated),
        None => (name, negated),
    };
    match classes::unicode(name, negated) {
        Some(class) => Ok((class, rest)),
        None => error(code, seen),
    }
}

/// `[:alpha:]` inside a class.
fn posix_class(text: &str) -> Parsed<Option<(&str, &str)>> {
    if text.len() <= 2 || !text.starts_with("[:") {
        return Ok(None);
    }
    let Some(end) = text.get(2..).and_then(|inner| inner.find(":]")) else {
        return Ok(None);
    };
    let (class, rest) = text.split_at(end + 4);
    let name = class.trim_matches(['[', ':', ']']);
    let known = classes::POSIX.contains(&name.strip_prefix('^').unwrap_or(name));
    if !known || class.len() != name.len() + 4 {
        return error("invalid character class range", class);
    }
    Ok(Some((class, rest)))
}

/// An escape that stands for one code point.
fn escape(text: &str) -> Parsed<(u32, &str)> {
    let mut rest = text.get(1..).unwrap_or("");
    let Some(c) = rest.chars().next() else {
        return error("trailing backslash at end of expression", "");
    };
    rest = rest.get(c.len_utf8()..).unwrap_or("");
    let octal = |text: &str| matches!(text.as_bytes().first(), Some(b'0'..=b'7'));
    let simple = match c {
        '0' => return Ok(octal_escape(0, rest)),
        '1'..='7' if octal(rest) => return Ok(octal_escape(u32::from(c) - 0x30, rest)),
        'x' => return hex_escape(text, rest),
        'a' => Some('\x07'),
        'f' => Some('\x0c'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\x0b'),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c),
        _ => None,
    };
    match simple {
        Some(c) => Ok((u32::from(c), rest)),
        None => error("invalid escape sequence", consumed(text, rest)),
    }
}

fn octal_escape(first: u32, mut rest: &str) -> (u32, &str) {
    let mut value = first;
    for _ in 0..2 {
        let Some(digit @ b'0'..=b'7') = rest.as_bytes().first().copied() else {
            break;
        };
        value = value * 8 + u32::from(digit - b'0');
        rest = rest.get(1..).unwrap_or("");
    }
    (value, rest)
}

/// `\xFF` or `\x{10FFFF}`; `rest` begins after the x.
fn hex_escape<'p>(text: &'p str, rest: &'p str) -> Parsed<(u32, &'p str)> {
    let code = "invalid escape sequence";
    let mut chars = rest.chars();
    if rest.starts_with('{') {
        chars.next();
        let mut value = 0u32;
        let mut digits = 0;
        while let Some(c) = chars.next() {
            match c.to_digit(16) {
                _ if c == '}' && digits > 0 => return Ok((value, chars.as_str())),
                Some(digit) if value * 16 + digit <= 0x10_ffff => value = value * 16 + digit,
                _ => break,
            }
            digits += 1;
        }
        return error(code, consumed(text, chars.as_str()));
    }
    let high = chars.next();
    let low = high.and_then(|_| chars.next());
    match (
        high.and_then(|c| c.to_digit(16)),
        low.and_then(|c| c.to_digit(16)),
    ) {
        (Some(high), Some(low)) => Ok((high * 16 + low, chars.as_str())),
        _ => error(code, consumed(text, chars.as_str())),
    }
}
