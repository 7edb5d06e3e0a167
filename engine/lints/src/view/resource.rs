//! A resource instance as it will be.

use trueup_core::{
    address::{AbsResourceInstance, ResourceMode},
    config,
    load::NodeId,
    plan::Action,
};
use trueup_sdk::Fact;
use trueup_syntax::{
    Diagnostics,
    ast::{Expr, ExprKind, Traversal},
    body::{BodySchema, attribute},
};
use trueup_value::Value;

use super::Look;

/// A resource or data source, as it will be when the plan is applied.
#[derive(Clone, Debug)]
pub struct Resource<'a> {
    /// Its address.
    pub address: AbsResourceInstance,
    /// What is done about it.
    pub action: Action,
    /// Its block, and the module that has it; none for what is in the state
    /// only.
    pub block: Option<(NodeId, &'a config::Resource)>,
    /// What the provider knows of it beside its attributes.
    pub facts: &'a [Fact],
    pub(super) value: &'a Value,
}

impl<'a> Resource<'a> {
    /// Its type.
    pub fn kind(&self) -> &str {
        self.address.resource.resource.kind.as_str()
    }

    /// Whether it is managed, not only read.
    pub fn is_managed(&self) -> bool {
        self.address.resource.resource.mode == ResourceMode::Managed
    }

    /// An attribute as it will be.
    pub fn at(&self, name: &str) -> Look<'a> {
        Look::of(self.value).at(name)
    }

    /// What its provider knows of a kind.
    pub fn facts(&self, kind: &'static str) -> impl Iterator<Item = &'a Fact> {
        let facts = self.facts.iter();
        facts.filter(move |fact| fact.kind.as_str() == kind)
    }

    /// The expression of an argument.
    pub fn expression(&self, name: &str) -> Option<Expr> {
        let (_, block) = self.block?;
        let attributes = [attribute(name)];
        let schema = BodySchema {
            attributes: &attributes,
            blocks: &[],
        };
        let mut ignored = Diagnostics::default();
        let (content, _) = block.body.partial_content(&schema, &mut ignored);
        content
            .attribute(name)
            .map(|attribute| attribute.expr.clone())
    }

    /// The reference an argument consists of.
    pub fn reference(&self, name: &str) -> Option<Traversal> {
        let mut expr = self.expression(name)?;
        loop {
            expr = match expr.kind {
                ExprKind::Traversal(traversal) => return Some(traversal),
                ExprKind::TemplateWrap(inner) | ExprKind::Parens(inner) => *inner,
                _ => return None,
            };
        }
    }
}
