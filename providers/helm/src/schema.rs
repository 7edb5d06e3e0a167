//! `values.schema.json`: values checked, and told what is wrong in Helm's words.

use std::collections::BTreeMap;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;
use trueup_helm_template::functions::to_json_value;
use trueup_helm_template::yaml::format_g;

use crate::error::ChartError;
use crate::node::Node;

/// Most messages about one chart.
const MAX_ERRORS: usize = 100;

/// The line above several problems of one place.
const GATHERED: &str = "validation failed";

/// Checks the values of the chart and of its subcharts. Nothing is fetched: a schema that refers
/// to another place is refused.
pub(crate) fn validate(
    root: &Node<'_>,
    values: &trueup_helm_template::Map,
) -> Result<(), ChartError> {
    if !has_schema(root) {
        return Ok(());
    }
    let refused = |error: trueup_helm_template::Error| ChartError::new(error.message());
    let values = to_json_value(&values.clone().into()).map_err(refused)?;
    let mut messages = String::new();
    check(root, &values, &mut messages);
    if messages.is_empty() {
        return Ok(());
    }
    Err(ChartError::new(format!(
        "values don't meet the specifications of the schema(s) in the following chart(s):\n{messages}"
    )))
}

fn has_schema(node: &Node<'_>) -> bool {
    node.chart.schema.is_some() || node.dependencies.iter().any(has_schema)
}

fn check(node: &Node<'_>, values: &Value, messages: &mut String) {
    if let Some(schema) = &node.chart.schema
        && let Some(message) = check_one(schema, values)
    {
        messages.push_str(&format!("{}:\n{message}", node.metadata.name));
    }
    for subchart in &node.dependencies {
        let name = &subchart.metadata.name;
        match values.get(name) {
            None | Some(Value::Null) => {}
            Some(values @ Value::Object(_)) => check(subchart, values, messages),
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

pub(crate) fn check_one(schema: &[u8], values: &Value) -> Option<String> {
    let validator = match compile(schema) {
        Ok(validator) => validator,
        Err(error) => return Some(error.to_string()),
    };
    let mut places = Place::default();
    for error in validator.iter_errors(values).take(MAX_ERRORS) {
        places.add(&error);
    }
    let mut problems = places.problems("");
    if let [gathered] = problems.as_mut_slice()
        && gathered.message == GATHERED
    {
        problems = std::mem::take(&mut gathered.causes);
    }
    let mut out = String::new();
    for problem in problems {
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

/// What is wrong at a place of the values and below it.
#[derive(Default)]
struct Place {
    own: Vec<Own>,
    inner: BTreeMap<String, Place>,
}

/// What is wrong at a place itself.
struct Own {
    message: String,
    causes: Vec<Problem>,
    /// Of another type than it should be: nothing else is looked at then.
    mistyped: bool,
}

struct Problem {
    path: String,
    message: String,
    causes: Vec<Problem>,
}

impl Place {
    fn add(&mut self, error: &ValidationError<'_>) {
        let path = error.instance_path().to_string();
        let mut place = self;
        for part in path.split('/').skip(1) {
            place = place.inner.entry(part.to_owned()).or_default();
        }
        place.add_own(Own {
            message: message(error),
            causes: causes(error),
            mistyped: matches!(error.kind(), ValidationErrorKind::Type { .. }),
        });
    }

    fn add_own(&mut self, own: Own) {
        let known = self.own.iter_mut().map(|known| &mut known.message);
        let message = &own.message;
        let mut known = known.filter(|known| join_missing(known, message));
        if let Some(known) = known.next() {
            let name = message
                .strip_prefix("missing property ")
                .unwrap_or_default();
            let listed = known.replace("missing property ", "missing properties ");
            *known = format!("{listed}, {name}");
        } else {
            self.own.push(own);
        }
    }

    /// What is known below a path.
    fn at(mut self, path: &str) -> Place {
        for part in path.split('/').skip(1) {
            self = self.inner.remove(part).unwrap_or_default();
        }
        self
    }

    /// Several problems of one place are gathered under one line.
    fn gathered(self, path: &str) -> Vec<Problem> {
        let problems = self.problems(path);
        if problems.len() < 2 {
            return problems;
        }
        vec![Problem {
            path: path.to_owned(),
            message: GATHERED.to_owned(),
            causes: problems,
        }]
    }

    fn problems(mut self, path: &str) -> Vec<Problem> {
        if self.own.iter().any(|own| own.mistyped) {
            self.own.retain(|own| own.mistyped);
        }
        // Properties that nothing allows are found after those that are described.
        let is_late = |own: &Own| own.message.starts_with("additional properties");
        let (late, early): (Vec<Own>, Vec<Own>) = self.own.into_iter().partition(is_late);
        let own = |own: Own| Problem {
            path: path.to_owned(),
            message: own.message,
            causes: own.causes,
        };
        let inner = self.inner.into_iter();
        let inner = inner.flat_map(|(name, place)| place.gathered(&format!("{path}/{name}")));
        let early = early.into_iter().map(own);
        early
            .chain(inner)
            .chain(late.into_iter().map(own))
            .collect()
    }
}

/// Why each of the alternatives was refused.
fn causes(error: &ValidationError<'_>) -> Vec<Problem> {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
        error.kind()
    else {
        return Vec::new();
    };
    let path = error.instance_path().to_string();
    let alternatives = context.iter().map(|errors| {
        let mut places = Place::default();
        errors.iter().for_each(|error| places.add(error));
        places.at(&path).gathered(&path)
    });
    alternatives.flatten().collect()
}

fn join_missing(known: &str, message: &str) -> bool {
    known.starts_with("missing propert") && message.starts_with("missing property ")
}

impl Problem {
    fn write(&self, depth: usize, out: &mut String) {
        out.push_str(&"  ".repeat(depth));
        out.push_str(&format!("- at {}: {}\n", quote(&self.path), self.message));
        for cause in &self.causes {
            cause.write(depth + 1, out);
        }
    }
}

fn quote(text: &str) -> String {
    let escaped = format!("{text:?}").replace("\\\"", "\"");
    let inner = escaped
        .get(1..escaped.len().saturating_sub(1))
        .unwrap_or_default();
    if text.contains('\'') {
        format!("'{}'", inner.replace('\'', "\\'"))
    } else {
        format!("'{inner}'")
    }
}

fn quoted(texts: &[String]) -> String {
    texts
        .iter()
        .map(|text| quote(text))
        .collect::<Vec<_>>()
        .join(", ")
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quote(text),
        Value::Array(_) | Value::Object(_) => "value".to_owned(),
        Value::Null => "<nil>".to_owned(),
        Value::Number(number) => number_text(number.as_f64()),
        Value::Bool(value) => value.to_string(),
    }
}

fn number_text(number: Option<f64>) -> String {
    number.map_or_else(String::new, |number| {
        if number.fract() == 0.0 && number.abs() < 1e15 {
            format!("{number}")
        } else {
            format_g(number)
        }
    })
}

/// Digits before the point in groups of three, as the validator's messages have them.
fn grouped(number: &str) -> String {
    let (sign, number) = number
        .strip_prefix('-')
        .map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = number
        .find(['.', 'e'])
        .map_or((number, ""), |point| number.split_at(point));
    let mut out = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn length(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(map) => map.len(),
        Value::String(text) => text.chars().count(),
        _ => 0,
    }
}

fn message(error: &ValidationError<'_>) -> String {
    let instance = error.instance();
    let got = || grouped(&number_text(instance.as_f64()));
    let count =
        |keyword: &str, limit: &u64| format!("{keyword}: got {}, want {limit}", length(instance));
    let number = |keyword: &str, limit: &Value| {
        let limit = grouped(&number_text(limit.as_f64()));
        format!("{keyword}: got {}, want {limit}", got())
    };
    match error.kind() {
        ValidationErrorKind::Type { kind } => {
            let wanted = match kind {
                TypeKind::Single(kind) => kind.to_string(),
                TypeKind::Multiple(kinds) => kinds
                    .iter()
                    .map(|kind| kind.to_string())
                    .collect::<Vec<_>>()
                    .join(" or "),
            };
            format!("got {}, want {wanted}", type_of(instance))
        }
        ValidationErrorKind::Required { property } => {
            format!(
                "missing property {}",
                quote(property.as_str().unwrap_or_default())
            )
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            format!("additional properties {} not allowed", quoted(unexpected))
        }
        ValidationErrorKind::Enum { options } => match options.as_array().map(Vec::as_slice) {
            Some([single]) => format!("value must be {}", shown(single)),
            Some(options)
                if !options
                    .iter()
                    .any(|option| option.is_array() || option.is_object()) =>
            {
                let options: Vec<String> = options.iter().map(shown).collect();
                format!("value must be one of {}", options.join(", "))
            }
            _ => "'enum' failed".to_owned(),
        },
        ValidationErrorKind::Constant { expected_value }
            if !expected_value.is_array() && !expected_value.is_object() =>
        {
            format!("value must be {}", shown(expected_value))
        }
        ValidationErrorKind::Constant { .. } => "'const' failed".to_owned(),
        ValidationErrorKind::Pattern { pattern } => {
            format!(
                "{} does not match pattern {}",
                shown(instance),
                quote(pattern)
            )
        }
        ValidationErrorKind::Minimum { limit } => number("minimum", limit),
        ValidationErrorKind::Maximum { limit } => number("maximum", limit),
        ValidationErrorKind::ExclusiveMinimum { limit } => number("exclusiveMinimum", limit),
        ValidationErrorKind::ExclusiveMaximum { limit } => number("exclusiveMaximum", limit),
        ValidationErrorKind::MultipleOf { multiple_of } => {
            format!(
                "multipleOf: got {}, want {}",
                got(),
                grouped(&number_text(Some(*multiple_of)))
            )
        }
        ValidationErrorKind::MinItems { limit } => count("minItems", limit),
        ValidationErrorKind::MaxItems { limit } => count("maxItems", limit),
        ValidationErrorKind::MinLength { limit } => count("minLength", limit),
        ValidationErrorKind::MaxLength { limit } => count("maxLength", limit),
        ValidationErrorKind::MinProperties { limit } => count("minProperties", limit),
        ValidationErrorKind::MaxProperties { limit } => count("maxProperties", limit),
        ValidationErrorKind::AnyOf { .. } => "'anyOf' failed".to_owned(),
        ValidationErrorKind::OneOfNotValid { .. } => "'oneOf' failed, none matched".to_owned(),
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            "'oneOf' failed, several subschemas matched".to_owned()
        }
        ValidationErrorKind::Not { .. } => "'not' failed".to_owned(),
        ValidationErrorKind::FalseSchema => "false schema".to_owned(),
        ValidationErrorKind::Contains => "no items match contains schema".to_owned(),
        _ => error.to_string(),
    }
}
