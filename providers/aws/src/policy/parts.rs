//! Changes of documents as parts of an object: shown beside its attributes,
//! statement by statement.

use std::collections::BTreeMap;

use trueup_sdk::PartChange;
use trueup_value::{Type, Value};

use super::{
    diff::{self, Pair},
    equivalence::{Document, Statement},
};

/// What changes from one document to another; nothing where they mean the
/// same, where there was none before, or where one of them is no policy document.
pub(crate) fn parts(before: &str, after: &str) -> Vec<PartChange> {
    if before.is_empty() {
        return Vec::new();
    }
    let (Some(before), Some(after)) = (Document::read(before), Document::read(after)) else {
        return Vec::new();
    };
    let whole = [
        ("Version", &before.version, &after.version),
        ("Id", &before.id, &after.id),
    ];
    let whole = whole
        .into_iter()
        .filter(|(_, before, after)| before != after);
    let mut parts: Vec<PartChange> = whole
        .map(|(name, before, after)| {
            let values = (
                Value::string(before.as_str()),
                Value::string(after.as_str()),
            );
            PartChange::new("document", name, values)
        })
        .collect();
    let pairs = diff::pairs(before.statements, after.statements);
    parts.extend(pairs.iter().map(part));
    parts
}

fn part(pair: &Pair) -> PartChange {
    let (before, after) = match pair {
        Pair::Added(new) => (None, Some(new)),
        Pair::Removed(old) => (Some(old), None),
        Pair::Changed(old, new) => (Some(old), Some(new)),
    };
    let name = after.or(before).map(diff::label).unwrap_or_default();
    let name = name.trim_matches('"').to_owned();
    let (before, after) = (before.map(elements), after.map(elements));
    let values = (
        value(before.as_ref(), after.as_ref()),
        value(after.as_ref(), before.as_ref()),
    );
    PartChange::new("statement", name, values)
}

/// The elements of a statement with their values.
type Elements = BTreeMap<String, Vec<Value>>;

fn elements(statement: &Statement) -> Elements {
    let mut elements = Elements::new();
    for (name, text) in diff::entries(statement) {
        elements.entry(name).or_default().push(Value::string(text));
    }
    elements
}

/// Those of a statement as a value; null of none. One that has several values
/// here or in the `other` statement is a set in both.
fn value(statement: Option<&Elements>, other: Option<&Elements>) -> Value {
    let Some(statement) = statement else {
        return Value::null(Type::Dynamic);
    };
    let several = |elements: Option<&Elements>, name: &str| {
        let values = elements.and_then(|elements| elements.get(name));
        values.is_some_and(|values| values.len() > 1)
    };
    let elements = statement.iter().map(|(name, values)| {
        let alone = !several(Some(statement), name) && !several(other, name);
        let value = match values.first().filter(|_| alone) {
            Some(only) => only.clone(),
            None => Value::set(Type::String, values.clone()),
        };
        (name.clone(), value)
    });
    Value::object(elements.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(statement: &str) -> String {
        format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#)
    }

    #[test]
    fn a_statement_that_changes_is_a_part() {
        let before = document(
            r#"{"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#,
        );
        let after = document(
            r#"{"Sid": "A", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"},
               {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}"#,
        );
        let parts = parts(&before, &after);
        let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["A", "(Deny s3:DeleteBucket)"]);
        let actions = |value: &Value| value.get("Action").map(Value::length);
        assert_eq!(actions(&parts[0].before), Some(Some(1)));
        assert_eq!(actions(&parts[0].after), Some(Some(2)));
        assert_eq!(parts[0].after.get("Effect"), Some(&Value::string("Allow")));
        assert!(parts[1].before.is_null());
    }

    #[test]
    fn what_means_the_same_has_no_parts() {
        let one = document(r#"{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}"#);
        let other = document(r#"{"Resource": ["*"], "Action": "s3:GetObject", "Effect": "Allow"}"#);
        assert_eq!(parts(&one, &other), []);
        assert_eq!(parts("", &one), []);
    }
}
