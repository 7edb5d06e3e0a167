//! Values as YAML: block style, every string quoted, or literal if it has
//! several lines.

use trueup_value::{Outline, Value};

use super::emitter::{Emitter, Place};

/// `value`, without marks, as a document; what is not known in it is a hole of
/// an outline.
pub(super) fn document(value: &Value) -> String {
    let mut emitter = Emitter::new();
    emit(&mut emitter, value, Place::Element);
    let mut text = emitter.finish();
    // A plain text could go on, so its end is marked.
    if matches!(value, Value::Null(_) | Value::Bool(_) | Value::Number(_)) {
        text.push_str("...\n");
    }
    text
}

fn emit(emitter: &mut Emitter, value: &Value, place: Place) {
    let empty = value.length() == Some(0);
    match value {
        Value::Bool(value) => emitter.plain(if *value { "true" } else { "false" }),
        Value::Number(number) => emitter.plain(&number.to_text()),
        Value::String(text) => emitter.string(text),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) if empty => emitter.plain("[]"),
        Value::Map(_) | Value::Object(_) if empty => emitter.plain("{}"),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => emitter.sequence(place, |emitter| {
            for element in value.values() {
                emitter.item();
                emit(emitter, element, Place::Element);
            }
        }),
        Value::Map(_) | Value::Object(_) => emitter.mapping(|emitter| {
            for (key, element) in value.elements() {
                emitter.key(key.as_str().unwrap_or_default());
                emit(emitter, &element, Place::Entry);
            }
        }),
        Value::Unknown(_) => emitter.plain(Outline::HOLE.encode_utf8(&mut [0; 4])),
        Value::Null(_) | Value::Marked(_) => emitter.plain("null"),
    }
}
