//! `provisioner` and `connection` blocks.

use trueup_lang::references;
use trueup_syntax::{
    Diagnostics, Span,
    ast::{Expr, Ident, Step, StepKind},
};
use trueup_value::Str;

use super::{Decoder, constant::quoted_text, keyword};
use trueup_syntax::body::{BlockItem, Body, BodySchema, attribute, block};

/// Something that runs when a resource is created or destroyed.
#[derive(Clone, Debug)]
pub struct Provisioner {
    /// Its type, such as `local-exec`.
    pub kind: Ident,
    /// Its configuration.
    pub body: Body,
    /// How it reaches the resource, if not as the resource says.
    pub connection: Option<Connection>,
    /// When it runs.
    pub when: When,
    /// What happens if it fails.
    pub on_failure: OnFailure,
    /// The header of its block.
    pub span: Span,
}

/// How to reach a machine.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its arguments.
    pub body: Body,
    /// The header of its block.
    pub span: Span,
}

/// When a provisioner runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum When {
    /// After the resource was created.
    #[default]
    Create,
    /// Before it is destroyed.
    Destroy,
}

/// What happens if a provisioner fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// The resource counts as failed.
    #[default]
    Fail,
    /// Nothing.
    Continue,
}

const SCHEMA: BodySchema<'_> = BodySchema {
    attributes: &[attribute("when"), attribute("on_failure")],
    blocks: &[
        block("_", &[]),
        block("connection", &[]),
        block("lifecycle", &[]),
    ],
};

impl Decoder<'_> {
    /// A `provisioner` block.
    pub(crate) fn provisioner(&mut self, block: &BlockItem) -> Option<Provisioner> {
        let kind = block.labels.first()?.clone();
        let (content, body) = block.body.partial_content(&SCHEMA, &mut self.diagnostics);
        if matches!(
            kind.name.as_str(),
            "chef" | "habitat" | "puppet" | "salt-masterless"
        ) {
            let name = &kind.name;
            self.error(
                format!("The \"{name}\" provisioner has been removed"),
                format!("The \"{name}\" provisioner was deprecated in Terraform 0.13.4 has been removed from Terraform. Visit https://learn.hashicorp.com/collections/terraform/provision for alternatives to using provisioners that are a better fit for the Terraform workflow."),
                kind.span,
            );
            return None;
        }
        let mut provisioner = Provisioner {
            kind,
            body,
            connection: None,
            when: When::Create,
            on_failure: OnFailure::Fail,
            span: block.header,
        };
        if let Some(attribute) = content.attribute("when") {
            match self.bare_keyword(&attribute.expr).as_deref() {
                Some("create") => {}
                Some("destroy") => provisioner.when = When::Destroy,
                _ => self.error(
                    "Invalid \"when\" keyword",
                    "The \"when\" argument requires one of the following keywords: create or destroy.",
                    attribute.expr.span,
                ),
            }
        }
        if provisioner.when == When::Destroy {
            self.only_self_references(&provisioner.body.clone());
        }
        if let Some(attribute) = content.attribute("on_failure") {
            match self.bare_keyword(&attribute.expr).as_deref() {
                Some("continue") => provisioner.on_failure = OnFailure::Continue,
                Some("fail") => {}
                _ => self.error(
                    "Invalid \"on_failure\" keyword",
                    "The \"on_failure\" argument requires one of the following keywords: continue or fail.",
                    attribute.expr.span,
                ),
            }
        }
        self.provisioner_blocks(&mut provisioner, &content.blocks);
        Some(provisioner)
    }

    fn provisioner_blocks(&mut self, provisioner: &mut Provisioner, blocks: &[BlockItem]) {
        let (mut connection, mut escape) = (None, None);
        for inner in blocks {
            match inner.kind.name.as_str() {
                "_" => self.escape(
                    &mut escape,
                    &mut provisioner.body,
                    inner,
                    "provisioner-typpe-specific",
                    "provisioner",
                ),
                "connection" => {
                    if !self.first_block(&mut connection, inner, "connection", "provisioner") {
                        continue;
                    }
                    if provisioner.when == When::Destroy {
                        self.only_self_references(&inner.body);
                    }
                    provisioner.connection = Some(Connection {
                        body: inner.body.clone(),
                        span: inner.header,
                    });
                }
                _ => self.reserved_block(inner, "provisioner"),
            }
        }
    }

    /// A keyword; quotes around it are taken off with a warning.
    fn bare_keyword(&mut self, expr: &Expr) -> Option<Str> {
        let Some((text, _)) = quoted_text(expr) else {
            return keyword(expr);
        };
        self.warning(
            "Quoted keywords are deprecated",
            "In this context, keywords are expected literally rather than in quotes. Terraform 0.11 and earlier required quotes, but quoted keywords are now deprecated and will be removed in a future version of Terraform. Remove the quotes surrounding this keyword to silence this warning.",
            expr.span,
        );
        Some(text)
    }

    /// What runs at destroy time may look at nothing but its resource.
    pub(crate) fn only_self_references(&mut self, body: &Body) {
        for attribute in body.just_attributes(&mut Diagnostics::default()) {
            for traversal in references(&attribute.expr) {
                let only = match traversal.steps.as_slice() {
                    [
                        Step {
                            kind: StepKind::Attr(name),
                            ..
                        },
                    ] => Some(name.as_str()),
                    _ => None,
                };
                let allowed = match traversal.root.name.as_str() {
                    "self" | "path" | "terraform" => true,
                    "count" => only == Some("index"),
                    "each" => only == Some("key"),
                    _ => false,
                };
                if !allowed {
                    self.error(
                        "Invalid reference from destroy provisioner",
                        "Destroy-time provisioners and their connection configurations may only reference attributes of the related resource, via 'self', 'count.index', or 'each.key'.\n\nReferences to other resources during the destroy phase can cause dependency cycles and interact poorly with create_before_destroy.",
                        attribute.expr.span,
                    );
                }
            }
        }
    }
}
