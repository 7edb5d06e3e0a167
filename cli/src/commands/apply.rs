//! `trueup apply`

use super::Context;
use crate::{
    error::CommandError,
    operation::{
        Approval, Command, Opening, PlanFlags, Run, RunFlags, approve, refuse,
        view::{View, view},
    },
};

/// Create or update infrastructure
///
/// Plans, shows the plan, asks, and does it.
#[derive(clap::Args, Debug)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    plan: PlanFlags,

    #[command(flatten)]
    run: RunFlags,

    /// Don't ask before applying
    #[arg(long)]
    auto_approve: bool,

    #[arg(hide = true)]
    more: Vec<String>,
}

pub(crate) fn run(args: &ApplyArgs, context: &Context<'_>) -> Result<(), CommandError> {
    run_as(Command::Apply, args, context)
}

/// The same for `destroy`.
pub(super) fn run_as(
    command: Command,
    args: &ApplyArgs,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    let view = view(&args.run, context)?;
    apply(command, args, context, view.as_ref()).map_err(|error| view.failed(error))
}

fn apply(
    command: Command,
    args: &ApplyArgs,
    context: &Context<'_>,
    view: &dyn View,
) -> Result<(), CommandError> {
    let too_many = (!args.more.is_empty()).then_some("Expected at most one positional argument.");
    let options = args
        .plan
        .options(command, args.run.parallelism()?, too_many)
        .map_err(|found| refuse(command, &found, context, view))?;
    if args.run.json && !args.auto_approve {
        return Err(CommandError::usage(
            "Plan file or auto-approve required",
            "Terraform cannot ask for interactive approval when -json is set. You can either apply a saved plan file, or enable the -auto-approve option.",
        ));
    }
    let opening = Opening {
        command,
        mode: options.mode,
        flags: &args.run,
        variables: &args.plan.variables,
    };
    let mut run = Run::open(&opening, context, view)?;
    let plan = run.plan(&options);
    view.plan(&plan, &run.project)?;
    if plan.errored {
        return run.tell();
    }
    if !args.auto_approve && !plan.is_empty() {
        run.tell()?;
        let approval = approve(options.mode, run.workspace(), &context.ui, view)?;
        if approval == Approval::Refused {
            run.close()?;
            return Err(CommandError::Reported);
        }
    }
    let (applied, snapshot) = run.apply(&plan, options.parallelism)?;
    run.close()?;
    let destroy = command == Command::Destroy;
    view.applied(applied, destroy)?;
    match destroy {
        true => Ok(()),
        false => view.outputs(&snapshot),
    }
}
