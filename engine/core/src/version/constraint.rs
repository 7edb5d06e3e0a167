//! Constraints: what versions are acceptable.

use std::fmt;

use super::Version;

/// How a version is compared with the one of a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after their symbols")]
pub enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    /// `~>`: the last segment given may grow.
    Pessimistic,
}

/// An operator with a version.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// The operator.
    pub operator: Operator,
    /// The version.
    pub version: Version,
    text: String,
}

/// Constraints that must all hold.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Constraints(pub Vec<Constraint>);

impl Constraints {
    /// Reads constraints separated by commas; `None` where the syntax is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        text.split(',')
            .map(Constraint::parse)
            .collect::<Option<_>>()
            .map(Constraints)
    }

    /// Whether `version` satisfies all of them.
    pub fn admit(&self, version: &Version) -> bool {
        self.0.iter().all(|constraint| constraint.admits(version))
    }
}

impl Constraint {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches([' ', '\t', '\n', '\r', '\x0c']);
        let symbols = [
            ("!=", Operator::NotEqual),
            (">=", Operator::GreaterOrEqual),
            ("<=", Operator::LessOrEqual),
            ("~>", Operator::Pessimistic),
            ("=", Operator::Equal),
            (">", Operator::Greater),
            ("<", Operator::Less),
        ];
        let found = symbols
            .into_iter()
            .find_map(|(symbol, operator)| Some((operator, text.strip_prefix(symbol)?)));
        let (operator, version) = found.unwrap_or((Operator::Equal, text));
        Some(Constraint {
            operator,
            version: Version::parse(version.trim_start())?,
            text: text.to_owned(),
        })
    }

    /// Whether `version` satisfies it. A prerelease satisfies only constraints
    /// that name a prerelease of the same release.
    pub fn admits(&self, version: &Version) -> bool {
        let wanted = &self.version;
        match self.operator {
            Operator::Equal => version == wanted,
            Operator::NotEqual => version != wanted,
            Operator::Greater => self.comparable(version) && version > wanted,
            Operator::GreaterOrEqual => self.comparable(version) && version >= wanted,
            Operator::Less => self.comparable(version) && version < wanted,
            Operator::LessOrEqual => self.comparable(version) && version <= wanted,
            Operator::Pessimistic => self.pessimistic(version),
        }
    }

    fn comparable(&self, version: &Version) -> bool {
        if version.prerelease.is_empty() {
            return true;
        }
        !self.version.prerelease.is_empty() && self.version.segments == version.segments
    }

    fn pessimistic(&self, version: &Version) -> bool {
        let wanted = &self.version;
        let loses_prerelease = !wanted.prerelease.is_empty() && version.prerelease.is_empty();
        if !self.comparable(version) || loses_prerelease || version < wanted {
            return false;
        }
        if wanted.segments.len() > version.segments.len() {
            return false;
        }
        let fixed = wanted.given.saturating_sub(1);
        wanted
            .segments
            .iter()
            .zip(&version.segments)
            .take(fixed)
            .all(|(a, b)| a == b)
    }
}

impl Constraint {
    /// With all segments of the version, as `terraform providers` prints it.
    fn canonical(&self) -> String {
        let given = self.text.split('-').next().unwrap_or_default();
        let shown = match (self.operator, given.matches('.').count()) {
            (Operator::Pessimistic, 0 | 1) => 2,
            _ => 3,
        };
        let segments = self.version.segments().iter().map(u64::to_string);
        let padded: Vec<String> = segments
            .chain(std::iter::repeat("0".to_owned()))
            .take(shown)
            .collect();
        let operator = match self.operator {
            Operator::Equal => "",
            Operator::NotEqual => "!= ",
            Operator::Greater => "> ",
            Operator::GreaterOrEqual => ">= ",
            Operator::Less => "< ",
            Operator::LessOrEqual => "<= ",
            Operator::Pessimistic => "~> ",
        };
        let prerelease = match self.version.prerelease() {
            "" => String::new(),
            prerelease => format!("-{prerelease}"),
        };
        format!("{operator}{}{prerelease}", padded.join("."))
    }
}

impl Constraints {
    /// All of them with whole versions, none twice.
    pub fn canonical(&self) -> String {
        let mut texts: Vec<String> = Vec::new();
        for text in self.0.iter().map(Constraint::canonical) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts.join(", ")
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Constraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<&str> = self.0.iter().map(|c| c.text.as_str()).collect();
        f.write_str(&texts.join(","))
    }
}
