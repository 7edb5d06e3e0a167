//! `trueup drift`

mod report;
mod text;

use std::{
    env,
    path::{Path, PathBuf},
};

use trueup_core::plan::{Mode, Options};
use trueup_drift::report::{Document, Outcome, Problem, Report};

use super::{Context, VariableArgs};
use crate::{
    error::CommandError,
    operation::{Command, Opening, Run, RunFlags, view::QuietView},
};

/// Show what was changed behind trueup's back, by whom, and when
///
/// Reads all objects of one or many stacks and holds them against the state;
/// nothing is changed, neither outside nor in the state. Exits with 0 if nothing
/// was changed, 2 if something was, 1 if a stack could not be checked.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup drift\n  trueup drift -json stacks/*\n\nWhat was found is repaired by trueup apply, or accepted by trueup apply -refresh-only."
)]
pub(crate) struct DriftArgs {
    /// Folders of stacks; the working folder if none is named
    #[arg(value_name = "FOLDER")]
    folders: Vec<PathBuf>,

    #[command(flatten)]
    variables: VariableArgs,

    #[command(flatten)]
    run: RunFlags,
}

pub(crate) fn run(args: &DriftArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let here = env::current_dir()
        .map_err(|source| CommandError::io("Failed to find the working folder", ".", source))?;
    let folders = match &args.folders[..] {
        [] => vec![PathBuf::from(".")],
        named => named.to_vec(),
    };
    let mut reports = Vec::with_capacity(folders.len());
    for folder in folders {
        let report = check(&folder, &here, args, context);
        if !args.run.json {
            context.ui.print(&text::stack(&report, &context.ui))?;
        }
        reports.push(report);
    }
    let verdict = verdict(&reports);
    match args.run.json {
        true => context.ui.print(&document(reports)?)?,
        false if reports.len() > 1 => context.ui.print(&text::sum(&reports))?,
        false => {}
    }
    verdict
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

/// Checks one stack; what goes wrong is part of the report.
fn check(folder: &Path, here: &Path, args: &DriftArgs, context: &Context<'_>) -> Report {
    let view = QuietView::new(context, args.run.json);
    let outcome = enter(&here.join(folder))
        .and_then(|()| look(args, context, &view))
        .unwrap_or_else(|error| {
            if !matches!(error, CommandError::Reported) && !args.run.json {
                context.ui.error(&error);
            }
            Outcome::Failed(problems(&view, &error))
        });
    Report::new(folder.display().to_string(), outcome)
}

fn problems(view: &QuietView<'_>, error: &CommandError) -> Vec<Problem> {
    let told = view.problems(error).into_iter();
    told.map(|(summary, detail)| Problem { summary, detail })
        .collect()
}

fn enter(folder: &Path) -> Result<(), CommandError> {
    env::set_current_dir(folder)
        .map_err(|source| CommandError::io("Failed to enter the folder of a stack", folder, source))
}

fn look(
    args: &DriftArgs,
    context: &Context<'_>,
    view: &QuietView<'_>,
) -> Result<Outcome, CommandError> {
    let options = Options {
        mode: Mode::RefreshOnly,
        parallelism: args.run.parallelism()?,
        ..Options::default()
    };
    let opening = Opening {
        command: Command::Plan,
        dir: Path::new("."),
        mode: options.mode,
        flags: &args.run,
        variables: &args.variables,
    };
    let mut run = Run::open(&opening, context, view)?;
    let plan = run.plan(&options);
    run.forget_checks();
    run.tell()?;
    let drift = report::drifted(&plan, run.project.environment().schemas);
    run.close()?;
    Ok(Outcome::of(drift))
}
