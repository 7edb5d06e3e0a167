//! Slash-separated paths.

use super::arguments::{put, put_text};
use crate::{Functions, Type};

pub(super) fn add(functions: &mut Functions) {
    for (name, os_name, body) in [
        ("base", "osBase", base as fn(&str) -> String),
        ("dir", "osDir", dir),
        ("clean", "osClean", clean),
        ("ext", "osExt", ext),
    ] {
        put_text(functions, name, body);
        put_text(functions, os_name, body);
    }
    for name in ["isAbs", "osIsAbs"] {
        put(functions, name, &[Type::String], |args| {
            Ok(args.text(0).starts_with('/').into())
        });
    }
}

/// The last element.
pub(super) fn base(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    match path.trim_end_matches('/').rsplit('/').next() {
        None | Some("") => "/".to_owned(),
        Some(last) => last.to_owned(),
    }
}

/// All but the last element.
fn dir(path: &str) -> String {
    clean(
        path.rfind('/')
            .and_then(|slash| path.get(..=slash))
            .unwrap_or(""),
    )
}

/// The suffix from the last dot of the last element.
fn ext(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or(path);
    last.rfind('.')
        .and_then(|dot| last.get(dot..))
        .unwrap_or("")
        .to_owned()
}

/// The shortest path that means the same.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            other => parts.push(other),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}
