//! `-replace`: what is said of addresses that match nothing.

use trueup_syntax::{Diagnostic, Diagnostics, Severity};

use super::walk::Walk;
use crate::{
    address::{AbsResource, AbsResourceInstance, Resource},
    evaluate::ModuleScope,
    load::NodeId,
};

impl Walk<'_> {
    /// Warns of addresses without a key where all instances have one.
    pub(super) fn check_replace(&self, node: NodeId, index: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        let place = self.stack.config.node(node);
        let Some((address, resource)) = place.module.resources.get_index(index) else {
            return diagnostics;
        };
        if resource.count.is_none() && resource.for_each.is_none() {
            return diagnostics;
        }
        let here = |wanted: &&AbsResourceInstance| {
            let AbsResource { module, resource } = &wanted.resource;
            wanted.key.is_none() && resource == address && module.path() == place.path
        };
        let scopes = self.evaluation.instances(node);
        for wanted in self.options.replace.iter().filter(here) {
            let module = &wanted.resource.module;
            let Some(scope) = scopes.iter().find(|scope| scope.address == *module) else {
                continue;
            };
            let detail = incomplete(wanted, &Self::names_in(scope, address, index));
            diagnostics.push(Diagnostic::without_place(
                Severity::Warning,
                "Incompletely-matched force-replace resource instance",
                detail,
            ));
        }
        diagnostics
    }

    /// The addresses of all instances of a resource.
    pub(super) fn instance_names(&self, node: NodeId, index: usize) -> Vec<String> {
        let module = &self.stack.config.node(node).module;
        let Some((address, _)) = module.resources.get_index(index) else {
            return Vec::new();
        };
        let scopes = self.evaluation.instances(node);
        let names = scopes
            .iter()
            .flat_map(|scope| Self::names_in(scope, address, index));
        names.collect()
    }

    /// The same in one instance of its module.
    fn names_in(scope: &ModuleScope, address: &Resource, index: usize) -> Vec<String> {
        let Some(instances) = scope.resource(index) else {
            return Vec::new();
        };
        let resource = AbsResource {
            module: scope.address.clone(),
            resource: address.clone(),
        };
        let names = instances.keys.each().map(|each| {
            let resource = resource.clone();
            let key = each.key();
            AbsResourceInstance { resource, key }.to_string()
        });
        names.collect()
    }
}

fn incomplete(wanted: &AbsResourceInstance, instances: &[String]) -> String {
    let start = format!(
        "Your force-replace request for {wanted} doesn't match any resource instances because"
    );
    match instances {
        [] => format!("{start} this resource doesn't have any instances."),
        [only] => format!(
            "{start} it lacks an instance key.\n\nTo force replacement of the single declared instance, use the following option instead:\n  -replace={only:?}"
        ),
        many => {
            let options = many
                .iter()
                .map(|address| format!("\n  -replace={address:?}"));
            format!(
                "{start} it lacks an instance key.\n\nTo force replacement of particular instances, use one or more of the following options instead:{}",
                options.collect::<String>()
            )
        }
    }
}
