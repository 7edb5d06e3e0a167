//! Settings that the service keeps as attributes: texts by key.

use std::collections::BTreeMap;

use trueup_sdk::native::Fields;
use trueup_value::{Type, Value};

/// Attributes by key.
pub(super) type Attributes = BTreeMap<String, String>;

/// An argument, the key of its attribute, and what the service takes where
/// nothing is said; empty where that is not always the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    pub(super) argument: &'static str,
    pub(super) key: &'static str,
    pub(super) default: &'static str,
}

pub(super) const fn setting(
    argument: &'static str,
    key: &'static str,
    default: &'static str,
) -> Setting {
    Setting {
        argument,
        key,
        default,
    }
}

/// Adds what is planned, as far as it says anything.
pub(super) fn collect(settings: &[Setting], from: &Fields, into: &mut Attributes) {
    for setting in settings {
        if let Some(value) = written(from.get(setting.argument)) {
            into.insert(setting.key.to_owned(), value);
        }
    }
}

/// A value as the service writes it; `None` where it says nothing.
fn written(value: &Value) -> Option<String> {
    let text = match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_i64()?.to_string(),
        _ => value.as_str()?.to_owned(),
    };
    (!text.is_empty()).then_some(text)
}

/// What must be changed for an object that has the attributes `current`.
/// Attributes it does not have belong to objects of other kinds; their
/// defaults go without saying.
pub(super) fn changes(
    tables: &[&[Setting]],
    planned: &Attributes,
    current: &Attributes,
) -> Attributes {
    let changed = planned
        .iter()
        .filter(|(key, value)| match current.get(*key) {
            Some(there) => there != *value,
            None => default(tables, key) != Some(value.as_str()),
        });
    changed
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn default(tables: &[&[Setting]], key: &str) -> Option<&'static str> {
    let mut settings = tables.iter().flat_map(|table| table.iter());
    let found = settings.find(|setting| setting.key == key)?;
    (!found.default.is_empty()).then_some(found.default)
}

/// Sets one argument, in the type it has; to `default` where nothing is told,
/// or to null.
pub(super) fn show(
    setting: &Setting,
    told: &Attributes,
    default: Option<&str>,
    object: &mut Fields,
) {
    let ty = object.get(setting.argument).ty();
    let text = told.get(setting.key).map(String::as_str).or(default);
    let value = match (ty, text) {
        (ty, None) => Value::null(ty),
        (Type::Bool, Some(text)) => Value::bool(text == "true"),
        (Type::Number, Some(text)) => match text.parse::<i64>() {
            Ok(number) => Value::number(number),
            Err(_) => Value::null(Type::Number),
        },
        (_, Some(text)) => Value::string(text),
    };
    object.set(setting.argument, value);
}
