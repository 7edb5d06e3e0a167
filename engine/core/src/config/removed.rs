//! `removed` blocks.

use trueup_syntax::Span;

use super::{Connection, Decoder, Provisioner, When};
use crate::address::{ResourceMode, Target, parse_any_target};
use trueup_syntax::body::{BlockItem, BodySchema, attribute, block, required};

/// What is no longer in the configuration, and what is to become of it.
#[derive(Clone, Debug)]
pub struct Removed {
    /// What it was; without instance keys.
    pub from: Target,
    /// Whether the real object is destroyed.
    pub destroy: bool,
    /// How provisioners reach it.
    pub connection: Option<Connection>,
    /// What runs before it is destroyed.
    pub provisioners: Vec<Provisioner>,
    /// The header of its block.
    pub span: Span,
}

const SCHEMA: BodySchema<'_> = BodySchema {
    attributes: &[required("from")],
    blocks: &[
        block("lifecycle", &[]),
        block("connection", &[]),
        block("provisioner", &["type"]),
    ],
};

const LIFECYCLE: BodySchema<'_> = BodySchema {
    attributes: &[attribute("destroy")],
    blocks: &[],
};

impl Decoder<'_> {
    /// A `removed` block.
    pub(crate) fn removed(&mut self, block: &BlockItem) -> Option<Removed> {
        let content = block.body.content(&SCHEMA, &mut self.diagnostics);
        let from = content.attribute("from").and_then(|a| {
            let traversal = self.absolute_traversal(&a.expr)?;
            self.removed_target(&traversal)
        });
        let targets_resource = from.as_ref().is_some_and(|target| {
            target
                .resource()
                .is_some_and(|r| r.resource.mode == ResourceMode::Managed)
        });
        let mut removed = Removed {
            from: from
                .clone()
                .unwrap_or_else(|| Target::Module(Default::default())),
            destroy: true,
            connection: None,
            provisioners: Vec::new(),
            span: block.header,
        };
        let mut connection = None;
        for inner in &content.blocks {
            match inner.kind.name.as_str() {
                "lifecycle" => {
                    let content = inner.body.content(&LIFECYCLE, &mut self.diagnostics);
                    if let Some(attribute) = content.attribute("destroy") {
                        let value = self.constant_bool(&attribute.expr);
                        removed.destroy = value.unwrap_or(true);
                    }
                }
                "connection" => {
                    if self.first_block(&mut connection, inner, "connection", "\"removed\" block") {
                        removed.connection = Some(Connection {
                            body: inner.body.clone(),
                            span: inner.header,
                        });
                    }
                }
                _ => self.removed_provisioner(&mut removed, inner, targets_resource),
            }
        }
        from.map(|_| removed)
    }

    fn removed_provisioner(&mut self, removed: &mut Removed, block: &BlockItem, allowed: bool) {
        const SUMMARY: &str = "Invalid provisioner block";
        if !allowed {
            self.error(
                SUMMARY,
                "Provisioners are valid only when a removed block targets a managed resource.",
                block.header,
            );
            return;
        }
        let Some(provisioner) = self.provisioner(block) else {
            return;
        };
        if provisioner.when != When::Destroy {
            self.error(
                SUMMARY,
                "Only destroy-time provisioners are valid in \"removed\" blocks. To declare a destroy-time provisioner, use:\n    when = destroy",
                block.header,
            );
        }
        removed.provisioners.push(provisioner);
    }

    fn removed_target(&mut self, traversal: &trueup_syntax::ast::Traversal) -> Option<Target> {
        use trueup_syntax::ast::StepKind;
        let target = match parse_any_target(traversal) {
            Ok(target) => target,
            // What follows type and name is taken for an instance key here.
            Err(diagnostic) if diagnostic.detail.starts_with("Resource instance key must") => {
                self.instance_key(diagnostic.subject.unwrap_or(traversal.root.span));
                return None;
            }
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                return None;
            }
        };
        let mut indices = traversal
            .steps
            .iter()
            .filter(|s| matches!(s.kind, StepKind::Index(_)));
        if target.module().0.iter().any(|(_, key)| key.is_some()) {
            let span = indices.next().map_or(traversal.root.span, |step| step.span);
            self.error(
                "Module instance keys not allowed",
                "Module address must be a module (e.g. \"module.foo\"), not a module instance (e.g. \"module.foo[1]\").",
                span,
            );
            return None;
        }
        if matches!(target, Target::Instance(_)) {
            let span = indices
                .next_back()
                .map_or(traversal.root.span, |step| step.span);
            self.instance_key(span);
            return None;
        }
        if target
            .resource()
            .is_some_and(|r| r.resource.mode == ResourceMode::Data)
        {
            self.error(
                "Data source address not allowed",
                "Data sources are never destroyed, so they are not valid targets of removed blocks. To remove the data source from state, remove the data source block from configuration.",
                crate::address::traversal_span(traversal),
            );
            return None;
        }
        Some(target)
    }

    fn instance_key(&mut self, span: Span) {
        self.error(
            "Resource instance keys not allowed",
            "Resource address must be a resource (e.g. \"test_instance.foo\"), not a resource instance (e.g. \"test_instance.foo[1]\").",
            span,
        );
    }
}
