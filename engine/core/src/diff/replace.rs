//! Which changes cannot be made on the object there is.

use trueup_sdk::{AttributeType, Block};
use trueup_value::{Path, PathStep, Type, Value, ops};

use super::notation::path_shown;

/// A path a provider named that leads nowhere.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", path_shown(path))]
pub struct ReplaceError {
    /// The path.
    pub path: Path,
}

/// Of the paths a provider names, those where the planned value differs, or
/// may differ, from the prior one. What is write-only has no values to be
/// compared: there the provider's word counts. Values are unmarked.
///
/// # Errors
/// [`ReplaceError`] for a path that leads nowhere in either value.
pub fn replace_paths(
    block: &Block,
    prior: &Value,
    planned: &Value,
    named: &[Path],
) -> Result<Vec<Path>, ReplaceError> {
    let mut found = Vec::new();
    for path in named {
        let (before, after) = (value_at(prior, path), value_at(planned, path));
        if before.is_none() && after.is_none() {
            return Err(ReplaceError { path: path.clone() });
        }
        let before = before.unwrap_or_else(|| Value::null(Type::Dynamic));
        let after = after.unwrap_or_else(|| Value::null(Type::Dynamic));
        if differs(&before, &after) || is_write_only(block, path.steps()) {
            found.push(path.clone());
        }
    }
    Ok(found)
}

fn is_write_only(block: &Block, path: &[PathStep]) -> bool {
    let names = path.iter().filter_map(|step| match step {
        PathStep::Attr(name) => Some(name),
        PathStep::Index(_) => None,
    });
    let mut block = block;
    let mut attributes = &block.attributes;
    for name in names {
        if let Some(nested) = block.blocks.get(name) {
            block = &nested.block;
            attributes = &block.attributes;
            continue;
        }
        match attributes.get(name) {
            None => return false,
            Some(attribute) if attribute.write_only => return true,
            Some(attribute) => match &attribute.ty {
                AttributeType::Nested(nested) => attributes = &nested.attributes,
                AttributeType::Value(_) => return false,
            },
        }
    }
    false
}

fn differs(before: &Value, after: &Value) -> bool {
    if before.is_null() && after.is_null() {
        return false;
    }
    let equal = ops::equals(before, after);
    !equal.is_ok_and(|equal| equal.unmarked().0.as_bool() == Some(true))
}

/// Where a path leads, if it leads anywhere.
pub fn value_at(value: &Value, path: &Path) -> Option<Value> {
    path.steps().iter().try_fold(value.clone(), |value, step| {
        let (bare, marks) = value.unmarked();
        let found = match step {
            PathStep::Attr(name) => bare.get(name).cloned(),
            PathStep::Index(key) => match (bare, key.as_str(), key.as_number()) {
                (Value::Unknown(_), ..) => Some(Value::dynamic()),
                (_, Some(key), _) => bare.get(key).cloned(),
                (_, _, Some(index)) => {
                    let index = usize::try_from(index.to_i64()?).ok()?;
                    bare.values().nth(index).cloned()
                }
                _ => None,
            },
        };
        found.map(|value| value.with_marks(marks))
    })
}
