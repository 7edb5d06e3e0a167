//! `trueup force-unlock`

use super::Context;
use crate::error::CommandError;

/// Remove a lock that nobody holds any more
///
/// A local state needs it never: the system drops the lock of a process that
/// is gone.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup force-unlock 7b0e3a5c-41f9-4f52-8f3e-0d6c2a9b1e77")]
pub(crate) struct ForceUnlockArgs {
    /// The ID the error message named
    lock_id: String,

    /// Don't ask for confirmation
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &ForceUnlockArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let ForceUnlockArgs { lock_id: _, force } = args;
    context.ui.complain(if *force {
        "Failed to unlock state: LocalState not locked\n"
    } else {
        "Local state cannot be unlocked by another process\n"
    });
    Err(CommandError::Reported)
}
