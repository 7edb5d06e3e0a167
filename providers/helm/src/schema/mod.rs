//! `values.schema.json`: values checked, and told what is wrong in Helm's words.

mod certain;
mod report;
mod words;

use jsonschema::{ValidationError, Validator};
use serde_json::Value;
use trueup_helm_template::functions::to_json_value;

use self::{certain::is_certain, report::problems};
use crate::error::ChartError;
use crate::node::Node;

/// Most messages about one chart.
const MAX_ERRORS: usize = 100;

/// Which values are held against the schemas of charts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SchemaCheck {
    /// All of them.
    #[default]
    All,
    /// All but those this text stands in for: what a schema says of them is not judged.
    Without(&'static str),
    /// None.
    Nothing,
}

impl SchemaCheck {
    /// All values, unless that is to be skipped.
    pub fn unless(skipped: bool) -> Self {
        match skipped {
            true => SchemaCheck::Nothing,
            false => SchemaCheck::All,
        }
    }
}

/// Checks the values of the chart and of its subcharts. Nothing is fetched: a schema that refers
/// to another place is refused.
pub(crate) fn validate(
    root: &Node<'_>,
    values: &trueup_helm_template::Map,
    which: SchemaCheck,
) -> Result<(), ChartError> {
    if which == SchemaCheck::Nothing || !has_schema(root) {
        return Ok(());
    }
    let refused = |error: trueup_helm_template::Error| ChartError::new(error.message());
    let values = to_json_value(&values.clone().into()).map_err(refused)?;
    let mut messages = String::new();
    check(root, &values, which, &mut messages);
    if messages.is_empty() {
        return Ok(());
    }
    Err(ChartError::schema(format!(
        "values don't meet the specifications of the schema(s) in the following chart(s):\n{messages}"
    )))
}

fn has_schema(node: &Node<'_>) -> bool {
    node.chart.schema.is_some() || node.dependencies.iter().any(has_schema)
}

fn check(node: &Node<'_>, values: &Value, which: SchemaCheck, messages: &mut String) {
    if let Some(schema) = &node.chart.schema
        && let Some(message) = check_one(schema, values, which)
    {
        messages.push_str(&format!("{}:\n{message}", node.metadata.name));
    }
    for subchart in &node.dependencies {
        let name = &subchart.metadata.name;
        match values.get(name) {
            None | Some(Value::Null) => {}
            Some(values @ Value::Object(_)) => check(subchart, values, which, messages),
            // Nobody knows yet what it will be.
            Some(Value::String(text)) if is_stand_in(text, which) => {}
            Some(other) => {
                let kind = match other {
                    Value::Bool(_) => "bool",
                    Value::Number(_) => "float64",
                    Value::String(_) => "string",
                    _ => "[]interface {}",
                };
                messages.push_str(&format!(
                    "{name}:\ninvalid type for values: expected object (map), got {kind}\n"
                ));
            }
        }
    }
}

fn is_stand_in(text: &str, which: SchemaCheck) -> bool {
    matches!(which, SchemaCheck::Without(stand_in) if text.contains(stand_in))
}

pub(crate) fn check_one(schema: &[u8], values: &Value, which: SchemaCheck) -> Option<String> {
    let validator = match compile(schema) {
        Ok(validator) => validator,
        Err(error) => return Some(error.to_string()),
    };
    let judged = |error: &ValidationError<'_>| match which {
        SchemaCheck::All => true,
        SchemaCheck::Without(stand_in) => is_certain(error, values, stand_in),
        SchemaCheck::Nothing => false,
    };
    let errors = validator
        .iter_errors(values)
        .filter(judged)
        .take(MAX_ERRORS);
    let mut out = String::new();
    for problem in problems(errors, values) {
        problem.write(0, &mut out);
    }
    (!out.is_empty()).then_some(out)
}

fn compile(schema: &[u8]) -> Result<Validator, ChartError> {
    let schema: Value =
        serde_json::from_slice(schema).map_err(|error| ChartError::new(error.to_string()))?;
    jsonschema::options()
        .build(&schema)
        .map_err(|error| ChartError::new(error.to_string()))
}
