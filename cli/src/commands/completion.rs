//! `trueup completion`

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Arguments, Context};
use crate::error::CommandError;

/// Print a completion script for a shell
///
/// Bash and zsh load it from their start-up file, fish from a folder.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  source <(trueup completion bash)      in ~/.bashrc\n  source <(trueup completion zsh)       in ~/.zshrc, after compinit\n  trueup completion fish > ~/.config/fish/completions/trueup.fish"
)]
pub(crate) struct CompletionArgs {
    /// The shell to complete for
    shell: Shell,
}

pub(crate) fn run(args: &CompletionArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "trueup", &mut script);
    context.ui.print_bytes(&script)
}
