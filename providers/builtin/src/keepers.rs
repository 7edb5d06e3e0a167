//! Maps of values whose change asks for a new object: `keepers`, `triggers`.

use std::collections::BTreeMap;

use trueup_sdk::native::{Change, Field};
use trueup_value::{Type, Value};

/// The `keepers` of `random_*`.
pub(crate) fn keepers() -> Field {
    keeper(
        "keepers",
        "Any values. When one of them changes, a new value is drawn.",
    )
}

/// An optional map of texts whose change asks for a new object.
pub(crate) fn keeper(name: &str, about: &str) -> Field {
    let field = Field::optional(name, Type::map(Type::String));
    field.about(about).replaces_if(changed)
}

/// Whether a map changed in more than keys without a value. Old versions of
/// the providers did not store such keys, and a map of nothing else as null.
pub(crate) fn changed(change: &Change<'_>) -> bool {
    if change.config == change.prior {
        return false;
    }
    if !change.config.is_known() {
        return true;
    }
    let (config, prior) = (entries(change.config), entries(change.prior));
    if change.prior.is_null() {
        return config.values().any(|value| !value.is_null());
    }
    let differs = config
        .iter()
        .any(|(key, value)| match (prior.get(key), value.is_null()) {
            (None, gone) => !gone,
            (Some(prior), _) => prior != value,
        });
    differs || prior.keys().any(|key| !config.contains_key(key))
}

fn entries(map: &Value) -> BTreeMap<String, Value> {
    let elements = map.elements();
    elements
        .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_count() {
        let map = |entries: &[(&str, Option<&str>)]| {
            let value = |v: &Option<&str>| v.map_or(Value::null(Type::String), Value::string);
            Value::map(Type::String, entries.iter().map(|(k, v)| (*k, value(v))))
        };
        let null = Value::null(Type::map(Type::String));
        let (none, empty) = (map(&[("k", None)]), map(&[]));
        let (one, two) = (map(&[("k", Some("1"))]), map(&[("k", Some("2"))]));
        let unknown = Value::unknown(Type::map(Type::String));
        // before, after, whether there is to be a new object
        for (prior, config, expected) in [
            (&null, &null, false),
            (&null, &empty, false),
            (&null, &none, false),
            (&null, &one, true),
            (&empty, &none, false),
            (&empty, &one, true),
            (&empty, &null, false),
            (&none, &one, true),
            (&one, &one, false),
            (&one, &two, true),
            (&one, &none, true),
            (&one, &empty, true),
            (&one, &null, true),
            (&one, &unknown, true),
        ] {
            let change = Change {
                config,
                prior,
                planned: config,
            };
            assert_eq!(changed(&change), expected, "{prior:?} -> {config:?}");
        }
    }
}
