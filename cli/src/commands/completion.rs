//! `trueup completion`

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Arguments, Context};
use crate::error::CommandError;

/// Print a completion script for a shell
///
/// Load it from your shell's start-up file, for example for bash:
///
///   source <(trueup completion bash)
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct CompletionArgs {
    /// The shell to complete for
    shell: Shell,
}

pub(crate) fn run(args: &CompletionArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "trueup", &mut script);
    context.ui.print_bytes(&script)
}
