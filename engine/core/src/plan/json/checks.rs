//! What came out of checks.

use serde_json::{Map, Value as Json, json};
use trueup_state::snapshot::{CheckObject, CheckResults, CheckStatus};

/// `checks`, sorted by address.
pub(super) fn checks(results: &[CheckResults]) -> Json {
    let mut results: Vec<&CheckResults> = results.iter().collect();
    results.sort_by(|a, b| a.config_addr.cmp(&b.config_addr));
    Json::Array(results.into_iter().map(check).collect())
}

fn check(results: &CheckResults) -> Json {
    let mut shown = Map::new();
    shown.insert("address".into(), declared(results));
    shown.insert("status".into(), json!(word(results.status)));
    let mut objects: Vec<&CheckObject> = results.objects.iter().flatten().collect();
    objects.sort_by(|a, b| a.object_addr.cmp(&b.object_addr));
    if !objects.is_empty() {
        let instances = objects
            .into_iter()
            .map(|object| instance(object, &results.config_addr));
        shown.insert("instances".into(), Json::Array(instances.collect()));
    }
    Json::Object(shown)
}

fn instance(object: &CheckObject, config: &str) -> Json {
    let (module, rest) = split(&object.object_addr);
    let (_, declared) = split(config);
    let mut address = Map::new();
    address.insert("to_display".into(), json!(object.object_addr));
    if !module.is_empty() {
        address.insert("module".into(), json!(module));
    }
    let key = rest.strip_prefix(declared).unwrap_or_default();
    if let Some(key) = key.strip_prefix('[').and_then(|key| key.strip_suffix(']')) {
        let key: Json = serde_json::from_str(key).unwrap_or_default();
        address.insert("instance_key".into(), key);
    }
    let mut shown = Map::new();
    shown.insert("address".into(), Json::Object(address));
    shown.insert("status".into(), json!(word(object.status)));
    let mut messages = object.failure_messages.clone();
    messages.sort();
    if !messages.is_empty() {
        let problems = messages.iter().map(|text| json!({ "message": text }));
        shown.insert("problems".into(), Json::Array(problems.collect()));
    }
    Json::Object(shown)
}

fn declared(results: &CheckResults) -> Json {
    let (module, rest) = split(&results.config_addr);
    let mut address = Map::new();
    let mut put = |name: &str, value: &str| address.insert(name.to_owned(), json!(value));
    put("to_display", &results.config_addr);
    put(
        "kind",
        match results.object_kind.as_str() {
            "output" => "output_value",
            kind => kind,
        },
    );
    if !module.is_empty() {
        put("module", module);
    }
    put("name", rest.rsplit('.').next().unwrap_or(rest));
    if results.object_kind == "resource" {
        let data = rest.strip_prefix("data.");
        put("mode", if data.is_some() { "data" } else { "managed" });
        let resource = data.unwrap_or(rest);
        put("type", resource.split('.').next().unwrap_or(resource));
    }
    Json::Object(address)
}

fn word(status: CheckStatus) -> &'static str {
    match status {
        CheckStatus::Pass => "pass",
        CheckStatus::Fail => "fail",
        CheckStatus::Error => "error",
        CheckStatus::Unknown => "unknown",
    }
}

/// The module an address begins with, and the rest.
fn split(address: &str) -> (&str, &str) {
    let mut end = 0;
    while let Some(rest) = address
        .get(end..)
        .and_then(|rest| rest.strip_prefix("module."))
    {
        let name = rest.find(['.', '[']).unwrap_or(rest.len());
        let key = rest.get(name..).unwrap_or_default();
        let length = match key.starts_with('[') {
            true => name + key.find("].").map_or(key.len(), |at| at + 1),
            false => name,
        };
        end += "module.".len() + length + 1;
    }
    let module = address.get(..end.saturating_sub(1)).unwrap_or_default();
    (module, address.get(end..).unwrap_or_default())
}
