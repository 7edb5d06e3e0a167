//! What objects say of each other: a target group names the load balancers that
//! send requests to it, which a rule made after it has decided.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use futures_util::{StreamExt, stream};
use trueup_sdk::{Configured, Mirror, ReadRequest};
use trueup_value::{Path, Str, Value};

use super::walk::Walk;
use crate::{
    address::{AbsResource, AbsResourceInstance},
    plan::{Action, absorb, request},
    run::schema_of,
    state::{Attributes, Object, ResourceState},
};

/// The texts in the objects that were changed, by the type of the objects.
type Touched = HashMap<Str, HashSet<Str>>;

/// A resource whose objects say something of others.
type Mirroring<'a> = (
    &'a AbsResource,
    &'a ResourceState,
    Arc<dyn Configured>,
    &'static [Mirror],
);

/// Objects of one resource that are to be read again.
struct Batch<'a> {
    walk: &'a Walk<'a>,
    provider: Arc<dyn Configured>,
    /// Its configuration, as the state writes it.
    configuration: Arc<str>,
    mirrors: &'static [Mirror],
    objects: Vec<(AbsResourceInstance, Arc<Object>)>,
}

impl Walk<'_> {
    /// Looks again at what objects say of those that this run has changed: it is
    /// our doing, and no drift to be found later. Nothing but the attributes that
    /// say it is taken over; whatever else is different is for the next plan to
    /// find. What cannot be read stays as it was.
    pub(super) async fn look_into_mirrors(&self, at_once: usize) {
        let batches = self.mirrors();
        let reads = batches.iter().map(Batch::read);
        let mut found = stream::iter(reads).buffered(at_once);
        while let Some(objects) = found.next().await {
            let mut state = self.state.borrow_mut();
            for (address, configuration, object) in objects {
                state.set_current(&address, &configuration, Some(object));
            }
        }
    }

    /// The objects that say something of what was changed.
    fn mirrors(&self) -> Vec<Batch<'_>> {
        let state = self.state.borrow();
        let mut known = HashMap::new();
        let resources = state.resources.iter().filter_map(|(address, resource)| {
            let key = (&resource.provider, &address.resource.kind);
            let (provider, mirrors) = known.entry(key).or_insert_with(|| self.mirrors_of(key));
            let provider = provider.clone().filter(|_| !mirrors.is_empty())?;
            Some((address, resource, provider, *mirrors))
        });
        let resources: Vec<_> = resources.collect();
        let mirrors = resources.iter().flat_map(|(.., mirrors)| *mirrors);
        let others: HashSet<&str> = mirrors.flat_map(|mirror| mirror.of).copied().collect();
        if others.is_empty() || self.watch.stopped() {
            return Vec::new();
        }
        let touched = self.touched(&others);
        let batches = resources
            .into_iter()
            .flat_map(|resource| self.batches(resource, &touched));
        batches.collect()
    }

    /// What objects of a type say of others, and who knows.
    fn mirrors_of(
        &self,
        (provider, kind): (&Arc<str>, &Str),
    ) -> (Option<Arc<dyn Configured>>, &'static [Mirror]) {
        let key = self.stack.provider_of_state(provider);
        let provider = key.and_then(|key| self.providers.get(&key));
        let mirrors = provider.as_ref().map(|provider| provider.mirrors(kind));
        (provider, mirrors.unwrap_or_default())
    }

    /// What was created, changed or destroyed of `kinds`, or was to be.
    fn touched(&self, kinds: &HashSet<&str>) -> Touched {
        let state = self.state.borrow();
        let mut touched = Touched::new();
        let changes = self.plan.changes.iter();
        for change in changes.filter(|change| change.action != Action::NoOp) {
            let address = &change.address;
            let kind = &address.resource.resource.kind;
            if !kinds.contains(kind.as_str()) {
                continue;
            }
            let texts = touched.entry(kind.clone()).or_default();
            add_texts(&change.before, texts);
            let instance = state.instance(&address.resource, &address.key);
            let object = instance.and_then(|instance| instance.current.as_ref());
            if let Some(value) = object.and_then(|object| object.value()) {
                add_texts(value, texts);
            }
        }
        touched
    }

    /// The objects of a resource that what was touched names.
    fn batches(
        &self,
        (address, resource, provider, mirrors): Mirroring<'_>,
        touched: &Touched,
    ) -> Vec<Batch<'_>> {
        let others = mirrors.iter().flat_map(|mirror| mirror.of);
        let texts: Vec<&HashSet<Str>> = others.filter_map(|of| touched.get(*of)).collect();
        let objects = resource.instances.iter().filter_map(|(key, instance)| {
            let object = instance.current.as_ref()?;
            let id = object.value()?.get("id")?.as_str()?;
            let named = texts.iter().any(|texts| texts.contains(id));
            let address = AbsResourceInstance {
                resource: address.clone(),
                key: key.clone(),
            };
            named.then(|| (address, Arc::clone(object)))
        });
        let objects: Vec<_> = objects.collect();
        let kind = address.resource.kind.as_str();
        let batches = objects.chunks(provider.reads_at_once(kind).max(1));
        batches
            .map(|objects| Batch {
                walk: self,
                provider: Arc::clone(&provider),
                configuration: Arc::clone(&resource.provider),
                mirrors,
                objects: objects.to_vec(),
            })
            .collect()
    }
}

impl Batch<'_> {
    /// The objects that say something else than before.
    async fn read(&self) -> Vec<(AbsResourceInstance, Arc<str>, Arc<Object>)> {
        let requests = self.objects.iter().filter_map(|(address, object)| {
            Some(ReadRequest {
                kind: address.resource.resource.kind.as_str(),
                object: request(object.value()?, &object.private),
            })
        });
        let answers = self.provider.read_mirrors(requests.collect()).await;
        let objects = self.objects.iter().zip(answers);
        let changed = objects.filter_map(|((address, object), answer)| {
            let source = self.walk.stack.provider_of_state(&self.configuration)?;
            let provider = self.walk.stack.schemas.provider(&source.source)?;
            let schema = schema_of(provider, &address.resource.resource)?;
            let read = absorb(&schema.block, object, Some(answer)).object?;
            let object = reflected(object, read.value()?, self.mirrors)?;
            Some((address.clone(), Arc::clone(&self.configuration), object))
        });
        changed.collect()
    }
}

/// An object with what its mirrors show now; none if they show the same.
fn reflected(object: &Arc<Object>, read: &Value, mirrors: &[Mirror]) -> Option<Arc<Object>> {
    let value = object.value()?;
    let is_mirror = |name: &str| mirrors.iter().any(|mirror| mirror.attribute == name);
    let attributes = value.elements().filter_map(|(key, old)| {
        let name = key.as_str()?;
        let new = read.get(name).filter(|_| is_mirror(name));
        Some((Str::new(name), new.cloned().unwrap_or(old)))
    });
    let shown = Value::object(attributes);
    (shown != *value).then(|| {
        Arc::new(Object {
            attributes: Attributes::Known(shown),
            ..Object::clone(object)
        })
    })
}

fn add_texts(value: &Value, texts: &mut HashSet<Str>) {
    let (bare, _) = value.unmark_deep();
    bare.walk(&mut |_: &Path, value: &Value| {
        if let Value::String(text) = value {
            texts.insert(text.clone());
        }
        true
    });
}
