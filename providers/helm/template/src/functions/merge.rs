//! Merging of dictionaries as mergo does it.

use super::arguments::{Budget, Result, fail};
use super::defaults::is_empty;
use crate::stack::with_room;
use crate::{Map, Value};

/// Fills `dest` from `source`; with `overwrite` whatever `source` has replaces what is there. Maps
/// are merged, and stay the same maps.
pub(super) fn merge_into(
    dest: &Map,
    source: &Map,
    overwrite: bool,
    depth: usize,
    budget: &mut Budget,
) -> Result<()> {
    if depth > 5_000 {
        return fail("value is nested too deep");
    }
    if dest.is_same(source) {
        return Ok(());
    }
    for (key, value) in source.entries() {
        budget.spend(key.len() + size_of::<Value>())?;
        if value.is_nil() {
            if overwrite {
                dest.insert(key, value);
            }
            continue;
        }
        let known = dest.get(key.as_bytes());
        let maps = known.as_ref().and_then(Value::as_map).zip(value.as_map());
        if let Some((known, value)) = maps {
            with_room(|| merge_into(known, value, overwrite, depth + 1, budget))?;
            if !known.is_empty() {
                continue;
            }
        }
        if overwrite || known.as_ref().is_none_or(is_empty) {
            dest.insert(key, value);
        }
    }
    Ok(())
}
