//! `trueup helm values`

use serde_json::{Value, json};
use trueup_helm::{ChartReads, Read, ValuePath, to_yaml};

use super::{Context, chart::ChartFlags, values_flags::chart_error};
use crate::error::CommandError;
use crate::ui::json_text;

/// List every value that a chart reads, with its default, type and where
///
/// Templates are run on both sides of every condition, with all subcharts
/// enabled; nothing is asked of a cluster.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup helm values ./chart")]
pub(crate) struct ValuesArgs {
    #[command(flatten)]
    chart: ChartFlags,

    /// How to print
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Format {
    /// Aligned columns
    Table,
    /// A YAML list
    Yaml,
    /// A JSON array
    Json,
}

/// One value that is read.
struct Row {
    path: String,
    kind: &'static str,
    default: Option<Value>,
    place: String,
}

pub(crate) fn run(args: &ValuesArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let chart = args.chart.load(context)?;
    let given = args.chart.given()?;
    let options = args.chart.options("release-name", &given)?;
    let reads = ChartReads::of(&chart, &options).map_err(chart_error)?;
    let paths = reads.paths();
    let rows: Vec<Row> = paths
        .iter()
        .map(|(path, read)| row(path, read, &reads))
        .collect();
    match args.output {
        Format::Table => context.ui.print(&table(&rows)),
        Format::Json => context.ui.print_bytes(&json_text(&records(&rows))?),
        Format::Yaml => {
            let text = to_yaml(&Value::Array(records(&rows)))
                .map_err(|error| CommandError::Helm(error.to_string()))?;
            context.ui.print(&text)
        }
    }
}

fn row(path: &ValuePath, read: &Read, reads: &ChartReads) -> Row {
    let default = reads.default_of(path).map(super::plain);
    let kind = match &default {
        None | Some(Value::Null) => "any",
        Some(Value::Bool(_)) => "bool",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "list",
        Some(Value::Object(_)) => "map",
    };
    let place = match read {
        Read::Template(source) => format!("{}:{}", source.file, source.line),
        Read::Metadata(chart) => format!("{chart}/Chart.yaml"),
        Read::Schema(chart) => format!("{chart}/values.schema.json"),
    };
    Row {
        path: path.to_string(),
        kind,
        default,
        place,
    }
}

fn records(rows: &[Row]) -> Vec<Value> {
    let record = |row: &Row| {
        json!({
            "path": row.path,
            "type": row.kind,
            "default": row.default,
            "read_at": row.place,
        })
    };
    rows.iter().map(record).collect()
}

/// Widest default that is shown in a table.
const MAX_DEFAULT: usize = 30;

fn table(rows: &[Row]) -> String {
    let cells = rows.iter().map(|row| {
        let default = row.default.as_ref().map(Value::to_string);
        [
            row.path.clone(),
            row.kind.to_owned(),
            shortened(&default.unwrap_or_default()),
            row.place.clone(),
        ]
    });
    let head = ["VALUE", "TYPE", "DEFAULT", "READ AT"].map(str::to_owned);
    let cells: Vec<[String; 4]> = std::iter::once(head).chain(cells).collect();
    let width = |column: usize| {
        let widths = cells.iter().filter_map(|row| row.get(column));
        widths.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (first, second, third) = (width(0), width(1), width(2));
    let line = |[path, kind, default, place]: &[String; 4]| {
        format!("{path:first$}  {kind:second$}  {default:third$}  {place}\n")
    };
    cells.iter().map(line).collect()
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= MAX_DEFAULT {
        return text.to_owned();
    }
    let kept: String = text.chars().take(MAX_DEFAULT - 1).collect();
    format!("{kept}…")
}
