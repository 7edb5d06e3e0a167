//! Changes as Terraform's JSON has them.

use serde_json::{Map, Value as Json, json};
use trueup_sdk::{Explanation, PartChange};
use trueup_value::{Marks, Path, PathStep, Type, Value, json::to_json_simple};

use super::super::{Action, ActionReason, Plan, ResourceChange, parse_provider};
use crate::address::{InstanceKey, ResourceMode};

/// Where the changes of an object's parts are: not a word of Terraform's, nor
/// one it will ever take.
const PARTS: &str = "trueup_parts";

/// The list of changes of a plan, as `resource_changes` has it.
pub fn changes_json(changes: &[ResourceChange]) -> Json {
    Json::Array(changes.iter().map(change_json).collect())
}

/// The changes of outputs, as `output_changes` has them.
pub fn outputs_json(plan: &Plan) -> Json {
    let outputs = plan.outputs.iter().map(|(name, output)| {
        let sensitive = output.after.deep_marks().contains(Marks::SENSITIVE)
            || output.before.deep_marks().contains(Marks::SENSITIVE);
        let mut change = Map::new();
        change.insert("actions".into(), actions(output.action));
        change.insert("before".into(), value_json(&output.before));
        let (after, _) = output.after.unmark_deep();
        if after.is_known() {
            change.insert("after".into(), known_json(&after));
        }
        let unknown = match after.is_wholly_known() {
            true => json!(false),
            false => unknown_json(&after).unwrap_or(json!(false)),
        };
        change.insert("after_unknown".into(), unknown);
        change.insert("before_sensitive".into(), json!(sensitive));
        change.insert("after_sensitive".into(), json!(sensitive));
        (name.as_str().to_owned(), Json::Object(change))
    });
    Json::Object(outputs.collect())
}

fn change_json(change: &ResourceChange) -> Json {
    let mut object = Map::new();
    let address = &change.address;
    let resource = &address.resource.resource;
    object.insert("address".into(), json!(address.to_string()));
    if let Some(previous) = &change.previous_address {
        object.insert("previous_address".into(), json!(previous.to_string()));
    }
    if !address.resource.module.0.is_empty() {
        let module = address.resource.module.to_string();
        object.insert("module_address".into(), json!(module));
    }
    let mode = match resource.mode {
        ResourceMode::Data => "data",
        _ => "managed",
    };
    object.insert("mode".into(), json!(mode));
    object.insert("type".into(), json!(resource.kind.as_str()));
    object.insert("name".into(), json!(resource.name.as_str()));
    match &address.key {
        Some(InstanceKey::Int(index)) => object.insert("index".into(), json!(index)),
        Some(InstanceKey::String(key)) => object.insert("index".into(), json!(key.as_str())),
        None => None,
    };
    let provider = parse_provider(&change.provider);
    let provider = provider.map_or_else(String::new, |(_, source, _)| source.to_string());
    object.insert("provider_name".into(), json!(provider));
    if let Some(deposed) = &change.deposed {
        object.insert("deposed".into(), json!(deposed.as_str()));
    }
    object.insert("change".into(), difference(change));
    if let Some(reason) = change.reason {
        object.insert("action_reason".into(), json!(reason_word(reason)));
    }
    if !change.changed_by.is_empty() {
        let told = change.changed_by.iter().map(explanation_json).collect();
        object.insert("trueup_changed_by".into(), Json::Array(told));
    }
    if !change.parts.is_empty() {
        let parts = change.parts.iter().map(part_json).collect();
        object.insert(PARTS.into(), Json::Array(parts));
    }
    Json::Object(object)
}

fn difference(change: &ResourceChange) -> Json {
    let mut object = Map::new();
    object.insert("actions".into(), actions(change.action));
    object.insert("before".into(), value_json(&change.before));
    let (after, _) = change.after.unmark_deep();
    object.insert("after".into(), known_json(&after));
    let unknown = match after.is_wholly_known() {
        true => None,
        false => unknown_json(&after),
    };
    object.insert("after_unknown".into(), unknown.unwrap_or(json!({})));
    let sensitive = |value: &Value| {
        sensitive_json(value).unwrap_or(match value.is_null() {
            true => json!(false),
            false => json!({}),
        })
    };
    object.insert("before_sensitive".into(), sensitive(&change.before));
    object.insert("after_sensitive".into(), sensitive(&change.after));
    if !change.replace_paths.is_empty() {
        let paths = change.replace_paths.iter().map(path_json).collect();
        object.insert("replace_paths".into(), Json::Array(paths));
    }
    if let Some(id) = &change.importing {
        object.insert("importing".into(), json!({ "id": id.as_str() }));
    }
    Json::Object(object)
}

/// Who made a change behind our back.
fn explanation_json(told: &Explanation) -> Json {
    let mut object = Map::new();
    if !told.what.is_empty() {
        object.insert("path".into(), path_json(&told.what));
    }
    object.insert("who".into(), json!(told.who));
    for (name, text) in [("when", &told.when), ("how", &told.how)] {
        if let Some(text) = text {
            object.insert(name.into(), json!(text));
        }
    }
    Json::Object(object)
}

/// What becomes of a part. What is secret in it is left out, unlike in the
/// attributes: nobody applies a plan by its parts.
fn part_json(part: &PartChange) -> Json {
    let mut object = Map::new();
    object.insert("kind".into(), json!(part.kind.as_str()));
    object.insert("name".into(), json!(part.name.as_str()));
    object.insert("actions".into(), actions(part_action(part)));
    let unknown = match part.after.is_wholly_known() {
        true => None,
        false => unknown_json(&part.after.unmark_deep().0),
    };
    for (name, value) in [("before", &part.before), ("after", &part.after)] {
        object.insert(name.into(), public_json(value));
        let sensitive = sensitive_json(value).unwrap_or(json!({}));
        object.insert(format!("{name}_sensitive"), sensitive);
    }
    object.insert("after_unknown".into(), unknown.unwrap_or(json!({})));
    if !part.notes.is_empty() {
        object.insert("notes".into(), json!(part.notes));
    }
    Json::Object(object)
}

fn part_action(part: &PartChange) -> Action {
    match (part.before.is_null(), part.after.is_null()) {
        _ if part.replaced => Action::DeleteThenCreate,
        (true, false) => Action::Create,
        (false, true) => Action::Delete,
        _ if part.before == part.after => Action::NoOp,
        _ => Action::Update,
    }
}

/// The known parts of a value as JSON, with null for what is sensitive.
pub fn public_json(value: &Value) -> Json {
    if value.marks().contains(Marks::SENSITIVE) {
        return Json::Null;
    }
    let (bare, _) = value.unmarked();
    match bare {
        Value::Object(_) | Value::Map(_) => {
            let known = bare
                .elements()
                .filter(|(_, value)| value.unmarked().0.is_known());
            let known = known.map(|(key, value)| (text(&key), public_json(&value)));
            Json::Object(known.collect())
        }
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            Json::Array(bare.values().map(public_json).collect())
        }
        other => known_json(other),
    }
}

/// A known value, its marks ignored.
pub fn value_json(value: &Value) -> Json {
    let (bare, _) = value.unmark_deep();
    let text = to_json_simple(&bare).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or(Json::Null)
}

/// The known parts of a value: unknown attributes are left out, unknown
/// elements are null.
pub(super) fn known_json(value: &Value) -> Json {
    match value {
        Value::Unknown(_) => Json::Null,
        Value::Object(_) | Value::Map(_) => {
            let known = value.elements().filter(|(_, value)| value.is_known());
            Json::Object(
                known
                    .map(|(key, value)| (text(&key), known_json(&value)))
                    .collect(),
            )
        }
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            Json::Array(value.values().map(known_json).collect())
        }
        other => value_json(other),
    }
}

/// True where a value is unknown; nothing where there is nothing unknown and
/// no structure.
fn unknown_json(value: &Value) -> Option<Json> {
    shape(value, &|value| !value.is_known())
}

/// True where a value is sensitive. Of an unknown value, what its type has
/// room for.
pub(super) fn sensitive_json(value: &Value) -> Option<Json> {
    shape(value, &|value| value.marks().contains(Marks::SENSITIVE))
}

fn shape(value: &Value, holds: &dyn Fn(&Value) -> bool) -> Option<Json> {
    if holds(value) {
        return Some(Json::Bool(true));
    }
    let (bare, _) = value.unmarked();
    match bare {
        Value::Object(_) | Value::Map(_) => {
            let inner = bare.elements();
            let inner = inner.filter_map(|(key, value)| Some((text(&key), shape(&value, holds)?)));
            Some(Json::Object(inner.collect()))
        }
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            let inner = bare.values();
            let inner = inner.map(|value| shape(value, holds).unwrap_or(Json::Bool(false)));
            Some(Json::Array(inner.collect()))
        }
        Value::Unknown(unknown) => match unknown.ty() {
            Type::Object(_) | Type::Map(_) => Some(json!({})),
            Type::List(_) | Type::Set(_) | Type::Tuple(_) => Some(json!([])),
            _ => None,
        },
        _ => None,
    }
}

fn text(key: &Value) -> String {
    key.as_str().unwrap_or_default().to_owned()
}

/// A path as a list of names, numbers and elements.
pub fn path_json(path: &Path) -> Json {
    let steps = path.steps().iter().map(|step| match step {
        PathStep::Attr(name) => json!(name.as_str()),
        PathStep::Index(key) => value_json(key),
    });
    Json::Array(steps.collect())
}

fn actions(action: Action) -> Json {
    match action {
        Action::NoOp => json!(["no-op"]),
        Action::Create => json!(["create"]),
        Action::Read => json!(["read"]),
        Action::Update => json!(["update"]),
        Action::Delete => json!(["delete"]),
        Action::DeleteThenCreate => json!(["delete", "create"]),
        Action::CreateThenDelete => json!(["create", "delete"]),
        Action::Forget => json!(["forget"]),
    }
}

/// The word of the format for a reason.
pub fn reason_word(reason: ActionReason) -> &'static str {
    match reason {
        ActionReason::ReplaceBecauseTainted => "replace_because_tainted",
        ActionReason::ReplaceBecauseCannotUpdate => "replace_because_cannot_update",
        ActionReason::ReplaceByRequest => "replace_by_request",
        ActionReason::ReplaceByTriggers => "replace_by_triggers",
        ActionReason::DeleteBecauseNoResourceConfig => "delete_because_no_resource_config",
        ActionReason::DeleteBecauseWrongRepetition => "delete_because_wrong_repetition",
        ActionReason::DeleteBecauseCountIndex => "delete_because_count_index",
        ActionReason::DeleteBecauseEachKey => "delete_because_each_key",
        ActionReason::DeleteBecauseNoModule => "delete_because_no_module",
        ActionReason::DeleteBecauseNoMoveTarget => "delete_because_no_move_target",
        ActionReason::ReadBecauseConfigUnknown => "read_because_config_unknown",
        ActionReason::ReadBecauseDependencyPending => "read_because_dependency_pending",
        ActionReason::ReadBecauseCheckNested => "read_because_check_nested",
    }
}
