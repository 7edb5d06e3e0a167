//! `trueup apply`

use super::Context;
use crate::{
    display,
    error::CommandError,
    operation::{OperationFlags, PlanFlags, Run},
};

/// Create or update infrastructure
#[derive(clap::Args, Debug)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    plan: PlanFlags,

    #[command(flatten)]
    operation: OperationFlags,

    /// Don't ask before applying
    #[arg(long)]
    auto_approve: bool,
}

pub(crate) fn run(args: &ApplyArgs, context: &Context<'_>) -> Result<(), CommandError> {
    apply(&args.plan, &args.operation, args.auto_approve, context)
}

pub(super) fn apply(
    plan: &PlanFlags,
    operation: &OperationFlags,
    auto_approve: bool,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    let mut run = Run::open("OperationTypeApply", operation, &plan.variables, context)?;
    let planned = run.plan(&plan.options(operation));
    if planned.errored {
        return Err(CommandError::Reported);
    }
    context.ui.print(&display::plan::summary(&planned))?;
    if !auto_approve && !planned.is_empty() {
        context.ui.print("\n  Enter a value: ")?;
        if context.ui.answer().as_deref() != Some("yes") {
            context.ui.print("\nApply cancelled.\n")?;
            return Err(CommandError::Reported);
        }
    }
    let applied = run.apply(&planned, operation.parallelism)?;
    run.close()?;
    let text = match plan.destroy {
        true => format!(
            "\nDestroy complete! Resources: {} destroyed.\n",
            applied.destroyed
        ),
        false => format!(
            "\nApply complete! Resources: {} added, {} changed, {} destroyed.\n",
            applied.added, applied.changed, applied.destroyed
        ),
    };
    context.ui.print(&text)
}
