//! `--set` and its siblings, and how values of charts, parents and users come
//! together: generated inputs with the answers of Helm 4.3.1.
//!
//! `values.jsonl` has texts of flags, laid over [`BASE`]; `coalesce.jsonl` has
//! trees of charts with the values that the templates of the first one see.

use serde_json::{Map, Value, json};
use trueup_helm::{Chart, File, Setting, load_files, render, set};

use crate::charts::options;

const BASE: &str = r#"{"a":{"b":[1,{"c":2}]},"s":"x","n":null,"l":["p","q"]}"#;

type Answer = Result<Value, String>;

fn expected(case: &Value) -> Answer {
    match case["error"].as_str() {
        Some(error) => Err(error.to_owned()),
        None => Ok(floats(&case["out"])),
    }
}

/// Helm's numbers are floats in charts, and integers from flags.
fn floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(floats).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), floats(value)))
            .collect(),
        other => other.clone(),
    }
}

fn compare(table: &str, answer: impl Fn(&Value) -> Answer) {
    let mut differences = Vec::new();
    for line in table.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let (ours, theirs) = (answer(&case), expected(&case));
        if ours != theirs {
            let mut input = case.clone();
            input.as_object_mut().unwrap().remove("out");
            differences.push(format!("{input}\n  helm   {theirs:?}\n  trueup {ours:?}"));
        }
    }
    let count = table.lines().count();
    assert!(
        differences.is_empty(),
        "{} of {count} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

#[test]
fn flags_set_what_they_set_in_helm() {
    compare(include_str!("values.jsonl"), |case| {
        let setting = match case["flag"].as_str().unwrap() {
            "set" => Setting::Typed,
            "set-string" => Setting::Text,
            "set-json" => Setting::Json,
            _ => Setting::Literal,
        };
        let mut values: Map<String, Value> = serde_json::from_str(BASE).unwrap();
        set(
            &mut values,
            case["text"].as_str().unwrap_or_default(),
            setting,
        )
        .map_err(|error| error.to_string())?;
        Ok(floats(&Value::Object(values)))
    });
}

/// A file with all values is the last one of a chart: notes may be any text.
const NOTES: &str = "{{ .Values | toJson }}";

fn files(chart: &Value, folder: &str, into: &mut Vec<File>) {
    let mut dependencies = Vec::new();
    for sub in chart["subs"].as_array().into_iter().flatten() {
        let mut dependency = json!({"name": sub["name"], "version": "1.0.0"});
        for (ours, theirs) in [
            ("condition", "condition"),
            ("tags", "tags"),
            ("alias", "alias"),
            ("import", "import-values"),
        ] {
            if !sub[ours].is_null() {
                dependency[theirs] = sub[ours].clone();
            }
        }
        dependencies.push(dependency);
        let name = sub["name"].as_str().unwrap();
        files(sub, &format!("{folder}charts/{name}/"), into);
    }
    let mut metadata = json!({"apiVersion": "v2", "name": chart["name"], "version": "1.0.0"});
    if !dependencies.is_empty() {
        metadata["dependencies"] = dependencies.into();
    }
    let mut file = |name: &str, text: String| {
        let name = format!("{folder}{name}");
        let data = text.into_bytes();
        into.push(File { name, data });
    };
    file("Chart.yaml", metadata.to_string());
    file("values.yaml", chart["values"].to_string());
}

fn coalesced(case: &Value) -> Answer {
    let mut parts = Vec::new();
    files(&case["chart"], "", &mut parts);
    parts.push(File {
        name: "templates/NOTES.txt".to_owned(),
        data: NOTES.as_bytes().to_vec(),
    });
    let chart: Chart = load_files(parts).map_err(|error| error.to_string())?;
    let mut options = options();
    if let Value::Object(user) = &case["user"] {
        options.values = floats(&Value::Object(user.clone()))
            .as_object()
            .unwrap()
            .clone();
    }
    let rendered = render(&chart, &options).map_err(|error| {
        // The command's words, not those of what is asked here.
        let prefix = "chart dependencies processing failed: ";
        error.to_string().replace(prefix, "")
    })?;
    Ok(floats(&serde_json::from_str(&rendered.notes).unwrap()))
}

#[test]
fn values_come_together_as_in_helm() {
    compare(include_str!("coalesce.jsonl"), coalesced);
}
