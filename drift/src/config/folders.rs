//! Folders of stacks by pattern.

use std::path::{Path, PathBuf};

use trueup_lang::context::FileKind;

use super::read::{Given, Reader};

/// How many folders one pattern may lead to.
const MOST: usize = 10_000;

/// The stacks a folder stands for, by name: itself, or, if it is a pattern, all
/// folders with a configuration that match it, named after what matched.
pub(super) fn matching(
    label: &str,
    given: &Given<String>,
    reader: &mut Reader<'_>,
) -> Vec<(String, PathBuf)> {
    let parts: Vec<&str> = given.value.split('/').collect();
    let Some(first) = parts.iter().position(|part| is_pattern(part)) else {
        return plain(label, given, reader);
    };
    let (fixed, patterns) = parts.split_at(first);
    let mut start = fixed.join("/");
    if start.is_empty() && given.value.starts_with('/') {
        start.push('/');
    }
    let mut found = vec![(String::new(), reader.base.join(start))];
    for pattern in patterns {
        found = step(&found, pattern, reader);
    }
    found.retain(|(_, folder)| has_configuration(folder, reader));
    if found.is_empty() {
        let detail = format!("No folder with a configuration matches {:?}.", given.value);
        reader.doubtful("No stack found", detail, given.span);
    }
    let named = found.into_iter().take(MOST);
    named
        .map(|(name, folder)| (format!("{label}{name}"), folder))
        .collect()
}

fn plain(label: &str, given: &Given<String>, reader: &mut Reader<'_>) -> Vec<(String, PathBuf)> {
    let folder = reader.base.join(&given.value);
    if !is_folder(&folder, reader) {
        let detail = format!(
            "There is no folder {}. The stack is checked once it is there.",
            folder.display()
        );
        reader.doubtful("Folder not found", detail, given.span);
    }
    vec![(label.to_owned(), folder)]
}

/// One part of the pattern further.
fn step(found: &[(String, PathBuf)], pattern: &str, reader: &Reader<'_>) -> Vec<(String, PathBuf)> {
    let mut further = Vec::new();
    for (name, folder) in found {
        if !is_pattern(pattern) {
            further.push((format!("{name}/{pattern}"), folder.join(pattern)));
            continue;
        }
        let entries = reader.around.files.list(folder).unwrap_or_default();
        for entry in entries.iter().filter_map(|entry| entry.to_str()) {
            let hidden = entry.starts_with('.') && !pattern.starts_with('.');
            if !hidden && matches(pattern, entry) && is_folder(&folder.join(entry), reader) {
                further.push((format!("{name}/{entry}"), folder.join(entry)));
            }
        }
    }
    further.truncate(MOST);
    further
}

fn is_pattern(part: &str) -> bool {
    part.contains(['*', '?'])
}

fn is_folder(path: &Path, reader: &Reader<'_>) -> bool {
    matches!(reader.around.files.kind(path), Ok(FileKind::Directory))
}

fn has_configuration(folder: &Path, reader: &Reader<'_>) -> bool {
    let entries = reader.around.files.list(folder).unwrap_or_default();
    let mut names = entries.iter().filter_map(|entry| entry.to_str());
    names.any(|name| name.ends_with(".tf") || name.ends_with(".tf.json"))
}

/// Whether `name` is what `pattern` says: `*` is any text, `?` any character.
fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut read) = (0, 0);
    // Where the last star stood and what it had taken by then.
    let mut star: Option<(usize, usize)> = None;
    while read < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == name[read] => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((position, taken)) = star else {
                    return false;
                };
                star = Some((position, taken + 1));
                at = position + 1;
                read = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*", "loki", true),
            ("l*i", "loki", true),
            ("l?ki", "loki", true),
            ("l?i", "loki", false),
            ("*-prod", "loki-prod", true),
            ("*-prod", "loki-prod-eu", false),
            ("*a*b*", "xaxxbx", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
