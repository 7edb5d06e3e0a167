//! `import` blocks.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use trueup_syntax::{
    Diagnostic, Diagnostics, Span,
    ast::{Attribute, Expr, ExprKind, Step, StepKind, Traversal},
};

use super::{Decoder, ProviderRef, Resource};
use crate::address::{
    AbsResource, InstanceKey, ModuleInstance, ResourceMode, Target, parse_target,
};
use trueup_syntax::body::{BlockItem, BodySchema, attribute, required};

/// An object that exists is to be managed.
#[derive(Clone, Debug)]
pub struct Import {
    /// The resource it becomes an instance of.
    pub to: AbsResource,
    /// The whole address; its indices may be expressions.
    pub to_expr: Arc<Attribute>,
    /// What the provider knows it by.
    pub id: Option<Arc<Attribute>>,
    /// One for each of these.
    pub for_each: Option<Arc<Attribute>>,
    /// Whose resource it is, where its configuration is to be generated.
    pub provider_ref: Option<ProviderRef>,
    /// Where that is said.
    pub provider_span: Option<Span>,
    /// The header of its block.
    pub span: Span,
}

const SCHEMA: BodySchema<'_> = BodySchema {
    attributes: &[
        attribute("provider"),
        attribute("for_each"),
        required("id"),
        required("to"),
    ],
    blocks: &[],
};

impl Decoder<'_> {
    /// An `import` block.
    pub(crate) fn import(&mut self, block: &BlockItem) -> Option<Import> {
        let content = block.body.content(&SCHEMA, &mut self.diagnostics);
        let to_expr = content.attribute("to").and_then(|to| {
            let expr = self.reference_in_json(&to.expr)?;
            let to = Attribute::clone(to);
            Some(Arc::new(Attribute { expr, ..to }))
        });
        let to = to_expr.as_ref().and_then(|to| self.import_target(to));
        let provider = content.attribute("provider");
        let provider_ref = provider.and_then(|p| self.provider_ref(&p.expr, "provider"));
        let import = Import {
            to: to?,
            to_expr: to_expr?,
            id: content.attribute("id").cloned(),
            for_each: content.attribute("for_each").cloned(),
            provider_ref,
            provider_span: provider.map(|provider| provider.span),
            span: block.header,
        };
        if let Some(provider) = provider.filter(|_| !import.to.module.0.is_empty()) {
            self.error(
                "Invalid import provider argument",
                "The provider argument can only be specified in import blocks that will generate configuration.\n\nUse the providers argument within the module block to configure providers for all resources within a module, including imported resources.",
                provider.span,
            );
        }
        Some(import)
    }

    fn import_target(&mut self, to: &Attribute) -> Option<AbsResource> {
        let expr = &to.expr;
        let target = match static_address(expr) {
            Some(traversal) => match parse_target(&traversal) {
                Ok(target) => Some(target),
                Err(diagnostic) => {
                    self.diagnostics.push(*diagnostic);
                    None
                }
            },
            None => {
                self.error(
                    "Invalid expression",
                    "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.",
                    expr.span,
                );
                None
            }
        };
        if let Some(Target::Module(_)) = target {
            self.error(
                "Invalid address",
                "A resource instance address is required here. The module path must be followed by a resource instance specification.",
                expr.span,
            );
        }
        let resource = target.as_ref().and_then(Target::resource).cloned();
        match resource {
            Some(resource) if resource.resource.mode == ResourceMode::Managed => Some(resource),
            _ => {
                self.error(
                    "Invalid import address",
                    "Only managed resources can be imported.",
                    to.span,
                );
                None
            }
        }
    }
}

/// The address an expression stands for, its indices left out where they are
/// no constants.
fn static_address(expr: &Expr) -> Option<Traversal> {
    match &expr.kind {
        ExprKind::Traversal(traversal) => Some(traversal.clone()),
        ExprKind::Index(inner, _) => static_address(inner),
        ExprKind::RelativeTraversal(inner, steps) => {
            let mut traversal = static_address(inner)?;
            let steps = steps
                .iter()
                .filter(|step: &&Step| matches!(step.kind, StepKind::Attr(_)));
            traversal.steps.extend(steps.cloned());
            Some(traversal)
        }
        // `null`, `true` and `false` are names of types here.
        _ => expr.as_traversal().map(Cow::into_owned),
    }
}

impl Import {
    /// The module it imports into, where all its keys are constants.
    pub fn module(&self) -> &ModuleInstance {
        &self.to.module
    }

    /// Whether it imports exactly one object at an address that is known now.
    pub(crate) fn is_static(&self) -> bool {
        self.for_each.is_none() && self.to_expr.expr.as_traversal().is_some()
    }

    /// The key of the instance, where it is a constant.
    pub fn key(&self) -> Option<InstanceKey> {
        match parse_target(&static_address(&self.to_expr.expr)?).ok()? {
            Target::Instance(instance) => instance.key,
            _ => None,
        }
    }
}

/// Imports of declared resources that name another provider than those.
pub(super) fn contradictions<'m>(
    imports: &[Import],
    declared: impl Fn(&Import) -> Option<&'m Resource>,
) -> Diagnostics {
    let found = imports.iter().filter_map(|import| {
        let (own, span) = (import.provider_ref.as_ref()?, import.provider_span?);
        let of_resource = declared(import)?.provider_ref.as_ref();
        let same = of_resource.is_some_and(|other| other.key() == own.key());
        (!same && import.to.module.0.is_empty()).then(|| {
            Diagnostic::error(
                "Invalid import provider argument",
                "The provider argument can only be specified in import blocks that will generate configuration.\n\nUse the provider argument in the target resource block to configure the provider for a resource with explicit provider configuration.",
                span,
            )
        })
    });
    Diagnostics(found.collect())
}

/// Two imports for one resource.
pub(super) fn duplicates(imports: &[Import], place: impl Fn(Span) -> String) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let mut seen: HashMap<String, Span> = HashMap::new();
    for import in imports.iter().filter(|import| import.is_static()) {
        let key = import.key().map(|key| key.to_string()).unwrap_or_default();
        let address = format!("{}{key}", import.to);
        if let Some(first) = seen.get(&address) {
            let first = place(*first);
            diagnostics.push(Diagnostic::error(
                format!("Duplicate import configuration for \"{address}\""),
                format!(
                    "An import block for the resource \"{address}\" was already declared at {first}. A resource can have only one import block."
                ),
                import.to_expr.expr.span,
            ));
            continue;
        }
        seen.insert(address, import.span);
    }
    diagnostics
}
