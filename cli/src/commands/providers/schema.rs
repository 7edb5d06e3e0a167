//! `trueup providers schema`

use super::Context;
use crate::{error::CommandError, registry, ui::json_text};

/// Show the schemas of the built-in providers
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup providers schema -json")]
pub(crate) struct SchemaArgs {
    /// Print them as JSON; required, as there is no other form
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &SchemaArgs, context: &Context<'_>) -> Result<(), CommandError> {
    if !args.json {
        return Err(CommandError::usage(
            "The -json flag is required",
            "Schemas are printed as JSON only: run \"trueup providers schema -json\".",
        ));
    }
    context
        .ui
        .print_bytes(&json_text(&registry::schemas_json(context.environment))?)
}
