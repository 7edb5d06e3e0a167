//! `trueup helm explain`

use trueup_helm::{Follow, Leaf, TracedObject, trace};

use super::{Context, chart::ChartFlags, values_flags::chart_error};
use crate::error::CommandError;

/// Show for a rendered field the template line and the values behind it
///
/// Without a path all fields of the object are shown.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup helm explain ./chart Deployment/web.spec.replicas")]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    chart: ChartFlags,

    /// The field: Deployment/web.spec.replicas
    #[arg(value_name = "KIND/NAME[.PATH]")]
    field: String,

    /// The name of the release
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    release: String,
}

pub(crate) fn run(args: &ExplainArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let Some((kind, rest)) = args.field.split_once('/') else {
        return Err(CommandError::usage(
            "Invalid field",
            format!(
                "\"{}\" is not of the form KIND/NAME or KIND/NAME.PATH.",
                args.field
            ),
        ));
    };
    let chart = args.chart.load(context)?;
    let given = args.chart.given()?;
    let options = args.chart.options(&args.release, &given)?;
    let traced = trace(&chart, &options, Follow::All).map_err(chart_error)?;
    let Some((object, path)) = find(&traced.objects, kind, rest) else {
        return Err(unknown_object(&traced.objects, kind, rest));
    };
    let leaves: Vec<&Leaf> = object
        .leaves
        .iter()
        .filter(|leaf| is_below(&leaf.path.to_string(), path))
        .collect();
    if leaves.is_empty() {
        return Err(unknown_path(object, path));
    }
    let text: String = leaves.iter().map(|leaf| shown(object, leaf)).collect();
    context.ui.print(&text)
}

/// The object with the longest name that `rest` begins with, and the path behind it.
fn find<'a, 'r>(
    objects: &'a [TracedObject],
    kind: &str,
    rest: &'r str,
) -> Option<(&'a TracedObject, &'r str)> {
    let of_kind = objects
        .iter()
        .filter(|object| object.kind().eq_ignore_ascii_case(kind));
    let named = of_kind.filter_map(|object| {
        let after = rest.strip_prefix(object.name())?;
        let is_end = after.is_empty() || after.starts_with(['.', '[']);
        is_end.then_some((object, after.strip_prefix('.').unwrap_or(after)))
    });
    named.max_by_key(|(object, _)| object.name().len())
}

fn is_below(leaf: &str, path: &str) -> bool {
    let rest = leaf.strip_prefix(path);
    rest.is_some_and(|rest| path.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
}

fn shown(object: &TracedObject, leaf: &Leaf) -> String {
    let value = leaf.path.find(&object.object);
    let value = value
        .map(|value| super::plain(value).to_string())
        .unwrap_or_default();
    let mut text = format!("{} = {value}\n", leaf.path);
    for source in &leaf.sources {
        text.push_str(&format!(
            "  at {}:{}:{}\n",
            source.file,
            source.line,
            source.column.saturating_add(1)
        ));
    }
    for value in &leaf.values {
        text.push_str(&format!("  from .Values.{value}\n"));
    }
    text
}

fn unknown_object(objects: &[TracedObject], kind: &str, rest: &str) -> CommandError {
    let named = |object: &TracedObject| format!("{}/{}", object.kind(), object.name());
    let mut like: Vec<String> = objects
        .iter()
        .filter(|object| object.kind().eq_ignore_ascii_case(kind))
        .map(named)
        .collect();
    if like.is_empty() {
        like = objects.iter().map(named).collect();
    }
    like.sort();
    like.dedup();
    CommandError::usage(
        "No such object",
        format!(
            "The chart renders no {kind}/{rest}. It renders: {}.",
            like.join(", ")
        ),
    )
}

fn unknown_path(object: &TracedObject, path: &str) -> CommandError {
    let known: Vec<String> = object
        .leaves
        .iter()
        .map(|leaf| leaf.path.to_string())
        .collect();
    CommandError::usage(
        "No such field",
        format!(
            "{}/{} has no field {path}. It has: {}.",
            object.kind(),
            object.name(),
            known.join(", ")
        ),
    )
}
