//! What the validator that Helm uses says of each kind of mistake.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;
use trueup_helm_template::yaml::format_g;

pub(super) fn quote(text: &str) -> String {
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

/// That these properties may not be there.
pub(super) fn not_allowed<'t>(names: impl IntoIterator<Item = &'t String>) -> String {
    format!("additional properties {} not allowed", quoted(names))
}

fn quoted<'t>(texts: impl IntoIterator<Item = &'t String>) -> String {
    texts
        .into_iter()
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

/// A number as the validator's messages have it: digits in groups of three, or an exponent.
fn grouped(number: &str) -> String {
    let (sign, number) = number
        .strip_prefix('-')
        .map_or(("", number), |rest| ("-", rest));
    let value: f64 = number.parse().unwrap_or(0.0);
    if value != 0.0 && !(1e-4..1e6).contains(&value) {
        return sign.to_owned() + &with_exponent(value);
    }
    let (whole, fraction) = number
        .find('.')
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

/// `1.5×10⁰⁶`: at least two digits above.
fn with_exponent(value: f64) -> String {
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ("⁻", digits),
        None => ("", exponent),
    };
    let raised = |digit: char| {
        let index = digit
            .to_digit(10)
            .and_then(|digit| usize::try_from(digit).ok());
        index.and_then(|index| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(index))
    };
    let digits: String = format!("{digits:0>2}").chars().filter_map(raised).collect();
    format!("{mantissa}×10{sign}{digits}")
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

pub(super) fn message(error: &ValidationError<'_>) -> String {
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
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => not_allowed(unexpected),
        ValidationErrorKind::Enum { options } => match options.as_array().map(Vec::as_slice) {
            Some([single]) if !single.is_array() && !single.is_object() => {
                format!("value must be {}", shown(single))
            }
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
        ValidationErrorKind::OneOfMultipleValid { context } => {
            let matched = context.iter().enumerate();
            // It looks no further than to the second.
            let matched = matched.filter(|(_, errors)| errors.is_empty()).take(2);
            let matched: Vec<String> = matched.map(|(index, _)| index.to_string()).collect();
            format!("'oneOf' failed, subschemas {} matched", matched.join(", "))
        }
        ValidationErrorKind::Not { .. } => "'not' failed".to_owned(),
        ValidationErrorKind::PropertyNames { error } => {
            format!("invalid propertyName {}", shown(error.instance()))
        }
        ValidationErrorKind::FalseSchema => "false schema".to_owned(),
        ValidationErrorKind::Contains => "no items match contains schema".to_owned(),
        _ => error.to_string(),
    }
}
