//! The backends of the language and the arguments each takes, whether or not
//! it is built in.

mod schema;
mod table;

use trueup_sdk::Problem;
use trueup_value::{Path, Type, Value};

pub use schema::backend_schema;

/// Judges the configuration of a `terraform_remote_state`.
pub(super) fn check_remote_state(config: &Value) -> Vec<Problem> {
    let attribute = |name| config.get(name).filter(|value| value.is_known());
    let mut problems = Vec::new();
    match (attribute("backend"), attribute("config")) {
        (Some(backend), Some(arguments)) if arguments.is_wholly_known() => {
            let name = backend.as_str().unwrap_or_default();
            problems.extend(check_arguments(name, arguments).err());
        }
        _ => {
            let given = config.get("config");
            if given.is_some_and(|value| !holds_attributes(value)) {
                problems.push(invalid(
                    "The configuration must be an object value.",
                    "config",
                ));
            }
        }
    }
    if config.get("defaults").is_some_and(|v| !holds_attributes(v)) {
        problems.push(Problem::error(
            "Invalid default values",
            "Defaults must be given in an object value.",
            Path::new().attr("defaults"),
        ));
    }
    problems
}

fn check_arguments(name: &str, arguments: &Value) -> Result<(), Problem> {
    // The name the local backend had before backends had names.
    let name = if name == "_local" { "local" } else { name };
    let schema = backend_schema(name).map_err(|detail| invalid(detail, "backend"))?;
    let arguments = match arguments.ty() {
        _ if arguments.is_null() => Value::empty_object(),
        Type::Map(_) => Value::object(arguments.elements().filter_map(|(key, value)| {
            let key = key.as_str().map(str::to_owned)?;
            Some((key, value))
        })),
        _ => arguments.clone(),
    };
    let configuration = schema.coerce(&arguments).map_err(|problem| {
        let message = match problem.path.is_empty() {
            true => problem.message,
            false => format!("{}: {}", problem.path, problem.message),
        };
        let detail =
            format!("The given configuration is not valid for backend \"{name}\": {message}.");
        invalid(detail, "config")
    })?;
    check_backend(name, &configuration)
}

/// What can be said of a backend's arguments beyond their types.
///
/// # Errors
/// A problem with the first argument that cannot be used.
pub fn check_backend(name: &str, configuration: &Value) -> Result<(), Problem> {
    match name {
        "local" => {
            not_empty(configuration, "path", "Invalid local state file path")?;
            let summary = "Invalid local workspace directory path";
            not_empty(configuration, "workspace_dir", summary)
        }
        "remote" => check_workspaces(configuration.get("workspaces")),
        _ => Ok(()),
    }
}

fn not_empty(configuration: &Value, argument: &str, summary: &str) -> Result<(), Problem> {
    let text = configuration.get(argument).and_then(Value::as_str);
    if text != Some("") {
        return Ok(());
    }
    let detail = format!("The \"{argument}\" attribute value must not be empty.");
    Err(Problem::error(summary, detail, Path::new().attr(argument)))
}

/// A remote backend works in one workspace, or in those with a prefix.
fn check_workspaces(workspaces: Option<&Value>) -> Result<(), Problem> {
    let given = |argument: &str| {
        let text = workspaces?.get(argument)?.as_str()?;
        (!text.is_empty()).then_some(())
    };
    let detail = match (given("name"), given("prefix")) {
        (None, None) => "Either workspace \"name\" or \"prefix\" is required.",
        (Some(()), Some(())) => "Only one of workspace \"name\" or \"prefix\" is allowed.",
        _ => return Ok(()),
    };
    Err(Problem::error(
        "Invalid workspaces configuration",
        detail,
        Path::new().attr("workspaces"),
    ))
}

fn invalid(detail: impl Into<String>, attribute: &str) -> Problem {
    let path = Path::new().attr(attribute);
    Problem::error("Invalid backend configuration", detail, path)
}

fn holds_attributes(value: &Value) -> bool {
    let ty = value.ty();
    matches!(ty, Type::Dynamic | Type::Object(_) | Type::Map(_))
}
