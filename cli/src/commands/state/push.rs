//! `trueup state push`

use std::{
    fs,
    io::{self, Read},
    path::PathBuf,
};

use trueup_state::Snapshot;

use super::Context;
use crate::{
    error::CommandError,
    states::session::{LockArgs, Session},
};

/// Put a state from a file in the place of the current one
///
/// A state that is older than the current one or has nothing to do with it is
/// refused. The path "-" stands for standard input.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup state push edited.tfstate\n  trueup state pull | sed s/a/b/ | trueup state push -"
)]
pub(crate) struct PushArgs {
    /// The file with the state
    path: PathBuf,

    /// Push an older or unrelated state, too
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    lock: LockArgs,
}

pub(crate) fn run(args: &PushArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let bytes = read(args)?;
    let given = Snapshot::read(&bytes).map_err(|problem| {
        let path = args.path.display();
        CommandError::usage(
            format!("Error reading source state \"{path}\""),
            format!("{path} cannot be used: {problem}."),
        )
    })?;
    let Some(mut given) = given else {
        return Err(CommandError::usage(
            format!("Error reading source state \"{}\"", args.path.display()),
            "The file is empty.",
        ));
    };
    let mut session = Session::open_for_push(&args.lock, context)?;
    if let (Some(existing), false) = (&session.previous, args.force) {
        given.check_import(existing).map_err(|problem| {
            context
                .ui
                .complain(&format!("Failed to write state: {problem}\n"));
            CommandError::Reported
        })?;
    }
    if let Some(existing) = &session.previous {
        given.serial = serial(&given, existing);
    }
    session.replace(given)?;
    session.close()
}

/// Terraform counts the push itself as a change of the state there was.
fn serial(given: &Snapshot, existing: &Snapshot) -> u64 {
    if given.same_contents(existing) {
        given.serial
    } else {
        given.serial.saturating_add(1)
    }
}

fn read(args: &PushArgs) -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    let read = if args.path.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes)
    } else {
        fs::File::open(&args.path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|source| {
        CommandError::io("Failed to read the state to push", &args.path, source)
    })?;
    Ok(bytes)
}
