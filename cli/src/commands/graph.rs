//! `trueup graph`

use std::path::Path;

use clap::ValueEnum;
use trueup_core::draw::{Operation, OperationGraph, ResourceGraph, full_name};

use super::Context;
use crate::{display::drawing, error::CommandError, project::Project};

/// Draw the resources and what they depend on
///
/// Prints a summary of the relationships between the resources of the
/// configuration, for Graphviz, for Mermaid (which code hosts render in
/// Markdown), or as a picture.
#[derive(clap::Args, Debug)]
pub(crate) struct GraphArgs {
    /// The language or picture to print
    #[arg(long, value_enum, default_value_t = Format::Dot)]
    format: Format,

    /// Draw all steps of an operation and not only the resources: plan,
    /// plan-refresh-only or apply
    #[arg(long = "type", value_name = "TYPE")]
    operation: Option<String>,

    /// Accepted for Terraform's sake: cycles are errors, which show the
    /// expressions they are made of
    #[arg(long)]
    draw_cycles: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// The DOT language of Graphviz, as Terraform prints it
    Dot,
    /// A Mermaid flowchart
    Mermaid,
    /// A picture
    Svg,
}

pub(crate) fn run(args: &GraphArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let operation = args.operation.as_deref().map(operation).transpose()?;
    if operation.is_some() && !matches!(args.format, Format::Dot) {
        return Err(CommandError::usage(
            "Unsupported format",
            "The graph of an operation is printed in the DOT language only.",
        ));
    }
    let project = Project::load(Path::new("."), context.environment)?;
    context
        .ui
        .diagnostics(&project.diagnostics, project.config.sources());
    if project.diagnostics.has_errors() {
        return Err(CommandError::Reported);
    }
    if let Some(operation) = operation {
        let graph = OperationGraph::new(&project.config, operation);
        return context.ui.print(&graph.to_dot());
    }
    let graph = ResourceGraph::new(&project.config);
    let text = match args.format {
        Format::Dot => graph.to_dot(),
        Format::Mermaid => mermaid(&graph),
        Format::Svg => drawing::svg(&graph)?,
    };
    context.ui.print(&text)
}

fn operation(name: &str) -> Result<Operation, CommandError> {
    const SUMMARY: &str = "Unsupported graph type";
    match name {
        "plan" => Ok(Operation::Plan),
        "plan-refresh-only" => Ok(Operation::RefreshOnly),
        "apply" => Ok(Operation::Apply),
        "plan-destroy" => Err(CommandError::usage(
            SUMMARY,
            "What destroying waits for stands in the state, not in the configuration, and is not drawn.",
        )),
        _ => Err(CommandError::usage(
            SUMMARY,
            "The -type=... argument must be either \"plan\", \"plan-refresh-only\", \"plan-destroy\", or \"apply\".",
        )),
    }
}

fn mermaid(graph: &ResourceGraph) -> String {
    let mut text = "flowchart RL\n".to_owned();
    let mut open = None;
    for (index, (path, address)) in graph.nodes.iter().enumerate() {
        if !path.is_root() && open != Some(path) {
            text.push_str(&close(&mut open));
            text.push_str(&format!("  subgraph {path}\n"));
            open = Some(path);
        }
        let indent = if open.is_some() { "    " } else { "  " };
        text.push_str(&format!("{indent}n{index}[\"{address}\"]\n"));
    }
    text.push_str(&close(&mut open));
    for (from, to) in &graph.edges {
        text.push_str(&format!("  n{from} --> n{to}\n"));
    }
    text
}

fn close<T>(open: &mut Option<T>) -> String {
    open.take()
        .map_or_else(String::new, |_| "  end\n".to_owned())
}

/// The names of all nodes, as labels of a drawing.
pub(crate) fn labels(graph: &ResourceGraph) -> Vec<String> {
    graph
        .nodes
        .iter()
        .map(|(path, address)| full_name(path, address))
        .collect()
}
