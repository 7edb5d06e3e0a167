//! Bodies evaluated by a provider's schema, with their `dynamic` blocks.

use std::collections::BTreeMap;

use trueup_lang::{Scope, evaluate, references};
use trueup_sdk::{Block, NestedBlock, NestingMode};
use trueup_syntax::{
    Diagnostic, Diagnostics,
    ast::{Expr, Traversal},
};
use trueup_value::{Marks, Str, Type, Value, convert};

use super::{Evaluated, scope::View};
use crate::body::{
    AttributeSpec, BlockItem, BlockSpec, Body, BodySchema, Content, attribute, block, required,
};

const DYNAMIC: BodySchema<'_> = BodySchema {
    attributes: &[
        required("for_each"),
        attribute("iterator"),
        attribute("labels"),
    ],
    blocks: &[block("content", &[])],
};

/// Evaluates a body to an object of the schema's type. Errors in references
/// keep it from being evaluated; the result is unknown then.
pub fn decode_block(view: &View<'_>, body: &Body, schema: &Block) -> Evaluated {
    let mut gathered = Vec::new();
    gather(body, schema, &mut Vec::new(), &mut gathered, 0);
    let mut diagnostics = view.check_references(&gathered);
    if diagnostics.has_errors() {
        return (Value::unknown(schema.implied_type()), diagnostics);
    }
    let scope = Scope::new(view, view.scope.environment.functions);
    let value = decode(body, schema, &scope, &mut diagnostics, 0);
    (value, diagnostics)
}

/// How deep blocks may nest in a schema that contains itself.
const MAX_DEPTH: usize = 100;

fn read(body: &Body, schema: &Block, diagnostics: &mut Diagnostics) -> Content {
    let attributes: Vec<AttributeSpec<'_>> = schema
        .attributes
        .iter()
        .map(|(name, a)| AttributeSpec {
            name,
            required: a.required,
        })
        .collect();
    let mut blocks: Vec<BlockSpec<'_>> = schema
        .blocks
        .iter()
        .map(|(kind, nested)| match nested.nesting {
            NestingMode::Map => block(kind, &["key"]),
            _ => block(kind, &[]),
        })
        .collect();
    if !schema.blocks.is_empty() && !schema.blocks.contains_key("dynamic") {
        blocks.push(block("dynamic", &["type"]));
    }
    let schema = BodySchema {
        attributes: &attributes,
        blocks: &blocks,
    };
    body.content(&schema, diagnostics)
}

/// All traversals of what the schema names, but for iterators.
fn gather(
    body: &Body,
    schema: &Block,
    iterators: &mut Vec<Str>,
    found: &mut Vec<Traversal>,
    depth: usize,
) {
    if depth > MAX_DEPTH {
        return;
    }
    let content = read(body, schema, &mut Diagnostics::default());
    let add = |expr: &Expr, iterators: &[Str], found: &mut Vec<Traversal>| {
        let outer = references(expr)
            .into_iter()
            .filter(|t| !iterators.contains(&t.root.name));
        found.extend(outer.cloned());
    };
    for attribute in &content.attributes {
        add(&attribute.expr, iterators, found);
    }
    for item in &content.blocks {
        if let Some(nested) = schema.blocks.get(item.kind.name.as_str()) {
            gather(&item.body, &nested.block, iterators, found, depth + 1);
            continue;
        }
        let Some((kind, nested)) = dynamic_type(item, schema) else {
            continue;
        };
        let inner = item.body.content(&DYNAMIC, &mut Diagnostics::default());
        if let Some(for_each) = inner.attribute("for_each") {
            add(&for_each.expr, iterators, found);
        }
        iterators.push(iterator_name(&inner, &kind));
        for content in &inner.blocks {
            gather(&content.body, &nested.block, iterators, found, depth + 1);
        }
        iterators.pop();
    }
}

fn dynamic_type<'s>(item: &BlockItem, schema: &'s Block) -> Option<(Str, &'s NestedBlock)> {
    let kind = &item.labels.first()?.name;
    Some((kind.clone(), schema.blocks.get(kind.as_str())?))
}

fn iterator_name(content: &Content, kind: &Str) -> Str {
    let given = content.attribute("iterator");
    given
        .and_then(|a| crate::config::keyword(&a.expr))
        .unwrap_or_else(|| kind.clone())
}

fn decode(
    body: &Body,
    schema: &Block,
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
    depth: usize,
) -> Value {
    if depth > MAX_DEPTH {
        return Value::unknown(schema.implied_type());
    }
    let content = read(body, schema, diagnostics);
    let mut values: Vec<(Str, Value)> = Vec::new();
    for (name, attribute) in &schema.attributes {
        let value = match content.attribute(name) {
            Some(given) => attribute_value(
                name,
                &given.expr,
                &attribute.constraint(),
                scope,
                diagnostics,
            ),
            None => Value::null(attribute.implied_type()),
        };
        values.push((name.clone(), value));
    }
    let mut found: BTreeMap<&str, Found> = BTreeMap::new();
    for item in &content.blocks {
        decode_item(item, schema, scope, &mut found, diagnostics, depth);
    }
    for (kind, nested) in &schema.blocks {
        let found = found.remove(kind.as_str()).unwrap_or_default();
        let value = found.collect(kind, nested, body, diagnostics);
        values.push((kind.clone(), value));
    }
    Value::object(values)
}

fn attribute_value(
    name: &str,
    expr: &Expr,
    wanted: &Type,
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let (value, found) = evaluate(expr, scope);
    let failed = found.has_errors();
    diagnostics.extend(found);
    match convert::convert(&value, wanted) {
        Ok(value) => value,
        Err(error) => {
            if !failed {
                diagnostics.push(Diagnostic::error(
                    "Incorrect attribute value type",
                    format!("Inappropriate value for attribute \"{name}\": {error}."),
                    expr.span,
                ));
            }
            Value::unknown(wanted.without_optional())
        }
    }
}

/// The blocks of one type.
#[derive(Default)]
struct Found {
    items: Vec<(Option<Str>, Value, Option<trueup_syntax::Span>)>,
    /// How many there are is not known.
    unknown: bool,
    marks: Marks,
}

fn decode_item<'s>(
    item: &BlockItem,
    schema: &'s Block,
    scope: &Scope<'_>,
    found: &mut BTreeMap<&'s str, Found>,
    diagnostics: &mut Diagnostics,
    depth: usize,
) {
    if let Some((kind, nested)) = schema.blocks.get_key_value(item.kind.name.as_str()) {
        let value = decode(&item.body, &nested.block, scope, diagnostics, depth + 1);
        let key = item.labels.first().map(|label| label.name.clone());
        found
            .entry(kind)
            .or_default()
            .items
            .push((key, value, Some(item.header)));
        return;
    }
    let Some(label) = item.labels.first() else {
        return;
    };
    let Some((kind, nested)) = schema.blocks.get_key_value(label.name.as_str()) else {
        diagnostics.push(Diagnostic::error(
            "Unsupported block type",
            format!("Blocks of type \"{}\" are not expected here.", label.name),
            label.span,
        ));
        return;
    };
    let content = item.body.content(&DYNAMIC, diagnostics);
    let Some(for_each) = content.attribute("for_each") else {
        return;
    };
    let Some(inner) = content.blocks.first() else {
        diagnostics.push(Diagnostic::error(
            "Missing dynamic content block",
            "A dynamic block must have a nested block of type \"content\" to describe the body of each generated block.",
            item.body.end().unwrap_or(item.header),
        ));
        return;
    };
    if let Some(extra) = content.blocks.get(1) {
        diagnostics.push(Diagnostic::error(
            "Extraneous dynamic content block",
            "Only one nested content block is allowed for each dynamic block.",
            extra.header,
        ));
        return;
    }
    let iterator = iterator_name(&content, &label.name);
    let (collection, errors) = evaluate(&for_each.expr, scope);
    let failed = errors.has_errors();
    diagnostics.extend(errors);
    if failed {
        return;
    }
    let all = found.entry(kind).or_default();
    let Some(elements) = iterations(&collection, &for_each.expr, all, diagnostics) else {
        return;
    };
    for (key, value) in elements {
        let label = match (nested.nesting, content.attribute("labels")) {
            (NestingMode::Map, Some(_)) => key.as_str().map(Str::new),
            _ => None,
        };
        let bound = [(
            iterator.clone(),
            Value::object([("key", key), ("value", value)]),
        )];
        let child = scope.child(&bound);
        let value = decode(&inner.body, &nested.block, &child, diagnostics, depth + 1);
        all.items.push((label, value, None));
    }
}

/// Keys and values a `dynamic` block goes through; of an unknown collection,
/// one pair of unknown ones.
fn iterations(
    collection: &Value,
    expr: &Expr,
    found: &mut Found,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<(Value, Value)>> {
    const SUMMARY: &str = "Invalid dynamic for_each value";
    let (bare, marks) = collection.unmarked();
    found.marks |= marks;
    if bare.is_null() {
        let detail = "Cannot use a null value in for_each.";
        diagnostics.push(Diagnostic::error(SUMMARY, detail, expr.span));
        return None;
    }
    let ty = bare.ty();
    let iterable = !matches!(ty, Type::String | Type::Number | Type::Bool);
    if !iterable {
        let detail =
            format!("Cannot use a {ty} value in for_each. An iterable collection is required.");
        diagnostics.push(Diagnostic::error(SUMMARY, detail, expr.span));
        return None;
    }
    if !bare.is_known() {
        found.unknown = true;
        let element = ty.element().cloned().unwrap_or(Type::Dynamic);
        let key = match ty {
            Type::List(_) | Type::Tuple(_) => Type::Number,
            Type::Map(_) | Type::Object(_) => Type::String,
            _ => Type::Dynamic,
        };
        return Some(vec![(Value::unknown(key), Value::unknown(element))]);
    }
    let pairs = bare
        .elements()
        .map(|(key, value)| (key.with_marks(marks), value.with_marks(marks)));
    Some(pairs.collect())
}

impl Found {
    fn collect(
        self,
        kind: &str,
        nested: &NestedBlock,
        body: &Body,
        diagnostics: &mut Diagnostics,
    ) -> Value {
        self.check_count(kind, nested, body, diagnostics);
        let ty = nested.block.implied_type();
        if self.unknown && !matches!(nested.nesting, NestingMode::Single | NestingMode::Group) {
            return Value::unknown(nested.implied_type()).with_marks(self.marks);
        }
        let marks = self.marks;
        let dynamic = ty.has_dynamic();
        let mut items = self.items;
        let values = match nested.nesting {
            NestingMode::Single => items.pop().map_or_else(|| Value::null(ty), |(_, v, _)| v),
            NestingMode::Group => match items.pop() {
                Some((_, value, _)) => value,
                None => empty(&nested.block),
            },
            NestingMode::List if dynamic => {
                Value::tuple(items.into_iter().map(|(_, v, _)| v).collect())
            }
            NestingMode::List => Value::list(ty, items.into_iter().map(|(_, v, _)| v).collect()),
            NestingMode::Set => Value::set(ty, items.into_iter().map(|(_, v, _)| v).collect()),
            NestingMode::Map => {
                let pairs = items
                    .into_iter()
                    .map(|(key, v, _)| (key.unwrap_or_default(), v));
                if dynamic {
                    Value::object(pairs)
                } else {
                    Value::map(ty, pairs)
                }
            }
        };
        values.with_marks(marks)
    }

    fn check_count(
        &self,
        kind: &str,
        nested: &NestedBlock,
        body: &Body,
        diagnostics: &mut Diagnostics,
    ) {
        let count = self.items.len() as u64;
        let here = |at: usize| {
            self.items
                .get(at)
                .and_then(|(_, _, span)| *span)
                .or(body.end())
        };
        let single = matches!(nested.nesting, NestingMode::Single | NestingMode::Group);
        let (min, max) = if single {
            (nested.min_items, 1)
        } else {
            (nested.min_items, nested.max_items)
        };
        let problem = if single && count > 1 {
            Some((
                format!("Duplicate {kind} block"),
                format!("Only one block of type \"{kind}\" is allowed."),
                here(1),
            ))
        } else if single && count < min {
            Some((
                format!("Missing {kind} block"),
                format!("A block of type \"{kind}\" is required here."),
                body.end(),
            ))
        } else if count < min && !self.unknown {
            Some((
                format!("Insufficient {kind} blocks"),
                format!("At least {min} \"{kind}\" blocks are required."),
                body.end(),
            ))
        } else if max > 0 && count > max {
            Some((
                format!("Too many {kind} blocks"),
                format!("No more than {max} \"{kind}\" blocks are allowed"),
                here(max as usize),
            ))
        } else {
            None
        };
        if let Some((summary, detail, Some(span))) = problem {
            diagnostics.push(Diagnostic::error(summary, detail, span));
        }
    }
}

/// A block as it is where nobody writes it.
fn empty(schema: &Block) -> Value {
    let attributes = schema.attributes.iter();
    let attributes = attributes.map(|(name, a)| (name.clone(), Value::null(a.implied_type())));
    let blocks = schema.blocks.iter().map(|(kind, nested)| {
        let found = Found::default();
        let body = Body::merged([]);
        (
            kind.clone(),
            found.collect(kind, nested, &body, &mut Diagnostics::default()),
        )
    });
    Value::object(attributes.chain(blocks))
}
