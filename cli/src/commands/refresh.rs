//! `trueup refresh`

use std::path::Path;

use trueup_core::plan::{Mode, Options};
use trueup_syntax::{Diagnostic, Severity};

use super::Context;
use crate::{
    error::CommandError,
    operation::{
        Command, Opening, PlanFlags, Run, RunFlags, refuse,
        view::{View, view},
    },
};

/// Update the state to match remote systems
///
/// Reads all objects that are managed here and writes down how they are, and
/// the outputs as far as they are known before anything is applied. No object
/// is changed. `trueup apply -refresh-only` shows what it is going to write
/// and asks first.
#[derive(clap::Args, Debug)]
#[command(
    mut_arg("destroy", |flag| flag.hide(true)),
    mut_arg("refresh_only", |flag| flag.hide(true)),
    mut_arg("refresh", |flag| flag.hide(true)),
    mut_arg("replace", |flag| flag.hide(true)),
    after_help = "Examples:\n  trueup refresh\n  trueup refresh -target=aws_s3_bucket.logs"
)]
pub(crate) struct RefreshArgs {
    #[command(flatten)]
    plan: PlanFlags,

    #[command(flatten)]
    run: RunFlags,

    #[arg(hide = true)]
    more: Vec<String>,
}

pub(crate) fn run(args: &RefreshArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let view = view(&args.run, context)?;
    refresh(args, context, view.as_ref()).map_err(|error| view.failed(error))
}

fn refresh(args: &RefreshArgs, context: &Context<'_>, view: &dyn View) -> Result<(), CommandError> {
    let command = Command::Refresh;
    let too_many = (!args.more.is_empty()).then_some("Expected at most one positional argument.");
    let options = args
        .plan
        .options(command, args.run.parallelism()?, too_many)
        .map_err(|found| refuse(command, &found, context, view))?;
    let options = Options {
        mode: Mode::Normal,
        refresh: true,
        replace: Vec::new(),
        ..options
    };
    let opening = Opening {
        command,
        dir: Path::new("."),
        mode: options.mode,
        flags: &args.run,
        variables: &args.plan.variables,
    };
    let mut run = Run::open(&opening, context, view)?;
    if run.is_empty() {
        run.note(nothing());
    }
    let plan = run.plan(&options);
    if plan.errored {
        run.tell()?;
        return Err(CommandError::Reported);
    }
    let mut refreshed = plan.prior;
    // Nothing was applied that checks could have judged.
    refreshed.check_results = None;
    let snapshot = run.write(&refreshed)?;
    run.tell()?;
    run.finish()?;
    view.outputs(&snapshot)
}

fn nothing() -> Diagnostic {
    Diagnostic::without_place(
        Severity::Warning,
        "Empty or non-existent state",
        "There are currently no remote objects tracked in the state, so there is nothing to refresh.",
    )
}
