//! `trueup state`

mod list;
mod mv;
mod pull;
mod push;
mod replace_provider;
mod rm;
mod show;

use clap::Subcommand;
use trueup_state::Snapshot;

use super::Context;
use crate::{error::CommandError, states::error::NO_STATE};

/// Look at the state and change it by hand
#[derive(clap::Args, Debug)]
pub(crate) struct StateArgs {
    #[command(subcommand)]
    command: StateCommand,
}

#[derive(Subcommand, Debug)]
enum StateCommand {
    List(list::ListArgs),
    Mv(mv::MvArgs),
    Pull(pull::PullArgs),
    Push(push::PushArgs),
    ReplaceProvider(replace_provider::ReplaceProviderArgs),
    Rm(rm::RmArgs),
    Show(show::ShowArgs),
}

pub(crate) fn run(args: &StateArgs, context: &Context<'_>) -> Result<(), CommandError> {
    match &args.command {
        StateCommand::List(args) => list::run(args, context),
        StateCommand::Mv(args) => mv::run(args, context),
        StateCommand::Pull(args) => pull::run(args, context),
        StateCommand::Push(args) => push::run(args, context),
        StateCommand::ReplaceProvider(args) => replace_provider::run(args, context),
        StateCommand::Rm(args) => rm::run(args, context),
        StateCommand::Show(args) => show::run(args, context),
    }
}

/// The state there must be.
fn required(snapshot: Option<Snapshot>, context: &Context<'_>) -> Result<Snapshot, CommandError> {
    snapshot.ok_or_else(|| {
        context.ui.complain(NO_STATE);
        CommandError::Reported
    })
}
