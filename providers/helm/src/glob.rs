//! Glob patterns as gobwas/glob has them, with `/` between names.

use regex::Regex;

/// A compiled pattern: `*` within a name, `**` across names, `?`, `[a-z]`, `[!a]`, `{a,b}`, `\x`.
#[derive(Debug)]
pub(crate) struct Glob(Option<Regex>);

impl Glob {
    /// Compiles a pattern; what isn't one matches everything, as in Helm.
    pub(crate) fn new(pattern: &str) -> Self {
        Self(translate(pattern).and_then(|regex| Regex::new(&regex).ok()))
    }

    pub(crate) fn matches(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|regex| regex.is_match(name))
    }
}

fn translate(pattern: &str) -> Option<String> {
    let mut out = String::from("(?s)^(?:");
    let mut alternatives = 0;
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '*' if characters.next_if_eq(&'*').is_some() => {
                while characters.next_if_eq(&'*').is_some() {}
                out.push_str(".*");
            }
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '\\' => out.push_str(&regex::escape(&characters.next()?.to_string())),
            '[' => {
                let body: String = characters
                    .by_ref()
                    .take_while(|next| *next != ']')
                    .collect();
                let (negated, body) = body
                    .strip_prefix('!')
                    .map_or(("", body.as_str()), |body| ("^", body));
                if body.is_empty() {
                    return None;
                }
                let escaped = body
                    .replace('\\', "\\\\")
                    .replace('[', "\\[")
                    .replace('^', "\\^");
                out.push_str(&format!("[{negated}{escaped}]"));
            }
            '{' => {
                alternatives += 1;
                out.push_str("(?:");
            }
            '}' if alternatives > 0 => {
                alternatives -= 1;
                out.push(')');
            }
            ',' if alternatives > 0 => out.push('|'),
            other => out.push_str(&regex::escape(&other.to_string())),
        }
    }
    out.push_str(")$");
    (alternatives == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("config/*", "config/a.yaml", true),
            ("config/*", "config/b/a.yaml", false),
            ("config/**", "config/b/a.yaml", true),
            ("**.yaml", "config/b/a.yaml", true),
            ("{a,b}.txt", "b.txt", true),
            ("[!a].txt", "a.txt", false),
            ("a.txt", "aXtxt", false),
        ] {
            assert_eq!(
                Glob::new(pattern).matches(name),
                expected,
                "{pattern} on {name}"
            );
        }
    }
}
