//! `trueup providers`

mod schema;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use clap::Subcommand;
use trueup_core::{
    draw::providers_of,
    load::{Config, NodeId},
};
use trueup_state::snapshot::address::provider_source;

use super::Context;
use crate::{
    error::CommandError,
    project::Project,
    states::session::{self, FileArgs},
};

/// Show the providers required for this configuration
///
/// Prints the tree of modules with the providers each of them needs and what
/// it says about their versions.
#[derive(clap::Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  trueup providers\n  trueup providers schema -json"
)]
pub(crate) struct ProvidersArgs {
    #[command(subcommand)]
    command: Option<ProvidersCommand>,

    /// The folder with test files, which need no providers yet
    #[arg(long, value_name = "PATH", default_value = "tests")]
    test_directory: std::path::PathBuf,
}

#[derive(Subcommand, Debug)]
enum ProvidersCommand {
    Schema(schema::SchemaArgs),
}

pub(crate) fn run(args: &ProvidersArgs, context: &Context<'_>) -> Result<(), CommandError> {
    if let Some(ProvidersCommand::Schema(args)) = &args.command {
        return schema::run(args, context);
    }
    let project = Project::load(Path::new("."), context.environment)?;
    context
        .ui
        .diagnostics(&project.diagnostics, project.config.sources());
    if project.diagnostics.has_errors() {
        return Err(CommandError::Reported);
    }
    let mut text = "\nProviders required by configuration:\n.\n".to_owned();
    if !project.config.is_empty() {
        branch(&mut text, &project.config, project.config.root(), "");
    }
    text.push('\n');
    text.push_str(&of_state(context)?);
    context.ui.print(&text)
}

/// The providers of what is in the state, which may not be configured any more.
fn of_state(context: &Context<'_>) -> Result<String, CommandError> {
    let Some(snapshot) = session::read(&FileArgs::default(), context)? else {
        return Ok(String::new());
    };
    let names: BTreeSet<&str> = snapshot
        .resources
        .iter()
        .filter_map(|resource| provider_source(&resource.provider))
        .collect();
    if names.is_empty() {
        return Ok(String::new());
    }
    let lines: String = names
        .iter()
        .map(|name| format!("    provider[{name}]\n"))
        .collect();
    Ok(format!("Providers required by state:\n\n{lines}\n"))
}

/// The providers and then the modules below a node, each on a line.
fn branch(text: &mut String, config: &Config, id: NodeId, prefix: &str) {
    let node = config.node(id);
    let providers = providers_of(&node.module);
    let modules: BTreeMap<String, NodeId> = node
        .children
        .iter()
        .map(|(name, child)| (name.to_string(), *child))
        .collect();
    let mut left = providers.len() + modules.len();
    let mut line = |text: &mut String, label: &str| {
        left -= 1;
        let (corner, below) = if left == 0 {
            ("└── ", "    ")
        } else {
            ("├── ", "│   ")
        };
        text.push_str(&format!("{prefix}{corner}{label}\n"));
        format!("{prefix}{below}")
    };
    for (provider, versions) in providers {
        let versions = versions.iter().map(|version| format!(" {version}"));
        let versions: Vec<String> = versions.collect();
        line(text, &format!("provider[{provider}]{}", versions.join(",")));
    }
    for (name, child) in modules {
        let below = line(text, &format!("module.{name}"));
        branch(text, config, child, &below);
    }
}
