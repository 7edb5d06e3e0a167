//! `trueup untaint`

use super::{
    Context,
    taint::{current_object, instance, missing},
};
use crate::{
    error::CommandError,
    states::session::{FileArgs, LockArgs, Session},
};

/// Mark a tainted resource instance as functional again
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup untaint aws_instance.web")]
pub(crate) struct UntaintArgs {
    /// The instance
    address: String,

    /// Succeed even if there is no such instance
    #[arg(long)]
    allow_missing: bool,

    #[command(flatten)]
    files: FileArgs,

    #[command(flatten)]
    lock: LockArgs,
}

pub(crate) fn run(args: &UntaintArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let instance = instance(&args.address, context)?;
    let mut session = Session::open(&args.files, &args.lock, "untaint", context)?;
    let mut snapshot = session.draft()?;
    let Some(object) = current_object(&mut snapshot, &instance) else {
        return missing(&instance, &session, args.allow_missing, context);
    };
    if object.status.take().is_none() {
        return Err(CommandError::usage(
            "Resource instance is not tainted",
            format!(
                "Resource instance {instance} is not currently tainted, and so it cannot be untainted."
            ),
        ));
    }
    session.write(snapshot)?;
    context.ui.print(&format!(
        "Resource instance {instance} has been successfully untainted.\n"
    ))?;
    session.close()
}
