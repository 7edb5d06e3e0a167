//! States that Terraform's provider 5.100 wrote, with the configurations they
//! were written for: nothing is left to do.

use serde::Deserialize;
use serde_json::value::RawValue;
use trueup_sdk::{Object, Provider};
use trueup_value::Value;

use crate::stage;

#[derive(Deserialize)]
struct Case<'a> {
    address: &'a str,
    version: u64,
    #[serde(borrow)]
    config: &'a RawValue,
    #[serde(borrow)]
    state: &'a RawValue,
}

const DEFAULT_TAGS: &str = r#""default_tags": [{"tags": {"owner": "me"}}]"#;

#[tokio::test]
async fn nothing_is_left_to_do() {
    let cases: Vec<Case<'_>> = serde_json::from_str(include_str!("states/terraform.json")).unwrap();
    let (provider, configured) = stage::stage(DEFAULT_TAGS).await;
    let mut wrong = Vec::new();
    for case in &cases {
        let kind = case.address.split('.').next().unwrap();
        let stored = provider.upgrade(kind, case.version, case.state.get()).await;
        let prior = Object {
            value: stored.unwrap(),
            private: Vec::new(),
        };
        let config = stage::config(&provider, kind, case.config.get());
        let errors = stage::said(&provider.validate_resource(kind, &config));
        let planned = stage::plan(&provider, &*configured, kind, Some(&prior), &config).await;
        let lines = changes(&prior.value, planned.planned.as_ref().unwrap());
        if !lines.is_empty() || !errors.is_empty() || !planned.problems.is_empty() {
            wrong.push(format!(
                "{}:\n  {}",
                case.address,
                [lines, errors].concat().join("\n  ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The attributes that change, before and after.
fn changes(before: &Value, after: &Value) -> Vec<String> {
    let names = after
        .elements()
        .filter_map(|(name, _)| name.as_str().map(str::to_owned));
    let changed = names.filter(|name| before.get(name) != after.get(name));
    changed
        .map(|name| format!("{name}: {:?} -> {:?}", before.get(&name), after.get(&name)))
        .collect()
}
