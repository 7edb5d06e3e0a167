//! The first page: all stacks.

use askama::Template;
use jiff::Timestamp;

use super::{
    Frame, address_of,
    ago::{ago, until},
    chart::Chart,
    counted,
    diff::culprit,
    strip::Strip,
};
use crate::{
    history::Verdict,
    report::{Object, Report},
    service::{Busy, StackStatus, Status},
};

/// The first page.
#[derive(Template, Debug)]
#[template(path = "overview.html")]
pub(crate) struct Overview {
    frame: Frame,
    /// What is said first.
    headline: String,
    /// What is said then.
    facts: Vec<String>,
    chart: Option<Chart>,
    /// Stacks that somebody should look at.
    wrong: Vec<Card>,
    /// The others.
    fine: Vec<Card>,
    /// How many stacks there are.
    count: usize,
    /// What was searched for.
    search: String,
}

/// A stack among others.
#[derive(Debug)]
struct Card {
    name: String,
    address: String,
    word: &'static str,
    /// What there is to say about it.
    lines: Vec<(String, String)>,
    more: usize,
    checked: String,
    busy: bool,
    fought: bool,
    strip: Strip,
}

/// How many objects of a stack are named.
const OBJECTS: usize = 3;

impl Overview {
    pub(crate) fn new(status: &Status, search: &str) -> Self {
        let stacks = &status.stacks;
        let count = |verdict| {
            stacks
                .iter()
                .filter(|s| s.verdict() == Some(verdict))
                .count()
        };
        let (drifted, failed) = (count(Verdict::Drifted), count(Verdict::Failed));
        let wanted = search.trim().to_lowercase();
        let shown = stacks
            .iter()
            .filter(|stack| stack.stack.name.to_lowercase().contains(&wanted));
        let mut shown: Vec<&StackStatus> = shown.collect();
        shown.sort_by_key(|stack| rank(stack.verdict()));
        let cards = shown.into_iter().map(|stack| Card::new(stack, status.now));
        let (wrong, fine) =
            cards.partition(|card: &Card| matches!(card.word, "failed" | "drifted"));
        Overview {
            frame: Frame::new(status, drifted + failed),
            headline: headline(stacks.len(), drifted, failed),
            facts: facts(status, drifted, failed),
            chart: Chart::of_stacks(stacks.iter().map(|stack| stack.kept.as_ref()), status.now),
            wrong,
            fine,
            count: stacks.len(),
            search: search.trim().to_owned(),
        }
    }
}

fn rank(verdict: Option<Verdict>) -> usize {
    match verdict {
        Some(Verdict::Failed) => 0,
        Some(Verdict::Drifted) => 1,
        None => 2,
        Some(Verdict::Clean) => 3,
    }
}

fn headline(all: usize, drifted: usize, failed: usize) -> String {
    match (all, drifted, failed) {
        (0, ..) => "No stack is watched yet.".to_owned(),
        (1, 0, 0) => "The stack is as it should be.".to_owned(),
        (1, 1, _) => "The stack has drifted.".to_owned(),
        (1, ..) => "The stack cannot be checked.".to_owned(),
        (all, 0, 0) => format!("All {all} stacks are as they should be."),
        (all, 0, 1) => format!("1 of {all} stacks cannot be checked."),
        (all, 0, failed) => format!("{failed} of {all} stacks cannot be checked."),
        (all, 1, _) => format!("1 of {all} stacks has drifted."),
        (all, drifted, _) => format!("{drifted} of {all} stacks have drifted."),
    }
}

fn facts(status: &Status, drifted: usize, failed: usize) -> Vec<String> {
    let mut facts = Vec::new();
    if drifted > 0 && failed > 0 {
        facts.push(format!("{failed} cannot be checked"));
    }
    let unknown = status
        .stacks
        .iter()
        .filter(|s| s.verdict().is_none())
        .count();
    if unknown > 0 {
        facts.push(format!("{unknown} not checked yet"));
    }
    let last = status.stacks.iter().filter_map(|stack| stack.kept.last());
    if let Some(last) = last.map(|point| point.began).max() {
        facts.push(format!("last check {}", ago(last, status.now)));
    }
    if status.running > 0 {
        facts.push(format!(
            "{} running",
            counted(status.running, "check", "checks")
        ));
    }
    if status.stuck > 0 {
        facts.push(format!(
            "{} given up, not ended",
            counted(status.stuck, "check", "checks")
        ));
    }
    if let Some(next) = status.stacks.iter().filter_map(|stack| stack.next).min() {
        facts.push(format!("next {}", until(next, status.now)));
    }
    facts
}

impl Card {
    fn new(stack: &StackStatus, now: Timestamp) -> Self {
        let report = stack.kept.report.as_deref();
        let objects = report.map_or(0, |report| report.objects().len());
        Card {
            name: stack.stack.name.clone(),
            address: address_of(&stack.stack.name),
            word: stack.verdict().map_or("unknown", Verdict::word),
            lines: report.map_or_else(Vec::new, |report| lines(report, now)),
            more: objects.saturating_sub(OBJECTS),
            checked: match stack.kept.last() {
                Some(point) => ago(point.began, now),
                None => "not yet".to_owned(),
            },
            busy: matches!(stack.busy, Busy::Queued | Busy::Since(_)),
            fought: stack.kept.standing.is_fought(),
            strip: Strip::new(&stack.kept),
        }
    }
}

/// What is wrong: what it is, and who did it.
fn lines(report: &Report, now: Timestamp) -> Vec<(String, String)> {
    let problems = report.problems().iter().take(1);
    let problems = problems.map(|problem| (problem.summary.clone(), String::new()));
    let objects = report.objects().iter().take(OBJECTS);
    let objects = objects.map(|object| (object.address.clone(), about(object, now)));
    problems.chain(objects).collect()
}

fn about(object: &Object, now: Timestamp) -> String {
    let fields = object.fields.len() + object.parts.iter().map(|p| p.fields.len()).sum::<usize>();
    let what = match (object.fields.first(), fields) {
        (Some(field), 1) => field.path.to_string(),
        (_, 0) => object.fate.word().to_owned(),
        (_, count) => counted(count, "field", "fields"),
    };
    match object.changed_by.first() {
        Some(by) => format!("{what} · {}", culprit(by, now)),
        None => what,
    }
}
