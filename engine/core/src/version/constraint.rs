//! Constraints: what versions are acceptable.

use std::fmt;

use trueup_value::quote;

use super::Version;

/// What counts as space around constraints.
const SPACES: [char; 5] = [' ', '\t', '\n', '\r', '\x0c'];

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
        let given = text;
        let text = text.trim_matches(SPACES);
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
            version: Version::parse(version.trim_start_matches(SPACES))?,
            text: given.to_owned(),
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
        let shown = if self.lets_minor_grow() { 2 } else { 3 };
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

    /// What Terraform's stricter reader of provider versions finds wrong.
    fn provider_fault(&self) -> Option<String> {
        let text = self.text.trim_matches(SPACES);
        let version = text.trim_start_matches(['!', '=', '<', '>', '~']);
        let operator = &text[..text.len() - version.len()];
        let bare = version.trim_start_matches(SPACES);
        let space = &version[..version.len() - bare.len()];
        let read = &text[..text.len() - provider_version_rest(bare).len()];
        let rest = &text[read.len()..];
        let invalid = |reason: &str| format!("invalid specification {}: {reason}", quote(read));
        if !matches!(space, "" | " ") {
            let operator = quote(operator);
            return Some(invalid(&format!(
                "only one space is expected after the operator {operator}"
            )));
        }
        if bare != rest && self.version.given > 3 {
            return Some(invalid(
                "too many numbered portions; only three are allowed (major, minor, patch)",
            ));
        }
        match rest.chars().next()? {
            'v' => Some("a \"v\" prefix should not be used".to_owned()),
            _ => Some(format!("missing comma after {}", quote(read))),
        }
    }

    /// Whether it is `~>` with two segments or one.
    fn lets_minor_grow(&self) -> bool {
        self.operator == Operator::Pessimistic && self.version.given < 3
    }

    /// The place of the operator among those with the same version.
    fn rank(&self) -> u8 {
        match self.operator {
            Operator::Greater => 0,
            Operator::GreaterOrEqual => 1,
            Operator::Equal => 2,
            Operator::Pessimistic if !self.lets_minor_grow() => 3,
            Operator::Pessimistic => 4,
            Operator::LessOrEqual => 5,
            Operator::Less => 6,
            Operator::NotEqual => 7,
        }
    }
}

/// What is left after numbers, `-` with a prerelease and `+` with metadata.
fn provider_version_rest(text: &str) -> &str {
    let is_extra = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let mut rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if rest.len() == text.len() {
        return text;
    }
    for sign in ['-', '+'] {
        if let Some(extra) = rest.strip_prefix(sign) {
            rest = extra.trim_start_matches(is_extra);
            if rest.len() == extra.len() {
                break;
            }
        }
    }
    rest
}

impl Constraints {
    /// What is wrong with them as versions of a provider, which are read more
    /// strictly than those of modules.
    pub(crate) fn provider_fault(&self) -> Option<String> {
        self.0.iter().find_map(Constraint::provider_fault)
    }

    /// All of them with whole versions, by version, none twice.
    pub fn canonical(&self) -> String {
        let mut sorted: Vec<&Constraint> = self.0.iter().collect();
        sorted.sort_by(|a, b| (&a.version, a.rank()).cmp(&(&b.version, b.rank())));
        let mut texts: Vec<String> = sorted.into_iter().map(Constraint::canonical).collect();
        texts.dedup();
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
