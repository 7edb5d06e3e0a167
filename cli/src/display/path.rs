//! How paths look to people.

use std::path::{Component, Path, PathBuf};

/// `path` without `.` and without `name/..`, as Go's `filepath.Clean`.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(clean.components().next_back(), Some(Component::Normal(_))) =>
            {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    if clean.as_os_str().is_empty() {
        clean.push(".");
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_gone_where_they_mean_nothing() {
        let cleaned = |text: &str| clean(Path::new(text)).display().to_string();
        assert_eq!(cleaned("./a/../b/./c.tf"), "b/c.tf");
        assert_eq!(cleaned("../a"), "../a");
        assert_eq!(cleaned("a/.."), ".");
    }
}
