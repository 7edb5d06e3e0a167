//! Writing values.

use super::{MsgpackError, unknown::write_unknown, writer::Writer};
use crate::{
    Number, NumberFormat, Path, PathStep, Str, Type, Value, convert, json::type_to_json,
    number::LITERAL_PRECISION,
};

/// Writes `value` for `ty`, converting it first if it does not conform to it.
/// Marked values are errors.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, MsgpackError> {
    let converted;
    let value = if value.has_type(ty) || value.ty().conforms_to(ty) {
        value
    } else {
        converted = convert::convert(value, ty)
            .map_err(|error| MsgpackError::new(&error.path, error.message))?;
        &converted
    };
    let mut writer = Writer::default();
    write(value, Some(ty), &mut Path::new(), &mut writer)?;
    Ok(writer.bytes)
}

/// `ty` is only given while it may contain [`Type::Dynamic`].
fn write(
    value: &Value,
    ty: Option<&Type>,
    path: &mut Path,
    writer: &mut Writer,
) -> Result<(), MsgpackError> {
    let ty = ty.filter(|ty| ty.has_dynamic());
    if value.is_marked() {
        let message = "value has marks, so it cannot be serialized";
        return Err(MsgpackError::new(path, message));
    }
    if ty == Some(&Type::Dynamic) && !value.is_type_dynamic() {
        writer.array(2);
        writer.binary(type_to_json(&value.ty()).as_bytes());
        return write(value, None, path, writer);
    }
    match value {
        Value::Unknown(unknown) => write_unknown(unknown, writer),
        Value::Bool(value) => writer.bool(*value),
        Value::Number(number) => write_number(number, writer),
        Value::String(text) => writer.string(text),
        Value::List(list) => return write_sequence(value, list.elements(), ty, path, writer),
        Value::Set(set) => return write_sequence(value, set.elements(), ty, path, writer),
        Value::Tuple(tuple) => return write_sequence(value, tuple.elements(), ty, path, writer),
        Value::Map(map) => return write_named(value, map.entries(), ty, path, writer),
        Value::Object(object) => return write_named(value, object.attributes(), ty, path, writer),
        _ => writer.nil(),
    }
    Ok(())
}

/// An integer or a double if that is exact, else text.
pub(super) fn write_number(number: &Number, writer: &mut Writer) {
    if let Some(value) = number.to_i64() {
        return writer.int(value);
    }
    match number.to_f64_exact() {
        Some(value) if !number.is_integer() => writer.float(value),
        _ => writer.string(&text_of(number)),
    }
}

/// The number as text that reads back as the same number.
///
/// Who reads knows nothing of its precision. Of an integer of few bits the
/// digits that tell it from its neighbours are not enough: it gets all.
fn text_of(number: &Number) -> String {
    if number.is_integer() && number.precision() < LITERAL_PRECISION {
        return number.format(NumberFormat::Fixed, Some(0));
    }
    number.to_text()
}

fn write_sequence(
    value: &Value,
    elements: &[Value],
    ty: Option<&Type>,
    path: &mut Path,
    writer: &mut Writer,
) -> Result<(), MsgpackError> {
    writer.array(elements.len());
    for (index, element) in elements.iter().enumerate() {
        path.push(PathStep::Index(match value {
            Value::Set(_) => element.clone(),
            _ => Value::number(index),
        }));
        write(
            element,
            ty.and_then(|ty| ty.at_position(index)),
            path,
            writer,
        )?;
        path.pop();
    }
    Ok(())
}

fn write_named(
    value: &Value,
    entries: &[(Str, Value)],
    ty: Option<&Type>,
    path: &mut Path,
    writer: &mut Writer,
) -> Result<(), MsgpackError> {
    writer.map(entries.len());
    for (name, element) in entries {
        writer.string(name);
        path.push(match value {
            Value::Object(_) => PathStep::Attr(name.clone()),
            _ => PathStep::Index(Value::String(name.clone())),
        });
        write(element, ty.and_then(|ty| ty.at_name(name)), path, writer)?;
        path.pop();
    }
    Ok(())
}
