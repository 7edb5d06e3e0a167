//! Functions that take strings apart and put them together.

use trueup_value::{Type, Value};

use super::{
    Named,
    arguments::{integer, text},
    bound, case, grapheme,
};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        ("chomp", chomp()),
        ("endswith", endswith()),
        ("indent", indent()),
        ("join", join()),
        ("lower", lower()),
        ("replace", replace()),
        ("split", split()),
        ("startswith", startswith()),
        ("strcontains", strcontains()),
        ("strrev", strrev()),
        ("substr", substr()),
        ("title", title()),
        ("trim", trim()),
        ("trimprefix", trimprefix()),
        ("trimspace", trimspace()),
        ("trimsuffix", trimsuffix()),
        ("upper", upper()),
    ]
}

fn param(name: &'static str, description: &'static str) -> Param {
    Param::new(name, Type::String).describe(description)
}

/// A function from one string to another.
fn mapping(description: &'static str, body: fn(&str) -> String) -> Function {
    let params = vec![param("str", "The string to work on.")];
    Function::new(description, params, Type::String, move |args| {
        Ok(Value::string(body(text(args, 0)?)))
    })
}

fn chomp() -> Function {
    mapping(
        "Removes the newline characters at the end of a string.",
        |text| text.trim_end_matches(['\r', '\n']).to_owned(),
    )
}

fn lower() -> Function {
    mapping("Puts all letters of a string in lower case.", |text| {
        text.chars().map(case::lower).collect()
    })
}

fn upper() -> Function {
    mapping("Puts all letters of a string in upper case.", |text| {
        text.chars().map(case::upper).collect()
    })
}

fn title() -> Function {
    let description = "Puts the first letter of every word of a string in upper case.";
    mapping(description, |text| {
        let mut previous = ' ';
        let capitalize = |c| {
            let first = is_separator(previous);
            previous = c;
            if first { case::title(c) } else { c }
        };
        text.chars().map(capitalize).collect()
    })
}

/// Whether a word may begin after `c`.
fn is_separator(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_alphanumeric() && c != '_';
    }
    !c.is_alphanumeric() && c.is_whitespace()
}

fn strrev() -> Function {
    mapping("Reverses the characters of a string.", |text| {
        let mut reversed = vec![0; text.len()];
        let mut end = text.len();
        for cluster in grapheme::clusters(text) {
            let start = end - cluster.len();
            if let Some(place) = reversed.get_mut(start..end) {
                place.copy_from_slice(cluster.as_bytes());
            }
            end = start;
        }
        String::from_utf8(reversed).unwrap_or_default()
    })
}

fn trimspace() -> Function {
    let description = "Removes the white space at both ends of a string.";
    mapping(description, |text| text.trim().to_owned())
}

/// A function from two strings to something.
fn pairing(
    description: &'static str,
    second: Param,
    ty: Type,
    body: fn(&str, &str) -> Value,
) -> Function {
    let params = vec![param("str", "The string to look at."), second];
    Function::new(description, params, ty, move |args| {
        Ok(body(text(args, 0)?, text(args, 1)?))
    })
}

fn trim() -> Function {
    pairing(
        "Removes the given characters from both ends of a string.",
        param("cutset", "All the characters to remove, in any order."),
        Type::String,
        |text, cutset| Value::string(text.trim_matches(|c| cutset.contains(c))),
    )
}

fn trimprefix() -> Function {
    pairing(
        "Removes a prefix from a string, if it is there.",
        param("prefix", "The prefix to remove."),
        Type::String,
        |text, prefix| Value::string(text.strip_prefix(prefix).unwrap_or(text)),
    )
}

fn trimsuffix() -> Function {
    pairing(
        "Removes a suffix from a string, if it is there.",
        param("suffix", "The suffix to remove."),
        Type::String,
        |text, suffix| Value::string(text.strip_suffix(suffix).unwrap_or(text)),
    )
}

fn endswith() -> Function {
    pairing(
        "Tells whether a string ends with another.",
        param("suffix", "The suffix to look for."),
        Type::Bool,
        |text, suffix| Value::bool(text.ends_with(suffix)),
    )
}

fn strcontains() -> Function {
    pairing(
        "Tells whether a string occurs in another.",
        param("substr", "The string to look for."),
        Type::Bool,
        |text, part| Value::bool(text.contains(part)),
    )
    .maybe_null()
}

fn startswith() -> Function {
    let params = vec![
        param("str", "The string to look at.").unknowable(),
        param("prefix", "The prefix to look for."),
    ];
    let description = "Tells whether a string starts with another.";
    Function::new(description, params, Type::Bool, |args| {
        let prefix = text(args, 1)?;
        match args.first() {
            Some(Value::Unknown(unknown)) => {
                let known = unknown.refinement().and_then(|r| r.prefix.as_ref());
                let known = known.map_or("", |known| known.as_str());
                Ok(starts_so_far(known, prefix)
                    .map_or_else(|| Value::unknown(Type::Bool), Value::bool))
            }
            _ => Ok(Value::bool(text(args, 0)?.starts_with(prefix))),
        }
    })
}

/// Whether a string that starts with `known` starts with `prefix`, if that
/// much is known of it.
fn starts_so_far(known: &str, prefix: &str) -> Option<bool> {
    if known.starts_with(prefix) {
        return Some(true);
    }
    // What differs before the end of what is known is left open, as in Terraform.
    (known.len() >= prefix.len()).then_some(false)
}

fn indent() -> Function {
    let params = vec![
        Param::new("spaces", Type::Number).describe("How many spaces to add."),
        param("str", "The string to indent."),
    ];
    let description = "Adds spaces to the beginning of every line but the first.";
    Function::new(description, params, Type::String, |args| {
        let spaces = integer(args, 0)?;
        let text = text(args, 1)?;
        let Ok(spaces) = usize::try_from(spaces) else {
            return Err(FunctionError::argument(0, "must not be negative"));
        };
        if !text.contains('\n') {
            return Ok(Value::string(text));
        }
        let added = spaces.saturating_mul(text.matches('\n').count());
        bound::check(added.max(spaces))
            .map_err(|error| FunctionError::argument(0, error.message))?;
        let line = format!("\n{}", " ".repeat(spaces));
        Ok(Value::string(text.replace('\n', &line)))
    })
}

fn join() -> Function {
    let lists = Param::new("lists", Type::list(Type::String))
        .describe("One or more lists of strings, joined one after the other.");
    let params = vec![param("separator", "What to put between the elements.")];
    let description = "Joins the elements of lists of strings with a separator between them.";
    Function::new(description, params, Type::String, |args| {
        let separator = text(args, 0)?;
        let lists = args.get(1..).unwrap_or_default();
        if lists.is_empty() {
            return Err(FunctionError::new("at least one list is required"));
        }
        if !lists.iter().all(Value::is_wholly_known) {
            return Ok(Value::unknown(Type::String));
        }
        Ok(Value::string(join_lists(separator, lists)?))
    })
    .variadic(lists)
}

fn join_lists(separator: &str, lists: &[Value]) -> Result<String, FunctionError> {
    let mut items = Vec::new();
    let mut length = 0_usize;
    for (index, list) in lists.iter().enumerate() {
        for (position, item) in list.values().enumerate() {
            let Some(item) = item.as_str() else {
                let list = match lists {
                    [_] => String::new(),
                    _ => format!(" of list {}", index + 1),
                };
                let message =
                    format!("element {position}{list} is null; cannot concatenate null values");
                return Err(FunctionError::argument(index + 1, message));
            };
            length = length.saturating_add(item.len() + separator.len());
            items.push(item);
        }
    }
    bound::check(length)?;
    Ok(items.join(separator))
}

fn split() -> Function {
    let params = vec![
        param("separator", "What stands between the elements."),
        param("str", "The string to take apart."),
    ];
    let description = "Splits a string at every occurrence of a separator.";
    Function::new(description, params, Type::list(Type::String), |args| {
        let (separator, text) = (text(args, 0)?, text(args, 1)?);
        let count = match separator {
            "" => text.len(),
            _ => text.matches(separator).count(),
        };
        if count > bound::MAX_ELEMENTS {
            return Err(FunctionError::argument(1, "the result would be too long"));
        }
        let parts = match separator {
            "" => text.chars().map(|c| Value::string(c.to_string())).collect(),
            _ => text.split(separator).map(Value::string).collect(),
        };
        Ok(Value::list(Type::String, parts))
    })
}

fn replace() -> Function {
    let params = vec![
        param("str", "The string to search."),
        param(
            "substr",
            "What to search for; between slashes, a regular expression.",
        ),
        param("replace", "What to put in its place."),
    ];
    let description = "Replaces every occurrence of a string or a pattern in another string.";
    Function::new(description, params, Type::String, |args| {
        let (text, from, to) = (text(args, 0)?, text(args, 1)?, text(args, 2)?);
        let pattern = from
            .strip_prefix('/')
            .and_then(|rest| rest.strip_suffix('/'));
        if let Some(pattern) = pattern {
            return Ok(Value::string(super::regex::replace(text, pattern, to)?));
        }
        let added = to.len().saturating_mul(text.matches(from).count());
        bound::check(added)?;
        Ok(Value::string(text.replace(from, to)))
    })
}

fn substr() -> Function {
    let number = |name| Param::new(name, Type::Number);
    let params = vec![
        param("str", "The string to take a part of.").dynamic(),
        number("offset")
            .describe("Where the part begins, in characters; negative: from the end.")
            .dynamic(),
        number("length")
            .describe("How many characters; negative: all that are left.")
            .dynamic(),
    ];
    let description = "Takes a part of a string by offset and length, in characters.";
    Function::new(description, params, Type::String, |args| {
        let (offset, length) = (integer(args, 1)?, integer(args, 2)?);
        Ok(Value::string(part(text(args, 0)?, offset, length)))
    })
}

fn part(text: &str, offset: i64, length: i64) -> &str {
    if offset >= 0 && length == 0 {
        return "";
    }
    let from = match usize::try_from(offset) {
        Ok(offset) => offset,
        Err(_) => {
            let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            grapheme::count(text).saturating_sub(back)
        }
    };
    let bytes = |text: &str, count| grapheme::clusters(text).take(count).map(str::len).sum();
    let rest = text.get(bytes(text, from)..).unwrap_or("");
    // From the end, a length of zero takes everything, as it does in Terraform.
    match usize::try_from(length) {
        Ok(length) if length > 0 => rest.get(..bytes(rest, length)).unwrap_or(rest),
        _ => rest,
    }
}
