//! `trueup helm dependency`

use std::{
    iter,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use trueup_helm::load;
use trueup_helm_source::{dependency_status, stray_charts};

use super::{Context, source_flags::ServerFlags, values_flags::chart_error};
use crate::error::CommandError;

/// Fetch and list what a chart needs
#[derive(clap::Args, Debug)]
pub(crate) struct DependencyArgs {
    #[command(subcommand)]
    command: DependencyCommand,
}

#[derive(Subcommand, Debug)]
enum DependencyCommand {
    /// List the chart's dependencies and whether they are there
    #[command(
        alias = "ls",
        after_help = "Examples:\n  trueup helm dependency list ./chart"
    )]
    List(ListArgs),
    /// Fetch the newest versions that Chart.yaml allows and write Chart.lock
    #[command(
        alias = "up",
        after_help = "Examples:\n  trueup helm dependency update ./chart"
    )]
    Update(Box<FetchArgs>),
    /// Fetch the versions that Chart.lock names
    #[command(after_help = "Examples:\n  trueup helm dependency build ./chart")]
    Build(Box<FetchArgs>),
}

#[derive(clap::Args, Debug)]
struct ListArgs {
    /// The chart's folder or archive
    #[arg(default_value = ".")]
    chart: PathBuf,
}

#[derive(clap::Args, Debug)]
struct FetchArgs {
    /// The chart's folder
    #[arg(default_value = ".")]
    chart: PathBuf,

    #[command(flatten)]
    server: ServerFlags,
}

pub(crate) fn run(args: &DependencyArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let fetch = |args: &FetchArgs, locked: bool| {
        let mut lines = String::new();
        let say = &mut |text: &str| {
            lines.push_str(text);
            lines.push('\n');
        };
        let server = &args.server;
        let outcome = server.update_dependencies(&args.chart, locked, say, context);
        context.ui.print(&lines)?;
        outcome
    };
    match &args.command {
        DependencyCommand::List(args) => list(&args.chart, context),
        DependencyCommand::Update(args) => fetch(args, false),
        DependencyCommand::Build(args) => fetch(args, true),
    }
}

fn list(path: &Path, context: &Context<'_>) -> Result<(), CommandError> {
    let chart = load(path).map_err(chart_error)?;
    let Some(wanted) = &chart.metadata.dependencies else {
        let path = path.join("charts");
        return context
            .ui
            .print(&format!("WARNING: no dependencies at {}\n", path.display()));
    };
    let head = ["NAME", "VERSION", "REPOSITORY", "STATUS"].map(str::to_owned);
    let rows = wanted.iter().map(|one| {
        let status = dependency_status(path, &chart, one).to_owned();
        let cells = [&one.name, &one.version, &one.repository].map(|cell| shortened(cell));
        let [name, version, repository] = cells;
        [name, version, repository, status]
    });
    let rows: Vec<[String; 4]> = iter::once(head).chain(rows).collect();
    let mut text = table(&rows);
    text.push('\n');
    for (path, problem) in stray_charts(path, wanted) {
        let path = path.display().to_string();
        text.push_str(&format!("WARNING: {path:?} {problem}.\n"));
    }
    context.ui.print(&text)
}

/// Widest cell of Helm's table.
const MAX_CELL: usize = 80;

fn shortened(text: &str) -> String {
    if text.chars().count() <= MAX_CELL {
        return text.to_owned();
    }
    let kept: String = text.chars().take(MAX_CELL - 3).collect();
    format!("{kept}...")
}

/// Columns padded to the same width, with tabs between them.
fn table(rows: &[[String; 4]]) -> String {
    let width = |column: usize| {
        let widths = rows.iter().filter_map(|row| row.get(column));
        widths.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths = [0, 1, 2, 3].map(width);
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        text.push_str(&cells.join("\t"));
        text.push('\n');
    }
    text
}
