//! What a plan left to a later one, found at once.

use std::collections::HashSet;

use trueup_value::Str;

use crate::{
    address::{AbsResource, ModuleInstance, ModulePath, Resource},
    plan::{Deferred, DeferredReason},
};

/// Deferred resources, and calls of modules whose instances were not known.
pub(super) struct DeferredItems {
    resources: HashSet<AbsResource>,
    calls: HashSet<ModulePath>,
}

impl DeferredItems {
    pub(super) fn new(deferred: &[Deferred]) -> Self {
        let modules = deferred
            .iter()
            .filter(|d| d.reason == DeferredReason::Module);
        let calls = modules.flat_map(|d| {
            let ModulePath(calls) = d.resource.module.path();
            (1..=calls.len()).map(move |depth| ModulePath(calls[..depth].to_vec()))
        });
        DeferredItems {
            calls: calls.collect(),
            resources: deferred.iter().map(|d| d.resource.clone()).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    pub(super) fn resource(&self, module: &ModuleInstance, resource: &Resource) -> bool {
        self.resources.contains(&AbsResource {
            module: module.clone(),
            resource: resource.clone(),
        })
    }

    pub(super) fn call(&self, module: &ModuleInstance, name: &Str) -> bool {
        self.calls.contains(&module.path().child(name))
    }
}
