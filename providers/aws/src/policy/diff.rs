//! What changed between two policy documents, statement by statement.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::equivalence::{Document, Principals, Statement};

/// What became of a statement, or of the document around the statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementChange {
    /// `Version` or `Id` of the document.
    Document {
        /// Which of them.
        name: &'static str,
        /// What it was.
        before: String,
        /// What it will be.
        after: String,
    },
    /// A statement that was not there.
    Added(StatementText),
    /// A statement that is gone.
    Removed(StatementText),
    /// A statement with other contents.
    Changed {
        /// How it is called.
        label: String,
        /// What comes, element and value.
        added: Vec<(String, String)>,
        /// What goes.
        removed: Vec<(String, String)>,
    },
}

/// A statement to be shown: its label, and its elements with their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementText {
    /// How it is called: its Sid, or what it does.
    pub label: String,
    /// Elements and values.
    pub entries: Vec<(String, String)>,
}

/// What changed from one document to another; nothing where they mean the
/// same, `None` where one of them is no policy document.
pub fn changes(before: &str, after: &str) -> Option<Vec<StatementChange>> {
    let (before, after) = (Document::read(before)?, Document::read(after)?);
    let mut changes = Vec::new();
    for (name, old, new) in [
        ("Version", &before.version, &after.version),
        ("Id", &before.id, &after.id),
    ] {
        if old != new {
            let (before, after) = (old.clone(), new.clone());
            changes.push(StatementChange::Document {
                name,
                before,
                after,
            });
        }
    }
    let pairs = pairs(before.statements, after.statements).into_iter();
    changes.extend(pairs.map(|pair| match pair {
        Pair::Added(new) => StatementChange::Added(StatementText::of(&new)),
        Pair::Removed(old) => StatementChange::Removed(StatementText::of(&old)),
        Pair::Changed(old, new) => {
            let (before, after) = (entries(&old), entries(&new));
            StatementChange::Changed {
                label: label(&new),
                added: after.difference(&before).cloned().collect(),
                removed: before.difference(&after).cloned().collect(),
            }
        }
    }));
    Some(changes)
}

/// A statement that is not the same in both documents.
pub(super) enum Pair {
    Added(Statement),
    Removed(Statement),
    Changed(Statement, Statement),
}

/// The statements that are not in both.
pub(super) fn pairs(before: Vec<Statement>, after: Vec<Statement>) -> Vec<Pair> {
    let (gone, come) = without_common(before, after);
    paired(gone, come)
}

/// What only one of them has, duplicates counted.
fn without_common(
    before: Vec<Statement>,
    mut after: Vec<Statement>,
) -> (Vec<Statement>, Vec<Statement>) {
    let mut gone = Vec::new();
    for statement in before {
        match after.iter().position(|other| *other == statement) {
            Some(place) => {
                after.remove(place);
            }
            None => gone.push(statement),
        }
    }
    (gone, after)
}

/// Statements with the same Sid, or else the most in common, are the same
/// statement changed.
fn paired(gone: Vec<Statement>, mut come: Vec<Statement>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for old in gone {
        pairs.push(match counterpart(&old, &come) {
            Some(place) => Pair::Changed(old, come.remove(place)),
            None => Pair::Removed(old),
        });
    }
    pairs.extend(come.into_iter().map(Pair::Added));
    pairs
}

fn counterpart(old: &Statement, come: &[Statement]) -> Option<usize> {
    if !old.sid.is_empty()
        && let Some(place) = come.iter().position(|new| new.sid == old.sid)
    {
        return Some(place);
    }
    let before = entries(old);
    let candidates = come
        .iter()
        .enumerate()
        .filter(|(_, new)| new.sid.is_empty() || old.sid.is_empty());
    let common = candidates.map(|(place, new)| (entries(new).intersection(&before).count(), place));
    // The effect alone does not make it the same.
    let best = common
        .filter(|(common, _)| *common > 1)
        .max_by_key(|(common, place)| (*common, usize::MAX - place));
    best.map(|(_, place)| place)
}

impl StatementText {
    fn of(statement: &Statement) -> Self {
        StatementText {
            label: label(statement),
            entries: entries(statement).into_iter().collect(),
        }
    }
}

/// How a statement is called: by its Sid, or by what it does.
pub(super) fn label(statement: &Statement) -> String {
    if !statement.sid.is_empty() {
        return format!("\"{}\"", statement.sid);
    }
    let all = |name: &str| statement.lists.get(name).cloned().unwrap_or_default();
    let (not, actions) = match all("Action") {
        actions if actions.is_empty() => ("all but ", all("NotAction")),
        actions => ("", actions),
    };
    let more = match actions.len() {
        0 | 1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let first = actions.first().map(String::as_str).unwrap_or("nothing");
    format!("({} {not}{first}{more})", effect(statement))
}

fn effect(statement: &Statement) -> &str {
    match statement.effect.as_str() {
        "allow" => "Allow",
        "deny" => "Deny",
        other => other,
    }
}

/// Every single thing a statement says; what it says again is told apart, since
/// statements differ by it.
pub(super) fn entries(statement: &Statement) -> BTreeSet<(String, String)> {
    let mut entries = BTreeSet::new();
    let mut add = |name: &str, value: &str| {
        let mut entry = (name.to_owned(), value.to_owned());
        while !entries.insert(entry.clone()) {
            entry.1.push_str(" (again)");
        }
    };
    add("Effect", effect(statement));
    if !statement.sid.is_empty() {
        add("Sid", &statement.sid);
    }
    for (name, values) in &statement.lists {
        values.iter().for_each(|value| add(name, value));
    }
    for (name, principals) in &statement.principals {
        match principals {
            Principals::Text(text) => add(name, text),
            Principals::Typed(typed) => typed.iter().for_each(|(kind, texts)| {
                let name = format!("{name} {kind}");
                texts.iter().for_each(|text| add(&name, text));
            }),
        }
    }
    let none = BTreeMap::new();
    if statement
        .conditions
        .as_ref()
        .is_some_and(BTreeMap::is_empty)
    {
        add("Condition", "{}");
    }
    for (operator, keys) in statement.conditions.as_ref().unwrap_or(&none) {
        for (key, values) in keys {
            let name = format!("Condition {operator} {key}");
            values.iter().for_each(|value| add(&name, value));
        }
    }
    entries
}

impl fmt::Display for StatementChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = |f: &mut fmt::Formatter<'_>, sign: char, entries: &[(String, String)]| {
            entries
                .iter()
                .try_for_each(|(name, value)| write!(f, "\n    {sign} {name}: {value}"))
        };
        match self {
            StatementChange::Document {
                name,
                before,
                after,
            } => {
                write!(f, "~ {name}: {before:?} -> {after:?}")
            }
            StatementChange::Added(text) => {
                write!(f, "+ statement {}", text.label)?;
                lines(f, '+', &text.entries)
            }
            StatementChange::Removed(text) => {
                write!(f, "- statement {}", text.label)?;
                lines(f, '-', &text.entries)
            }
            StatementChange::Changed {
                label,
                added,
                removed,
            } => {
                write!(f, "~ statement {label}")?;
                lines(f, '-', removed)?;
                lines(f, '+', added)
            }
        }
    }
}
