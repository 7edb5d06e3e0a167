//! Patterns of file names.

use std::path::Path;

use super::path::join;
use crate::context::{FileKind, Files};

/// Why a pattern matches nothing at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum GlobError {
    /// The pattern is not well-formed.
    #[error("syntax error in pattern")]
    BadPattern,
    /// Symbolic links lead around in circles, or the tree is enormous.
    #[error("more than {LIMIT} directory entries were visited; symbolic links may form a loop")]
    TooMany,
}

/// How many directory entries are looked at.
const LIMIT: usize = 1_000_000;

/// The paths that match `pattern`, symbolic links followed. `*` and `?` stop
/// at slashes, `**` as a whole part stands for any number of directories;
/// `[a-z]`, `[^a-z]` and `{a,b}` are understood. What cannot be read is
/// passed over.
///
/// # Errors
/// A pattern that is not well-formed, as far as it is looked at, and too many
/// entries.
pub(super) fn glob(files: &dyn Files, pattern: &str) -> Result<Vec<String>, GlobError> {
    glob_within(files, pattern, LIMIT)
}

/// The same, looking at no more than `limit` entries.
fn glob_within(files: &dyn Files, pattern: &str, limit: usize) -> Result<Vec<String>, GlobError> {
    let parts = split(pattern, '/');
    let mut search = Search {
        files,
        found: Vec::new(),
        visited: 0,
        limit,
    };
    match parts.split_first() {
        None => {}
        Some((first, rest)) if first.is_empty() => search.run("/", rest)?,
        Some(_) => search.run(".", &parts)?,
    }
    Ok(search.found)
}

struct Search<'a> {
    files: &'a dyn Files,
    found: Vec<String>,
    visited: usize,
    limit: usize,
}

impl Search<'_> {
    fn run(&mut self, directory: &str, parts: &[String]) -> Result<(), GlobError> {
        let literal = parts.iter().take_while(|part| !is_pattern(part)).count();
        let (plain, mut parts) = parts.split_at(literal);
        let directory = match plain.is_empty() {
            true => directory.to_owned(),
            false => join(directory, &plain.join("/")),
        };
        let Ok(kind) = self.files.kind(Path::new(&directory)) else {
            return Ok(());
        };
        if parts.is_empty() {
            self.found.push(directory);
            return Ok(());
        }
        if kind != FileKind::Directory {
            return Ok(());
        }
        let names = self.files.list(Path::new(&directory)).unwrap_or_default();
        let names: Vec<String> = names
            .into_iter()
            .filter_map(|name| name.into_string().ok())
            .collect();
        self.visited += names.len();
        if self.visited > self.limit {
            return Err(GlobError::TooMany);
        }
        if parts[0] == "**" {
            self.descend(&directory, &names, parts)?;
            parts = &parts[1..];
        }
        match parts.split_first() {
            Some((part, rest)) => self.select(&directory, &names, part, rest),
            None => Ok(()),
        }
    }

    /// Searches every directory in `directory` for the same `parts`, which
    /// begin with `**`.
    fn descend(
        &mut self,
        directory: &str,
        names: &[String],
        parts: &[String],
    ) -> Result<(), GlobError> {
        let last = parts.len() == 1;
        for name in names {
            let path = entry(directory, name);
            let Ok(kind) = self.files.kind(Path::new(&path)) else {
                continue;
            };
            if last {
                self.found.push(path.clone());
            }
            if kind == FileKind::Directory {
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.run(&path, parts))?;
            }
        }
        Ok(())
    }

    fn select(
        &mut self,
        directory: &str,
        names: &[String],
        part: &str,
        rest: &[String],
    ) -> Result<(), GlobError> {
        for name in names {
            if !matches(part, name)? {
                continue;
            }
            let path = entry(directory, name);
            if rest.is_empty() {
                self.found.push(path);
            } else {
                self.run(&path, rest)?;
            }
        }
        Ok(())
    }
}

/// The path of `name` in a directory.
fn entry(directory: &str, name: &str) -> String {
    match directory {
        "." => name.to_owned(),
        "/" => format!("/{name}"),
        directory => format!("{directory}/{name}"),
    }
}

fn is_pattern(part: &str) -> bool {
    part.contains(['*', '?', '[', '{', '\\'])
}

/// Splits at `separator` where it is not escaped.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == separator {
            parts.push(std::mem::take(&mut part));
            continue;
        }
        part.push(c);
        if c == '\\' {
            part.extend(chars.next());
        }
    }
    parts.push(part);
    parts
}

/// How many attempts a single name is worth.
const ATTEMPTS: usize = 100_000;

/// Whether one part of a pattern matches a name.
fn matches(pattern: &str, name: &str) -> Result<bool, GlobError> {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    Matcher { attempts: 0 }.matches(&pattern, &name)
}

struct Matcher {
    attempts: usize,
}

impl Matcher {
    fn matches(&mut self, mut pattern: &[char], mut name: &[char]) -> Result<bool, GlobError> {
        self.attempts += 1;
        if self.attempts > ATTEMPTS {
            return Err(GlobError::TooMany);
        }
        if name.is_empty() {
            return Ok(matches!(pattern, [] | ['*'] | ['*', '*']));
        }
        while let ([first, rest @ ..], [c, others @ ..]) = (pattern, name) {
            match first {
                '*' => return self.star(rest, name),
                '{' => return self.alternatives(rest, name),
                '[' => {
                    let (inside, rest) = class(rest, *c)?;
                    if !inside {
                        return Ok(false);
                    }
                    pattern = rest;
                }
                '\\' => {
                    let (escaped, rest) = rest.split_first().ok_or(GlobError::BadPattern)?;
                    if escaped != c {
                        return Ok(false);
                    }
                    pattern = rest;
                }
                '?' => pattern = rest,
                first if first == c => pattern = rest,
                _ => return Ok(false),
            }
            name = others;
        }
        let rest_matches_nothing = matches!(pattern, [] | ['*'] | ['*', '*']);
        Ok(name.is_empty() && rest_matches_nothing)
    }

    fn star(&mut self, rest: &[char], name: &[char]) -> Result<bool, GlobError> {
        if rest.is_empty() {
            return Ok(true);
        }
        for start in 0..name.len() {
            // What is wrong with the rest of the pattern does not matter
            // here: it only means that nothing matches.
            match self.matches(rest, &name[start..]) {
                Ok(true) => return Ok(true),
                Err(GlobError::TooMany) => return Err(GlobError::TooMany),
                Ok(false) | Err(GlobError::BadPattern) => {}
            }
        }
        Ok(false)
    }

    fn alternatives(&mut self, rest: &[char], name: &[char]) -> Result<bool, GlobError> {
        let end = find_unescaped(rest, '}').ok_or(GlobError::BadPattern)?;
        let options: String = rest[..end].iter().collect();
        for option in split(&options, ',') {
            let mut pattern: Vec<char> = option.chars().collect();
            pattern.extend_from_slice(&rest[end + 1..]);
            if self.matches(&pattern, name)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn find_unescaped(text: &[char], wanted: char) -> Option<usize> {
    let mut index = 0;
    while let Some(c) = text.get(index) {
        match *c {
            '\\' => index += 2,
            c if c == wanted => return Some(index),
            _ => index += 1,
        }
    }
    None
}

/// Whether `c` is in the class that `pattern` begins with, after its `[`, and
/// what follows the class.
fn class(pattern: &[char], c: char) -> Result<(bool, &[char]), GlobError> {
    let end = find_unescaped(pattern, ']').ok_or(GlobError::BadPattern)?;
    let (mut ranges, rest) = (&pattern[..end], &pattern[end + 1..]);
    if ranges.is_empty() {
        return Err(GlobError::BadPattern);
    }
    let negated = ranges[0] == '^';
    if negated {
        ranges = &ranges[1..];
    }
    let mut inside = false;
    while !ranges.is_empty() {
        let low = class_char(&mut ranges)?;
        let mut high = low;
        if let ['-', rest @ ..] = ranges {
            ranges = rest;
            high = class_char(&mut ranges)?;
        }
        inside |= (low..=high).contains(&c);
    }
    Ok((inside != negated, rest))
}

fn class_char(ranges: &mut &[char]) -> Result<char, GlobError> {
    let (c, rest) = match *ranges {
        [] | ['-', ..] | ['\\'] => return Err(GlobError::BadPattern),
        ['\\', c, rest @ ..] | [c, rest @ ..] => (*c, rest),
    };
    *ranges = rest;
    Ok(c)
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsString, io};

    use super::*;

    /// Every directory holds two links to itself, and paths are too long
    /// after a while, as they are for every system.
    struct Maze;

    impl Files for Maze {
        fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
            Err(io::ErrorKind::NotFound.into())
        }

        fn kind(&self, path: &Path) -> io::Result<FileKind> {
            match path.as_os_str().len() {
                0..400 => Ok(FileKind::Directory),
                _ => Err(io::ErrorKind::InvalidFilename.into()),
            }
        }

        fn list(&self, _: &Path) -> io::Result<Vec<OsString>> {
            Ok(vec!["a".into(), "b".into()])
        }
    }

    #[test]
    fn loops_of_links_end_in_an_error() {
        let maze = glob_within(&Maze, "/**/nothing", 10_000);
        assert_eq!(maze, Err(GlobError::TooMany));
        assert_eq!(
            glob(&Maze, "/a/*/b"),
            Ok(vec!["/a/a/b".into(), "/a/b/b".into()])
        );
    }

    #[test]
    fn names_match_part_by_part() {
        let cases = [
            ("*.tf", "main.tf", Ok(true)),
            ("*.tf", "main.tfvars", Ok(false)),
            ("*", "", Ok(true)),
            ("a*b*c", "a-b-b-c", Ok(true)),
            ("?é", "xé", Ok(true)),
            ("[a-c]x", "bx", Ok(true)),
            ("[^a-c]x", "bx", Ok(false)),
            ("[-]", "-", Err(GlobError::BadPattern)),
            ("[", "x", Err(GlobError::BadPattern)),
            ("{a,b{c", "bc", Err(GlobError::BadPattern)),
            ("{main,test}.tf", "test.tf", Ok(true)),
            ("\\*", "*", Ok(true)),
            ("\\*", "x", Ok(false)),
            ("a**", "abc", Ok(true)),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(matches(pattern, name), expected, "{pattern} and {name}");
        }
        let slow = "*a".repeat(40);
        assert_eq!(matches(&slow, &"a".repeat(39)), Err(GlobError::TooMany));
    }
}
