//! `trueup destroy`

use super::{
    Context,
    apply::{self, ApplyArgs},
};
use crate::{error::CommandError, operation::Command};

/// Destroy previously-created infrastructure
///
/// The same as `trueup apply -destroy`.
#[derive(clap::Args, Debug)]
#[command(
    mut_arg("destroy", |flag| flag.hide(true)),
    mut_arg("refresh_only", |flag| flag.hide(true)),
    after_help = "Examples:\n  trueup destroy\n  trueup destroy -target=module.network"
)]
pub(crate) struct DestroyArgs {
    #[command(flatten)]
    apply: ApplyArgs,
}

pub(crate) fn run(args: &DestroyArgs, context: &Context<'_>) -> Result<(), CommandError> {
    apply::run_as(Command::Destroy, &args.apply, context)
}
