//! `trueup modules`

use std::{collections::BTreeMap, path::Path};

use serde::Serialize;
use trueup_core::load::{Config, ModuleSource, NodeId};

use super::Context;
use crate::{error::CommandError, project::Project};

/// List the modules the configuration calls
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup modules\n  trueup modules -json")]
pub(crate) struct ModulesArgs {
    /// Print them as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Document {
    format_version: &'static str,
    modules: Option<Vec<Entry>>,
}

#[derive(Serialize)]
struct Entry {
    key: String,
    source: String,
    version: String,
}

pub(crate) fn run(args: &ModulesArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let project = Project::load(Path::new("."), context.environment)?;
    context
        .ui
        .diagnostics(&project.diagnostics, project.config.sources());
    if project.diagnostics.has_errors() {
        return Err(CommandError::Reported);
    }
    let config = &project.config;
    let mut entries = Vec::new();
    let mut tree = String::new();
    if !config.is_empty() {
        walk(config, config.root(), "", &mut entries, &mut tree);
    }
    let ui = &context.ui;
    match (args.json, entries.is_empty()) {
        (true, empty) => {
            let document = Document {
                format_version: "1.0",
                modules: (!empty).then_some(entries),
            };
            let text = serde_json::to_string(&document).unwrap_or_default();
            ui.print(&format!("{text}\n"))
        }
        (false, true) => ui.print("No modules found in configuration.\n"),
        (false, false) => ui.print(&format!(
            "\nModules declared by configuration:\n.\n{tree}\n"
        )),
    }
}

/// The modules a node calls, with those each of them calls.
fn walk(config: &Config, id: NodeId, prefix: &str, entries: &mut Vec<Entry>, tree: &mut String) {
    let children: BTreeMap<&str, NodeId> = config
        .node(id)
        .children
        .iter()
        .map(|(name, child)| (name.as_str(), *child))
        .collect();
    let mut left = children.len();
    for (name, child) in children {
        left -= 1;
        let source = config.call(child).and_then(|call| call.source.as_ref());
        let source = source.map_or("", text);
        let (corner, below) = match left {
            0 => ("└── ", "    "),
            _ => ("├── ", "│   "),
        };
        tree.push_str(&format!("{prefix}{corner}\"{name}\"[{source}]\n"));
        entries.push(Entry {
            key: name.to_owned(),
            source: source.to_owned(),
            version: String::new(),
        });
        walk(config, child, &format!("{prefix}{below}"), entries, tree);
    }
}

fn text(source: &ModuleSource) -> &str {
    match source {
        ModuleSource::Local(text) | ModuleSource::Registry(text) | ModuleSource::Remote(text) => {
            text
        }
    }
}
