//! YAML against answers of sigs.k8s.io/yaml 1.6.0, frozen in `cases.json`.

use serde_json::Value;
use trueup_helm_template::yaml::{from_yaml, to_json, to_yaml};

#[test]
fn reads_and_prints_as_helm_does() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases.json")).unwrap();
    assert!(cases.len() > 70);
    for case in &cases {
        match (&case["read"], &case["write"]) {
            (Value::String(text), _) => {
                let expected = match &case["error"] {
                    Value::String(error) => Err(error.clone()),
                    _ => Ok(to_json(&floats(&case["json"]))),
                };
                let found = from_yaml(text.as_bytes())
                    .map(|value| to_json(&value))
                    .map_err(|error| format!("error converting YAML to JSON: {error}"));
                assert_eq!(found, expected, "reading {text:?}");
            }
            (_, value) => {
                assert_eq!(
                    to_yaml(value).unwrap_or_default(),
                    case["yaml"],
                    "printing {value}"
                );
            }
        }
    }
}

fn floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(items) => items.iter().map(floats).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), floats(value)))
            .collect(),
        other => other.clone(),
    }
}

#[test]
fn deep_nesting_is_an_error() {
    for text in [
        "[".repeat(20_000),
        "- ".repeat(20_000),
        "a: {".repeat(20_000),
        "? ".repeat(20_000),
    ] {
        let error = from_yaml(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("exceeded max depth of 256"), "{error}");
    }
}

#[test]
fn alias_bombs_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let before = level - 1;
        text += &format!(
            "a{level}: &a{level} [{}]\n",
            vec![format!("*a{before}"); 10].join(", ")
        );
    }
    let error = from_yaml(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(error, "yaml: document contains excessive aliasing");
}
