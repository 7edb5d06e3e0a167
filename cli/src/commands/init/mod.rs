//! `trueup init`

mod backend;
mod from_module;
mod messages;
pub(super) mod modules;
mod providers;

use std::path::{Path, PathBuf};

use trueup_core::load::config_files;
use trueup_syntax::Diagnostics;

use self::messages::Messages;
use super::{Context, VariableArgs};
use crate::{
    arguments::switch, error::CommandError, operation::InputFlag, project::Project,
    states::session::LockArgs, world,
};

/// Prepare the working directory for other commands
///
/// Writes down where local modules are and how the backend is set up, for
/// Terraform and for `-backend-config`. Nothing is downloaded: providers are
/// built in, and without this command everything else works as well.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup init\n  trueup init -backend-config=path=state/prod.tfstate\n  trueup init -from-module=../stack"
)]
pub(crate) struct InitArgs {
    /// Set up the backend
    #[arg(long, visible_alias = "cloud", value_name = "BOOL", default_value = "true", default_missing_value = "true",
          num_args = 0..=1, require_equals = true, action = clap::ArgAction::Set, value_parser = switch)]
    backend: bool,

    /// A setting of the backend, or a file with settings; may be given several
    /// times
    #[arg(long, value_name = "NAME=VALUE|FILE")]
    backend_config: Vec<String>,

    /// Copy states without asking when the backend changes
    #[arg(long)]
    force_copy: bool,

    /// Forget how the backend was set up, leaving states where they are
    #[arg(long)]
    reconfigure: bool,

    /// Copy states when the backend changes
    #[arg(long)]
    migrate_state: bool,

    /// Write down where modules are
    #[arg(long, value_name = "BOOL", default_value = "true", default_missing_value = "true",
          num_args = 0..=1, require_equals = true, action = clap::ArgAction::Set, value_parser = switch)]
    get: bool,

    /// Look for newer versions; there are none of what is built in
    #[arg(long)]
    upgrade: bool,

    /// What to do about the dependency lock file: it is left as it is
    #[arg(long, value_name = "MODE")]
    lockfile: Option<String>,

    /// Print what happens as JSON, a line for each event
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    input: InputFlag,

    #[command(flatten)]
    lock: LockArgs,

    #[command(flatten)]
    variables: VariableArgs,

    /// The folder with test files
    #[arg(long, value_name = "PATH", default_value = "tests")]
    test_directory: PathBuf,

    /// Show warnings that come without errors as their summaries only
    #[arg(long)]
    compact_warnings: bool,

    /// Copy the module in this folder into the working directory first, which
    /// must be empty
    #[arg(long, value_name = "DIR")]
    from_module: Option<String>,

    #[arg(long, hide = true)]
    plugin_dir: Vec<PathBuf>,

    #[arg(hide = true)]
    more: Vec<String>,
}

pub(crate) fn run(args: &InitArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let messages = Messages::new(args.json, context)?;
    init(args, context, &messages).map_err(|error| messages.failed(error))
}

fn init(
    args: &InitArgs,
    context: &Context<'_>,
    messages: &Messages<'_>,
) -> Result<(), CommandError> {
    check(args)?;
    if let Some(source) = &args.from_module {
        from_module::copy(source, context, messages)?;
        messages.gap()?;
    }
    let files = world::context(context.environment).files;
    let (normal, overrides) = config_files(files.as_ref(), Path::new(".")).unwrap_or_default();
    if normal.is_empty() && overrides.is_empty() {
        messages.output(messages::EMPTY)?;
        return messages.log(messages::TEMPLATES);
    }
    let project = Project::load(Path::new("."), context.environment)?;
    let mut warnings = Diagnostics::default();
    if args.backend {
        messages.output(messages::BACKEND)?;
        warnings.extend(backend::set_up(args, &project, context, messages)?);
    }
    if args.get && project.config.nodes().len() > 1 {
        messages.output(if args.upgrade {
            messages::UPGRADING_MODULES
        } else {
            messages::MODULES
        })?;
        let fresh = modules::write_down(&project.config, context.environment, args.upgrade)?;
        for line in fresh {
            messages.log(&line)?;
        }
    }
    if project.diagnostics.has_errors() {
        messages.diagnostics(&messages::invalid_configuration(), project.config.sources())?;
    }
    messages.diagnostics(&project.diagnostics, project.config.sources())?;
    if project.diagnostics.has_errors() {
        return Err(CommandError::Reported);
    }
    messages.output(messages::PROVIDERS)?;
    providers::check(&project, messages)?;
    messages.gap()?;
    messages.diagnostics(&warnings, project.config.sources())?;
    messages.output(messages::SUCCESS)?;
    match context.environment.variable("TF_IN_AUTOMATION") {
        Some(_) => Ok(()),
        None => messages.output(messages::NEXT_STEPS),
    }
}

/// What cannot be done is refused.
fn check(args: &InitArgs) -> Result<(), CommandError> {
    let refused = |summary: &str, detail: &str| Err(CommandError::usage(summary, detail));
    if !args.more.is_empty() {
        return refused(
            "Too many command line arguments",
            "Expected at most one positional argument. Did you mean to use -chdir?",
        );
    }
    if !args.plugin_dir.is_empty() {
        return refused(
            "Unsupported option",
            "Providers are built into trueup, so -plugin-dir has nothing to name. \"trueup providers\" says which ones this configuration needs.",
        );
    }
    if args
        .lockfile
        .as_deref()
        .is_some_and(|mode| mode != "readonly")
    {
        return refused(
            "Invalid lockfile mode",
            "Only \"readonly\" is a mode of the dependency lock file.",
        );
    }
    if args.migrate_state && args.reconfigure {
        return refused(
            "Invalid init options",
            "The -migrate-state and -reconfigure options are mutually-exclusive.",
        );
    }
    Ok(())
}
