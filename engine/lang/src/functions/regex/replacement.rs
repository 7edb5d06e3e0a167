//! `$1`, `${1}` and `${name}` in what replaces a match.

use regex_automata::util::captures::Captures;

use super::super::bound::MAX_TEXT;

/// Appends `template` to `out`, its references replaced by the groups of
/// `found` in `text`. A reference to a group there is not, or that took no
/// part in the match, stands for nothing.
pub(super) fn expand(
    out: &mut String,
    template: &str,
    text: &str,
    found: &Captures,
    names: &[String],
) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if out.len() > MAX_TEXT {
            // Refused by the caller.
            return;
        }
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((name, after)) = reference(after) {
            out.push_str(group(name, text, found, names));
            rest = after;
        } else {
            // Not a reference: a dollar sign like any other.
            out.push('$');
            rest = after;
        }
    }
    out.push_str(rest);
}

/// The name or number after a dollar sign, and what follows it.
fn reference(text: &str) -> Option<(&str, &str)> {
    let (braced, text) = match text.strip_prefix('{') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let end = text
        .find(|c: char| c != '_' && !c.is_alphanumeric())
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    if braced {
        return Some((name, rest.strip_prefix('}')?));
    }
    Some((name, rest))
}

fn group<'t>(name: &str, text: &'t str, found: &Captures, names: &[String]) -> &'t str {
    let content = |index| {
        found
            .get_group(index)
            .and_then(|span| text.get(span.range()))
    };
    let numbered = name.bytes().all(|b| b.is_ascii_digit());
    let group = match name.parse::<usize>() {
        Ok(index) if numbered => content(index),
        _ => {
            let indices = (1..).zip(names).filter(|(_, known)| *known == name);
            indices.filter_map(|(index, _)| content(index)).next()
        }
    };
    group.unwrap_or("")
}
