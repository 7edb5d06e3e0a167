//! Types as text.

use std::fmt::{self, Write};

use crate::{ObjectType, Str, Type, quote};

/// The name in messages: `list of string`, `object`, `dynamic`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_name(f, "dynamic")
    }
}

impl Type {
    /// The name in messages about what is wanted: as displayed, but `any type`
    /// for [`Type::Dynamic`].
    pub fn constraint_name(&self) -> String {
        let mut name = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_name(&mut name, "any type");
        name
    }

    fn write_name(&self, f: &mut dyn Write, dynamic: &str) -> fmt::Result {
        let collection = match self {
            Type::Dynamic => return f.write_str(dynamic),
            Type::Bool => return f.write_str("bool"),
            Type::Number => return f.write_str("number"),
            Type::String => return f.write_str("string"),
            Type::Tuple(_) => return f.write_str("tuple"),
            Type::Object(_) => return f.write_str("object"),
            Type::List(_) => "list of ",
            Type::Set(_) => "set of ",
            Type::Map(_) => "map of ",
        };
        f.write_str(collection)?;
        match self.element() {
            Some(Type::Dynamic) if dynamic == "any type" => f.write_str("any single type"),
            Some(element) => element.write_name(f, dynamic),
            None => Ok(()),
        }
    }

    /// As written in a configuration: `list(string)`,
    /// `object({a=string,b=optional(bool)})`, `any`.
    pub fn constraint(&self) -> String {
        let mut text = String::new();
        self.push_constraint(&mut text);
        text
    }

    fn push_constraint(&self, text: &mut String) {
        let collection = match self {
            Type::Dynamic => return text.push_str("any"),
            Type::Bool => return text.push_str("bool"),
            Type::Number => return text.push_str("number"),
            Type::String => return text.push_str("string"),
            Type::Tuple(elements) => return push_tuple(text, elements),
            Type::Object(object) => return push_object(text, object),
            Type::List(_) => "list(",
            Type::Set(_) => "set(",
            Type::Map(_) => "map(",
        };
        text.push_str(collection);
        if let Some(element) = self.element() {
            element.push_constraint(text);
        }
        text.push(')');
    }
}

fn push_tuple(text: &mut String, elements: &[Type]) {
    text.push_str("tuple([");
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        element.push_constraint(text);
    }
    text.push_str("])");
}

fn push_object(text: &mut String, object: &ObjectType) {
    text.push_str("object({");
    for (index, (name, ty)) in object.attributes().iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        push_name(text, name);
        text.push('=');
        if object.is_optional(name) {
            text.push_str("optional(");
            ty.push_constraint(text);
            text.push(')');
        } else {
            ty.push_constraint(text);
        }
    }
    text.push_str("})");
}

fn push_name(text: &mut String, name: &Str) {
    if is_identifier(name) {
        text.push_str(name);
    } else {
        text.push_str(&quote(name));
    }
}

/// Whether a name needs no quotes.
fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    first && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
