//! The commands: one file each.

mod completion;
mod version;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::{
    arguments,
    environment::Environment,
    error::{CommandError, NO_COMMAND},
    ui::Ui,
};

/// Plan and apply Terraform configurations, with AWS, Kubernetes and Helm
/// built in
#[derive(Parser, Debug)]
#[command(
    name = "trueup",
    disable_help_subcommand = true,
    disable_version_flag = true,
    after_help = "Flags may be written with one dash or two: -json and --json are the same."
)]
pub(crate) struct Arguments {
    /// Switch to a different working directory before executing the command
    #[arg(long, value_name = "DIR", global = false)]
    chdir: Option<PathBuf>,

    /// An alias for the "version" command
    #[arg(long)]
    version: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    Version(version::VersionArgs),
    Completion(completion::CompletionArgs),
}

/// What every command is given.
pub(crate) struct Context<'a> {
    /// The process's variables and terminals.
    pub(crate) environment: &'a Environment,
    /// Where to write.
    pub(crate) ui: Ui,
}

/// Runs the command the user typed.
pub(crate) fn dispatch(environment: &Environment, ui: Ui) -> ExitCode {
    let outcome = parse(environment, &ui).and_then(|arguments| run(arguments, environment, &ui));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if let Some((summary, detail)) = error.message() {
                ui.complain(&failure(&ui, &summary, &detail));
            }
            ExitCode::from(error.exit_code())
        }
    }
}

fn failure(ui: &Ui, summary: &str, detail: &str) -> String {
    let title = ui.styled("1;31", "Error:");
    let mut text = format!("\n{title} {}\n\n", ui.styled("1", summary));
    if !detail.is_empty() {
        text.push_str(detail);
        text.push_str("\n\n");
    }
    text
}

fn parse(environment: &Environment, ui: &Ui) -> Result<Arguments, CommandError> {
    let normalized = arguments::normalized(environment)?;
    let choice = if ui.color {
        clap::ColorChoice::Always
    } else {
        clap::ColorChoice::Never
    };
    let command = Arguments::command().color(choice);
    let parsed = command
        .try_get_matches_from(normalized)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    parsed.map_err(|error| explain(&error, ui))
}

/// Prints clap's help or complaint; the exit code is Terraform's.
fn explain(error: &clap::Error, ui: &Ui) -> CommandError {
    let text = if ui.color {
        error.render().ansi().to_string()
    } else {
        error.render().to_string()
    };
    if error.use_stderr() {
        ui.complain(&text);
        return CommandError::Reported;
    }
    match ui.print(&text) {
        Ok(()) => CommandError::Exit(0),
        Err(error) => error,
    }
}

fn run(arguments: Arguments, environment: &Environment, ui: &Ui) -> Result<(), CommandError> {
    change_dir(arguments.chdir.as_deref())?;
    let context = Context {
        environment,
        ui: ui.clone(),
    };
    match arguments.command {
        _ if arguments.version => version::run(&version::VersionArgs::default(), &context),
        Some(Command::Version(args)) => version::run(&args, &context),
        Some(Command::Completion(args)) => completion::run(&args, &context),
        None => {
            ui.print(&Arguments::command().render_help().to_string())?;
            Err(CommandError::Exit(NO_COMMAND))
        }
    }
}

/// Relative paths, also those in messages, start at the folder of `-chdir`.
fn change_dir(chdir: Option<&Path>) -> Result<(), CommandError> {
    let Some(dir) = chdir else {
        return Ok(());
    };
    std::env::set_current_dir(dir)
        .map_err(|source| CommandError::io("Error handling -chdir option", dir, source))
}
