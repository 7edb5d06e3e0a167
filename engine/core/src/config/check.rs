//! Conditions: `check` blocks, and the rules within other blocks.

use std::sync::Arc;

use trueup_lang::references;
use trueup_syntax::{
    Span,
    ast::{Attribute, Expr, Ident},
};

use super::{Decoder, Resource};
use trueup_syntax::body::{BlockItem, BodySchema, attribute, block, required};

/// A condition that must hold, and what is said if it does not.
#[derive(Clone, Debug)]
pub struct CheckRule {
    /// The condition.
    pub condition: Option<Arc<Attribute>>,
    /// The message.
    pub error_message: Option<Arc<Attribute>>,
    /// The header of the block.
    pub span: Span,
}

/// A `check` block.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its name.
    pub name: Ident,
    /// The data source only it can see.
    pub data: Option<Arc<Resource>>,
    /// What it asserts.
    pub asserts: Vec<CheckRule>,
    /// Its header.
    pub span: Span,
}

const RULE: BodySchema<'_> = BodySchema {
    attributes: &[required("condition"), required("error_message")],
    blocks: &[],
};

const CHECK: BodySchema<'_> = BodySchema {
    attributes: &[],
    blocks: &[block("data", &["type", "name"]), block("assert", &[])],
};

impl CheckRule {
    /// The condition's expression, if there is one.
    pub fn condition(&self) -> Option<&Expr> {
        self.condition.as_ref().map(|attribute| &attribute.expr)
    }

    /// The message's expression, if there is one.
    pub fn error_message(&self) -> Option<&Expr> {
        self.error_message.as_ref().map(|attribute| &attribute.expr)
    }
}

impl Decoder<'_> {
    /// A `validation`, `precondition`, `postcondition` or `assert` block.
    pub(crate) fn check_rule(&mut self, block: &BlockItem) -> CheckRule {
        let schema = if self.overriding {
            BodySchema {
                attributes: &[attribute("condition"), attribute("error_message")],
                blocks: &[],
            }
        } else {
            RULE
        };
        let content = block.body.content(&schema, &mut self.diagnostics);
        let rule = CheckRule {
            condition: content.attribute("condition").cloned(),
            error_message: content.attribute("error_message").cloned(),
            span: block.header,
        };
        if self.overriding {
            let kind = &block.kind.name;
            self.error(
                format!("Can't override {kind} blocks"),
                format!("Override files cannot override \"{kind}\" blocks."),
                block.header,
            );
            return CheckRule {
                condition: None,
                error_message: None,
                ..rule
            };
        }
        if let Some(condition) = rule.condition()
            && references(condition).is_empty()
        {
            let kind = &block.kind.name;
            self.error(
                format!("Invalid {kind} expression"),
                "The condition expression must refer to at least one object from elsewhere in the configuration, or else its result would not be checking anything.",
                condition.span,
            );
        }
        rule
    }

    /// A `check` block.
    pub(crate) fn check(&mut self, block: &BlockItem) -> Option<Check> {
        let name = block.labels.first()?.clone();
        let content = block.body.content(&CHECK, &mut self.diagnostics);
        self.check_name("Invalid check block name", &name);
        let mut check = Check {
            name,
            data: None,
            asserts: Vec::new(),
            span: block.header,
        };
        for inner in &content.blocks {
            match inner.kind.name.as_str() {
                "data" => self.check_data(&mut check, inner),
                _ => {
                    let errors = self.errors();
                    let rule = self.check_rule(inner);
                    if self.errors() == errors {
                        check.asserts.push(rule);
                    }
                }
            }
        }
        if check.asserts.is_empty() {
            self.error(
                "Zero assert blocks",
                "Check blocks must have at least one assert block.",
                block.header,
            );
        }
        Some(check)
    }

    fn check_data(&mut self, check: &mut Check, block: &BlockItem) {
        if let Some(first) = &check.data {
            let place = self.place(first.span);
            self.error(
                "Multiple data resource blocks",
                format!("This check block already has a data resource defined at {place}."),
                block.header,
            );
            return;
        }
        if let Some(mut data) = self.data(block, true) {
            data.check = Some(check.name.name.clone());
            check.data = Some(Arc::new(data));
        }
    }
}
