//! The page of a stack.

use askama::Template;

use super::{
    Frame,
    ago::{ago, took, until},
    chart::Chart,
    clock,
    diff::{self, DriftedObject},
    strip::Strip,
};
use crate::{
    history::Verdict,
    report::Problem,
    service::{Busy, StackStatus, Status},
};

/// The page of a stack.
#[derive(Template, Debug)]
#[template(path = "stack.html")]
pub(crate) struct StackPage {
    frame: Frame,
    name: String,
    word: &'static str,
    headline: String,
    /// What is known of it: what, and what it is.
    facts: Vec<(&'static str, String)>,
    chart: Option<Chart>,
    strip: Strip,
    problems: Vec<Problem>,
    objects: Vec<DriftedObject>,
    ignored: Vec<(String, String)>,
    notices: Vec<Problem>,
    /// What has changed, newest first: when, its word, what.
    changes: Vec<(String, &'static str, String)>,
}

/// How many changes are shown.
const CHANGES: usize = 30;

impl StackPage {
    pub(crate) fn new(status: &Status, stack: &StackStatus) -> Self {
        let kept = &stack.kept;
        let report = kept.report.as_deref();
        let objects = report.map_or(&[][..], |report| report.objects());
        let fought = kept.standing.fought();
        let drawn = objects.iter().map(|object| {
            let fought = fought.contains(object.address.as_str());
            diff::object(object, fought, status.now)
        });
        let ignored = report.map_or(&[][..], |report| &report.ignored);
        let changes = kept.changes.iter().rev().take(CHANGES);
        StackPage {
            frame: Frame::new(status, objects.len()),
            name: stack.stack.name.clone(),
            word: stack.verdict().map_or("unknown", Verdict::word),
            headline: headline(stack, objects.len()),
            facts: facts(status, stack),
            chart: Chart::of_objects(kept, status.now),
            strip: Strip::new(kept),
            problems: report.map_or_else(Vec::new, |report| report.problems().to_vec()),
            objects: drawn.collect(),
            ignored: ignored
                .iter()
                .map(|ignored| (ignored.object.address.clone(), ignored.reason.clone()))
                .collect(),
            notices: report.map_or_else(Vec::new, |report| report.notices.clone()),
            changes: changes
                .map(|change| (clock(change.at), change.kind.word(), change.to_string()))
                .collect(),
        }
    }
}

fn headline(stack: &StackStatus, objects: usize) -> String {
    match (stack.verdict(), objects) {
        (None, _) => "Not checked yet.".to_owned(),
        (Some(Verdict::Clean), _) => "As it should be.".to_owned(),
        (Some(Verdict::Failed), _) => "Cannot be checked.".to_owned(),
        (Some(Verdict::Drifted), 1) => "1 object has drifted.".to_owned(),
        (Some(Verdict::Drifted), count) => format!("{count} objects have drifted."),
    }
}

fn facts(status: &Status, stack: &StackStatus) -> Vec<(&'static str, String)> {
    let (now, schedule) = (status.now, &stack.stack.schedule);
    let mut facts = Vec::new();
    if let Some(last) = stack.kept.last() {
        let text = format!("{}, took {}", ago(last.began, now), took(last.took));
        facts.push(("Last check", text));
    }
    match (stack.busy, stack.next) {
        (Busy::Since(since), _) => facts.push(("Running", format!("since {}", clock(since)))),
        (Busy::Stuck(since), _) => facts.push((
            "Given up",
            format!("the check that began {} has not ended", clock(since)),
        )),
        (Busy::Queued, _) => facts.push(("Next check", "as soon as there is room".to_owned())),
        (Busy::No, Some(next)) => {
            let text = format!("{}, at {}", until(next, now), schedule.show(next));
            facts.push(("Next check", text));
        }
        (Busy::No, None) => {}
    }
    facts.push((
        "Schedule",
        format!("{} ({})", schedule.text(), schedule.zone_name()),
    ));
    facts.push(("Folder", stack.stack.folder.display().to_string()));
    let told = match stack.stack.notify[..] {
        [] => "nobody".to_owned(),
        ref names => names.join(", "),
    };
    facts.push(("Told", told));
    let repair = match stack.stack.repair {
        None => "never",
        Some(_) if stack.kept.standing.is_fought() => "not while something rewrites it",
        Some(allowed) => match (allowed.create, allowed.destroy) {
            (false, false) => "changes fields back",
            (true, false) => "changes fields back and makes objects again",
            (false, true) => "changes fields back and removes objects",
            (true, true) => "changes everything back",
        },
    };
    facts.push(("Repair", repair.to_owned()));
    facts
}
