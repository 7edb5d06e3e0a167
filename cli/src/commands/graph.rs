//! `trueup graph`

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use trueup_core::{
    draw::{Operation, OperationGraph, ResourceGraph, full_name},
    plan_file::PlanFile,
    state::State,
};

use super::Context;
use crate::{
    display::drawing,
    error::CommandError,
    operation::{save, saved},
    project::Project,
    states::session::{self, FileArgs},
};

/// Draw the resources and what they depend on
///
/// Prints a summary of the relationships between the resources of the
/// configuration, for Graphviz, for Mermaid (which code hosts render in
/// Markdown), or as a picture.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup graph | dot -Tpng > graph.png\n  trueup graph -format=svg > graph.svg\n  trueup graph -plan=tomorrow.plan   what applying it does, and in which order"
)]
pub(crate) struct GraphArgs {
    /// The language or picture to print
    #[arg(long, value_enum, default_value_t = Format::Dot)]
    format: Format,

    /// Draw all steps of an operation and not only the resources: plan,
    /// plan-refresh-only, plan-destroy or apply
    #[arg(long = "type", value_name = "TYPE")]
    operation: Option<String>,

    /// Draw what applying this saved plan will do, or another operation on
    /// the configuration it was made from
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,

    /// Accepted for Terraform's sake: cycles are errors, which show the
    /// expressions they are made of
    #[arg(long)]
    draw_cycles: bool,
}

/// What is drawn, if not the resources alone.
#[derive(Clone, Copy)]
enum Drawn {
    Operation(Operation),
    Destruction,
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
    let drawn = drawn(args)?;
    let saved = args.plan.as_deref().map(save::read).transpose()?;
    let project = match &saved {
        Some(file) => saved::project_of(file, context)?,
        None => Project::load(Path::new("."), context.environment)?,
    };
    context
        .ui
        .diagnostics(&project.diagnostics, project.config.sources());
    if project.diagnostics.has_errors() {
        return Err(CommandError::Reported);
    }
    if let Some(drawn) = drawn {
        let graph = operation_graph(drawn, &project, saved.as_ref(), context)?;
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

/// Which operation is drawn; none for the resources alone.
fn drawn(args: &GraphArgs) -> Result<Option<Drawn>, CommandError> {
    let drawn = match (args.operation.as_deref(), &args.plan) {
        (None, None) => return Ok(None),
        (None, Some(_)) => Drawn::Operation(Operation::Apply),
        (Some(name), _) => operation(name)?,
    };
    match args.format {
        Format::Dot => Ok(Some(drawn)),
        Format::Mermaid | Format::Svg => Err(CommandError::usage(
            "Unsupported format",
            "The graph of an operation is printed in the DOT language only.",
        )),
    }
}

fn operation(name: &str) -> Result<Drawn, CommandError> {
    match name {
        "plan" => Ok(Drawn::Operation(Operation::Plan)),
        "plan-refresh-only" => Ok(Drawn::Operation(Operation::RefreshOnly)),
        "plan-destroy" => Ok(Drawn::Destruction),
        "apply" => Ok(Drawn::Operation(Operation::Apply)),
        _ => Err(CommandError::usage(
            "Unsupported graph type",
            "The -type=... argument must be either \"plan\", \"plan-refresh-only\", \"plan-destroy\", or \"apply\".",
        )),
    }
}

fn operation_graph(
    drawn: Drawn,
    project: &Project,
    saved: Option<&PlanFile>,
    context: &Context<'_>,
) -> Result<OperationGraph, CommandError> {
    let given = saved.map(|file| file.variables.clone()).unwrap_or_default();
    let stack = project.stack(&given);
    Ok(match (drawn, saved) {
        (Drawn::Operation(Operation::Apply), Some(file)) => {
            OperationGraph::of_plan(&stack, &file.plan)
        }
        (Drawn::Operation(operation), _) => OperationGraph::new(&project.config, operation),
        (Drawn::Destruction, Some(file)) => {
            OperationGraph::of_destruction(&stack, &file.plan.prior)
        }
        (Drawn::Destruction, None) => OperationGraph::of_destruction(&stack, &state(context)?),
    })
}

/// The state as it was left; an empty one if there is none.
fn state(context: &Context<'_>) -> Result<State, CommandError> {
    let Some(snapshot) = session::read(&FileArgs::default(), context)? else {
        return Ok(State::default());
    };
    State::from_snapshot(&snapshot)
        .map_err(|problem| CommandError::usage("Failed to read the state", problem.to_string()))
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
