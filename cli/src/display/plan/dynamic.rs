//! Differences of values that have no schema: outputs, attributes of any type,
//! and JSON within text.

use std::collections::BTreeMap;

use trueup_value::Type;

use super::{
    change::{Change, elements, same},
    compute::{secret, unknown, value, without_sensitivity},
    diff::{Action, Diff, Shape, plain_text},
    sequence::{self, Side, numbered},
    tree::{JsonType, Tree},
};

/// The difference of an output.
pub(super) fn output(change: Change<'_>) -> Diff {
    if let Some(inner) = without_sensitivity(&change) {
        let diff = value(inner, &Type::Dynamic);
        return secret(&change, diff, Shape::Sensitive);
    }
    if change.is_unknown() {
        return unknown(change, &[], |change| value(change, &Type::Dynamic));
    }
    json(change)
}

/// The difference of what JSON tells of two values. Nothing in it forces a
/// replacement on its own.
pub(super) fn json(change: Change<'_>) -> Diff {
    if let Some(inner) = without_sensitivity(&change) {
        let diff = json(inner);
        let mut diff = secret(&change, diff, Shape::Sensitive);
        diff.replace = false;
        return diff;
    }
    if change.is_unknown() {
        let before = change.old().is_some();
        let before = before.then(|| Box::new(json(change.deleted())));
        let action = match before {
            Some(_) => Action::Update,
            None => Action::Create,
        };
        return Diff::new(Shape::Unknown(before), action, false);
    }
    let (before, after) = (json_type(change.old()), json_type(change.new_value()));
    let deleted = after == JsonType::Null && !change.after_explicit;
    let created = before == JsonType::Null && !change.before_explicit;
    if before == after || deleted || created {
        let both = match before {
            JsonType::Null => after,
            before => before,
        };
        return of_type(change, both);
    }
    let old = of_type(change.clone().deleted(), before);
    let new = of_type(change.created(), after);
    let shape = Shape::TypeChange(Box::new(old), Box::new(new));
    Diff::new(shape, Action::Update, false)
}

fn json_type(tree: Option<&Tree>) -> JsonType {
    tree.map_or(JsonType::Null, Tree::json_type)
}

fn of_type(change: Change<'_>, ty: JsonType) -> Diff {
    match ty {
        JsonType::Object => object(&change),
        JsonType::Array => array(&change),
        _ => scalar(&change, ty),
    }
}

fn scalar(change: &Change<'_>, ty: JsonType) -> Diff {
    let (before, after) = (change.old(), change.new_value());
    let was = before.is_some() || change.before_explicit;
    let will = after.is_some() || change.after_explicit;
    let action = match (was, will) {
        (false, true) => Action::Create,
        (true, false) => Action::Delete,
        _ if same(before, after) => Action::NoOp,
        _ => Action::Update,
    };
    let (before, after) = (plain_text(before), plain_text(after));
    let shape = match ty {
        JsonType::Text => Shape::Text { before, after },
        _ => Shape::Plain { before, after },
    };
    Diff::new(shape, action, false)
}

fn array(change: &Change<'_>) -> Diff {
    let (before, after) = numbered(change);
    let is_object = |side, position: usize| {
        let list = match side {
            Side::Before => elements(change.before),
            Side::After => elements(change.after),
        };
        let tree = list.get(position);
        tree.is_some_and(|tree| tree.json_type() == JsonType::Object)
    };
    let mut action = change.outline();
    let mut diffs = Vec::new();
    for (old, new) in sequence::pairs(&before, &after, is_object) {
        let diff = json(change.element(old, new));
        action = action.with(diff.action);
        diffs.push(diff);
    }
    let shape = Shape::List {
        elements: diffs,
        context: true,
    };
    Diff::new(shape, action, false)
}

fn object(change: &Change<'_>) -> Diff {
    let mut action = change.outline();
    let mut attributes = BTreeMap::new();
    for name in change.names() {
        let diff = json(change.attribute(&name).if_relevant());
        action = action.with(diff.action);
        attributes.insert(name, diff);
    }
    let nested = false;
    Diff::new(Shape::Object { attributes, nested }, action, false)
}
