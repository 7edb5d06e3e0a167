//! Which fields of a value are others than they were.

use trueup_value::{Marks, Path, PathStep, Str, Value};

/// A field that is another than it was. What is sensitive is marked.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Where it is.
    pub path: Path,
    /// What it was; `None` if it was not there.
    pub before: Option<Value>,
    /// What it is; `None` if it is not there any more.
    pub after: Option<Value>,
}

impl FieldChange {
    /// Whether what it was or is must not be shown.
    pub fn is_sensitive(&self) -> bool {
        let values = self.before.iter().chain(&self.after);
        let mut marks = values.map(|value| value.unmark_deep().1);
        marks.any(|marks| marks.contains(Marks::SENSITIVE))
    }
}

/// The fields in which two values differ, as deep as they can be told apart:
/// attributes and elements by their names, those of lists of one length by their
/// numbers. All else differs as a whole; null is not there.
pub fn field_changes(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut found = Vec::new();
    compare(&mut Path::new(), Some(before), Some(after), &mut found);
    found
}

fn compare(
    path: &mut Path,
    before: Option<&Value>,
    after: Option<&Value>,
    found: &mut Vec<FieldChange>,
) {
    let there =
        |value: Option<&Value>| value.filter(|value| !value.unmarked().0.is_null()).cloned();
    let (before, after) = (there(before), there(after));
    if before == after {
        return;
    }
    let parts = match (&before, &after) {
        (Some(before), Some(after)) => parts(before, after),
        _ => None,
    };
    let Some(parts) = parts else {
        found.push(FieldChange {
            path: path.clone(),
            before,
            after,
        });
        return;
    };
    for (step, before, after) in parts {
        path.push(step);
        compare(path, before.as_ref(), after.as_ref(), found);
        path.pop();
    }
}

type Part = (PathStep, Option<Value>, Option<Value>);

/// What two values of one kind consist of, side by side; `None` if they can
/// only be told apart as a whole.
fn parts(before: &Value, after: &Value) -> Option<Vec<Part>> {
    let same = |a: &Value, b: &Value| std::mem::discriminant(a) == std::mem::discriminant(b);
    if !same(before, after) {
        return None;
    }
    match before {
        Value::Object(_) | Value::Map(_) => {
            let attribute = matches!(before, Value::Object(_));
            Some(by_name(before, after, attribute))
        }
        Value::List(_) | Value::Tuple(_) => {
            let (before, after): (Vec<_>, Vec<_>) =
                (before.values().collect(), after.values().collect());
            let pairs = (0_i64..).zip(before.iter().zip(&after));
            let pairs = pairs.map(|(at, (before, after))| {
                let step = PathStep::Index(Value::number(at));
                (step, Some((*before).clone()), Some((*after).clone()))
            });
            (before.len() == after.len()).then(|| pairs.collect())
        }
        _ => None,
    }
}

fn by_name(before: &Value, after: &Value, attribute: bool) -> Vec<Part> {
    let mut parts: std::collections::BTreeMap<Str, (Option<Value>, Option<Value>)> =
        std::collections::BTreeMap::new();
    let name = |key: &Value| key.as_str().map(Str::new);
    for (key, value) in before.elements() {
        if let Some(name) = name(&key) {
            parts.entry(name).or_default().0 = Some(value);
        }
    }
    for (key, value) in after.elements() {
        if let Some(name) = name(&key) {
            parts.entry(name).or_default().1 = Some(value);
        }
    }
    let step = |name: Str| match attribute {
        true => PathStep::Attr(name),
        false => PathStep::Index(Value::String(name)),
    };
    let parts = parts.into_iter();
    parts
        .map(|(name, (before, after))| (step(name), before, after))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
        Value::object(attributes)
    }

    fn told(before: &Value, after: &Value) -> Vec<String> {
        let show = |value: &Option<Value>| {
            let text = value.as_ref().map(crate::plan::value_json);
            text.map_or("-".to_owned(), |text| text.to_string())
        };
        let changes = field_changes(before, after).into_iter();
        changes
            .map(|field| {
                let (before, after) = (show(&field.before), show(&field.after));
                format!("{}: {before} -> {after}", field.path)
            })
            .collect()
    }

    #[test]
    fn fields_are_told_apart_as_deep_as_they_can_be() {
        let list =
            |numbers: &[i64]| Value::tuple(numbers.iter().map(|n| Value::number(*n)).collect());
        let before = object([
            ("same", Value::number(1)),
            ("gone", Value::string("x")),
            (
                "deep",
                object([("a", Value::number(1)), ("b", Value::number(2))]),
            ),
            ("list", list(&[1, 2])),
            ("long", list(&[1])),
        ]);
        let after = object([
            ("same", Value::number(1)),
            ("new", Value::bool(true)),
            (
                "deep",
                object([("a", Value::number(1)), ("b", Value::number(3))]),
            ),
            ("list", list(&[1, 4])),
            ("long", list(&[1, 2])),
        ]);
        assert_eq!(
            told(&before, &after),
            [
                ".deep.b: 2 -> 3",
                ".gone: \"x\" -> -",
                ".list[1]: 2 -> 4",
                ".long: [1] -> [1,2]",
                ".new: - -> true",
            ]
        );
        assert_eq!(told(&before, &before), [""; 0]);
    }

    #[test]
    fn what_is_sensitive_says_so() {
        let secret = |text: &str| Value::string(text).with_marks(Marks::SENSITIVE);
        let before = object([("a", secret("x")), ("b", Value::number(1))]);
        let after = object([("a", secret("y")), ("b", Value::number(2))]);
        let changes = field_changes(&before, &after);
        let sensitive: Vec<bool> = changes.iter().map(FieldChange::is_sensitive).collect();
        assert_eq!(sensitive, [true, false]);
    }
}
