//! Conflicts with other field managers.

use std::fmt;

use serde_json::Value as Json;

use super::fields::ManagedFields;

/// A field that belongs to somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The field, as the server names it: `.spec.replicas`.
    pub field: String,
    /// Who manages it.
    pub manager: String,
    /// `Apply` or `Update`.
    pub operation: String,
    /// When the manager last changed something, RFC 3339.
    pub time: Option<String>,
    /// Through which subresource.
    pub subresource: Option<String>,
}

impl Conflict {
    /// Reads a cause of a `FieldManagerConflict`. The message is
    /// `conflict with "MANAGER" [with subresource "NAME"] [using VERSION [at
    /// TIME]]`; only managers by update have a version and a time.
    pub(crate) fn parse(field: &str, message: &str) -> Option<Conflict> {
        let rest = message.strip_prefix("conflict with ")?;
        let (manager, rest) = quoted(rest)?;
        let (subresource, rest) = match rest.strip_prefix(" with subresource ") {
            Some(rest) => {
                let (name, rest) = quoted(rest)?;
                (Some(name), rest)
            }
            None => (None, rest),
        };
        let operation = match rest.starts_with(" using ") {
            true => "Update",
            false => "Apply",
        };
        Some(Conflict {
            field: field.to_owned(),
            manager,
            operation: operation.to_owned(),
            time: rest.rsplit_once(" at ").map(|(_, time)| time.to_owned()),
            subresource,
        })
    }

    /// Fills in the time from what the object notes of the manager.
    pub fn complete(&mut self, live: &Json) {
        if self.time.is_some() {
            return;
        }
        let entries = ManagedFields::of(live).into_iter();
        let mut own =
            entries.filter(|e| e.manager == self.manager && e.operation == self.operation);
        self.time = own.next().and_then(|entry| entry.time);
    }
}

fn quoted(text: &str) -> Option<(String, &str)> {
    let rest = text.strip_prefix('"')?;
    let (inner, rest) = rest.split_once('"')?;
    Some((inner.to_owned(), rest))
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Conflict { field, manager, .. } = self;
        write!(f, "{field} is managed by \"{manager}\" ({}", self.operation)?;
        if let Some(subresource) = &self.subresource {
            write!(f, ", through \"{subresource}\"")?;
        }
        if let Some(time) = &self.time {
            write!(f, ", last at {time}")?;
        }
        f.write_str(")")
    }
}
