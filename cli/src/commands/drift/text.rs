//! What was found, for people.

use serde_json::Value as Json;
use trueup_drift::report::{Fate, Field, Object, Outcome, Part, Report};

use crate::ui::Ui;

/// Longer values are cut.
const LONG: usize = 100;

/// One stack: a heading, then each object with what was changed in it.
pub(super) fn stack(report: &Report, ui: &Ui) -> String {
    let folder = &report.folder;
    let drift = match &report.outcome {
        Outcome::Failed(_) => return format!("{folder}: could not be checked\n"),
        Outcome::Clean => return format!("{folder}: {}\n", ui.styled("32", "nothing has changed")),
        Outcome::Drifted(drift) => drift,
    };
    let heading = match drift.len() {
        1 => "1 object has drifted".to_owned(),
        count => format!("{count} objects have drifted"),
    };
    let objects = drift.iter().map(|drifted| object(drifted, ui));
    let objects: String = objects.collect();
    format!("{folder}: {}\n{objects}\n", ui.styled("33", &heading))
}

/// How many stacks there were, and what became of them.
pub(super) fn sum(reports: &[Report]) -> String {
    let failed = |report: &&Report| matches!(report.outcome, Outcome::Failed(_));
    let failed = reports.iter().filter(failed).count();
    let clean = reports.iter().filter(|report| report.is_clean()).count();
    format!(
        "{} stacks: {clean} as they were, {} drifted, {failed} could not be checked.\n",
        reports.len(),
        reports.len() - clean - failed
    )
}

fn object(drifted: &Object, ui: &Ui) -> String {
    let what = match drifted.fate {
        Fate::Deleted => "is gone",
        Fate::Changed | Fate::Added => "has changed",
    };
    let mut out = format!("\n  {} {what}\n", ui.styled("1", &drifted.address));
    for told in &drifted.changed_by {
        out += &format!("    by {told}\n");
    }
    for changed in &drifted.fields {
        out += &format!("    {}\n", field(changed));
    }
    for changed in &drifted.parts {
        out += &part(changed);
    }
    out
}

fn part(part: &Part) -> String {
    let Part { kind, name, .. } = part;
    let fate = match part.fate {
        Fate::Changed => "",
        Fate::Deleted => " is gone",
        Fate::Added => " was added",
    };
    let mut out = format!("    {kind} {name}{fate}\n");
    for note in &part.notes {
        out += &format!("      {note}\n");
    }
    for changed in &part.fields {
        out += &format!("      {}\n", field(changed));
    }
    out
}

fn field(field: &Field) -> String {
    let path = &field.path;
    if field.sensitive {
        return format!("{path}: (sensitive value) has changed");
    }
    let (before, after) = (shown(&field.before), shown(&field.after));
    format!("{path}: {before} -> {after}")
}

fn shown(value: &Json) -> String {
    let text = match value {
        Json::Null => "(none)".to_owned(),
        value => value.to_string(),
    };
    match text.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
