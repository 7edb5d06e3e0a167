//! The addresses in a state file.

use std::fmt;

use super::{InstanceKey, Mode};

/// A module instance: the calls that lead to it, each with its key.
pub type ModuleSteps = Vec<(String, Option<InstanceKey>)>;

/// A resource of a module instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceAddress {
    /// The address of its module instance; empty for the root module.
    pub module: String,
    /// Whether it is managed or only read.
    pub mode: Mode,
    /// Its type.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// One instance of a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceAddress {
    /// The resource.
    pub resource: ResourceAddress,
    /// Which of its instances.
    pub key: Option<InstanceKey>,
}

/// Reads `MODULE.TYPE.NAME[KEY]`, with `data.` before the type of a data
/// source. `None` if it is no such address.
pub fn parse_instance(text: &str) -> Option<InstanceAddress> {
    let mut rest = text;
    while rest.starts_with("module.") {
        let (_, after) = module_step(rest)?;
        rest = after.strip_prefix('.')?;
    }
    let module = text.get(..text.len() - rest.len())?;
    let (mode, rest) = match rest.strip_prefix("data.") {
        Some(rest) => (Mode::Data, rest),
        None => (Mode::Managed, rest),
    };
    let (kind, rest) = rest.split_once('.')?;
    let end = rest.find('[').unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let (key, rest) = key_step(rest)?;
    let whole = is_name(kind) && is_name(name) && rest.is_empty();
    whole.then(|| InstanceAddress {
        resource: ResourceAddress {
            module: module.strip_suffix('.').unwrap_or(module).to_owned(),
            mode,
            kind: kind.to_owned(),
            name: name.to_owned(),
        },
        key,
    })
}

/// Reads `module.NAME[KEY].module.NAME…`; the empty text is the root module.
/// `None` if it is no such address.
pub fn parse_module(text: &str) -> Option<ModuleSteps> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let mut steps = Vec::new();
    let mut rest = text;
    loop {
        let (step, after) = module_step(rest)?;
        steps.push(step);
        if after.is_empty() {
            return Some(steps);
        }
        rest = after.strip_prefix('.')?;
    }
}

/// The step `text` begins with, and what follows it.
fn module_step(text: &str) -> Option<((String, Option<InstanceKey>), &str)> {
    let rest = text.strip_prefix("module.")?;
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    if !is_name(name) {
        return None;
    }
    let (key, rest) = key_step(rest)?;
    Some(((name.to_owned(), key), rest))
}

/// The key `text` begins with, if there is one, and what follows it.
fn key_step(text: &str) -> Option<(Option<InstanceKey>, &str)> {
    let Some(inner) = text.strip_prefix('[') else {
        return Some((None, text));
    };
    let (key, rest) = match inner.strip_prefix('"') {
        Some(quoted) => {
            let (key, rest) = unquote(quoted)?;
            (InstanceKey::Key(key), rest)
        }
        None => {
            let end = inner.find(']')?;
            let (digits, rest) = inner.split_at(end);
            (InstanceKey::Index(digits.parse().ok()?), rest)
        }
    };
    Some((Some(key), rest.strip_prefix(']')?))
}

/// The text up to the closing quote, and what follows the quote.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, &text[at + 1..])),
            '\\' => out.push(match chars.next()?.1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            }),
            '$' | '%' if text[at + 1..].starts_with(&format!("{c}{{")) => {
                out.push(c);
                chars.next();
            }
            c => out.push(c),
        }
    }
    None
}

/// The source address in a provider configuration's address, such as
/// `registry.terraform.io/hashicorp/aws`. `None` if it is no such address.
pub fn provider_source(text: &str) -> Option<&str> {
    let (_, source, _) = provider_parts(text)?;
    Some(source)
}

/// What stands before, in and after the quotes of
/// `module.x.provider["a/b/c"].alias`.
pub fn provider_parts(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("provider[\"")?;
    let (before, rest) = text.split_at(start);
    let rest = rest.strip_prefix("provider[\"")?;
    let (source, after) = rest.split_once("\"]")?;
    let module = before.strip_suffix('.').unwrap_or(before);
    let alias = after.strip_prefix('.').is_none_or(is_name);
    let whole = before.is_empty() || (before.ends_with('.') && parse_module(module).is_some());
    let parts = source.split('/').collect::<Vec<_>>();
    let known = parts.len() == 3 && parts.iter().all(|part| !part.is_empty());
    let after_fits = after.is_empty() || after.starts_with('.');
    (whole && alias && after_fits && known).then_some((before, source, after))
}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

impl fmt::Display for ResourceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_empty() {
            write!(f, "{}.", self.module)?;
        }
        if self.mode == Mode::Data {
            f.write_str("data.")?;
        }
        write!(f, "{}.{}", self.kind, self.name)
    }
}

impl fmt::Display for InstanceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.resource)?;
        self.key.iter().try_for_each(|key| write!(f, "{key}"))
    }
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InstanceKey::Index(index) => write!(f, "[{index}]"),
            InstanceKey::Key(key) => write_key(f, key),
        }
    }
}

fn write_key(f: &mut fmt::Formatter<'_>, key: &str) -> fmt::Result {
    f.write_str("[\"")?;
    let mut rest = key.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '$' | '%' if rest.peek() == Some(&'{') => write!(f, "{c}{c}")?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_read_and_written_alike() {
        for text in [
            "module.a",
            "module.a[0].module.b",
            r#"module.a["k.[\"\\$${x"].module.b-c[12]"#,
        ] {
            let steps = parse_module(text).unwrap();
            let written: Vec<String> = steps
                .iter()
                .map(|(name, key)| {
                    let key = key.as_ref().map_or(String::new(), ToString::to_string);
                    format!("module.{name}{key}")
                })
                .collect();
            assert_eq!(written.join("."), text);
        }
    }

    #[test]
    fn instances_are_read_and_written_alike() {
        for text in [
            "terraform_data.a",
            "terraform_data.a[3]",
            r#"module.m["x.y"].module.n.data.http.a-b["]"]"#,
        ] {
            let address = parse_instance(text).unwrap();
            assert_eq!(address.to_string(), text);
        }
        for text in ["", "a", "a.b.c", "a.b[", "a.b[x]", "module.m", "a.b[0]x"] {
            assert_eq!(parse_instance(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_module_is_refused() {
        for text in [
            "modul.x",
            "module.",
            "module.a.",
            "module.a[",
            "module.a[x]",
            "module.a[\"x]",
            "module.a[0]b",
            "module.0",
        ] {
            assert_eq!(parse_module(text), None, "{text}");
        }
    }

    #[test]
    fn providers_have_a_source_of_three_parts() {
        let source = "registry.terraform.io/hashicorp/aws";
        for text in [
            r#"provider["registry.terraform.io/hashicorp/aws"]"#,
            r#"provider["registry.terraform.io/hashicorp/aws"].west"#,
            r#"module.a.module.b.provider["registry.terraform.io/hashicorp/aws"].west"#,
        ] {
            assert_eq!(provider_source(text), Some(source), "{text}");
        }
        for text in [
            "aws",
            "provider.aws",
            r#"provider["aws"]"#,
            r#"x.provider["a/b/c"]"#,
            r#"provider["a/b/c"]x"#,
        ] {
            assert_eq!(provider_source(text), None, "{text}");
        }
    }
}
