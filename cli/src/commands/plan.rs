//! `trueup plan`

use super::Context;
use crate::{
    error::CommandError,
    operation::{
        Command, Opening, PlanFlags, Run, RunFlags, refuse,
        view::{View, view},
    },
};

/// Show changes required by the current configuration
///
/// Reads the objects that are managed here, holds them against the
/// configuration, and says what would have to be done. Nothing is changed.
#[derive(clap::Args, Debug)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    plan: PlanFlags,

    #[command(flatten)]
    run: RunFlags,

    /// Exit with 0 if nothing is to be done, 1 after an error, 2 if there are
    /// changes
    #[arg(long)]
    detailed_exitcode: bool,

    #[arg(hide = true)]
    more: Vec<String>,
}

pub(crate) fn run(args: &PlanArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let view = view(&args.run, context)?;
    plan(args, context, view.as_ref()).map_err(|error| view.failed(error))
}

fn plan(args: &PlanArgs, context: &Context<'_>, view: &dyn View) -> Result<(), CommandError> {
    let command = Command::Plan;
    let too_many = (!args.more.is_empty())
        .then_some("To specify a working directory for the plan, use the global -chdir flag.");
    let options = args
        .plan
        .options(command, args.run.parallelism()?, too_many)
        .map_err(|found| refuse(command, &found, context, view))?;
    let opening = Opening {
        command,
        mode: options.mode,
        flags: &args.run,
        variables: &args.plan.variables,
    };
    let mut run = Run::open(&opening, context, view)?;
    let plan = run.plan(&options);
    view.plan(&plan, &run.project)?;
    run.tell()?;
    if !plan.is_empty() {
        view.next_step(None, None)?;
    }
    run.close()?;
    match args.detailed_exitcode && !plan.is_empty() {
        true => Err(CommandError::Exit(2)),
        false => Ok(()),
    }
}
