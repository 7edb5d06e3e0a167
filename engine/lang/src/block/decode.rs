//! Decoding a body.

use trueup_syntax::{Diagnostics, body::Body};
use trueup_value::{Marks, Str, Value};

use super::{
    attribute,
    dynamic::{Generated, Iteration, expand},
    spec::{AttributeSpec, Spec},
};
use crate::scope::Scope;

/// The value of `body`: an object of type [`Spec::ty`], wherever that says
/// what type it is. `dynamic` blocks are expanded; as long as it is unknown
/// over what, all blocks of the type together are unknown.
pub fn decode_body(body: &Body, spec: &Spec, scope: &Scope<'_>) -> (Value, Diagnostics) {
    let mut decoder = Decoder::default();
    let value = decoder.body(body, spec, scope, Origin::default());
    (value, decoder.diagnostics)
}

/// What is true of everything in a body because of the `dynamic` block that
/// generated it.
#[derive(Clone, Copy, Default)]
pub(super) struct Origin {
    /// The marks of what was iterated over.
    pub(super) marks: Marks,
    /// It is not known how often, if at all, the body will be there.
    pub(super) unknown: bool,
}

/// Gathers diagnostics while a body is decoded.
#[derive(Default)]
pub(super) struct Decoder {
    pub(super) diagnostics: Diagnostics,
    depth: usize,
}

/// How deeply blocks may be nested.
const MAX_DEPTH: usize = 1024;

impl Decoder {
    pub(super) fn body(
        &mut self,
        body: &Body,
        spec: &Spec,
        scope: &Scope<'_>,
        origin: Origin,
    ) -> Value {
        if self.depth >= MAX_DEPTH {
            return Value::unknown(spec.ty());
        }
        self.depth += 1;
        let spec = &*spec.as_written(body);
        let content = spec.with_schema(|schema| body.content(schema, &mut self.diagnostics));
        let missing = content.missing;
        let attributes = spec.attributes.iter().map(|spec| {
            let given = content.attribute(&spec.name);
            let value = match given {
                None => Value::null(spec.ty.without_optional()),
                Some(_) if origin.unknown => placeholder(spec, origin),
                Some(given) => attribute::decode(given, spec, scope, &mut self.diagnostics)
                    .with_marks(origin.marks),
            };
            (spec.name.clone(), value)
        });
        let mut attributes: Vec<(Str, Value)> = attributes.collect();
        let blocks = expand(&content.blocks, spec, scope, origin, &mut self.diagnostics);
        for spec in &spec.blocks {
            let own: Vec<&Generated> = blocks.iter().filter(|b| b.kind == spec.name).collect();
            let value = stacker::maybe_grow(128 * 1024, 1024 * 1024, || {
                self.blocks(spec, &own, missing, scope)
            });
            attributes.push((spec.name.clone(), value));
        }
        self.depth -= 1;
        Value::object(attributes)
    }

    /// Decodes a block where the names of its iterations are bound.
    pub(super) fn generated(&mut self, block: &Generated, spec: &Spec, scope: &Scope<'_>) -> Value {
        match &block.iteration {
            Some(Iteration { bound }) => {
                self.body(&block.body, spec, &scope.child(bound), block.origin)
            }
            None => self.body(&block.body, spec, scope, block.origin),
        }
    }
}

fn placeholder(spec: &AttributeSpec, origin: Origin) -> Value {
    Value::unknown(spec.ty.without_optional()).with_marks(origin.marks)
}
