//! `output` blocks and the entries of `locals` blocks.

use std::sync::Arc;

use trueup_syntax::{
    Span,
    ast::{Attribute, Ident, Traversal},
};
use trueup_value::Str;

use super::{CheckRule, Decoder};
use trueup_syntax::body::{BlockItem, BodySchema, attribute, block, required};

/// An output value of a module.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its name.
    pub name: Ident,
    /// What it is.
    pub description: Option<Str>,
    /// Its value; missing only after an error or in an override file.
    pub value: Option<Arc<Attribute>>,
    /// Its value is not to be shown.
    pub sensitive: bool,
    /// Its value is not to be stored.
    pub ephemeral: bool,
    /// What it waits for besides what its value refers to.
    pub depends_on: Vec<Traversal>,
    /// What must hold for it.
    pub preconditions: Vec<CheckRule>,
    /// The header of its block.
    pub span: Span,
    pub(super) sensitive_set: bool,
    pub(super) ephemeral_set: bool,
}

/// A local value.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name.
    pub name: Ident,
    /// Its definition.
    pub value: Arc<Attribute>,
}

const SCHEMA: BodySchema<'_> = BodySchema {
    attributes: &[
        attribute("description"),
        required("value"),
        attribute("depends_on"),
        attribute("sensitive"),
        attribute("ephemeral"),
    ],
    blocks: &[block("precondition", &[]), block("postcondition", &[])],
};

const OVERRIDE: BodySchema<'_> = BodySchema {
    attributes: &[
        attribute("description"),
        attribute("value"),
        attribute("depends_on"),
        attribute("sensitive"),
        attribute("ephemeral"),
    ],
    blocks: SCHEMA.blocks,
};

impl Decoder<'_> {
    /// An `output` block.
    pub(crate) fn output(&mut self, block: &BlockItem) -> Option<Output> {
        let name = block.labels.first()?.clone();
        let schema = if self.overriding { &OVERRIDE } else { &SCHEMA };
        let content = block.body.content(schema, &mut self.diagnostics);
        self.check_name("Invalid output name", &name);
        let mut output = Output {
            name,
            description: None,
            value: content.attribute("value").cloned(),
            sensitive: false,
            ephemeral: false,
            depends_on: Vec::new(),
            preconditions: Vec::new(),
            span: block.header,
            sensitive_set: false,
            ephemeral_set: false,
        };
        if let Some(attribute) = content.attribute("description") {
            output.description = self.constant_string(&attribute.expr);
        }
        if let Some(attribute) = content.attribute("sensitive") {
            output.sensitive = self.constant_bool(&attribute.expr).unwrap_or(false);
            output.sensitive_set = true;
        }
        if let Some(attribute) = content.attribute("ephemeral") {
            output.ephemeral = self.constant_bool(&attribute.expr).unwrap_or(false);
            output.ephemeral_set = true;
        }
        if let Some(attribute) = content.attribute("depends_on") {
            output.depends_on = self.depends_on(attribute);
        }
        for inner in &content.blocks {
            if inner.kind.name.as_str() == "precondition" {
                let rule = self.check_rule(inner);
                output.preconditions.push(rule);
            } else {
                self.error(
                    "Postconditions are not allowed",
                    "Output values can only have preconditions, not postconditions.",
                    inner.kind.span,
                );
            }
        }
        Some(output)
    }

    /// A `locals` block.
    pub(crate) fn locals(&mut self, block: &BlockItem) -> Vec<Local> {
        let attributes = block.body.just_attributes(&mut self.diagnostics);
        for attribute in &attributes {
            self.check_name("Invalid local value name", &attribute.name);
        }
        attributes
            .into_iter()
            .map(|value| Local {
                name: value.name.clone(),
                value,
            })
            .collect()
    }
}
