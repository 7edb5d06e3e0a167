//! `terraform_data`: keeps values in the state and gives each object an ID.

use trueup_sdk::{
    ApplyRequest, ApplyResponse, Foreign, Object, PlanRequest, PlanResponse, Problem,
};
use trueup_value::{Path, Str, Type, Value, json::from_json};

/// What a change of `terraform_data` will lead to.
pub(super) fn plan(request: &PlanRequest<'_>) -> PlanResponse {
    let Some(proposed) = request.proposed else {
        return PlanResponse::default();
    };
    let input = attribute(proposed, "input");
    let trigger = attribute(proposed, "triggers_replace");
    let Some(prior) = request.prior else {
        return planned(with_new_id(with_output(proposed, &input)), Vec::new());
    };
    if attribute(&prior.value, "triggers_replace") != trigger {
        let replace = vec![Path::new().attr("triggers_replace")];
        return planned(with_new_id(with_output(proposed, &input)), replace);
    }
    if attribute(&prior.value, "input") != input {
        let output = Value::unknown(input.ty());
        return planned(with(proposed, "output", output), Vec::new());
    }
    planned(proposed.clone(), Vec::new())
}

/// Makes what was planned; nothing outside the state changes.
pub(super) fn apply(request: &ApplyRequest<'_>) -> ApplyResponse {
    let Some(planned) = request.planned else {
        return ApplyResponse::default();
    };
    let mut value = planned.clone();
    if !attribute(&value, "output").is_known() {
        value = with(&value, "output", attribute(&value, "input"));
    }
    if !attribute(&value, "id").is_known() {
        match new_uuid() {
            Ok(id) => value = with(&value, "id", Value::string(id)),
            Err(error) => return failed(request, &error),
        }
    }
    ApplyResponse {
        object: Some(Object {
            value,
            private: Vec::new(),
        }),
        ..ApplyResponse::default()
    }
}

/// The object an import starts from.
pub(super) fn imported(id: &str) -> Value {
    Value::object([
        ("id", Value::string(id)),
        ("input", Value::null(Type::Dynamic)),
        ("output", Value::null(Type::Dynamic)),
        ("triggers_replace", Value::null(Type::Dynamic)),
    ])
}

/// What a `null_resource` becomes.
pub(super) fn take_over(foreign: &Foreign<'_>) -> Result<Object, Vec<Problem>> {
    let refused = |what: &str, detail: &str| {
        let summary = format!("Unsupported source {what} for move operation");
        vec![Problem::error(summary, detail, Path::new())]
    };
    // The same provider may come from a mirror.
    if !foreign.provider.ends_with("hashicorp/null") {
        return Err(refused(
            "provider",
            "Only moving from the official hashicorp/null provider to terraform_data is supported.",
        ));
    }
    if foreign.kind != "null_resource" {
        return Err(refused(
            "resource type",
            "Only moving from the null_resource managed resource to terraform_data is supported.",
        ));
    }
    let ty = Type::object([("id", Type::String), ("triggers", Type::map(Type::String))]);
    let stored = from_json(foreign.json, &ty).map_err(|error| {
        let detail = format!("The stored null_resource cannot be read: {error}");
        vec![Problem::error("Invalid stored object", detail, Path::new())]
    })?;
    // In a configuration triggers are written as an object.
    let triggers = attribute(&stored, "triggers");
    let triggers = match triggers.is_null() {
        true => Value::null(Type::Dynamic),
        false => Value::object(
            triggers
                .elements()
                .filter_map(|(key, value)| Some((Str::new(key.as_str()?), value))),
        ),
    };
    let empty = with(&imported(""), "id", attribute(&stored, "id"));
    Ok(Object {
        value: with(&empty, "triggers_replace", triggers),
        private: Vec::new(),
    })
}

fn planned(planned: Value, requires_replace: Vec<Path>) -> PlanResponse {
    PlanResponse {
        planned: Some(planned),
        requires_replace,
        ..PlanResponse::default()
    }
}

/// The output of a new object has the type of the input, also when that is
/// null.
fn with_output(proposed: &Value, input: &Value) -> Value {
    let output = match input.is_null() {
        true => input.clone(),
        false => Value::unknown(input.ty()),
    };
    with(proposed, "output", output)
}

fn with_new_id(proposed: Value) -> Value {
    let id = Value::unknown(Type::String).refine_not_null();
    with(&proposed, "id", id)
}

fn attribute(object: &Value, name: &str) -> Value {
    object
        .get(name)
        .cloned()
        .unwrap_or_else(|| Value::null(Type::Dynamic))
}

fn with(object: &Value, name: &str, value: Value) -> Value {
    let Value::Object(object) = object else {
        return Value::object([(name, value)]);
    };
    let others = object.attributes().iter();
    let others = others.filter(|(own, _)| own.as_str() != name);
    let others = others.map(|(own, value)| (own.clone(), value.clone()));
    Value::object(others.chain([(Str::new(name), value)]))
}

fn failed(request: &ApplyRequest<'_>, error: &getrandom::Error) -> ApplyResponse {
    ApplyResponse {
        object: request.prior.cloned(),
        problems: vec![Problem::error(
            "No source of randomness",
            format!("The ID of the object could not be chosen: {error}."),
            Path::new().attr("id"),
        )],
        ..ApplyResponse::default()
    }
}

/// A random UUID, version 4.
fn new_uuid() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)?;
    let number = u128::from_be_bytes(bytes);
    let number = number & !(0xf << 76) | (0x4 << 76);
    let number = number & !(0x3 << 62) | (0x2 << 62);
    let hex = format!("{number:032x}");
    let (a, rest) = hex.split_at(8);
    let (b, rest) = rest.split_at(4);
    let (c, rest) = rest.split_at(4);
    let (d, e) = rest.split_at(4);
    Ok(format!("{a}-{b}-{c}-{d}-{e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_random_and_say_so() {
        let id = new_uuid().unwrap();
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
        assert!(["8", "9", "a", "b"].contains(&&id[19..20]));
        assert_ne!(id, new_uuid().unwrap());
    }

    fn taken_over(provider: &str, kind: &str, json: &str) -> Result<Object, Vec<Problem>> {
        take_over(&Foreign {
            provider,
            kind,
            version: 0,
            json,
            private: b"",
        })
    }

    #[test]
    fn a_null_resource_becomes_one_with_its_triggers() {
        const NULL: &str = "registry.terraform.io/hashicorp/null";
        let taken = taken_over(NULL, "null_resource", r#"{"id":"7","triggers":{"a":"b"}}"#);
        let triggers = Value::object([("a", Value::string("b"))]);
        assert_eq!(
            taken.unwrap().value,
            Value::object([
                ("id", Value::string("7")),
                ("input", Value::null(Type::Dynamic)),
                ("output", Value::null(Type::Dynamic)),
                ("triggers_replace", triggers),
            ])
        );
        let taken = taken_over(NULL, "null_resource", r#"{"id":"7","triggers":null}"#);
        assert_eq!(
            attribute(&taken.unwrap().value, "triggers_replace"),
            Value::null(Type::Dynamic)
        );
        let refused = taken_over("example.com/some/null", "null_resource", "{}").unwrap_err();
        assert_eq!(
            refused[0].summary,
            "Unsupported source provider for move operation"
        );
        let refused = taken_over(NULL, "null_other", "{}").unwrap_err();
        assert_eq!(
            refused[0].summary,
            "Unsupported source resource type for move operation"
        );
    }
}
