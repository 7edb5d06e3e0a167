//! `trueup drift`

mod check;
mod found;
mod repair;
mod text;

use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    time::SystemTime,
};

use trueup_core::progress::Stop;
use trueup_drift::{
    config::Allowed,
    html,
    report::{Document, Outcome, Report},
};

pub(crate) use self::{
    check::{CheckArgs, Checked, Checker},
    repair::{Repaired, Terms},
};
use super::Context;
use crate::{error::CommandError, interrupt};

/// Show what was changed behind trueup's back, by whom, and when
///
/// Reads all objects of one or many stacks and holds them against the state;
/// nothing is changed, neither outside nor in the state. Exits with 0 if nothing
/// was changed, 2 if something was, 1 if a stack could not be checked.
///
/// What may drift is written in the file drift.hcl beside a stack: blocks "ignore"
/// with an address, a path, a part or a manager, a reason, and a last day.
#[derive(clap::Args, Debug)]
#[command(
    mut_arg("json", |json| json.help("Print what was found as one JSON document").long_help(None)),
    after_help = "Examples:\n  trueup drift\n  trueup drift -json stacks/*\n  trueup drift -html=drift.html stacks/*\n  trueup drift -repair\n\nWhat was found is changed back by -repair, made what is configured by trueup apply, or accepted by trueup apply -refresh-only."
)]
pub(crate) struct DriftArgs {
    /// Folders of stacks; the working folder if none is named
    #[arg(value_name = "FOLDER")]
    folders: Vec<PathBuf>,

    /// How many stacks are checked at once
    #[arg(long, value_name = "N", default_value = "8")]
    at_once: NonZeroUsize,

    /// Write a page with what was found to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Change what has drifted back to what it was, and nothing else: shows what
    /// is going to be done and asks
    #[arg(long, conflicts_with = "json")]
    repair: bool,

    /// Don't ask before repairing
    #[arg(long, requires = "repair")]
    auto_approve: bool,

    #[command(flatten)]
    check: CheckArgs,
}

pub(crate) fn run(args: &DriftArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let folders = match &args.folders[..] {
        [] => vec![PathBuf::from(".")],
        named => named.to_vec(),
    };
    let stop = Stop::default();
    interrupt::listen(stop.clone(), context.ui.clone(), args.check.run.json);
    let checker = Checker::new(context, stop);
    let reports = check(&checker, &folders, args, context)?;
    if let Some(path) = &args.html {
        write_page(path, &reports, context)?;
    }
    if args.repair {
        return repair_all(&checker, &folders, &reports, args, context);
    }
    let verdict = verdict(&reports);
    match args.check.run.json {
        true => context.ui.print(&document(reports)?)?,
        false if reports.len() > 1 => context.ui.print(&text::sum(&reports))?,
        false => {}
    }
    verdict
}

/// Writes the page, all of it or nothing.
fn write_page(path: &Path, reports: &[Report], context: &Context<'_>) -> Result<(), CommandError> {
    let failed = |source| CommandError::io("Failed to write the page", path, source);
    let page = html::page(reports, SystemTime::now());
    let page = page.map_err(|problem| failed(std::io::Error::other(problem)))?;
    fs::write(context.environment.place(path), page).map_err(failed)
}

/// Repairs what has drifted, one stack after the other.
fn repair_all(
    checker: &Checker,
    folders: &[PathBuf],
    reports: &[Report],
    args: &DriftArgs,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    let terms = Terms {
        auto_approve: args.auto_approve,
        allowed: Allowed {
            create: true,
            destroy: true,
        },
    };
    let mut whole = true;
    for (folder, report) in folders.iter().zip(reports) {
        if report.objects().is_empty() {
            continue;
        }
        let repaired = checker.repair(folder, report, &args.check, terms, &context.ui)?;
        whole &= tell(report, &repaired, context)?;
    }
    match (verdict(reports), whole) {
        (Err(CommandError::Exit(_)), true) => Ok(()),
        (verdict, _) => verdict,
    }
}

/// Says what was left; whether everything was repaired.
fn tell(report: &Report, repaired: &Repaired, context: &Context<'_>) -> Result<bool, CommandError> {
    for left in &repaired.left {
        context.ui.warn(&left.summary, &left.detail)?;
    }
    if repaired.applied.is_none() && repaired.left.is_empty() {
        let text = format!("{}: nothing was repaired.\n", report.folder);
        context.ui.print(&text)?;
    }
    Ok(repaired.applied.is_some() && repaired.left.is_empty())
}

/// Checks the stacks and shows each, unless programs read them later.
fn check(
    checker: &Checker,
    folders: &[PathBuf],
    args: &DriftArgs,
    context: &Context<'_>,
) -> Result<Vec<Report>, CommandError> {
    let json = args.check.run.json;
    let mut reports = Vec::with_capacity(folders.len());
    checker.check_all(folders, &args.check, args.at_once, |checked| {
        let Checked { report, said } = checked;
        if !json {
            context.ui.complain(&said);
            context.ui.print(&text::stack(&report, &context.ui))?;
        }
        reports.push(report);
        Ok(())
    })?;
    Ok(reports)
}

/// All reports, for programs.
fn document(reports: Vec<Report>) -> Result<String, CommandError> {
    let text = serde_json::to_string(&Document::new(reports));
    let text = text.map_err(|problem| CommandError::Output(problem.into()))?;
    Ok(format!("{text}\n"))
}

fn verdict(reports: &[Report]) -> Result<(), CommandError> {
    let failed = |report: &Report| matches!(report.outcome, Outcome::Failed(_));
    if reports.iter().any(failed) {
        return Err(CommandError::Reported);
    }
    match reports.iter().all(Report::is_clean) {
        true => Ok(()),
        false => Err(CommandError::Exit(2)),
    }
}
