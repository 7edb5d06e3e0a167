//! Regular expressions with Go's syntax.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use regex::{Captures, Regex, RegexBuilder};

use super::arguments::{Args, Result, Row, check_count, check_size, fail, fixed, put, put_all};
use super::regex_syntax::check;
use crate::strconv::quote;
use crate::{Error, Functions, List, Type};

const S: Type = Type::String;
const INT: Type = Type::INT;

/// Functions that exist in two forms: one panics at a bad expression, which Go's templates report
/// as an error too, and one returns the error.
type Pair = (
    [&'static str; 2],
    &'static [Type],
    fn(&Regex, Args<'_>) -> Result,
);

const PAIRS: &[Pair] = &[
    (["regexFind", "mustRegexFind"], &[S, S], find),
    (["regexFindAll", "mustRegexFindAll"], &[S, S, INT], find_all),
    (
        ["regexReplaceAll", "mustRegexReplaceAll"],
        &[S, S, S],
        |regex, args| {
            let template = args.text(2);
            replaced(regex, &args.text(1), |captures, out| {
                expand(&template, captures, out)
            })
        },
    ),
    (
        ["regexReplaceAllLiteral", "mustRegexReplaceAllLiteral"],
        &[S, S, S],
        |regex, args| {
            let literal = args.text(2);
            replaced(regex, &args.text(1), |_, out| {
                out.push_str(&literal);
                Ok(())
            })
        },
    ),
    (
        ["regexSplit", "mustRegexSplit"],
        &[S, S, INT],
        |regex, args| split(regex, &args.text(1), args.int(2)),
    ),
];

const FUNCTIONS: &[Row] = &[
    // Sprig drops the error here.
    fixed(&["regexMatch"], &[S, S], |args| {
        Ok(matches(args).unwrap_or(false.into()))
    }),
    fixed(&["mustRegexMatch"], &[S, S], matches),
    fixed(&["regexQuoteMeta"], &[S], quote_meta),
];

pub(super) fn add(functions: &mut Functions) {
    put_all(functions, FUNCTIONS);
    for ([panics, returns], params, body) in PAIRS {
        put(functions, panics, params, move |args| {
            let pattern = args.text(0);
            let regex = compiled(&pattern).map_err(|error| panic_of(&pattern, &error))?;
            body(&regex, args)
        });
        put(functions, returns, params, move |args| {
            with_regex(&args.text(0), |regex| body(regex, args))
        });
    }
}

/// What `regexp.MustCompile` panics with.
fn panic_of(pattern: &str, error: &Error) -> Error {
    let shown = match can_backquote(pattern) {
        true => format!("`{pattern}`"),
        false => quote(pattern.as_bytes()),
    };
    Error::new(format!("regexp: Compile({shown}): {}", error.message()))
}

fn matches(args: Args<'_>) -> Result {
    with_regex(&args.text(0), |regex| {
        Ok(regex.is_match(&args.text(1)).into())
    })
}

fn find(regex: &Regex, args: Args<'_>) -> Result {
    let text = args.text(1);
    Ok(regex.find(&text).map_or("", |found| found.as_str()).into())
}

fn find_all(regex: &Regex, args: Args<'_>) -> Result {
    let limit = usize::try_from(args.int(2)).unwrap_or(usize::MAX);
    let text = args.text(1);
    let found = go_matches(regex, &text, limit)?;
    if found.is_empty() {
        return Ok(List::nil(Type::STRINGS).into());
    }
    Ok(List::strings(found.iter().map(|(_, _, found)| *found)).into())
}

fn quote_meta(args: Args<'_>) -> Result {
    let mut out = String::new();
    for character in args.text(0).chars() {
        if r"\.+*?()|[]{}^$".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    Ok(out.into())
}

/// The text with `put` in place of each match.
fn replaced(
    regex: &Regex,
    text: &str,
    put: impl Fn(&Captures<'_>, &mut String) -> Result<()>,
) -> Result {
    let (mut out, mut copied) = (String::new(), 0);
    for captures in regex.captures_iter(text) {
        let Some(found) = captures.get(0) else {
            continue;
        };
        out.push_str(text.get(copied..found.start()).unwrap_or_default());
        put(&captures, &mut out)?;
        check_size(out.len())?;
        copied = found.end();
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Ok(out.into())
}

thread_local! {
    static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::new(HashMap::new());
}

/// Runs `body` with the compiled expression, which is kept for the next call.
fn with_regex(pattern: &str, body: impl FnOnce(&Regex) -> Result) -> Result {
    body(&compiled(pattern)?)
}

fn can_backquote(text: &str) -> bool {
    let plain = |character: char| {
        !character.is_control() && !matches!(character, '`' | '\u{FEFF}') || character == '\t'
    };
    text.chars().all(plain)
}

fn compiled(pattern: &str) -> Result<Regex> {
    if let Some(regex) = COMPILED.with_borrow(|compiled| compiled.get(pattern).cloned()) {
        return Ok(regex);
    }
    let regex = compile(pattern)?;
    COMPILED.with_borrow_mut(|compiled| {
        if compiled.len() >= 256 {
            compiled.clear();
        }
        compiled.insert(pattern.to_owned(), regex.clone());
    });
    Ok(regex)
}

fn compile(pattern: &str) -> Result<Regex> {
    if let Err(complaint) = check(pattern) {
        return fail(format!("error parsing regexp: {complaint}"));
    }
    match RegexBuilder::new(&without_repeated_names(&translate(pattern)))
        .size_limit(8 << 20)
        .nest_limit(250)
        .build()
    {
        Ok(regex) => Ok(regex),
        Err(_) => fail(format!(
            "error parsing regexp: expression too large: `{pattern}`"
        )),
    }
}

/// From RE2 as Go has it to Rust's syntax: `\d`, `\w`, `\s` and `\b` are ASCII, `\Q…\E` quotes,
/// `\z` ends the text, and in classes `[`, `&&`, `--` and `~~` stand for themselves.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut characters = pattern.chars().peekable();
    let mut class = 0;
    let mut class_start = false;
    while let Some(character) = characters.next() {
        let starts = std::mem::replace(&mut class_start, false);
        match character {
            '\\' => escape(&mut characters, class > 0, &mut out),
            '[' if class == 0 => {
                class = 1;
                class_start = true;
                out.push('[');
                if characters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
            ']' if class > 0 && starts => out.push_str("\\]"),
            ']' if class > 0 => {
                class = 0;
                out.push(']');
            }
            '[' if characters.peek() == Some(&':') => posix_class(&mut characters, &mut out),
            '[' => out.push_str("\\["),
            '&' | '~' if class > 0 => {
                out.push('\\');
                out.push(character);
            }
            '{' if class == 0 && !is_repetition(&characters) => out.push_str("\\{"),
            '}' if class == 0 && !out_has_open_repetition(&out) => out.push_str("\\}"),
            other => out.push(other),
        }
    }
    out
}

/// Groups may share a name in Go; here the first keeps it.
fn without_repeated_names(pattern: &str) -> String {
    let mut names = HashSet::new();
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(start) = ["(?P<", "(?<"]
        .iter()
        .filter_map(|head| rest.find(head))
        .min()
    {
        let (before, group) = rest.split_at(start);
        let end = group.find('>').map_or(group.len(), |end| end + 1);
        let (head, after) = group.split_at(end);
        let name = head.trim_start_matches(['(', '?', 'P', '<']);
        out.push_str(before);
        out.push_str(if names.insert(name) { head } else { "(" });
        rest = after;
    }
    out.push_str(rest);
    out
}

type Characters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn posix_class(characters: &mut Characters<'_>, out: &mut String) {
    let rest: String = characters.clone().collect();
    match rest.find(":]") {
        Some(end)
            if rest.get(1..end).is_some_and(|name| {
                name.chars()
                    .all(|letter| letter.is_ascii_alphabetic() || letter == '^')
            }) =>
        {
            out.push('[');
            for _ in 0..rest.get(..end + 2).map_or(0, |text| text.chars().count()) {
                out.extend(characters.next());
            }
        }
        _ => out.push_str("\\["),
    }
}

/// Whether `n}`, `n,}` or `n,m}` follows.
fn is_repetition(characters: &Characters<'_>) -> bool {
    let body: String = characters
        .clone()
        .take_while(|character| *character != '}')
        .collect();
    let closed = characters.clone().nth(body.chars().count()) == Some('}');
    let (low, high) = body.split_once(',').unwrap_or((&body, "0"));
    let number = |text: &str| text.chars().all(|digit| digit.is_ascii_digit());
    closed && !low.is_empty() && number(low) && number(high)
}

fn out_has_open_repetition(out: &str) -> bool {
    out.rfind('{').is_some_and(|open| {
        !out.get(..open).unwrap_or_default().ends_with('\\')
            && !out.get(open..).unwrap_or_default().contains('}')
            || out.get(..open).is_some_and(|before| {
                before.ends_with("\\p") || before.ends_with("\\P") || before.ends_with("\\x")
            }) && !out.get(open..).unwrap_or_default().contains('}')
    })
}

fn escape(characters: &mut Characters<'_>, in_class: bool, out: &mut String) {
    let Some(escaped) = characters.next() else {
        out.push('\\');
        return;
    };
    let (inside, outside) = match escaped {
        'd' => ("0-9", "[0-9]"),
        'w' => ("0-9A-Za-z_", "[0-9A-Za-z_]"),
        's' => ("\\t\\n\\f\\r ", "[\\t\\n\\f\\r ]"),
        'D' => ("[^0-9]", "[^0-9]"),
        'W' => ("[^0-9A-Za-z_]", "[^0-9A-Za-z_]"),
        'S' => ("[^\\t\\n\\f\\r ]", "[^\\t\\n\\f\\r ]"),
        'b' => ("\\b", "(?-u:\\b)"),
        'B' => ("\\B", "(?-u:\\B)"),
        'Q' => {
            let mut quoted = String::new();
            while let Some(character) = characters.next() {
                if character == '\\' && characters.next_if_eq(&'E').is_some() {
                    break;
                }
                quoted.push(character);
            }
            out.push_str(&regex::escape(&quoted));
            return;
        }
        'C' => ("", "."),
        other => {
            out.push('\\');
            out.push(other);
            return;
        }
    };
    out.push_str(if in_class { inside } else { outside });
    // A class takes no part in a range: Go reads the dash behind it as itself.
    if in_class && characters.next_if_eq(&'-').is_some() {
        out.push_str("\\-");
    }
}

/// Matches as Go finds them: an empty one directly behind another doesn't count.
fn go_matches<'t>(
    regex: &Regex,
    text: &'t str,
    limit: usize,
) -> Result<Vec<(usize, usize, &'t str)>> {
    let mut found: Vec<(usize, usize, &str)> = Vec::new();
    for hit in regex.find_iter(text) {
        if found.len() >= limit {
            break;
        }
        let after_another = found.last().is_some_and(|(_, end, _)| *end == hit.start());
        if !(hit.is_empty() && after_another) {
            check_count(found.len())?;
            found.push((hit.start(), hit.end(), hit.as_str()));
        }
    }
    Ok(found)
}

/// `Regexp.Split`.
fn split(regex: &Regex, text: &str, count: i64) -> Result {
    if count == 0 {
        return Ok(List::nil(Type::STRINGS).into());
    }
    if !regex.as_str().is_empty() && text.is_empty() {
        return Ok(List::strings([""]).into());
    }
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    let mut begin = 0;
    let mut end = 0;
    for (start, stop, _) in go_matches(regex, text, usize::MAX)? {
        if parts.len() + 1 >= limit {
            break;
        }
        end = start;
        if stop != 0 {
            parts.push(text.get(begin..end).unwrap_or_default());
        }
        begin = stop;
    }
    if end != text.len() {
        parts.push(text.get(begin..).unwrap_or_default());
    }
    Ok(List::strings(parts).into())
}

/// `Regexp.Expand`: `$1`, `${name}`, `$$`; `$1x` names the group `1x`.
fn expand(template: &str, captures: &Captures<'_>, out: &mut String) -> Result<()> {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let (name, left) = group_name(after);
        match name {
            None => {
                out.push('$');
                rest = after;
            }
            Some(name) => {
                let group = match name.parse::<usize>() {
                    Ok(index) => captures.get(index),
                    Err(_) => captures.name(name),
                };
                out.push_str(group.map_or("", |group| group.as_str()));
                check_size(out.len())?;
                rest = left;
            }
        }
    }
    out.push_str(rest);
    Ok(())
}

fn group_name(text: &str) -> (Option<&str>, &str) {
    let word = |character: char| character.is_alphanumeric() || character == '_';
    if let Some(braced) = text.strip_prefix('{') {
        return match braced.split_once('}') {
            Some((name, rest)) if !name.is_empty() && name.chars().all(word) => (Some(name), rest),
            _ => (None, text),
        };
    }
    let end = text
        .find(|character| !word(character))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        (None, text)
    } else {
        (Some(name), rest)
    }
}
