//! Text: trimming, cutting, quoting, joining.

use super::arguments::{
    Args, Result, Row, check_count, check_size, fixed, put_all, strval, variadic,
};
use crate::print::sprint;
use crate::strconv::quote;
use crate::{Functions, Kind, List, Map, Str, Type, Value};

const S: Type = Type::String;
const ANY: Type = Type::Any;
const INT: Type = Type::INT;
static STRING: Type = Type::String;

const FUNCTIONS: &[Row] = &[
    fixed(&["trim"], &[S], |args| Ok(trim_space(&args.text(0)).into())),
    fixed(&["upper"], &[S], |args| {
        Ok(args.text(0).chars().map(upper).collect::<String>().into())
    }),
    fixed(&["lower"], &[S], |args| {
        Ok(args.text(0).chars().map(lower).collect::<String>().into())
    }),
    fixed(&["trunc"], &[INT, S], |args| {
        Ok(truncate(args.int(0), &args.str(1)).into())
    }),
    fixed(&["substr"], &[INT, INT, S], substring),
    fixed(&["repeat"], &[INT, S], repeat),
    fixed(&["trimAll", "trimall"], &[S, S], |args| {
        let cut = args.text(0);
        Ok(args
            .text(1)
            .trim_matches(|letter| cut.contains(letter))
            .into())
    }),
    fixed(&["trimSuffix"], &[S, S], trim_suffix),
    fixed(&["trimPrefix"], &[S, S], trim_prefix),
    fixed(&["contains"], &[S, S], |args| {
        Ok(args.text(1).contains(&*args.text(0)).into())
    }),
    fixed(&["hasPrefix"], &[S, S], |args| {
        Ok(args
            .str(1)
            .as_bytes()
            .starts_with(args.str(0).as_bytes())
            .into())
    }),
    fixed(&["hasSuffix"], &[S, S], |args| {
        Ok(args
            .str(1)
            .as_bytes()
            .ends_with(args.str(0).as_bytes())
            .into())
    }),
    variadic(&["quote"], &[], ANY, |args| {
        quoted(args, |value| Ok(quote(strval(value)?.as_bytes())))
    }),
    variadic(&["squote"], &[], ANY, |args| {
        quoted(args, |value| {
            Ok(format!("'{}'", sprint(std::slice::from_ref(value))?))
        })
    }),
    variadic(&["cat"], &[], ANY, cat),
    fixed(&["indent"], &[INT, S], |args| indent("", args)),
    fixed(&["nindent"], &[INT, S], |args| indent("\n", args)),
    fixed(&["replace"], &[S, S, S], replace),
    fixed(&["plural"], &[S, S, INT], |args| {
        Ok(args.value(if args.int(2) == 1 { 0 } else { 1 }))
    }),
    fixed(&["toString"], &[ANY], |args| {
        Ok(strval(&args.value(0))?.into())
    }),
    fixed(&["toStrings"], &[ANY], |args| {
        Ok(List::strings(strings(&args.value(0))?).into())
    }),
    fixed(&["join"], &[S, ANY], join),
    fixed(&["sortAlpha"], &[ANY], sort_alpha),
    fixed(&["splitList"], &[S, S], |args| {
        Ok(List::strings(split(&args.text(1), &args.text(0), -1)?).into())
    }),
    fixed(&["split"], &[S, S], |args| {
        Ok(numbered(split(&args.text(1), &args.text(0), -1)?))
    }),
    fixed(&["splitn"], &[S, INT, S], |args| {
        Ok(numbered(split(&args.text(2), &args.text(0), args.int(1))?))
    }),
    fixed(&["hello"], &[], |_| Ok("Hello!".into())),
];

pub(super) fn add(functions: &mut Functions) {
    put_all(functions, FUNCTIONS);
}

fn trim_suffix(args: Args<'_>) -> Result {
    let (suffix, text) = (args.str(0), args.str(1));
    let bytes = text.as_bytes();
    let kept = bytes.strip_suffix(suffix.as_bytes());
    Ok(Str::from_bytes(kept.unwrap_or(bytes)).into())
}

fn trim_prefix(args: Args<'_>) -> Result {
    let (prefix, text) = (args.str(0), args.str(1));
    let bytes = text.as_bytes();
    let kept = bytes.strip_prefix(prefix.as_bytes());
    Ok(Str::from_bytes(kept.unwrap_or(bytes)).into())
}

/// What is not nil, each in quotes.
fn quoted(args: Args<'_>, quote: fn(&Value) -> Result<String>) -> Result {
    let values = args.0.iter().filter(|value| !value.is_nil());
    let quoted: Vec<String> = values.map(quote).collect::<Result<_>>()?;
    Ok(quoted.join(" ").into())
}

fn join(args: Args<'_>) -> Result {
    let parts = strings(&args.value(1))?;
    let separator = args.str(0);
    let parts: Vec<&[u8]> = parts.iter().map(Str::as_bytes).collect();
    let joined = parts.join(separator.as_bytes());
    check_size(joined.len())?;
    Ok(Str::from(joined).into())
}

fn sort_alpha(args: Args<'_>) -> Result {
    let mut items = match args.value(0) {
        nil if nil.is_nil() => vec![strval(&nil)?],
        value => strings(&value)?,
    };
    items.sort();
    Ok(List::strings(items).into())
}

/// Go trims what Unicode calls white space.
pub(super) fn trim_space(text: &str) -> &str {
    text.trim()
}

/// `unicode.ToUpper`: one character for one.
pub(super) fn upper(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => character,
    }
}

/// `unicode.ToLower`.
pub(super) fn lower(character: char) -> char {
    if character == '\u{130}' {
        return 'i';
    }
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(single), None) => single,
        _ => character,
    }
}

fn truncate(count: i64, text: &Str) -> Str {
    let bytes = text.as_bytes();
    let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let cut = if count < 0 && length + count > 0 {
        usize::try_from(length + count)
            .ok()
            .and_then(|start| bytes.get(start..))
    } else if count >= 0 && length > count {
        usize::try_from(count).ok().and_then(|end| bytes.get(..end))
    } else {
        None
    };
    cut.map_or_else(|| text.clone(), Str::from_bytes)
}

fn substring(args: Args<'_>) -> Result {
    let (start, end, text) = (args.int(0), args.int(1), args.str(2));
    let bytes = text.as_bytes();
    let length = bytes.len();
    let (start, end) = match (usize::try_from(start), usize::try_from(end)) {
        (Err(_), Ok(end)) => (0, end),
        (Err(_), Err(_)) => {
            return super::arguments::fail(format!(
                "runtime error: slice bounds out of range [:{end}]"
            ));
        }
        (Ok(start), Ok(end)) if end <= length => (start, end),
        (Ok(start), _) => (start, length),
    };
    if end > length {
        return super::arguments::fail(format!(
            "runtime error: slice bounds out of range [:{end}] with length {length}"
        ));
    }
    match bytes.get(start..end) {
        Some(cut) => Ok(Str::from_bytes(cut).into()),
        None => super::arguments::fail(format!(
            "runtime error: slice bounds out of range [{start}:{end}]"
        )),
    }
}

fn repeat(args: Args<'_>) -> Result {
    let Ok(count) = usize::try_from(args.int(0)) else {
        return super::arguments::fail("strings: negative Repeat count");
    };
    let text = args.str(1);
    check_size(text.len().saturating_mul(count))?;
    Ok(Str::from(text.as_bytes().repeat(count)).into())
}

fn cat(args: Args<'_>) -> Result {
    let mut out = Vec::new();
    for (index, value) in args.0.iter().filter(|value| !value.is_nil()).enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(sprint(std::slice::from_ref(value))?.as_bytes());
        check_size(out.len())?;
    }
    Ok(Str::from(out).into())
}

fn indent(before: &str, args: Args<'_>) -> Result {
    let Ok(spaces) = usize::try_from(args.int(0)) else {
        return super::arguments::fail("strings: negative Repeat count");
    };
    let text = args.str(1);
    let breaks = text
        .as_bytes()
        .iter()
        .filter(|byte| **byte == b'\n')
        .count();
    let size = (breaks + 1)
        .saturating_mul(spaces)
        .saturating_add(text.len() + before.len());
    check_size(size)?;
    let pad = " ".repeat(spaces);
    let mut out = Vec::with_capacity(size);
    out.extend_from_slice(before.as_bytes());
    for line in text.as_bytes().split_inclusive(|byte| *byte == b'\n') {
        out.extend_from_slice(pad.as_bytes());
        out.extend_from_slice(line);
    }
    if text.is_empty() || text.as_bytes().ends_with(b"\n") {
        out.extend_from_slice(pad.as_bytes());
    }
    Ok(Str::from(out).into())
}

fn replace(args: Args<'_>) -> Result {
    let (old, new, text) = (args.text(0), args.text(1), args.text(2));
    let mut out = String::new();
    let mut copied = 0;
    for (start, matched) in text.match_indices(&*old) {
        out.push_str(text.get(copied..start).unwrap_or_default());
        out.push_str(&new);
        check_size(out.len())?;
        copied = start + matched.len();
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    check_size(out.len())?;
    Ok(out.into())
}

/// Sprig's `strslice`: the elements as text, without nil; of anything else one text.
pub(super) fn strings(value: &Value) -> Result<Vec<Str>> {
    let mut size = 0;
    match value.kind() {
        Kind::Nil => Ok(Vec::new()),
        Kind::List(list) => list
            .items()
            .iter()
            .filter(|item| !item.is_nil())
            .map(|item| {
                let text = strval(item)?;
                size += text.len();
                check_size(size)?;
                Ok(text)
            })
            .collect(),
        _ => Ok(vec![strval(value)?]),
    }
}

/// `strings.SplitN`; a negative count is none.
fn split<'t>(text: &'t str, separator: &str, count: i64) -> Result<Vec<&'t str>> {
    let limit = match usize::try_from(count) {
        Ok(0) => return Ok(Vec::new()),
        Ok(limit) => limit,
        Err(_) => usize::MAX,
    };
    let parts = match separator.is_empty() {
        true => text.len(),
        false => text.matches(separator).count(),
    };
    check_count(parts.min(limit))?;
    if separator.is_empty() {
        let ends = text
            .char_indices()
            .map(|(start, letter)| start + letter.len_utf8());
        let mut begin = 0;
        let mut parts: Vec<&str> = Vec::new();
        for end in ends.take(limit - 1) {
            parts.push(text.get(begin..end).unwrap_or_default());
            begin = end;
        }
        if let Some(rest) = text.get(begin..).filter(|rest| !rest.is_empty()) {
            parts.push(rest);
        }
        return Ok(parts);
    }
    Ok(text.splitn(limit, separator).collect())
}

fn numbered(parts: Vec<&str>) -> Value {
    let entries = parts.into_iter().enumerate();
    let entries = entries.map(|(index, part)| (Str::from(format!("_{index}")), part.into()));
    Map::typed(Type::Map(&STRING), entries).into()
}
