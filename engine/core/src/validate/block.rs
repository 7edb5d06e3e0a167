//! Bodies evaluated by a provider's schema.

use trueup_lang::block::{AttributeSpec, BlockSpec, Nesting, Spec, body_references, decode_body};
use trueup_sdk::{AttributeType, Block, NestedBlock, NestingMode};
use trueup_syntax::body::Body;

use super::{Evaluated, scope::View};

/// Evaluates a body to an object of the schema's type. What refers to
/// something that isn't there is unknown in it.
pub fn decode_block(view: &View<'_>, body: &Body, schema: &Block) -> Evaluated {
    let spec = spec(schema);
    let references = body_references(body, &spec);
    let mut diagnostics = view.check_references(&references);
    let scope = view.evaluation_scope();
    let (value, found) = decode_body(body, &spec, &scope);
    diagnostics.extend(found);
    (value, diagnostics)
}

/// A schema as the evaluator wants it.
pub(crate) fn spec(schema: &Block) -> Spec {
    let attributes = schema
        .attributes
        .iter()
        .map(|(name, attribute)| AttributeSpec {
            name: name.clone(),
            ty: attribute.constraint(),
            required: attribute.required,
            as_blocks: match &attribute.ty {
                AttributeType::Value(ty) => AttributeSpec::blocks_possible(ty),
                AttributeType::Nested(_) => false,
            },
        });
    Spec {
        attributes: attributes.collect(),
        blocks: schema
            .blocks
            .iter()
            .map(|(name, nested)| block_spec(name, nested))
            .collect(),
    }
}

fn block_spec(name: &trueup_value::Str, nested: &NestedBlock) -> BlockSpec {
    BlockSpec {
        name: name.clone(),
        nesting: match nested.nesting {
            NestingMode::Single => Nesting::Single,
            NestingMode::Group => Nesting::Group,
            NestingMode::List => Nesting::List,
            NestingMode::Set => Nesting::Set,
            NestingMode::Map => Nesting::Map,
        },
        spec: spec(&nested.block),
        min_items: nested.min_items,
        max_items: nested.max_items,
        null_if_none: false,
    }
}
