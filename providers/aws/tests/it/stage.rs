//! The provider with fixed credentials, in a world of its own.

use std::sync::Arc;

use trueup_sdk::{
    Block, Configured, NestingMode, Object, PlanRequest, PlanResponse, Problem, Provider,
};
use trueup_value::{Value, json::from_json_simple};

use crate::world;

/// The provider, and the same ready for work; `extra` are more arguments of
/// its block, in JSON.
pub(crate) async fn stage(extra: &str) -> (impl Provider, Arc<dyn Configured>) {
    let provider = trueup_aws::aws(&world::with(&[]));
    let comma = if extra.is_empty() { "" } else { "," };
    let config = format!(
        r#"{{"region": "us-east-1", "access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": "secret",
             "s3_use_path_style": true, "skip_credentials_validation": true{comma}{extra}}}"#
    );
    let block = &provider.schema().provider.block;
    let config = block
        .coerce(&from_json_simple(config).expect("JSON"))
        .expect("of the schema");
    let configured = provider
        .configure(&config)
        .await
        .expect("a configuration that works");
    (provider, configured)
}

/// A configuration in JSON, as the type's schema has it.
pub(crate) fn config(provider: &dyn Provider, kind: &str, json: &str) -> Value {
    let block = &provider.schema().resources[kind].block;
    block
        .coerce(&from_json_simple(json).expect("JSON"))
        .expect("of the schema")
}

/// What a type has to say about a configuration, one line for each.
pub(crate) fn said(problems: &[Problem]) -> Vec<String> {
    let said = problems
        .iter()
        .map(|problem| match problem.detail.is_empty() {
            true => problem.summary.clone(),
            false => format!("{}: {}", problem.summary, problem.detail),
        });
    said.collect()
}

/// What changing an object to a configuration leads to.
pub(crate) async fn plan(
    provider: &dyn Provider,
    configured: &dyn Configured,
    kind: &str,
    prior: Option<&Object>,
    config: &Value,
) -> PlanResponse {
    let block = &provider.schema().resources[kind].block;
    let proposed = proposed(block, prior.map(|prior| &prior.value), config);
    let request = PlanRequest {
        kind,
        prior,
        config: Some(config),
        proposed: Some(&proposed),
        sensitive: &[],
        shown: None,
    };
    configured.plan(request).await
}

/// The configuration with what the object has for computed attributes, as the
/// engine merges the two.
fn proposed(block: &Block, prior: Option<&Value>, config: &Value) -> Value {
    let attributes = block.attributes.iter().map(|(name, attribute)| {
        let given = config.get(name).expect("an attribute").clone();
        let before = prior.and_then(|prior| prior.get(name));
        let kept = before.filter(|_| attribute.computed && given.is_null());
        (name.clone(), kept.cloned().unwrap_or(given))
    });
    let blocks = block.blocks.iter().map(|(name, nested)| {
        let given = config.get(name).expect("an attribute");
        let before: Vec<&Value> = prior
            .and_then(|prior| prior.get(name))
            .map(|b| b.values().collect())
            .unwrap_or_default();
        let objects = given.values().enumerate().map(|(place, object)| {
            let prior = match nested.nesting {
                NestingMode::List => before.get(place).copied(),
                _ => None,
            };
            proposed(&nested.block, prior, object)
        });
        let ty = nested.block.implied_type();
        let merged = match nested.nesting {
            NestingMode::List => Value::list(ty, objects.collect()),
            NestingMode::Set => Value::set(ty, objects.collect()),
            _ => given.clone(),
        };
        (name.clone(), merged)
    });
    Value::object(attributes.chain(blocks).collect::<Vec<_>>())
}
