//! Printing as `toYamlPretty` does, through go-yaml 3.

use serde_json::Value;

use super::emitter::{Emitter, Layout};

/// Prints a value with sequences indented under their key, without folding, and with floats as Go
/// prints them.
#[must_use]
pub fn to_yaml_pretty(value: &Value) -> String {
    let mut emitter = Emitter::new(Layout {
        width: usize::MAX,
        indent: 2,
        version_3: true,
    });
    emitter.document(value);
    emitter.out
}
