//! What was found, for people and for programs.

use std::path::PathBuf;

use serde_json::{Value as Json, json};
use trueup_core::{
    diff::mark_sensitive,
    plan::{
        Action, FieldChange, Plan, ResourceChange, field_changes, parse_provider, path_json,
        public_json,
    },
    run::schema_of,
    validate::Schemas,
};
use trueup_sdk::{Explanation, PartChange};
use trueup_value::Value;

/// What was found in one stack.
pub(super) struct Report {
    pub(super) folder: PathBuf,
    pub(super) outcome: Outcome,
}

/// What became of checking a stack.
pub(super) enum Outcome {
    /// The objects that have drifted.
    Checked(Vec<Drifted>),
    /// Why it could not be checked: summaries and details.
    Failed(Vec<(String, String)>),
}

/// Whether something is another than it was, or not there any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Changed,
    Deleted,
    Added,
}

/// An object that has drifted.
pub(super) struct Drifted {
    pub(super) address: String,
    pub(super) fate: Fate,
    pub(super) fields: Vec<FieldChange>,
    pub(super) parts: Vec<Part>,
    pub(super) changed_by: Vec<Explanation>,
}

/// A part of an object that has drifted.
pub(super) struct Part {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) fate: Fate,
    pub(super) fields: Vec<FieldChange>,
    pub(super) notes: Vec<String>,
}

impl Report {
    /// Whether it was checked and nothing has drifted.
    pub(super) fn is_clean(&self) -> bool {
        matches!(&self.outcome, Outcome::Checked(drift) if drift.is_empty())
    }
}

impl Fate {
    pub(super) fn word(self) -> &'static str {
        match self {
            Fate::Changed => "changed",
            Fate::Deleted => "deleted",
            Fate::Added => "added",
        }
    }
}

/// The objects of a refresh-only plan that have drifted.
pub(super) fn drifted(plan: &Plan, schemas: &dyn Schemas) -> Vec<Drifted> {
    let changes = plan.drift.iter();
    let changes = changes.filter(|change| change.action != Action::NoOp);
    changes.map(|change| object(change, schemas)).collect()
}

fn object(change: &ResourceChange, schemas: &dyn Schemas) -> Drifted {
    let fate = match change.action {
        Action::Delete => Fate::Deleted,
        _ => Fate::Changed,
    };
    let fields = match fate {
        Fate::Changed => {
            let [before, after] = marked(change, schemas);
            field_changes(&before, &after)
        }
        _ => Vec::new(),
    };
    Drifted {
        address: change.address.to_string(),
        fate,
        fields,
        parts: change.parts.iter().map(part).collect(),
        changed_by: change.changed_by.clone(),
    }
}

/// Both values with all marked that the schema says is sensitive.
fn marked(change: &ResourceChange, schemas: &dyn Schemas) -> [Value; 2] {
    let provider = parse_provider(&change.provider);
    let provider = provider.and_then(|(_, source, _)| schemas.provider(&source));
    let schema = provider.and_then(|p| schema_of(p, &change.address.resource.resource));
    [&change.before, &change.after].map(|value| match schema {
        Some(schema) => mark_sensitive(&schema.block, value),
        None => value.clone(),
    })
}

fn part(change: &PartChange) -> Part {
    let there = |value: &Value| !value.unmarked().0.is_null();
    let fate = match (there(&change.before), there(&change.after)) {
        (false, true) => Fate::Added,
        (true, false) => Fate::Deleted,
        _ => Fate::Changed,
    };
    let fields = match fate {
        Fate::Changed => field_changes(&change.before, &change.after),
        _ => Vec::new(),
    };
    Part {
        kind: change.kind.to_string(),
        name: change.name.to_string(),
        fate,
        fields,
        notes: change.notes.clone(),
    }
}

/// All reports as a document. What is secret is left out.
pub(super) fn document(reports: &[Report]) -> Json {
    let stacks: Vec<Json> = reports.iter().map(stack_json).collect();
    json!({ "format_version": "1.0", "stacks": stacks })
}

fn stack_json(report: &Report) -> Json {
    let (status, objects, errors) = match &report.outcome {
        Outcome::Checked(drift) if drift.is_empty() => ("clean", Vec::new(), Vec::new()),
        Outcome::Checked(drift) => (
            "drifted",
            drift.iter().map(object_json).collect(),
            Vec::new(),
        ),
        Outcome::Failed(problems) => {
            let problems = problems.iter();
            let problems =
                problems.map(|(summary, detail)| json!({ "summary": summary, "detail": detail }));
            ("failed", Vec::new(), problems.collect())
        }
    };
    json!({
        "folder": report.folder.display().to_string(),
        "status": status,
        "objects": objects,
        "errors": errors,
    })
}

fn object_json(object: &Drifted) -> Json {
    let parts: Vec<Json> = object.parts.iter().map(part_json).collect();
    let told: Vec<Json> = object.changed_by.iter().map(explanation_json).collect();
    json!({
        "address": object.address,
        "change": object.fate.word(),
        "fields": fields_json(&object.fields),
        "parts": parts,
        "changed_by": told,
    })
}

fn part_json(part: &Part) -> Json {
    json!({
        "kind": part.kind,
        "name": part.name,
        "change": part.fate.word(),
        "fields": fields_json(&part.fields),
        "notes": part.notes,
    })
}

fn explanation_json(told: &Explanation) -> Json {
    json!({
        "path": path_json(&told.what),
        "who": told.who,
        "when": told.when,
        "how": told.how,
    })
}

fn fields_json(fields: &[FieldChange]) -> Vec<Json> {
    let value = |value: &Option<Value>| value.as_ref().map_or(Json::Null, public_json);
    let fields = fields.iter();
    fields
        .map(|field| {
            json!({
                "path": path_json(&field.path),
                "before": value(&field.before),
                "after": value(&field.after),
                "sensitive": field.is_sensitive(),
            })
        })
        .collect()
}
