//! Paths as text, with slashes.

/// The shortest path that leads to the same place, without looking whether
/// there is one: `.` for an empty path.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ if rooted => {}
                _ => parts.push(part),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// `path` below `base`, cleaned; of two empty paths, an empty one.
pub(super) fn join(base: &str, path: &str) -> String {
    match (base, path) {
        ("", "") => String::new(),
        ("", path) => clean(path),
        (base, path) => clean(&format!("{base}/{path}")),
    }
}

/// The last part of a path: `.` of an empty one, `/` of slashes alone.
pub(super) fn base(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit('/').next() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => "/".to_owned(),
    }
}

/// A path without its last part, cleaned.
pub(super) fn directory(path: &str) -> String {
    match path.rfind('/') {
        Some(end) => clean(path.get(..=end).unwrap_or(path)),
        None => ".".to_owned(),
    }
}

/// `path` as seen from `root`; both are either absolute or relative to the
/// same place.
pub(super) fn relative(root: &str, path: &str) -> String {
    let (root, path) = (clean(root), clean(path));
    let parts = |path: &str| -> Vec<String> {
        let parts = path
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".");
        parts.map(str::to_owned).collect()
    };
    let (root, path) = (parts(&root), parts(&path));
    let shared = root.iter().zip(&path).take_while(|(a, b)| a == b).count();
    let up = root.iter().skip(shared).map(|_| "..");
    let down = path.iter().skip(shared).map(String::as_str);
    let steps: Vec<&str> = up.chain(down).collect();
    match steps.is_empty() {
        true => ".".to_owned(),
        false => steps.join("/"),
    }
}
