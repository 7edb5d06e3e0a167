//! What an object is known by where it lives.

use trueup_value::{Marks, Type, Value};

/// An attribute that identifies an object, and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::operation) struct Identifier {
    pub(super) key: &'static str,
    pub(super) value: String,
}

impl Identifier {
    /// The `id` of an object, else its `name`.
    pub(super) fn of(object: &Value) -> Option<Self> {
        match is_text(object, "id") {
            true => named(object, "id"),
            false => named(object, "name"),
        }
    }

    /// The same, else its name tag.
    pub(super) fn or_name(object: &Value) -> Option<Self> {
        Identifier::of(object).or_else(|| {
            if is_text(object, "name") {
                return named(object, "name");
            }
            let tags = object.unmarked().0.get("tags")?;
            let tag = |key: &'static str, name| {
                let value = shown(tags)?.get(name).and_then(shown)?.as_str()?;
                let value = value.to_owned();
                Some(Identifier { key, value })
            };
            tag("tags.name", "name").or_else(|| tag("tags.Name", "Name"))
        })
    }
}

fn is_text(object: &Value, name: &str) -> bool {
    let value = object.unmarked().0.get(name);
    value.is_some_and(|value| value.ty() == Type::String)
}

fn named(object: &Value, key: &'static str) -> Option<Identifier> {
    let value = shown(object.unmarked().0.get(key)?)?.as_str()?;
    let value = value.to_owned();
    (!value.is_empty()).then_some(Identifier { key, value })
}

/// A value that may be shown.
fn shown(value: &Value) -> Option<&Value> {
    let (bare, marks) = value.unmarked();
    (!marks.contains(Marks::SENSITIVE)).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(id: Value, name: Value) -> Value {
        Value::object([("id", id), ("name", name)])
    }

    #[test]
    fn objects_are_known_by_id_or_name_unless_it_is_secret() {
        let (x, y) = (Value::string("x"), Value::string("y"));
        let secret = x.with_marks(Marks::SENSITIVE);
        let null = Value::null(Type::String);
        let of = |value: &Value| Identifier::of(value).map(|i| (i.key, i.value));
        let or_name = |value: &Value| Identifier::or_name(value).map(|i| (i.key, i.value));
        let named = Some(("name", "y".to_owned()));
        assert_eq!(
            of(&object(x.clone(), y.clone())),
            Some(("id", "x".to_owned()))
        );
        assert_eq!(of(&object(secret.clone(), y.clone())), None);
        assert_eq!(or_name(&object(secret, y.clone())), named);
        assert_eq!(of(&object(null, y.clone())), None);
        assert_eq!(of(&Value::object([("name", y)])), named);
        let tags = Value::map(Type::String, [("Name", x)]);
        let tagged = Value::object([("tags", tags)]);
        assert_eq!(or_name(&tagged), Some(("tags.Name", "x".to_owned())));
        assert_eq!(or_name(&Value::null(Type::Dynamic)), None);
    }
}
