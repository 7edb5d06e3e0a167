//! Values without effect, as warnings of a plan.

use trueup_helm::{Chart, Place, Unused};
use trueup_sdk::Problem;
use trueup_value::{Path, Value};

/// A warning that tells of all values which nothing reads; none if there are
/// none.
pub(crate) fn unused(chart: &Chart, found: &[Unused]) -> Vec<Problem> {
    let Some(first) = found.first() else {
        return Vec::new();
    };
    let name = format!("{} {}", chart.metadata.name, chart.metadata.version);
    let (summary, verb) = match found.len() {
        1 => ("Value without effect".to_owned(), "it"),
        count => (format!("{count} values without effect"), "them"),
    };
    let lines: Vec<String> = found.iter().map(line).collect();
    let detail = format!(
        "Nothing in the chart {name} reads {verb}:\n{}",
        lines.join("\n")
    );
    vec![Problem::warning(summary, detail, attribute(first))]
}

fn line(unused: &Unused) -> String {
    let mut line = format!("  {}", unused.path);
    if let Some(place) = &unused.place {
        line.push_str(&format!(" ({})", told(place)));
    }
    match &unused.near {
        Some(near) => {
            line.push_str(&format!("; did you mean {}", near.path));
            if let Some(default) = near.default.as_ref().filter(|default| !default.is_object()) {
                line.push_str(&format!(" (default {default})"));
            }
            line.push('?');
        }
        None if !unused.beside.is_empty() => {
            line.push_str(&format!("; read there: {}", unused.beside.join(", ")));
        }
        None => {}
    }
    line
}

fn told(place: &Place) -> String {
    match place {
        Place::File { name, line, .. } => format!("{name} line {line}"),
        Place::Flag(flag) => flag.clone(),
    }
}

/// The attribute that has the first of them.
fn attribute(unused: &Unused) -> Path {
    let values = || Path::new().attr("values");
    match &unused.place {
        Some(Place::File { name, .. }) => {
            let index = name.trim_start_matches("values[").trim_end_matches(']');
            match index.parse::<u64>() {
                Ok(index) => values().index(Value::number(index)),
                Err(_) => values(),
            }
        }
        Some(Place::Flag(flag)) => {
            let attribute = flag.split(' ').next().unwrap_or("set");
            Path::new().attr(attribute)
        }
        None => values(),
    }
}
