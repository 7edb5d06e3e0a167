//! Versions and constraints as Masterminds' semver reads them: loosely.

use std::cmp::Ordering;
use std::fmt;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Why a version or a constraint is refused, in Masterminds' words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SemverError(String);

fn refuse<T>(message: impl Into<String>) -> Result<T, SemverError> {
    Err(SemverError(message.into()))
}

/// A version; missing minor and patch numbers are 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Major number.
    pub major: u64,
    /// Minor number.
    pub minor: u64,
    /// Patch number.
    pub patch: u64,
    /// What stands behind `-`, or nothing.
    pub prerelease: String,
    /// What stands behind `+`, or nothing.
    pub metadata: String,
    /// The text it was read from.
    pub original: String,
}

const LOOSE: &str = r"v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?";
const PATTERN: &str = r"v?([0-9|x|X|\*]+)(\.[0-9|x|X|\*]+)?(\.[0-9|x|X|\*]+)?(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?";
const OPERATORS: &str = r"=||!=|>|<|>=|=>|<=|=<|~|~>|\^";

struct Expressions {
    version: Option<Regex>,
    constraint: Option<Regex>,
    range: Option<Regex>,
    find: Option<Regex>,
    valid: Option<Regex>,
}

static EXPRESSIONS: LazyLock<Expressions> = LazyLock::new(|| {
    let space = r"[\t\n\f\r ]";
    let part = format!("{space}*({OPERATORS}){space}*({PATTERN}){space}*");
    Expressions {
        version: Regex::new(&format!("^{LOOSE}$")).ok(),
        constraint: Regex::new(&format!("^{part}$")).ok(),
        range: Regex::new(&format!(
            "{space}*({PATTERN}){space}+-{space}+({PATTERN}){space}*"
        ))
        .ok(),
        find: Regex::new(&format!("({OPERATORS}){space}*({PATTERN})")).ok(),
        valid: Regex::new(&format!(
            "^({part})((?:{space}+|,{space}*)({OPERATORS}){space}*({PATTERN}){space}*)*$"
        ))
        .ok(),
    }
});

fn group<'a>(captures: &Captures<'a>, index: usize) -> &'a str {
    captures.get(index).map_or("", |found| found.as_str())
}

impl Version {
    /// Reads a version such as `v1.2`, `1.2.3-rc.1+build`.
    ///
    /// # Errors
    /// Anything that isn't one, and numbers beyond 64 bits.
    pub fn parse(text: &str) -> Result<Self, SemverError> {
        if text.len() > 256 {
            return refuse("version string is too long (max 256 bytes)");
        }
        let Some(captures) = EXPRESSIONS
            .version
            .as_ref()
            .and_then(|version| version.captures(text))
        else {
            return refuse("invalid semantic version");
        };
        let version = Version {
            major: number(group(&captures, 1))?,
            minor: number(group(&captures, 2))?,
            patch: number(group(&captures, 3))?,
            prerelease: group(&captures, 5).to_owned(),
            metadata: group(&captures, 8).to_owned(),
            original: text.to_owned(),
        };
        let zero_led = |part: &str| {
            part.len() > 1
                && part.starts_with('0')
                && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if version.prerelease.split('.').any(zero_led) {
            return refuse("version segment starts with 0");
        }
        Ok(version)
    }

    fn numbers(&self) -> (u64, u64, u64) {
        (self.major, self.minor, self.patch)
    }

    /// Order by precedence: metadata doesn't count.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        self.numbers()
            .cmp(&other.numbers())
            .then_with(|| compare_prereleases(&self.prerelease, &other.prerelease))
    }
}

fn number(text: &str) -> Result<u64, SemverError> {
    let digits = text.trim_start_matches('.');
    if digits.is_empty() {
        return Ok(0);
    }
    digits.parse().or_else(|_| {
        refuse(format!(
            "error parsing version segment: strconv.ParseUint: parsing {digits:?}: value out of range"
        ))
    })
}

fn compare_prereleases(left: &str, right: &str) -> Ordering {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let mut left = left.split('.');
    let mut right = right.split('.');
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (a.parse::<u64>(), b.parse::<u64>()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(formatter, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(formatter, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    TildeOrEqual,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

#[derive(Debug, Clone)]
struct Condition {
    operator: Operator,
    version: Version,
    /// A number is missing or a wildcard; which one.
    dirty: bool,
    minor_dirty: bool,
    patch_dirty: bool,
}

/// Alternatives of conditions that must all hold: `>=1.2 <2 || ^3.x`.
#[derive(Debug, Clone)]
pub struct Constraint(Vec<Vec<Condition>>);

impl Constraint {
    /// Reads a constraint.
    ///
    /// # Errors
    /// What isn't one, or is longer than 512 bytes or 32 alternatives.
    pub fn parse(text: &str) -> Result<Self, SemverError> {
        if text.len() > 512 {
            return refuse("constraint string is too long (max 512 bytes)");
        }
        let text = rewrite_ranges(text);
        let alternatives: Vec<&str> = text.split("||").collect();
        if alternatives.len() > 32 {
            return refuse("too many constraint groups (max 32)");
        }
        alternatives
            .into_iter()
            .map(alternative)
            .collect::<Result<_, _>>()
            .map(Constraint)
    }

    /// Whether the version satisfies it. Prereleases do only where an alternative names one.
    #[must_use]
    pub fn matches(&self, version: &Version) -> bool {
        self.0.iter().any(|conditions| {
            let prereleases = conditions
                .iter()
                .any(|condition| !condition.version.prerelease.is_empty());
            conditions
                .iter()
                .all(|condition| condition.holds(version, prereleases))
        })
    }
}

fn rewrite_ranges(text: &str) -> String {
    let mut out = text.to_owned();
    if let Some(range) = &EXPRESSIONS.range {
        for captures in range.captures_iter(text) {
            let rewritten = format!(">= {}, <= {} ", group(&captures, 1), group(&captures, 11));
            out = out.replacen(group(&captures, 0), &rewritten, 1);
        }
    }
    out
}

fn alternative(text: &str) -> Result<Vec<Condition>, SemverError> {
    if !EXPRESSIONS
        .valid
        .as_ref()
        .is_some_and(|valid| valid.is_match(text))
    {
        return refuse(format!("improper constraint: {text:?}"));
    }
    let Some(find) = &EXPRESSIONS.find else {
        return refuse("constraint parser error");
    };
    find.find_iter(text)
        .map(|found| condition(found.as_str()))
        .collect()
}

fn condition(text: &str) -> Result<Condition, SemverError> {
    let Some(captures) = EXPRESSIONS
        .constraint
        .as_ref()
        .and_then(|regex| regex.captures(text))
    else {
        return refuse(format!("improper constraint: {text:?}"));
    };
    let operator = match group(&captures, 1) {
        "!=" => Operator::NotEqual,
        ">" => Operator::Greater,
        "<" => Operator::Less,
        ">=" | "=>" => Operator::GreaterOrEqual,
        "<=" | "=<" => Operator::LessOrEqual,
        "~" | "~>" => Operator::Tilde,
        "^" => Operator::Caret,
        _ => Operator::TildeOrEqual,
    };
    let (major, minor, patch) = (
        group(&captures, 3),
        group(&captures, 4),
        group(&captures, 5),
    );
    let prerelease = group(&captures, 6);
    let is_open = |part: &str| matches!(part.trim_start_matches('.'), "" | "x" | "X" | "*");
    let mut found = (false, false, false);
    let text = if is_open(major) {
        found.0 = true;
        format!("0.0.0{prerelease}")
    } else if is_open(minor) {
        found = (true, true, false);
        format!("{major}.0.0{prerelease}")
    } else if is_open(patch) {
        found = (true, false, true);
        format!("{major}{minor}.0{prerelease}")
    } else {
        group(&captures, 2).to_owned()
    };
    let Ok(version) = Version::parse(&text) else {
        return refuse("constraint parser error");
    };
    Ok(Condition {
        operator,
        version,
        dirty: found.0,
        minor_dirty: found.1,
        patch_dirty: found.2,
    })
}

impl Condition {
    fn holds(&self, version: &Version, prereleases: bool) -> bool {
        if !version.prerelease.is_empty() && !prereleases {
            return false;
        }
        let order = version.compare(&self.version);
        match self.operator {
            Operator::TildeOrEqual if self.dirty => self.tilde(version),
            Operator::TildeOrEqual => order.is_eq(),
            Operator::NotEqual => self.differs(version),
            Operator::Greater => self.greater(version),
            Operator::Less => order.is_lt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::LessOrEqual => self.less_or_equal(version),
            Operator::Tilde => self.tilde(version),
            Operator::Caret => self.caret(version),
        }
    }

    fn differs(&self, version: &Version) -> bool {
        if self.dirty {
            if version.major != self.version.major {
                return true;
            }
            if self.minor_dirty {
                return false;
            }
            if version.minor != self.version.minor {
                return true;
            }
            if self.patch_dirty {
                return compare_prereleases(&version.prerelease, &self.version.prerelease).is_ne();
            }
            if version.patch != self.version.patch {
                return true;
            }
        }
        version.compare(&self.version).is_ne()
    }

    fn greater(&self, version: &Version) -> bool {
        if !self.dirty || version.major > self.version.major {
            return version.compare(&self.version).is_gt();
        }
        if version.major < self.version.major || self.minor_dirty {
            return false;
        }
        if self.patch_dirty {
            return version.minor > self.version.minor;
        }
        version.compare(&self.version).is_gt()
    }

    fn less_or_equal(&self, version: &Version) -> bool {
        if !self.dirty {
            return version.compare(&self.version).is_le();
        }
        version.major < self.version.major
            || (version.major == self.version.major
                && (version.minor <= self.version.minor || self.minor_dirty))
    }

    fn tilde(&self, version: &Version) -> bool {
        if version.compare(&self.version).is_lt() {
            return false;
        }
        if self.version.numbers() == (0, 0, 0) && !self.minor_dirty && !self.patch_dirty {
            return true;
        }
        version.major == self.version.major
            && (version.minor == self.version.minor || self.minor_dirty)
    }

    fn caret(&self, version: &Version) -> bool {
        let wanted = &self.version;
        if version.compare(wanted).is_lt() || version.major != wanted.major {
            return false;
        }
        if wanted.major > 0 || self.minor_dirty {
            return true;
        }
        if version.minor != wanted.minor {
            return false;
        }
        wanted.minor > 0 || self.patch_dirty || version.patch == wanted.patch
    }
}
