//! Configuration made up for imports that have none.

use std::{cell::OnceCell, sync::Arc};

use trueup_syntax::{
    Diagnostic, Diagnostics, Severity, SourceFile, Span,
    ast::Ident,
    body::{Body, BodySchema, attribute, block},
    parse::parse_file,
};
use trueup_value::{Str, Value};

use super::{
    Action, Planning, plan_managed,
    text::{Generated, resource_text},
    walk::Walk,
};
use crate::{
    address::{AbsResourceInstance, ProviderSource},
    config::{Import, Resource},
    diff::mark_sensitive,
    run::{ProviderKey, ResourceContext, schema_of},
    state::Object,
    validate::block_spec,
};

impl Walk<'_> {
    /// Imports what the configuration does not have, with configuration that
    /// is made up from what is found.
    pub(super) async fn plan_generated(&self) {
        let missing = self.unconfigured_imports();
        for address in &missing {
            if !self.options.generate_config {
                self.report(Diagnostics(vec![self.check_unconfigured_import(address)]));
                continue;
            }
            let found = self.generated(address).await;
            self.report(found);
        }
        let generates = self.options.generate_config && !missing.is_empty();
        if generates && !self.diagnostics.borrow().has_errors() {
            self.report(Diagnostics(vec![Diagnostic::without_place(
                Severity::Warning,
                "Config generation is experimental",
                "Generating configuration during import is currently experimental, and the generated configuration format may change in future versions.",
            )]));
        }
    }

    async fn generated(&self, address: &AbsResourceInstance) -> Diagnostics {
        let target = self.imports.borrow().get(address).cloned();
        let root = self.evaluation.module(self.stack.config.root());
        let wanted = &address.resource.resource;
        let import = root.imports.iter().find(|i| i.to.resource == *wanted);
        let (Some(target), Some(import), Some(scope)) = (target, import, self.evaluation.root())
        else {
            return Diagnostics::default();
        };
        let key = self.import_provider(import);
        let found = self.providers.configure_implied([key.clone()].into_iter());
        let mut diagnostics = found.await;
        let (Some(provider), Some(configured)) = (
            self.stack.schemas.provider(&key.source),
            self.providers.get(&key),
        ) else {
            return diagnostics;
        };
        let Some(schema) = schema_of(provider, wanted) else {
            diagnostics.push(unsupported(import, &key.source));
            return diagnostics;
        };
        let empty = made_up(import, &key.source, "");
        let context = ResourceContext {
            config: &empty,
            node: scope.node,
            index: usize::MAX,
            provider,
            schema,
            spec: block_spec(&schema.block),
            provider_address: self.stack.provider_address(&key),
            key: key.clone(),
            own: OnceCell::new(),
        };
        let object = self.import(&context, &*configured, address, &target.id);
        let object = match object.await {
            Ok(object) => object,
            Err(found) => {
                diagnostics.extend(found);
                return diagnostics;
            }
        };
        let generated = Generated {
            address: wanted,
            provider: provider_argument(wanted.implied_provider(), &key),
            schema: &schema.block,
        };
        let text = resource_text(&generated, &marked(&object, &context));
        let resource = made_up(import, &key.source, &text);
        let context = ResourceContext {
            config: &resource,
            own: OnceCell::new(),
            ..context
        };
        let found = self
            .plan_imported(&context, &*configured, address, &object)
            .await;
        diagnostics.extend(found);
        self.changing(address, |change| {
            change.importing = Some(target.id);
            change.generated_config = Some(text);
        });
        for diagnostic in &mut diagnostics.0 {
            // The text is in no file yet: what is wrong with it is said of the
            // block that asked for it.
            diagnostic.subject = Some(import.span);
            diagnostic.context = None;
        }
        diagnostics
    }

    async fn plan_imported(
        &self,
        context: &ResourceContext<'_>,
        provider: &dyn trueup_sdk::Configured,
        address: &AbsResourceInstance,
        object: &Arc<Object>,
    ) -> Diagnostics {
        let Some(scope) = self.evaluation.root() else {
            return Diagnostics::default();
        };
        let name = address.to_string();
        let planning = Planning {
            context,
            provider,
            address: &name,
            view: self.evaluation.view(&scope),
            prior: Some(object),
            forced: None,
            create_before_destroy: false,
            outdated: false,
            shown: None,
        };
        let (planned, mut diagnostics) = plan_managed(&planning).await;
        if let Some(planned) = planned {
            if planned.action != Action::NoOp {
                diagnostics.push(Diagnostic::without_place(
                    Severity::Warning,
                    "Generated configuration differs",
                    format!(
                        "The configuration that was generated for {name} does not describe the object as it is. Complete it, and plan again before anything is applied."
                    ),
                ));
            }
            self.add_change(context, address, planned);
        }
        diagnostics
    }

    fn import_provider(&self, import: &Import) -> ProviderKey {
        let root = self.stack.config.root();
        let (local, alias) = match &import.provider_ref {
            Some(named) => {
                let alias = named.alias.as_ref().map(|alias| alias.name.as_str());
                (named.name.name.as_str(), alias)
            }
            None => (import.to.resource.implied_provider(), None),
        };
        self.stack.provider_key(root, local, alias)
    }
}

fn marked(object: &Object, context: &ResourceContext<'_>) -> Value {
    let value = object.value().cloned().unwrap_or_else(Value::dynamic);
    mark_sensitive(&context.schema.block, &value)
}

/// The `provider` argument, where the type does not imply it.
fn provider_argument(implied: &str, key: &ProviderKey) -> Option<String> {
    let kind = key.source.kind.as_str();
    match &key.alias {
        Some(alias) => Some(format!("{kind}.{alias}")),
        None => (kind != implied).then(|| kind.to_owned()),
    }
}

fn unsupported(import: &Import, source: &ProviderSource) -> Diagnostic {
    let kind = &import.to.resource.kind;
    Diagnostic::error(
        "Unsupported resource type",
        format!("The provider {source} has no resource type \"{kind}\"."),
        import.span,
    )
}

/// The body of a `resource` block that was made up.
fn parsed(text: &str, span: Span) -> Body {
    let file = SourceFile::new(span.file, "generated", text);
    let (body, _) = parse_file(&file);
    let body = Body::from(body);
    let schema = BodySchema {
        attributes: &[],
        blocks: &[block("resource", &["type", "name"])],
    };
    let content = body.content(&schema, &mut Diagnostics::default());
    let resource = content.blocks.into_iter().next();
    let provider = BodySchema {
        attributes: &[attribute("provider")],
        blocks: &[],
    };
    resource.map_or(body, |resource| {
        let ignored = &mut Diagnostics::default();
        resource.body.partial_content(&provider, ignored).1
    })
}

/// A resource with the body that `text` has.
fn made_up(import: &Import, source: &ProviderSource, text: &str) -> Resource {
    let ident = |name: &Str| Ident {
        name: name.clone(),
        span: import.span,
    };
    let address = import.to.resource.clone();
    Resource {
        kind: ident(&address.kind),
        name: ident(&address.name),
        address,
        body: parsed(text, import.span),
        count: None,
        for_each: None,
        provider_ref: import.provider_ref.clone(),
        provider: Some(source.clone()),
        depends_on: Vec::new(),
        preconditions: Vec::new(),
        postconditions: Vec::new(),
        managed: Some(crate::config::Managed::default()),
        check: None,
        span: import.span,
    }
}
