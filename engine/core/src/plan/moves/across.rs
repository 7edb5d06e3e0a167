//! Moves to another resource type, or another provider: its provider has to
//! understand the object.

use std::sync::Arc;

use trueup_sdk::{Foreign, Provider, ResourceSchema};
use trueup_syntax::{Diagnostic, Diagnostics, Severity, Span};
use trueup_value::Str;

use super::statement::Statement;
use crate::{
    address::{AbsResource, ProviderSource},
    plan::parse_provider,
    run::{Stack, schema_of, without_place},
    state::{Attributes, InstanceState, Object},
};

/// A move after which another provider or type has the objects.
pub(super) struct Across<'a> {
    provider: &'a dyn Provider,
    source: ProviderSource,
    schema: &'a ResourceSchema,
    /// What the new provider is called in the state.
    pub(super) provider_address: Arc<str>,
    old_provider: ProviderSource,
    old_kind: Str,
    kind: Str,
    span: Option<Span>,
}

impl<'a> Across<'a> {
    /// What has to be done for a move; nothing if provider and type stay, or
    /// the new address is not configured.
    pub(super) fn new(
        stack: &Stack<'a>,
        statement: &Statement,
        old_provider: &str,
        from: &AbsResource,
        to: &AbsResource,
    ) -> Option<Self> {
        let node = stack.config.descendant_for_instance(&to.module);
        let declared = node.and_then(|node| {
            let resources = &stack.config.node(node).module.resources;
            Some((node, resources.get(&to.resource)?))
        });
        let (Some((node, declared)), Some((_, old_provider, _))) =
            (declared, parse_provider(old_provider))
        else {
            return None;
        };
        let (local, alias) = declared.provider_local();
        let key = stack.provider_key(node, local, alias);
        if key.source == old_provider && from.resource.kind == to.resource.kind {
            return None;
        }
        let provider = stack.schemas.provider(&key.source);
        let schema = provider.and_then(|provider| schema_of(provider, &to.resource));
        let (Some(provider), Some(schema)) = (provider, schema) else {
            return None;
        };
        Some(Across {
            provider,
            schema,
            provider_address: stack.provider_address(&key),
            source: key.source,
            old_provider,
            old_kind: from.resource.kind.clone(),
            kind: to.resource.kind.clone(),
            span: statement.span,
        })
    }

    /// The objects of an instance as the new provider has them.
    pub(super) async fn convert(
        &self,
        instance: &InstanceState,
    ) -> Result<InstanceState, Diagnostics> {
        let Some(object) = &instance.current else {
            return Ok(instance.clone());
        };
        let Attributes::Stored(stored) = &object.attributes else {
            return Ok(instance.clone());
        };
        let json = stored.attributes.as_ref().map_or("null", |json| json.get());
        let old_provider = self.old_provider.to_string();
        let foreign = Foreign {
            provider: &old_provider,
            kind: &self.old_kind,
            version: stored.schema_version,
            json,
            private: &object.private,
        };
        let Some(answer) = self.provider.take_over(&self.kind, foreign) else {
            return Err(Diagnostics(vec![self.unsupported()]));
        };
        match answer.await {
            Ok(taken) => Ok(InstanceState {
                current: Some(Arc::new(Object {
                    attributes: Attributes::Known(taken.value),
                    private: taken.private,
                    schema_version: self.schema.version,
                    ..Object::clone(object)
                })),
                deposed: instance.deposed.clone(),
            }),
            Err(problems) => Err(Diagnostics(
                problems.into_iter().map(without_place).collect(),
            )),
        }
    }

    fn unsupported(&self) -> Diagnostic {
        let mut diagnostic = Diagnostic::without_place(
            Severity::Error,
            "Unsupported `moved` across resource types",
            format!(
                "The provider \"{}\" does not support moved operations across resource types and providers.",
                self.source
            ),
        );
        diagnostic.subject = self.span;
        diagnostic
    }
}
