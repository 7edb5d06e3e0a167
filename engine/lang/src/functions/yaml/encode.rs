//! Values as YAML: block style, every string quoted, or literal if it has
//! several lines.

use libyaml_safer::{Emitter, Encoding, Error, Event, MappingStyle, ScalarStyle, SequenceStyle};
use trueup_value::Value;

/// `value`, wholly known and without marks, as a document.
pub(super) fn document(value: &Value) -> Result<String, String> {
    let mut out = Vec::new();
    write(value, &mut out).map_err(|error| error.problem().to_owned())?;
    let text = String::from_utf8(out).map_err(|error| error.to_string())?;
    Ok(finish(&text, value))
}

/// What Terraform's emitter does differently: it ends only plain documents
/// with dots, and escapes what is outside the basic plane.
fn finish(text: &str, value: &Value) -> String {
    let body = text.strip_suffix("...\n").unwrap_or(text);
    let mut out = String::with_capacity(body.len());
    for c in body.chars() {
        if c > '\u{ffff}' {
            out.push_str(&format!("\\U{:08X}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    if matches!(value, Value::Null(_) | Value::Bool(_) | Value::Number(_)) {
        out.push_str("...\n");
    }
    out
}

fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), Error> {
    let mut emitter = Emitter::new();
    emitter.set_output_string(out);
    emitter.set_unicode(true);
    emitter.emit(Event::stream_start(Encoding::Utf8))?;
    emitter.emit(Event::document_start(None, &[], true))?;
    emit(&mut emitter, value)?;
    emitter.emit(Event::document_end(true))?;
    emitter.emit(Event::stream_end())?;
    emitter.flush()
}

fn emit(emitter: &mut Emitter<'_>, value: &Value) -> Result<(), Error> {
    match value {
        Value::Bool(value) => plain(emitter, if *value { "true" } else { "false" }),
        Value::Number(number) => plain(emitter, &number.to_text()),
        Value::String(text) => string(emitter, text),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            emitter.emit(Event::sequence_start(
                None,
                None,
                true,
                SequenceStyle::Block,
            ))?;
            value
                .values()
                .try_for_each(|element| emit(emitter, element))?;
            emitter.emit(Event::sequence_end())
        }
        Value::Map(_) | Value::Object(_) => {
            emitter.emit(Event::mapping_start(None, None, true, MappingStyle::Block))?;
            for (key, element) in value.elements() {
                emit(emitter, &key)?;
                emit(emitter, &element)?;
            }
            emitter.emit(Event::mapping_end())
        }
        Value::Null(_) | Value::Unknown(_) | Value::Marked(_) => plain(emitter, "null"),
    }
}

fn plain(emitter: &mut Emitter<'_>, text: &str) -> Result<(), Error> {
    emitter.emit(Event::scalar(
        None,
        None,
        text,
        true,
        true,
        ScalarStyle::Plain,
    ))
}

fn string(emitter: &mut Emitter<'_>, text: &str) -> Result<(), Error> {
    let escaped = text.chars().any(|c| c > '\u{ffff}');
    let style = if text.contains('\n') && !escaped {
        ScalarStyle::Literal
    } else {
        ScalarStyle::DoubleQuoted
    };
    emitter.emit(Event::scalar(None, None, text, true, true, style))
}
