//! `trueup validate`

use std::path::PathBuf;

use serde::Serialize;
use trueup_core::validate::validate;
use trueup_syntax::{
    Diagnostics, Severity, SourceMap,
    render::{JsonDiagnostic, Renderer},
};

use super::Context;
use crate::{error::CommandError, project::Project, ui::json_text};

/// Check whether the configuration is valid
///
/// Reads the configuration and the modules it calls and checks syntax,
/// references, types and the providers' schemas. No remote service is asked,
/// and nothing needs to be initialized for local modules and built-in
/// providers.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup validate\n  trueup validate -json")]
pub(crate) struct ValidateArgs {
    /// The folder to check instead of the current one
    dir: Option<PathBuf>,

    /// Print the result as JSON
    #[arg(long)]
    json: bool,

    /// Show warnings that come without errors as their summaries only
    #[arg(long)]
    compact_warnings: bool,

    /// Don't check test files; they are not checked yet in any case
    #[arg(long)]
    no_tests: bool,

    /// The folder with test files
    #[arg(long, value_name = "PATH", default_value = "tests")]
    test_directory: PathBuf,
}

#[derive(Serialize)]
struct Output {
    format_version: &'static str,
    valid: bool,
    error_count: usize,
    warning_count: usize,
    diagnostics: Vec<JsonDiagnostic>,
}

pub(crate) fn run(args: &ValidateArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let dir = args.dir.clone().unwrap_or_else(|| PathBuf::from("."));
    let mut project = Project::load(&dir, context.environment)?;
    let mut diagnostics = std::mem::take(&mut project.diagnostics);
    if !diagnostics.has_errors() {
        diagnostics.extend(validate(&project.config, &project.environment()));
    }
    if args.json {
        let output = output(&diagnostics, project.config.sources());
        context.ui.print_bytes(&json_text(&output)?)?;
    } else {
        let sources = project.config.sources();
        context
            .ui
            .report(&diagnostics, sources, args.compact_warnings)?;
        if !diagnostics.has_errors() {
            context.ui.print(&success(&diagnostics, context))?;
        }
    }
    if diagnostics.has_errors() {
        return Err(CommandError::Reported);
    }
    Ok(())
}

fn output(diagnostics: &Diagnostics, sources: &SourceMap) -> Output {
    let count = |severity| {
        diagnostics
            .0
            .iter()
            .filter(|d| d.severity == severity)
            .count()
    };
    let mut renderer = Renderer::new(sources);
    Output {
        format_version: "1.0",
        valid: !diagnostics.has_errors(),
        error_count: count(Severity::Error),
        warning_count: count(Severity::Warning),
        diagnostics: diagnostics.0.iter().map(|d| renderer.json(d)).collect(),
    }
}

fn success(diagnostics: &Diagnostics, context: &Context<'_>) -> String {
    let word = context.ui.styled("1;32", "Success!");
    if diagnostics.0.is_empty() {
        return format!("{word} The configuration is valid.\n\n");
    }
    format!(
        "{word} The configuration is valid, but there were some\nvalidation warnings as shown above.\n\n"
    )
}
