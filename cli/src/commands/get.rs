//! `trueup get`

use std::path::{Path, PathBuf};

use super::{Context, init::modules};
use crate::{error::CommandError, project::Project};

/// Write down where local modules are
///
/// `init` does the same. Modules that Terraform has downloaded are used as they
/// are; nothing is downloaded.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup get")]
pub(crate) struct GetArgs {
    /// Look for newer versions; there are none of local modules
    #[arg(long)]
    update: bool,

    /// The folder with test files
    #[arg(long, value_name = "PATH", default_value = "tests")]
    test_directory: PathBuf,
}

pub(crate) fn run(args: &GetArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let project = Project::load(Path::new("."), context.environment)?;
    let fresh = modules::write_down(&project.config, context.environment, args.update)?;
    for line in fresh {
        context.ui.print(&format!("{line}\n"))?;
    }
    context
        .ui
        .diagnostics(&project.diagnostics, project.config.sources());
    match project.diagnostics.has_errors() {
        true => Err(CommandError::Reported),
        false => Ok(()),
    }
}
