//! The commands: one file each.

mod apply;
mod completion;
mod console;
mod destroy;
mod drift;
mod elsewhere;
mod fmt;
mod force_unlock;
mod get;
pub(crate) mod graph;
mod helm;
mod help;
mod import;
mod init;
mod lint;
mod man;
mod metadata;
mod modules;
mod new;
pub(crate) mod output;
mod plan;
mod providers;
mod refresh;
mod show;
mod state;
mod taint;
mod untaint;
mod validate;
mod variables;
pub(crate) mod version;
mod watch;
mod workspace;

pub(crate) use variables::VariableArgs;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use trueup_core::progress::Stop;
use trueup_syntax::suggest::nearest_name;

use crate::{
    arguments,
    environment::Environment,
    error::{CommandError, NO_COMMAND},
    log::{self, Level, Log},
    ui::Ui,
};

/// Plan and apply Terraform configurations, with AWS, Kubernetes and Helm
/// built in
#[derive(Parser, Debug)]
#[command(
    name = "trueup",
    disable_help_subcommand = true,
    disable_version_flag = true,
    args_override_self = true,
    after_help = "Flags may be written with one dash or two: -json and --json are the same."
)]
pub(crate) struct Arguments {
    /// Switch to a different working directory before executing the command
    #[arg(long, value_name = "DIR", global = false)]
    chdir: Option<PathBuf>,

    /// An alias for the "version" command
    #[arg(long)]
    version: bool,

    /// Never colour the output
    #[arg(long, global = true)]
    no_color: bool,

    /// What has no warnings to show takes it, too
    #[arg(long, global = true, hide = true)]
    compact_warnings: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    New(new::NewArgs),
    Init(init::InitArgs),
    Plan(plan::PlanArgs),
    Apply(apply::ApplyArgs),
    Destroy(destroy::DestroyArgs),
    Drift(drift::DriftArgs),
    Refresh(refresh::RefreshArgs),
    Import(import::ImportArgs),
    Console(console::ConsoleArgs),
    Fmt(fmt::FmtArgs),
    Get(get::GetArgs),
    Graph(graph::GraphArgs),
    Helm(helm::HelmArgs),
    Lint(lint::LintArgs),
    ForceUnlock(force_unlock::ForceUnlockArgs),
    Metadata(metadata::MetadataArgs),
    Modules(modules::ModulesArgs),
    Output(output::OutputArgs),
    Show(show::ShowArgs),
    State(state::StateArgs),
    Taint(taint::TaintArgs),
    Untaint(untaint::UntaintArgs),
    Providers(providers::ProvidersArgs),
    Validate(validate::ValidateArgs),
    Version(version::VersionArgs),
    Watch(watch::WatchArgs),
    Workspace(workspace::WorkspaceArgs),
    Completion(completion::CompletionArgs),
    Help(help::HelpArgs),
    Man(man::ManArgs),
}

/// What every command is given.
pub(crate) struct Context<'a> {
    /// The process's variables and terminals.
    pub(crate) environment: &'a Environment,
    /// Where to write.
    pub(crate) ui: Ui,
    /// Where to write what is done, for those who look for a fault.
    pub(crate) log: Log,
    /// What asks a run to stop; interrupts of the process if there is none.
    pub(crate) stop: Option<Stop>,
}

/// Runs the command the user typed.
pub(crate) fn dispatch(environment: &Environment, ui: Ui) -> ExitCode {
    let log = Log::of(environment, &ui);
    let begun = std::time::Instant::now();
    log.write(Level::Info, || {
        let command = log::outline(&environment.arguments);
        format!("trueup {}: {command}", env!("CARGO_PKG_VERSION"))
    });
    let outcome =
        parse(environment, &ui).and_then(|arguments| run(arguments, environment, &ui, log.clone()));
    let code = match outcome {
        Ok(()) => 0,
        Err(error) => {
            ui.error(&error);
            error.exit_code()
        }
    };
    log.write(Level::Info, || {
        format!(
            "exit code {code} after {:.3} s",
            begun.elapsed().as_secs_f64()
        )
    });
    ExitCode::from(code)
}

fn parse(environment: &Environment, ui: &Ui) -> Result<Arguments, CommandError> {
    let normalized = arguments::normalized(environment)?;
    let command = Arguments::command().color(colour(ui));
    let normalized = arguments::settled(&command, normalized);
    let parsed = command
        .try_get_matches_from(normalized)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    parsed.map_err(|error| explain(error, &environment.arguments, ui))
}

fn colour(ui: &Ui) -> clap::ColorChoice {
    match ui.color {
        true => clap::ColorChoice::Always,
        false => clap::ColorChoice::Never,
    }
}

/// The command that `words` call, and the words that call it by its own name.
///
/// # Errors
/// If there is none.
fn named<'a>(
    root: &'a clap::Command,
    words: &[String],
) -> Result<(Vec<&'a str>, &'a clap::Command), CommandError> {
    let mut name = vec![root.get_name()];
    let mut found = root;
    for word in words {
        found = found
            .find_subcommand(word)
            .ok_or_else(|| unknown_command(found, word, words))?;
        name.push(found.get_name());
    }
    Ok((name, found))
}

fn unknown_command(among: &clap::Command, word: &str, words: &[String]) -> CommandError {
    let names = among.get_subcommands().map(clap::Command::get_name);
    let meant = nearest_name(word, names);
    let meant = meant.map_or_else(String::new, |meant| format!(" Did you mean \"{meant}\"?"));
    let words = words.join(" ");
    let detail = format!("There is no command \"trueup {words}\".{meant}");
    CommandError::usage("Unknown command", detail)
}

/// Prints clap's help or complaint; the exit code is Terraform's.
fn explain(mut error: clap::Error, typed: &[String], ui: &Ui) -> CommandError {
    elsewhere::tell(&mut error, typed);
    let text = if ui.color {
        error.render().ansi().to_string()
    } else {
        error.render().to_string()
    };
    if error.use_stderr() {
        ui.complain(&arguments::as_typed(text, typed));
        return CommandError::Reported;
    }
    match ui.print(&text) {
        Ok(()) => CommandError::Exit(0),
        Err(error) => error,
    }
}

fn run(
    arguments: Arguments,
    environment: &Environment,
    ui: &Ui,
    log: Log,
) -> Result<(), CommandError> {
    let environment = &change_dir(arguments.chdir.as_deref(), environment)?;
    let context = Context {
        environment,
        ui: if arguments.no_color {
            ui.without_color()
        } else {
            ui.clone()
        },
        log,
        stop: None,
    };
    match arguments.command {
        _ if arguments.version => version::run(&version::VersionArgs::default(), &context),
        Some(Command::New(args)) => new::run(&args, &context),
        Some(Command::Plan(args)) => plan::run(&args, &context),
        Some(Command::Apply(args)) => apply::run(&args, &context),
        Some(Command::Destroy(args)) => destroy::run(&args, &context),
        Some(Command::Drift(args)) => drift::run(&args, &context),
        Some(Command::Refresh(args)) => refresh::run(&args, &context),
        Some(Command::Import(args)) => import::run(&args, &context),
        Some(Command::Init(args)) => init::run(&args, &context),
        Some(Command::Console(args)) => console::run(&args, &context),
        Some(Command::Validate(args)) => validate::run(&args, &context),
        Some(Command::Fmt(args)) => fmt::run(&args, &context),
        Some(Command::Get(args)) => get::run(&args, &context),
        Some(Command::Graph(args)) => graph::run(&args, &context),
        Some(Command::Providers(args)) => providers::run(&args, &context),
        Some(Command::Helm(args)) => helm::run(&args, &context),
        Some(Command::Lint(args)) => lint::run(&args, &context),
        Some(Command::ForceUnlock(args)) => force_unlock::run(&args, &context),
        Some(Command::Output(args)) => output::run(&args, &context),
        Some(Command::Show(args)) => show::run(&args, &context),
        Some(Command::State(args)) => state::run(&args, &context),
        Some(Command::Taint(args)) => taint::run(&args, &context),
        Some(Command::Untaint(args)) => untaint::run(&args, &context),
        Some(Command::Workspace(args)) => workspace::run(&args, &context),
        Some(Command::Watch(args)) => watch::run(&args, &context),
        Some(Command::Modules(args)) => modules::run(&args, &context),
        Some(Command::Metadata(args)) => metadata::run(&args, &context),
        Some(Command::Version(args)) => version::run(&args, &context),
        Some(Command::Completion(args)) => completion::run(&args, &context),
        Some(Command::Help(args)) => help::run(&args, &context),
        Some(Command::Man(args)) => man::run(&args, &context),
        None => {
            ui.print(&Arguments::command().render_help().to_string())?;
            Err(CommandError::Exit(NO_COMMAND))
        }
    }
}

/// Relative paths, also those in messages, start at the folder of `-chdir`. The
/// process works there, too: what it starts need not be told.
fn change_dir(
    chdir: Option<&Path>,
    environment: &Environment,
) -> Result<Environment, CommandError> {
    let Some(dir) = chdir else {
        return Ok(environment.clone());
    };
    let changed = std::env::set_current_dir(dir).and_then(|()| std::env::current_dir());
    changed
        .map(|folder| environment.in_folder(folder))
        .map_err(|source| CommandError::io("Error handling -chdir option", dir, source))
}
