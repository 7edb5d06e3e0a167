//! Rules for `values.yaml`.

use trueup_helm_template::functions::to_json_value;
use trueup_helm_template::yaml::from_yaml;

use super::Report;
use super::subject::{Entry, Subject};
use crate::schema::{SchemaCheck, check_one};
use crate::template::Options;
use crate::values::{Coalesce, json_map, to_map};

const FILE: &str = "values.yaml";
const SCHEMA: &str = "values.schema.json";

pub(super) fn check(subject: &Subject, options: &Options, report: &mut Report) {
    if subject.entry(FILE) == Entry::Missing {
        return report.info(FILE, "file does not exist");
    }
    if let Err(error) = check_file(subject, options) {
        report.error(FILE, error);
    }
}

/// Helm checks the chart's own values with the user's over them, not those of subcharts.
fn check_file(subject: &Subject, options: &Options) -> Result<(), String> {
    let unreadable = |error: String| format!("unable to parse YAML: {error}");
    let text = subject.read(FILE).map_err(unreadable)?;
    let own = from_yaml(&text)
        .map_err(|error| unreadable(format!("error converting YAML to JSON: {error}")))?;
    let own = json_map(own, "common.Values").map_err(|error| unreadable(error.to_string()))?;
    if options.schema == SchemaCheck::Nothing || subject.entry(SCHEMA) == Entry::Missing {
        return Ok(());
    }
    let schema = subject.read(SCHEMA)?;
    if schema.is_empty() {
        return Ok(());
    }
    let values = to_map(&options.values);
    let mut coalesce = Coalesce {
        merge: false,
        helm_3: options.helm_3,
        warnings: &mut Vec::new(),
    };
    coalesce.tables(&values, &to_map(&own), "", false);
    let values = to_json_value(&values.into()).map_err(|error| error.message().to_string())?;
    check_one(&schema, &values, options.schema).map_or(Ok(()), Err)
}
