//! `terraform_remote_state`: the outputs of another stack.

use std::{fs, io, path::PathBuf};

use trueup_sdk::Problem;
use trueup_state::{Snapshot, snapshot::Output};
use trueup_value::{
    Path, Str, Value,
    json::{from_json, type_from_json},
};

const SUMMARY: &str = "Unable to find remote state";

/// Reads the outputs; what the state lacks comes from `defaults`. Paths are
/// relative to `folder`.
pub(super) fn read(config: &Value, folder: &std::path::Path) -> Result<Value, Vec<Problem>> {
    let backend = config.get("backend").and_then(Value::as_str).unwrap_or("");
    if backend != "local" {
        let detail = format!(
            "Remote state of backend \"{backend}\" cannot be read yet; the backend \"local\" can."
        );
        return Err(problem("Unsupported backend", detail, "backend"));
    }
    let path = folder.join(state_path(config));
    let snapshot = load(&path)?;
    let mut outputs: Vec<(Str, Value)> = Vec::new();
    if let Some(defaults) = config.get("defaults") {
        let known = defaults.elements();
        outputs.extend(known.filter_map(|(key, value)| Some((Str::new(key.as_str()?), value))));
    }
    let Some(snapshot) = snapshot else {
        let detail = "No stored state was found for the given workspace in the given backend.";
        return Err(problem(SUMMARY, detail.to_owned(), "workspace"));
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
    // That an output is sensitive does not cross the border between stacks:
    // outputs that pass it on need not be declared sensitive.
    read.map_err(|error| {
        let detail = format!("The output \"{name}\" of the state cannot be read: {error}.");
        problem("Invalid output value", detail, "config")
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

#[cfg(test)]
mod tests {
    use trueup_value::Type;

    use super::*;

    const STATE: &str = r#"{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x",
        "outputs":{"x":{"value":2,"type":"number"},"s":{"value":"sec","type":"string","sensitive":true}},
        "resources":[],"check_results":null}"#;

    fn config(workspace: Value) -> Value {
        let text = |text: &str| Value::string(text);
        Value::object([
            ("backend", text("local")),
            ("config", Value::object([("path", text("other.tfstate"))])),
            (
                "defaults",
                Value::object([("x", text("d")), ("y", text("dy"))]),
            ),
            ("outputs", Value::null(Type::Dynamic)),
            ("workspace", workspace),
        ])
    }

    /// As terraform 1.11.4 answers.
    #[test]
    fn outputs_come_from_the_state_and_then_from_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let states = folder.path().join("terraform.tfstate.d/w");
        fs::create_dir_all(&states).unwrap();
        fs::write(folder.path().join("other.tfstate"), STATE).unwrap();
        fs::write(states.join("terraform.tfstate"), STATE).unwrap();
        for workspace in [Value::null(Type::String), Value::string("w")] {
            let read = read(&config(workspace), folder.path()).unwrap();
            let expected = Value::object([
                ("s", Value::string("sec")),
                ("x", Value::number(2)),
                ("y", Value::string("dy")),
            ]);
            assert_eq!(read.get("outputs"), Some(&expected));
        }
        let missing = read(&config(Value::string("zz")), folder.path());
        let expected =
            "No stored state was found for the given workspace in the given backend.".to_owned();
        assert_eq!(missing, Err(problem(SUMMARY, expected, "workspace")));
    }
}
