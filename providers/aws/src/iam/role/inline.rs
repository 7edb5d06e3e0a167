//! Blocks `inline_policy`.

use std::collections::BTreeMap;

use trueup_sdk::native::Fields;
use trueup_value::{Type, Value};

use crate::policy;

/// Inline policies by name.
pub(super) type Inline = BTreeMap<String, String>;

/// Those of a value; an empty block says there are none.
pub(super) fn read(value: &Value) -> Inline {
    let blocks = value.values().map(Fields::of);
    let blocks = blocks.filter_map(|block| {
        let policy = block.text("policy").filter(|policy| !policy.is_empty())?;
        Some((
            block.text("name").unwrap_or_default().to_owned(),
            policy.to_owned(),
        ))
    });
    blocks.collect()
}

/// Those as a value.
pub(super) fn value(policies: &Inline) -> Value {
    let block = Type::object([("name", Type::String), ("policy", Type::String)]);
    let blocks = policies.iter().map(|(name, policy)| {
        Value::object([
            ("name", Value::string(name.as_str())),
            ("policy", Value::string(policy.as_str())),
        ])
    });
    Value::set(block, blocks.collect())
}

/// Whether blocks mean what is there.
pub(super) fn same(config: &Value, prior: &Value) -> bool {
    if !config.is_wholly_known() {
        return false;
    }
    let (config, prior) = (read(config), read(prior));
    config.len() == prior.len()
        && config.iter().all(|(name, policy)| {
            prior
                .get(name)
                .is_some_and(|prior| policy::equivalent(policy, prior))
        })
}
