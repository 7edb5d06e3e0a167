//! What was found, for people.

use serde_json::Value as Json;
use trueup_drift::report::{Fate, Field, Object, Outcome, Part, Report};

use crate::ui::Ui;

/// Longer values are cut.
const LONG: usize = 100;

/// One stack: a heading, then each object with what was changed in it.
pub(super) fn stack(report: &Report, ui: &Ui) -> String {
    let folder = &report.folder;
    let heading = match (&report.outcome, report.objects().len()) {
        (Outcome::Failed(_), _) => return format!("{folder}: could not be checked\n"),
        (Outcome::Clean, _) if report.ignored.is_empty() => ui.styled("32", "nothing has changed"),
        (Outcome::Clean, _) => ui.styled("32", "nothing has changed but what is ignored"),
        (Outcome::Drifted(_), 1) => ui.styled("33", "1 object has drifted"),
        (Outcome::Drifted(_), count) => ui.styled("33", &format!("{count} objects have drifted")),
    };
    let objects: String = report.objects().iter().map(|o| object(o, ui)).collect();
    let asides = asides(report);
    let end = match objects.is_empty() {
        true => "",
        false => "\n",
    };
    let gap = match asides.is_empty() || objects.is_empty() {
        true => "",
        false => "\n",
    };
    format!("{folder}: {heading}\n{objects}{gap}{asides}{end}")
}

/// What is ignored, and what is to be said about the rules.
fn asides(report: &Report) -> String {
    let ignored = report.ignored.iter().map(|ignored| {
        let (address, reason, rule) = (&ignored.object.address, &ignored.reason, &ignored.rule);
        format!("  {address} is ignored: {reason} ({rule})\n")
    });
    let notices = report.notices.iter().map(|notice| {
        let detail = &notice.detail;
        format!("  {}: {detail}\n", notice.summary)
    });
    ignored.chain(notices).collect()
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
