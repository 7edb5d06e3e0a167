//! `trueup destroy`

use super::{Context, apply};
use crate::{
    error::CommandError,
    operation::{OperationFlags, PlanFlags},
};

/// Destroy previously-created infrastructure
///
/// The same as `trueup apply -destroy`.
#[derive(clap::Args, Debug)]
pub(crate) struct DestroyArgs {
    #[command(flatten)]
    plan: PlanFlags,

    #[command(flatten)]
    operation: OperationFlags,

    /// Don't ask before destroying
    #[arg(long)]
    auto_approve: bool,
}

pub(crate) fn run(args: &DestroyArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let plan = PlanFlags {
        destroy: true,
        ..args.plan.clone()
    };
    apply::apply(&plan, &args.operation, args.auto_approve, context)
}
