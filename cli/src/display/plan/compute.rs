//! Differences of blocks, attributes and their values, by schema.

use std::collections::BTreeMap;

use trueup_sdk::{Attribute, AttributeType, Block, NestedBlock, NestedObject, NestingMode};
use trueup_value::{Str, Type};

use super::{
    change::{Change, Unknown, elements},
    diff::{Action, Blocks, Diff, Group, Secret, Shape, plain_text},
    dynamic,
    paths::Paths,
    sequence::{self, numbered},
    tree::Tree,
};

/// The difference of a block.
pub(super) fn block(mut change: Change<'_>, schema: &Block) -> Diff {
    if let Some(inner) = without_sensitivity(&change) {
        let diff = block(inner, schema);
        return secret(&change, diff, Shape::SensitiveBlock);
    }
    if change.is_unknown() {
        let names: Vec<Str> = schema.attributes.keys().cloned().collect();
        return unknown(change, &names, |change| block(change, schema));
    }
    change.modern = change.modern || is_modern(schema);
    let mut current = change.outline();
    let mut attributes = BTreeMap::new();
    for (name, attribute) in stored(&schema.attributes) {
        let part = change.attribute(name).if_relevant().implicit();
        let null = part.is_null();
        let diff = self::attribute(part, attribute);
        if diff.action == Action::NoOp && null {
            continue;
        }
        current = current.with(diff.action);
        attributes.insert(name.clone(), diff);
    }
    let mut blocks = BTreeMap::new();
    for (name, nested) in &schema.blocks {
        let part = change.attribute(name).if_relevant();
        if let Some((group, action)) = group(part, nested) {
            current = current.with(action);
            blocks.insert(name.clone(), group);
        }
    }
    for (name, _) in write_only(&schema.attributes) {
        attributes.insert(name.clone(), written(&change, current));
    }
    let shape = Shape::Block { attributes, blocks };
    Diff::new(shape, current, change.replace.here())
}

/// The blocks of one type; `None` if there are none.
fn group(change: Change<'_>, nested: &NestedBlock) -> Option<(Group, Action)> {
    let unknown = change.is_unknown();
    let null = change.is_null();
    let replace = change.replace.here();
    let (before_sensitive, after_sensitive) = (change.before_sensitive(), change.after_sensitive());
    let (blocks, action) = match nested.nesting {
        NestingMode::Single | NestingMode::Group => {
            let diff = block(change, &nested.block);
            let action = diff.action;
            (Blocks::One(diff), action)
        }
        NestingMode::List => {
            let parts = side_by_side(&change);
            let (diffs, action) = each(&change, parts, |part| block(part, &nested.block));
            (Blocks::Many(diffs), action)
        }
        NestingMode::Set => {
            let parts = matched(&change);
            let (diffs, action) = each(&change, parts, |part| block(part, &nested.block));
            (Blocks::Many(diffs), action)
        }
        NestingMode::Map => {
            let names = change.known_names();
            let (diffs, action) = by_name(&change, names, |part| block(part, &nested.block));
            (Blocks::Map(diffs), action)
        }
    };
    if action == Action::NoOp && null && !unknown {
        return None;
    }
    let group = Group {
        blocks,
        replace,
        before_sensitive,
        after_sensitive,
        unknown,
    };
    Some((group, action))
}

/// Null and the empty string are different things in this schema: it uses
/// what the old SDK, which confuses them, has not.
fn is_modern(schema: &Block) -> bool {
    let new_blocks = schema
        .blocks
        .values()
        .any(|nested| matches!(nested.nesting, NestingMode::Map | NestingMode::Group));
    new_blocks
        || schema
            .attributes
            .values()
            .any(|attribute| match &attribute.ty {
                AttributeType::Nested(_) => true,
                AttributeType::Value(ty) => ty.has_dynamic() || is_modern_type(ty),
            })
}

fn is_modern_type(ty: &Type) -> bool {
    match ty {
        Type::Tuple(_) | Type::Object(_) => true,
        Type::List(element) | Type::Set(element) | Type::Map(element) => {
            let inner = match &**element {
                Type::List(inner) | Type::Set(inner) | Type::Map(inner) => inner,
                _ => return false,
            };
            !inner.is_primitive()
        }
        _ => false,
    }
}

fn attribute(change: Change<'_>, attribute: &Attribute) -> Diff {
    match &attribute.ty {
        AttributeType::Nested(nested) => objects(change, nested, nested.nesting),
        AttributeType::Value(ty) => value(change, ty),
    }
}

/// The difference of objects with a schema of their own.
fn objects(change: Change<'_>, nested: &NestedObject, nesting: NestingMode) -> Diff {
    if let Some(inner) = without_sensitivity(&change) {
        let diff = objects(inner, nested, nesting);
        return secret(&change, diff, Shape::Sensitive);
    }
    if change.is_unknown() {
        let names: Vec<Str> = nested.attributes.keys().cloned().collect();
        return unknown(change, &names, |change| objects(change, nested, nesting));
    }
    let single = |part: Change<'_>| objects(part, nested, NestingMode::Single);
    let (shape, action) = match nesting {
        NestingMode::Single | NestingMode::Group => {
            let (attributes, action) = nested_object(&change, nested);
            let nested = true;
            (Shape::Object { attributes, nested }, action)
        }
        NestingMode::List => {
            let (elements, action) = each(&change, side_by_side(&change), single);
            let context = false;
            (Shape::List { elements, context }, action)
        }
        NestingMode::Set => {
            let (elements, action) = each(&change, matched(&change), single);
            let nested = true;
            (Shape::Set { elements, nested }, action)
        }
        NestingMode::Map => {
            let (elements, action) = by_name(&change, change.known_names(), single);
            let nested = true;
            (Shape::Map { elements, nested }, action)
        }
    };
    Diff::new(shape, action, change.replace.here())
}

fn nested_object(change: &Change<'_>, nested: &NestedObject) -> (BTreeMap<Str, Diff>, Action) {
    let ordinary = stored(&nested.attributes);
    let (mut attributes, action) = object(change, ordinary, attribute);
    for (name, _) in write_only(&nested.attributes) {
        let part = change.attribute(name).if_relevant();
        attributes.insert(name.clone(), written(&part, action));
    }
    (attributes, action)
}

/// The difference of a value of a plain type.
pub(super) fn value(mut change: Change<'_>, ty: &Type) -> Diff {
    if !change.modern {
        change.before = change.before.map(Tree::or_null);
        change.after = change.after.map(Tree::or_null);
    }
    if let Some(inner) = without_sensitivity(&change) {
        let diff = value(inner, ty);
        return secret(&change, diff, Shape::Sensitive);
    }
    if change.is_unknown() {
        return unknown(change, &[], |change| value(change, ty));
    }
    let (shape, action) = match ty {
        Type::Dynamic => return dynamic::output(change),
        Type::Bool | Type::Number => (plain(&change), change.action()),
        Type::String => (text(&change), change.action()),
        Type::Object(object_type) => {
            let attributes = object_type.attributes().iter();
            let attributes = attributes.map(|(name, ty)| (name, ty));
            let (attributes, action) = object(&change, attributes, value);
            let nested = false;
            (Shape::Object { attributes, nested }, action)
        }
        Type::Map(element) => {
            let (elements, action) = by_name(&change, change.names(), |part| value(part, element));
            let nested = false;
            (Shape::Map { elements, nested }, action)
        }
        Type::List(element) => {
            let (elements, action) = list(&change, element);
            let context = true;
            (Shape::List { elements, context }, action)
        }
        Type::Tuple(types) => {
            let parts = types.iter().enumerate();
            let parts = parts.map(|(i, ty)| (change.element(i, i).if_relevant(), ty));
            let mut action = change.outline();
            let mut elements = Vec::with_capacity(types.len());
            for (part, ty) in parts {
                let diff = value(part, ty);
                action = action.with(diff.action);
                elements.push(diff);
            }
            let context = true;
            (Shape::List { elements, context }, action)
        }
        Type::Set(element) => {
            let (elements, action) = each(&change, matched(&change), |part| value(part, element));
            let nested = false;
            (Shape::Set { elements, nested }, action)
        }
    };
    Diff::new(shape, action, change.replace.here())
}

fn list(change: &Change<'_>, element: &Type) -> (Vec<Diff>, Action) {
    let objects = matches!(element, Type::Object(_));
    let (before, after) = numbered(change);
    let parts = sequence::pairs(&before, &after, |_, _| objects);
    let parts = parts.into_iter().map(|(old, new)| Change {
        relevant: Paths::Everywhere,
        ..change.element(old, new)
    });
    each(change, parts.collect(), |part| value(part, element))
}

fn plain(change: &Change<'_>) -> Shape {
    Shape::Plain {
        before: plain_text(change.before),
        after: plain_text(change.after),
    }
}

fn text(change: &Change<'_>) -> Shape {
    Shape::Text {
        before: plain_text(change.before),
        after: plain_text(change.after),
    }
}

/// Attributes of an object; those that are null before and after are left out.
fn object<'s, T: ?Sized + 's>(
    change: &Change<'_>,
    attributes: impl Iterator<Item = (&'s Str, &'s T)>,
    compute: impl Fn(Change<'_>, &T) -> Diff,
) -> (BTreeMap<Str, Diff>, Action) {
    let mut action = change.outline();
    let mut diffs = BTreeMap::new();
    for (name, schema) in attributes {
        let part = change.attribute(name).if_relevant().implicit();
        let null = part.is_null();
        let diff = compute(part, schema);
        if diff.action == Action::NoOp && null {
            continue;
        }
        action = action.with(diff.action);
        diffs.insert(name.clone(), diff);
    }
    (diffs, action)
}

fn each<'a>(
    change: &Change<'a>,
    parts: Vec<Change<'a>>,
    compute: impl Fn(Change<'a>) -> Diff,
) -> (Vec<Diff>, Action) {
    let mut action = change.outline();
    let mut diffs = Vec::with_capacity(parts.len());
    for part in parts {
        let diff = compute(part);
        action = action.with(diff.action);
        diffs.push(diff);
    }
    (diffs, action)
}

fn by_name<'a>(
    change: &Change<'a>,
    names: Vec<Str>,
    compute: impl Fn(Change<'a>) -> Diff,
) -> (BTreeMap<Str, Diff>, Action) {
    let mut action = change.outline();
    let mut diffs = BTreeMap::new();
    for name in names {
        let diff = compute(change.attribute(&name).if_relevant());
        action = action.with(diff.action);
        diffs.insert(name, diff);
    }
    (diffs, action)
}

fn side_by_side<'a>(change: &Change<'a>) -> Vec<Change<'a>> {
    let (before, after) = (elements(change.before), elements(change.after));
    let positions = 0..before.len().max(after.len());
    positions
        .map(|i| change.element(i, i).if_relevant())
        .collect()
}

/// The elements of a set: those that stay or go, then those that come.
fn matched<'a>(change: &Change<'a>) -> Vec<Change<'a>> {
    let (before, after) = numbered(change);
    let mut waiting: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (position, id) in after.iter().enumerate() {
        if !elements(change.after)[position].is_unknown() {
            waiting.entry(*id).or_default().push(position);
        }
    }
    let mut taken = vec![false; after.len()];
    let mut pairs = Vec::with_capacity(before.len());
    for (old, id) in before.iter().enumerate() {
        let partners = waiting.remove(id).unwrap_or_default();
        for partner in &partners {
            taken[*partner] = true;
        }
        pairs.push((old, partners.last().copied().unwrap_or(after.len())));
    }
    let new = (0..after.len()).filter(|position| !taken[*position]);
    pairs.extend(new.map(|position| (before.len(), position)));
    let parts = pairs.into_iter().map(|(old, new)| Change {
        relevant: Paths::Everywhere,
        ..change.element(old, new)
    });
    parts.collect()
}

/// The change as if nothing about the value itself were sensitive; `None` if
/// that is so.
pub(super) fn without_sensitivity<'a>(change: &Change<'a>) -> Option<Change<'a>> {
    let sensitive = change.before_sensitive() || change.after_sensitive();
    sensitive.then(|| Change {
        bare: true,
        modern: false,
        ..change.clone()
    })
}

pub(super) fn secret(change: &Change<'_>, inner: Diff, shape: fn(Secret) -> Shape) -> Diff {
    let (before, after) = (change.before_sensitive(), change.after_sensitive());
    let nothing = change.is_null() && !change.before_explicit && !change.after_explicit;
    let action = match inner.action {
        Action::NoOp if before != after && !nothing => Action::Update,
        action => action,
    };
    let inner = inner.action;
    let secret = Secret {
        inner,
        before,
        after,
    };
    Diff::new(shape(secret), action, change.replace.here())
}

/// A value that is not known yet, with what was there before.
pub(super) fn unknown<'a>(
    change: Change<'a>,
    names: &'a [Str],
    compute: impl FnOnce(Change<'a>) -> Diff,
) -> Diff {
    let change = Change {
        after_explicit: true,
        ..change
    };
    let before = change.old().is_some().then(|| {
        let before = Change {
            unknown: Unknown::Children(names),
            ..change.clone().deleted()
        };
        Box::new(compute(before))
    });
    Diff::new(
        Shape::Unknown(before),
        change.action(),
        change.replace.here(),
    )
}

/// What is written and never stored does as the block it is in.
fn written(change: &Change<'_>, action: Action) -> Diff {
    let sensitive = change.before_sensitive() || change.after_sensitive();
    let action = match action {
        Action::Update => Action::NoOp,
        other => other,
    };
    Diff::new(
        Shape::WriteOnly { sensitive },
        action,
        change.replace.here(),
    )
}

fn stored(attributes: &BTreeMap<Str, Attribute>) -> impl Iterator<Item = (&Str, &Attribute)> {
    attributes
        .iter()
        .filter(|(_, attribute)| !attribute.write_only)
}

fn write_only(attributes: &BTreeMap<Str, Attribute>) -> impl Iterator<Item = (&Str, &Attribute)> {
    attributes
        .iter()
        .filter(|(_, attribute)| attribute.write_only)
}
