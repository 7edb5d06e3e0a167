//! `trueup state pull`

use super::Context;
use crate::{
    commands::version::TERRAFORM_VERSION,
    error::CommandError,
    states::session::{self, FileArgs},
};

/// Print the state
///
/// Nothing is printed if there is none.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup state pull > backup.tfstate")]
pub(crate) struct PullArgs {
    #[arg(hide = true)]
    ignored: Vec<String>,
}

pub(crate) fn run(args: &PullArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let PullArgs { ignored: _ } = args;
    let Some(mut snapshot) = session::read(&FileArgs::default(), context)? else {
        return Ok(());
    };
    snapshot.terraform_version = TERRAFORM_VERSION.to_owned();
    snapshot.normalize();
    let mut text = Vec::new();
    snapshot.write(&mut text).map_err(CommandError::Output)?;
    text.push(b'\n');
    context.ui.print_bytes(&text)
}
