//! Why one type cannot be converted to another, in words.

use super::{Safety, can_convert};
use crate::{ObjectType, Type, quote};

/// What is required instead of a value of type `got`, in the language's words.
pub fn mismatch_message(got: &Type, want: &Type) -> String {
    match (got, want) {
        (Type::Object(got), Type::Object(want)) => objects(got, want),
        (Type::Tuple(_), Type::List(element)) if **element == Type::Dynamic => {
            "all list elements must have the same type".to_owned()
        }
        (Type::Tuple(_), Type::Set(element)) if **element == Type::Dynamic => {
            "all set elements must have the same type".to_owned()
        }
        (Type::Object(_), Type::Map(element)) if **element == Type::Dynamic => {
            "all map elements must have the same type".to_owned()
        }
        (Type::Tuple(elements), Type::List(want) | Type::Set(want)) => {
            let elements = elements.iter().enumerate();
            all_elements(elements.map(|(index, got)| (index.to_string(), got)), want)
        }
        (Type::Object(object), Type::Map(want)) => {
            let attributes = object.attributes().iter();
            all_elements(attributes.map(|(name, got)| (quote(name), got)), want)
        }
        (Type::List(got) | Type::Set(got), Type::List(want)) => {
            format!(
                "incorrect list element type: {}",
                mismatch_message(got, want)
            )
        }
        (Type::List(got) | Type::Set(got), Type::Set(want)) => {
            format!(
                "incorrect set element type: {}",
                mismatch_message(got, want)
            )
        }
        (Type::Map(got), Type::Map(want)) => {
            format!(
                "incorrect map element type: {}",
                mismatch_message(got, want)
            )
        }
        _ => format!("{} required", want.constraint_name()),
    }
}

fn all_elements<'a>(elements: impl Iterator<Item = (String, &'a Type)>, want: &Type) -> String {
    for (key, got) in elements {
        if !can_convert(got, want, Safety::Unsafe) {
            return format!("element {key}: {}", mismatch_message(got, want));
        }
    }
    format!("all elements must be {}", want.constraint_name())
}

fn objects(got: &ObjectType, want: &ObjectType) -> String {
    let wanted = want.attributes().iter();
    let missing: Vec<String> = wanted
        .filter(|(name, _)| got.get(name).is_none() && !want.is_optional(name))
        .map(|(name, _)| quote(name))
        .collect();
    match missing.as_slice() {
        [] => wrong_attribute(got, want, Safety::Unsafe)
            .or_else(|| wrong_attribute(got, want, Safety::Safe))
            .unwrap_or_else(|| "incorrect object attributes".to_owned()),
        [one] => format!("attribute {one} is required"),
        [one, two] => format!("attributes {one} and {two} are required"),
        [rest @ .., last] => {
            format!("attributes {}, and {last} are required", rest.join(", "))
        }
    }
}

fn wrong_attribute(got: &ObjectType, want: &ObjectType, safety: Safety) -> Option<String> {
    want.attributes().iter().find_map(|(name, want)| {
        let got = got.get(name)?;
        let wrong = !can_convert(got, want, safety);
        let name = quote(name);
        wrong.then(|| format!("attribute {name}: {}", mismatch_message(got, want)))
    })
}
