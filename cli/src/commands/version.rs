//! `trueup version`

use serde::Serialize;

use super::Context;
use crate::{error::CommandError, ui::json_text};

/// The version of Terraform whose language and formats trueup speaks;
/// `required_version` is held against it.
pub(crate) const TERRAFORM_VERSION: &str = "1.11.4";

/// Show the current trueup version
#[derive(clap::Args, Debug, Default)]
#[command(after_help = "Examples:\n  trueup version\n  trueup version -json")]
pub(crate) struct VersionArgs {
    /// Output the version information as a JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct VersionOutput {
    terraform_version: &'static str,
    trueup_version: &'static str,
    platform: String,
    provider_selections: serde_json::Map<String, serde_json::Value>,
    terraform_outdated: bool,
}

pub(crate) fn run(args: &VersionArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let version = env!("CARGO_PKG_VERSION");
    if args.json {
        let output = VersionOutput {
            terraform_version: TERRAFORM_VERSION,
            trueup_version: version,
            platform: platform(),
            provider_selections: serde_json::Map::new(),
            terraform_outdated: false,
        };
        return context.ui.print_bytes(&json_text(&output)?);
    }
    context.ui.print(&format!(
        "trueup v{version}\non {}\ncompatible with Terraform v{TERRAFORM_VERSION}\n",
        platform()
    ))
}

/// The platform in Go's words, as Terraform prints it.
fn platform() -> String {
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("{os}_{arch}")
}
