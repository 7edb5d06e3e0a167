//! `trueup state mv`

use std::{fmt::Write as _, path::PathBuf};

use trueup_core::address::Target;
use trueup_syntax::{Diagnostic, Diagnostics, Severity, SourceMap};

use super::{Context, required};
use crate::{
    error::CommandError,
    states::{
        address,
        edit::{self, MoveError},
        session::{FileArgs, LockArgs, Session},
    },
};

/// Give something in the state another address
///
/// Moves a module, a resource or an instance, within a state or to another
/// one. The state as it was is kept as a backup.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup state mv aws_s3_bucket.logs module.logs.aws_s3_bucket.this\n  trueup state mv -dry-run 'aws_instance.web[0]' 'aws_instance.web[\"a\"]'"
)]
pub(crate) struct MvArgs {
    /// The address it has
    source: String,

    /// The address it gets
    destination: String,

    /// Print what would be moved and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Keep the target state as it was in this file
    #[arg(long, value_name = "FILE")]
    backup_out: Option<PathBuf>,

    #[command(flatten)]
    files: FileArgs,

    #[command(flatten)]
    lock: LockArgs,
}

pub(crate) fn run(args: &MvArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let mut from = Session::open_with_dated_backup(&args.files(), &args.lock, "state-mv", context)?;
    let mut source = required(from.previous.clone(), context)?;
    let mut to = args.other_state(context)?;
    let mut other = to.as_ref().map(Session::draft).transpose()?;

    let (moved_from, moved_to) = args.addresses(context)?;
    let refused = |error| report(error, context);
    let steps = edit::steps(&source, &moved_from, &moved_to).map_err(refused)?;
    let verb = if args.dry_run { "Would move" } else { "Move" };
    for step in &steps {
        let taken = edit::take(&mut source, other.as_ref(), step).map_err(refused)?;
        edit::put(other.as_mut().unwrap_or(&mut source), taken);
        if other.is_none() {
            edit::follow(&mut source, step);
        }
        let line = format!(
            "{verb} {} to {}\n",
            quoted(&step.from.to_string()),
            quoted(&step.to.to_string())
        );
        context.ui.print(&line)?;
    }
    if args.dry_run {
        return Ok(());
    }
    // The target first: an object in both states can be put right, one in
    // neither is lost.
    if let (Some(to), Some(other)) = (&mut to, other) {
        to.write(other)?;
    }
    from.write(source)?;
    let mut text = String::new();
    let _ = writeln!(text, "Successfully moved {} object(s).", steps.len());
    context.ui.print(&text)?;
    to.map_or(Ok(()), Session::close)?;
    from.close()
}

impl MvArgs {
    fn files(&self) -> FileArgs {
        self.files.without_output()
    }

    /// The state of `-state-out`, if it is another one.
    fn other_state(&self, context: &Context<'_>) -> Result<Option<Session>, CommandError> {
        let Some(path) = self.files.output() else {
            return Ok(None);
        };
        let backup = self.backup_out.clone();
        Session::open_file(path, backup, &self.lock, "state-mv", context).map(Some)
    }

    fn addresses(&self, context: &Context<'_>) -> Result<(Target, Target), CommandError> {
        let parse = |text: &str| {
            address::parse(text).map_err(|(diagnostics, sources)| {
                context.ui.diagnostics(&diagnostics, &sources);
                CommandError::Reported
            })
        };
        let (source, destination) = (parse(&self.source), parse(&self.destination));
        Ok((source?, destination?))
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn report(error: MoveError, context: &Context<'_>) -> CommandError {
    match error {
        MoveError::Refused(summary, detail) => CommandError::usage(summary, detail),
        MoveError::Mismatch(reasons) => {
            let diagnostic = |detail| {
                let summary = "Invalid state move request";
                Diagnostic::without_place(Severity::Error, summary, detail)
            };
            let diagnostics = Diagnostics(reasons.into_iter().map(diagnostic).collect());
            context.ui.diagnostics(&diagnostics, &SourceMap::default());
            CommandError::Reported
        }
        MoveError::ModuleExists => {
            context.ui.complain("Error moving state: destination module already exists\n\nPlease ensure your addresses and state paths are valid. No\nstate was persisted. Your existing states are untouched.\n");
            CommandError::Reported
        }
    }
}
