//! What was found, as one file that needs nothing else.

use std::time::SystemTime;

use askama::Template;
use jiff::Timestamp;

use crate::{
    page::{
        clock,
        diff::{self, DriftedObject},
    },
    report::{Outcome, Problem, Report},
};

/// The whole page.
#[derive(Template, Debug)]
#[template(path = "report.html")]
struct Page {
    now: String,
    headline: String,
    /// So many, and what they are.
    facts: Vec<String>,
    tilt: usize,
    stacks: Vec<StackReport>,
    clean: Vec<String>,
}

/// A stack there is something to say about.
#[derive(Debug)]
struct StackReport {
    folder: String,
    word: &'static str,
    headline: String,
    problems: Vec<Problem>,
    objects: Vec<DriftedObject>,
    ignored: Vec<(String, String)>,
    notices: Vec<Problem>,
}

/// A page of reports: light and dark, of any width, with no script and nothing
/// from elsewhere.
///
/// # Errors
/// What the template says.
pub fn page(reports: &[Report], now: SystemTime) -> Result<String, askama::Error> {
    let now = Timestamp::try_from(now).unwrap_or_default();
    let quiet = |report: &&Report| {
        report.is_clean() && report.ignored.is_empty() && report.notices.is_empty()
    };
    let mut told: Vec<&Report> = reports.iter().filter(|report| !quiet(report)).collect();
    told.sort_by_key(|report| match report.outcome {
        Outcome::Failed(_) => 0,
        Outcome::Drifted(_) => 1,
        Outcome::Clean => 2,
    });
    let page = Page {
        now: clock(now),
        headline: headline(reports),
        facts: facts(reports),
        tilt: reports
            .iter()
            .filter(|report| !report.is_clean())
            .count()
            .min(4)
            * 2,
        stacks: told.into_iter().map(|report| stack(report, now)).collect(),
        clean: reports
            .iter()
            .filter(quiet)
            .map(|report| report.folder.clone())
            .collect(),
    };
    page.render()
}

fn stack(report: &Report, now: Timestamp) -> StackReport {
    let objects = report.objects().iter();
    let ignored = report.ignored.iter();
    StackReport {
        folder: report.folder.clone(),
        word: report.outcome.word(),
        headline: match (&report.outcome, report.objects().len()) {
            (Outcome::Failed(_), _) => "Could not be checked.".to_owned(),
            (Outcome::Clean, _) => "As it should be, but for what is ignored.".to_owned(),
            (Outcome::Drifted(_), 1) => "1 object has drifted.".to_owned(),
            (Outcome::Drifted(_), count) => format!("{count} objects have drifted."),
        },
        problems: report.problems().to_vec(),
        objects: objects
            .map(|object| diff::object(object, false, now))
            .collect(),
        ignored: ignored
            .map(|ignored| {
                let why = format!("{} ({})", ignored.reason, ignored.rule);
                (ignored.object.address.clone(), why)
            })
            .collect(),
        notices: report.notices.clone(),
    }
}

fn headline(reports: &[Report]) -> String {
    let objects: usize = reports.iter().map(|report| report.objects().len()).sum();
    let failed = reports.iter().any(|report| !report.problems().is_empty());
    match (objects, failed, reports.len()) {
        (0, true, 1) => "The stack could not be checked.".to_owned(),
        (0, true, _) => "Not every stack could be checked.".to_owned(),
        (0, false, _) => "Everything is as it was left.".to_owned(),
        (1, _, _) => "1 object has drifted.".to_owned(),
        (count, _, _) => format!("{count} objects have drifted."),
    }
}

fn facts(reports: &[Report]) -> Vec<String> {
    let count = |word: &str| {
        let of_it = reports
            .iter()
            .filter(|report| report.outcome.word() == word);
        of_it.count()
    };
    let all = match reports.len() {
        1 => "1 stack".to_owned(),
        count => format!("{count} stacks"),
    };
    let told = [
        ("clean", "as left"),
        ("drifted", "drifted"),
        ("failed", "could not be checked"),
    ];
    let told = told.iter().filter(|(word, _)| count(word) > 0);
    let told = told.map(|(word, text)| format!("{} {text}", count(word)));
    [all].into_iter().chain(told).collect()
}

#[cfg(test)]
mod tests;
