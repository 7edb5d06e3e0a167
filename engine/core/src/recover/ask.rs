//! Asking the providers.

use std::{collections::BTreeMap, sync::Arc};

use trueup_sdk::{Interrupted, Recovery, ResourceSchema};
use trueup_state::{
    Snapshot,
    journal::{Action, Intent},
};
use trueup_syntax::Diagnostics;
use trueup_value::Str;

use super::{Adoption, Answer};
use crate::{
    address::{AbsResource, AbsResourceInstance, ProviderSource, Target},
    apply::apply_with,
    dependencies::Dependencies,
    diff::mark_sensitive,
    plan::{Mode, Options, Plan, create_before_destroy, parse_provider, plan_with},
    progress::Watch,
    run::{Order, ProviderKey, Providers, Stack, schema_of},
    selection::config_address,
    state::{Attributes, Object, State, encode_object, instance_address, sensitive_paths},
    validate::Item,
};

/// The providers that are asked, and what they need to know.
pub(super) struct Questions<'a> {
    stack: Stack<'a>,
    providers: &'a Providers<'a>,
    state: State,
    /// What an adopted object gets, by the resource's configuration address.
    adoptions: BTreeMap<Str, Adoption>,
}

impl<'a> Questions<'a> {
    pub(super) fn new(stack: Stack<'a>, providers: &'a Providers<'a>, snapshot: &Snapshot) -> Self {
        Questions {
            stack,
            providers,
            state: State::from_snapshot(snapshot).unwrap_or_default(),
            adoptions: adoptions(&stack),
        }
    }

    /// Configures the providers: from what the state says of what their
    /// configurations refer to, else from what planning reads. What is wrong
    /// with any of that is said when the providers are needed.
    pub(super) async fn prepare(mut self, open: &[Intent]) -> Self {
        let keys: Vec<ProviderKey> = open.iter().filter_map(|one| self.key(one)).collect();
        if keys.iter().any(|key| self.awaits_block(key)) {
            self.decode().await;
            self.configure_from_state().await;
        }
        let waiting = open.iter().filter(|intent| {
            let key = self.key(intent);
            key.is_some_and(|key| self.awaits_block(&key))
        });
        let waiting: Vec<Target> = waiting
            .filter_map(|intent| {
                Some(Target::Resource(
                    instance_address(&intent.address)?.resource,
                ))
            })
            .collect();
        if !waiting.is_empty() {
            self.configure_by_planning(waiting).await;
        }
        let _: Diagnostics = self.providers.configure_implied(keys.into_iter()).await;
        self
    }

    fn key(&self, intent: &Intent) -> Option<ProviderKey> {
        self.stack.provider_of_state(&intent.provider)
    }

    /// Whether a provider has a block and was not configured by it yet.
    fn awaits_block(&self, key: &ProviderKey) -> bool {
        self.stack.provider_block(key).is_some() && self.providers.get(key).is_none()
    }

    async fn configure_from_state(&self) {
        let plan = Plan {
            mode: Mode::Destroy,
            prior: self.state.clone(),
            ..Plan::default()
        };
        apply_with(self.stack, &plan, None, 1, Watch::default(), self.providers).await;
    }

    /// A run that was killed has not written what it read before: the data
    /// sources that the configuration of a provider refers to.
    async fn configure_by_planning(&self, targets: Vec<Target>) {
        let options = Options {
            refresh: false,
            targets,
            ..Options::default()
        };
        plan_with(
            self.stack,
            &self.state,
            &options,
            Watch::default(),
            self.providers,
        )
        .await;
    }

    async fn decode(&mut self) {
        let schemas = self.stack.schemas;
        for (address, resource) in &mut self.state.resources {
            let source = parse_provider(&resource.provider).map(|(_, source, _)| source);
            let provider = source.and_then(|source| schemas.provider(&source));
            let Some(provider) = provider else { continue };
            let Some(schema) = schema_of(provider, &address.resource) else {
                continue;
            };
            let kind = address.resource.kind.as_str();
            for instance in resource.instances.values_mut() {
                let objects = instance.current.iter_mut();
                for object in objects.chain(instance.deposed.values_mut()) {
                    if let Ok(decoded) = object.decoded(provider, kind, schema).await {
                        *object = decoded;
                    }
                }
            }
        }
    }

    /// What became of an action.
    pub(super) async fn ask(&self, intent: &Intent) -> Answer {
        let Some(address) = instance_address(&intent.address) else {
            return Answer::Unknown("its address makes no sense".to_owned());
        };
        let Some((_, source, _)) = parse_provider(&intent.provider) else {
            return Answer::Unknown("its provider's address makes no sense".to_owned());
        };
        let schema = self.schema(&source, &address.resource);
        let key = self.stack.provider_of_state(&intent.provider);
        let provider = key.and_then(|key| self.providers.get(&key));
        let (Some(schema), Some(provider)) = (schema, provider) else {
            let name = source.display();
            return Answer::Unknown(format!("the provider {name} could not be asked"));
        };
        let kind = address.resource.resource.kind.as_str();
        let known = match self.known(&address, intent, schema).await {
            Ok(known) => known,
            Err(reason) => return Answer::Unknown(reason),
        };
        let prior = known.as_ref().and_then(|known| {
            let (value, _) = known.value()?.unmark_deep();
            let private = known.private.clone();
            Some(trueup_sdk::Object { value, private })
        });
        let question = Interrupted {
            kind,
            prior: prior.as_ref(),
            identity: intent.identity.as_deref(),
        };
        match provider.recover(question).await {
            Recovery::Absent => Answer::Absent,
            Recovery::Unknown => Answer::Unknown("the provider cannot tell".to_owned()),
            Recovery::Found(found) => self.found(&address, intent, schema, known, found),
        }
    }

    fn schema(
        &self,
        source: &ProviderSource,
        resource: &AbsResource,
    ) -> Option<&'a ResourceSchema> {
        schema_of(self.stack.schemas.provider(source)?, &resource.resource)
    }

    /// The object there was before; none for a creation.
    async fn known(
        &self,
        address: &AbsResourceInstance,
        intent: &Intent,
        schema: &ResourceSchema,
    ) -> Result<Option<Arc<Object>>, String> {
        if intent.action == Action::Create {
            return Ok(None);
        }
        let instance = self.state.instance(&address.resource, &address.key);
        let object = instance.and_then(|instance| match intent.deposed.as_str() {
            "" => instance.current.clone(),
            key => instance.deposed.get(&Str::new(key)).cloned(),
        });
        let source = parse_provider(&intent.provider).map(|(_, source, _)| source);
        let provider = source.and_then(|source| self.stack.schemas.provider(&source));
        let (Some(object), Some(provider)) = (object, provider) else {
            return Ok(None);
        };
        let kind = address.resource.resource.kind.as_str();
        let decoded = object.decoded(provider, kind, schema).await;
        let unreadable = |_| "the object in the state cannot be read".to_owned();
        decoded.map(Some).map_err(unreadable)
    }

    fn found(
        &self,
        address: &AbsResourceInstance,
        intent: &Intent,
        schema: &ResourceSchema,
        known: Option<Arc<Object>>,
        found: trueup_sdk::Object,
    ) -> Answer {
        let hidden = intent.sensitive.as_ref();
        let hidden = hidden.map_or_else(Vec::new, |json| sensitive_paths(json.get()));
        let value = mark_sensitive(&schema.block, &found.value.mark_with_paths(&hidden));
        let adoption = self.adoptions.get(&config_address(&address.resource));
        let object = match known {
            Some(known) => Object {
                attributes: Attributes::Known(value),
                private: found.private,
                schema_version: schema.version,
                ..Object::clone(&known)
            },
            None => Object {
                attributes: Attributes::Known(value),
                tainted: intent.unfinished,
                private: found.private,
                dependencies: adoption
                    .map_or_else(|| Arc::new([]) as _, |a| a.dependencies.clone()),
                create_before_destroy: adoption.is_some_and(|a| a.create_before_destroy),
                schema_version: schema.version,
            },
        };
        let ty = schema.block.implied_type();
        match encode_object(&object, address.key.as_ref(), &intent.deposed, &ty) {
            Ok(encoded) => Answer::Found(Box::new(encoded)),
            Err(_) => {
                Answer::Unknown("the provider described an object of another type".to_owned())
            }
        }
    }
}

fn adoptions(stack: &Stack<'_>) -> BTreeMap<Str, Adoption> {
    let order = Order::new(stack);
    let dependencies = Dependencies::new(stack, &order);
    let first = create_before_destroy(stack, &order, |_| true);
    let resources = (0..).zip(&order.items).filter_map(|(position, id)| {
        let Item::Resource(_) = id.item else {
            return None;
        };
        let adoption = Adoption {
            dependencies: dependencies.of(position),
            create_before_destroy: first.get(position as usize).copied().unwrap_or_default(),
        };
        Some((dependencies.name(position)?.clone(), adoption))
    });
    resources.collect()
}
