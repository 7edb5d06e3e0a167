//! What rules find, as they write it down.

use trueup_core::{address::AbsResourceInstance, plan::Finding};
use trueup_syntax::{Note, Severity};
use trueup_value::{Path, Str};

use crate::{
    rule::Rule,
    view::{Object, Resource},
};

/// A place where a rule is broken. Texts must not tell sensitive values.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    address: AbsResourceInstance,
    path: Path,
    part: Option<String>,
    severity: Option<Severity>,
    summary: Option<String>,
    detail: String,
    values: Vec<Note>,
    hint: Option<String>,
}

impl Found {
    /// About an attribute of a resource.
    pub(crate) fn at(resource: &Resource<'_>, path: Path, detail: impl Into<String>) -> Self {
        Found {
            address: resource.address.clone(),
            path,
            part: None,
            severity: None,
            summary: None,
            detail: detail.into(),
            values: Vec::new(),
            hint: None,
        }
    }

    /// About an object in a cluster.
    pub(crate) fn of(object: &Object<'_>, detail: impl Into<String>) -> Self {
        let found = Found::at(object.owner, object.path.clone(), detail);
        Found {
            part: object.is_part().then(|| object.label()),
            ..found
        }
    }

    /// The same with another summary than the rule's.
    pub(crate) fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = Some(summary.into());
        self
    }

    /// The same as a warning, whatever the rule's severity is.
    pub(crate) fn warning(mut self) -> Self {
        self.severity = Some(Severity::Warning);
        self
    }

    /// The same with a value that took part.
    pub(crate) fn note(
        mut self,
        traversal: impl Into<String>,
        statement: impl Into<String>,
    ) -> Self {
        self.values.push(Note {
            traversal: traversal.into(),
            statement: statement.into(),
        });
        self
    }

    /// The same with a next step.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn finding(self, rule: &Rule) -> Finding {
        Finding {
            rule: Str::from(rule.id),
            severity: self.severity.unwrap_or(rule.severity),
            address: self.address,
            path: self.path,
            part: self.part,
            summary: self.summary.unwrap_or_else(|| rule.summary.to_owned()),
            detail: self.detail,
            values: self.values,
            hint: self.hint,
            ignored: None,
        }
    }
}
