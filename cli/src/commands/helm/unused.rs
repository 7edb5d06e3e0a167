//! How values without effect are told.

use trueup_helm::{Chart, Given, Options, Unused, unused};

use super::values_flags::chart_error;
use crate::error::CommandError;

/// A line for each value that has no effect.
pub(crate) fn warnings(
    chart: &Chart,
    options: &Options,
    given: &Given,
) -> Result<Vec<String>, CommandError> {
    let found = unused(chart, options, given).map_err(chart_error)?;
    Ok(found.iter().map(|one| sentence(chart, one)).collect())
}

fn sentence(chart: &Chart, unused: &Unused) -> String {
    let (name, version) = (&chart.metadata.name, &chart.metadata.version);
    let mut text = String::new();
    if let Some(place) = &unused.place {
        text.push_str(&format!("{place}: "));
    }
    text.push_str(&format!(
        "{} is never read by {name} {version}",
        unused.path
    ));
    match &unused.near {
        Some(near) => {
            text.push_str(&format!("; did you mean {}", near.path));
            match &near.default {
                Some(default) if !default.is_object() => {
                    text.push_str(&format!(" (default {})", super::plain(default)));
                }
                _ => {}
            }
            text.push('?');
        }
        None if !unused.beside.is_empty() => {
            text.push_str(&format!("; read there: {}", unused.beside.join(", ")));
        }
        None => {}
    }
    text
}
