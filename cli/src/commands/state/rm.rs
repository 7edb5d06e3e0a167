//! `trueup state rm`

use std::{fmt::Write as _, path::PathBuf};

use super::{Context, required};
use crate::{
    error::CommandError,
    states::{
        address, edit, lookup,
        session::{FileArgs, LockArgs, Session},
    },
};

/// Forget resource instances without destroying them
///
/// The address of a module or of a resource stands for all instances in it.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup state rm aws_s3_bucket.logs\n  trueup state rm -dry-run module.network"
)]
pub(crate) struct RmArgs {
    /// What to forget
    #[arg(value_name = "ADDRESS", required = true)]
    addresses: Vec<String>,

    /// Print what would be removed and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Read and write the state in this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Keep the state as it was in this file
    #[arg(long, value_name = "FILE")]
    backup: Option<PathBuf>,

    #[command(flatten)]
    lock: LockArgs,
}

pub(crate) fn run(args: &RmArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let files = FileArgs {
        state: args.state.clone(),
        backup: args.backup.clone(),
        ..FileArgs::default()
    };
    let mut session = Session::open_with_dated_backup(&files, &args.lock, "state-rm", context)?;
    let mut snapshot = required(session.previous.clone(), context)?;
    let mut found = Vec::new();
    let mut failed = false;
    for text in &args.addresses {
        match address::parse(text) {
            Ok(target) => found.extend(lookup::matching(&snapshot, &target).unwrap_or_default()),
            Err((diagnostics, sources)) => {
                context.ui.diagnostics(&diagnostics, &sources);
                failed = true;
            }
        }
    }
    if failed {
        return Err(CommandError::Reported);
    }
    let prefix = if args.dry_run {
        "Would remove"
    } else {
        "Removed"
    };
    let mut text = String::new();
    for instance in &found {
        let _ = writeln!(text, "{prefix} {instance}");
    }
    edit::remove(&mut snapshot, &found);
    if args.dry_run {
        if found.is_empty() {
            text.push_str("Would have removed nothing.\n");
        }
        return context.ui.print(&text);
    }
    if found.is_empty() {
        return Err(CommandError::usage(
            "Invalid target address",
            "No matching objects found. To view the available instances, use \"terraform state list\". Please modify the address to reference a specific instance.",
        ));
    }
    session.write(snapshot)?;
    let _ = writeln!(
        text,
        "Successfully removed {} resource instance(s).",
        found.len()
    );
    context.ui.print(&text)?;
    session.close()
}
