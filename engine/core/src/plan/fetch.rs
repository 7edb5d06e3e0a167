//! Objects read together: those of one type and one provider configuration
//! that are due at the same time, where the platform tells of many at once.

use std::{rc::Rc, sync::Arc};

use trueup_sdk::{Configured, PartChange, ReadRequest, ReadResponse};
use trueup_syntax::Diagnostics;

use super::{
    jobs::{Batch, Instance, Together},
    read::{Reading, absorb, request, undecodable},
    walk::Walk,
};
use crate::{
    address::{AbsResource, AbsResourceInstance, ResourceMode},
    progress::ObjectRef,
    run::ResourceContext,
    state::Object,
};

/// An object that was read.
pub(super) struct Fetched {
    /// As it was left.
    pub(super) stored: Arc<Object>,
    /// As it is, or what went wrong.
    pub(super) current: Result<Option<Arc<Object>>, Diagnostics>,
    /// Parts of it that are not as they were left.
    pub(super) parts: Vec<PartChange>,
}

/// An object to be read.
struct Wanted<'a> {
    address: AbsResourceInstance,
    context: Rc<ResourceContext<'a>>,
    stored: Arc<Object>,
}

impl<'a> Walk<'a> {
    /// With which others the objects of a resource can be read; none if each
    /// takes a call of its own.
    pub(super) fn reads_together(&self, item: u32) -> Option<Together> {
        let context = self.contexts.borrow().get(&item).cloned()?;
        let address = &context.config.address;
        if !self.options.refresh || address.mode != ResourceMode::Managed {
            return None;
        }
        let provider = self.providers.get(&context.key)?;
        let limit = provider.reads_at_once(address.kind.as_str());
        (limit > 1).then(|| Together {
            provider: context.key.clone(),
            kind: address.kind.clone(),
            limit,
        })
    }

    /// Reads the objects of instances with one call.
    pub(super) async fn read_together(&self, batch: Batch) -> Batch {
        let mut wanted = Vec::with_capacity(batch.instances.len());
        for instance in &batch.instances {
            wanted.extend(self.wanted(instance).await);
        }
        let provider = wanted
            .first()
            .and_then(|first| self.providers.get(&first.context.key));
        if let Some(provider) = provider {
            self.fetch(wanted, &*provider).await;
        }
        batch
    }

    /// The object of an instance that is to be read. What is wrong with others
    /// is found when they are planned.
    async fn wanted(&self, instance: &Instance) -> Option<Wanted<'a>> {
        let context = self.contexts.borrow().get(&instance.item).cloned()?;
        let instances = instance.scope.resource(context.index)?;
        let address = AbsResourceInstance {
            resource: AbsResource {
                module: instance.scope.address.clone(),
                resource: context.config.address.clone(),
            },
            key: instances.keys.at(instance.position).key(),
        };
        if !self.meant(instance.item, &address) || self.imports.borrow().contains_key(&address) {
            return None;
        }
        let stored = self.state.instance(&address.resource, &address.key)?;
        let stored = stored.current.as_ref()?;
        let kind = context.config.address.kind.as_str();
        let decoded = stored.decoded(context.provider, kind, context.schema).await;
        match decoded {
            Ok(stored) => Some(Wanted {
                address,
                context,
                stored,
            }),
            Err(error) => {
                let current = Err(undecodable(error, &address.to_string()));
                let stored = Arc::clone(stored);
                let fetched = Fetched {
                    stored,
                    current,
                    parts: Vec::new(),
                };
                self.fetched.borrow_mut().insert(address, fetched);
                None
            }
        }
    }

    async fn fetch(&self, wanted: Vec<Wanted<'a>>, provider: &dyn Configured) {
        let observer = self.watch.observer;
        let requests = wanted.iter().filter_map(|wanted| {
            let value = wanted.stored.value()?;
            observer.refresh_started(ObjectRef::current(&wanted.address), value);
            Some(ReadRequest {
                kind: wanted.context.config.address.kind.as_str(),
                object: request(value, &wanted.stored.private),
            })
        });
        let answers = provider.read(requests.collect()).await;
        let mut answers = answers.into_iter();
        for wanted in &wanted {
            let (current, parts) = self.judge_read(wanted, answers.next());
            let fetched = Fetched {
                stored: Arc::clone(&wanted.stored),
                current,
                parts,
            };
            let mut all = self.fetched.borrow_mut();
            all.insert(wanted.address.clone(), fetched);
        }
    }

    fn judge_read(
        &self,
        wanted: &Wanted<'_>,
        answer: Option<ReadResponse>,
    ) -> (Result<Option<Arc<Object>>, Diagnostics>, Vec<PartChange>) {
        let Wanted {
            address,
            context,
            stored,
        } = wanted;
        let Reading {
            object,
            parts,
            problems,
        } = absorb(&context.schema.block, stored, answer);
        let mut found = Diagnostics::default();
        context.report(problems, &address.to_string(), &mut found);
        (self.conclude(address, object, found), parts)
    }
}
