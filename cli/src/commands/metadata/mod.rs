//! `trueup metadata`

mod functions;

use clap::Subcommand;

use super::Context;
use crate::error::CommandError;

/// Print what tools want to know about trueup itself
#[derive(clap::Args, Debug)]
pub(crate) struct MetadataArgs {
    #[command(subcommand)]
    command: MetadataCommand,
}

#[derive(Subcommand, Debug)]
enum MetadataCommand {
    Functions(functions::FunctionsArgs),
}

pub(crate) fn run(args: &MetadataArgs, context: &Context<'_>) -> Result<(), CommandError> {
    match &args.command {
        MetadataCommand::Functions(args) => functions::run(args, context),
    }
}
