//! `trueup plan`

use super::Context;
use crate::{
    display,
    error::CommandError,
    operation::{OperationFlags, PlanFlags, Run},
};

/// Show changes required by the current configuration
///
/// Nothing is changed anywhere.
#[derive(clap::Args, Debug)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    plan: PlanFlags,

    #[command(flatten)]
    operation: OperationFlags,

    /// Exit with 0 if nothing is to be done, 1 after an error, 2 if there are
    /// changes
    #[arg(long)]
    detailed_exitcode: bool,
}

pub(crate) fn run(args: &PlanArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let variables = &args.plan.variables;
    let mut run = Run::open("OperationTypePlan", &args.operation, variables, context)?;
    let plan = run.plan(&args.plan.options(&args.operation));
    run.close()?;
    if plan.errored {
        return Err(CommandError::Reported);
    }
    context.ui.print(&display::plan::summary(&plan))?;
    match args.detailed_exitcode && !plan.is_empty() {
        true => Err(CommandError::Exit(2)),
        false => Ok(()),
    }
}
