//! `terraform_remote_state`: the outputs of another stack.

use std::{fs, io, path::PathBuf};

use trueup_sdk::Problem;
use trueup_state::{Snapshot, snapshot::Output};
use trueup_value::{
    Marks, Path, Str, Value,
    json::{from_json, type_from_json},
};

const SUMMARY: &str = "Unable to find remote state";

/// Reads the outputs; what the state lacks comes from `defaults`.
pub(super) fn read(config: &Value) -> Result<Value, Vec<Problem>> {
    let backend = config.get("backend").and_then(Value::as_str).unwrap_or("");
    if backend != "local" {
        let detail = format!(
            "Remote state of backend \"{backend}\" cannot be read yet; the backend \"local\" can."
        );
        return Err(problem("Unsupported backend", detail, "backend"));
    }
    let path = state_path(config);
    let snapshot = load(&path)?;
    let mut outputs: Vec<(Str, Value)> = Vec::new();
    if let Some(defaults) = config.get("defaults") {
        let known = defaults.elements();
        outputs.extend(known.filter_map(|(key, value)| Some((Str::new(key.as_str()?), value))));
    }
    let Some(snapshot) = snapshot else {
        if outputs.is_empty() {
            let detail = "No stored state was found for the given workspace in the given backend.";
            return Err(problem(SUMMARY, detail.to_owned(), "config"));
        }
        return Ok(with_outputs(config, outputs));
    };
    for (name, output) in &snapshot.outputs {
        outputs.push((Str::new(name), output_value(name, output)?));
    }
    Ok(with_outputs(config, outputs))
}

fn load(path: &PathBuf) -> Result<Option<Snapshot>, Vec<Problem>> {
    let shown = path.display();
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|error| {
            let detail = format!("The state {shown} could not be read: {error}.");
            problem("Error loading state error", detail, "config")
        })?,
    };
    Snapshot::read(&bytes).map_err(|error| {
        let detail = format!("The state {shown} cannot be used: {error}.");
        problem("Error loading state error", detail, "config")
    })
}

/// Where the local backend keeps a workspace's state.
fn state_path(config: &Value) -> PathBuf {
    let argument = |name: &str| {
        let value = config.get("config")?.get(name)?;
        value.as_str().map(str::to_owned)
    };
    let path = argument("path").unwrap_or_else(|| "terraform.tfstate".to_owned());
    let workspace = config.get("workspace").and_then(Value::as_str);
    match workspace.filter(|name| *name != "default") {
        None => PathBuf::from(path),
        Some(workspace) => {
            let dir = argument("workspace_dir").unwrap_or_else(|| "terraform.tfstate.d".to_owned());
            PathBuf::from(dir).join(workspace).join("terraform.tfstate")
        }
    }
}

fn output_value(name: &str, output: &Output) -> Result<Value, Vec<Problem>> {
    let read = type_from_json(output.ty.get()).and_then(|ty| from_json(output.value.get(), &ty));
    let value = read.map_err(|error| {
        let detail = format!("The output \"{name}\" of the state cannot be read: {error}.");
        problem("Invalid output value", detail, "config")
    })?;
    Ok(match output.sensitive {
        true => value.with_marks(Marks::SENSITIVE),
        false => value,
    })
}

fn with_outputs(config: &Value, outputs: Vec<(Str, Value)>) -> Value {
    let given = config
        .elements()
        .filter_map(|(key, value)| Some((Str::new(key.as_str()?), value)));
    Value::object(given.chain([(Str::new("outputs"), Value::object(outputs))]))
}

fn problem(summary: &str, detail: String, attribute: &str) -> Vec<Problem> {
    let path = Path::new().attr(attribute);
    vec![Problem::error(summary, detail, path)]
}
