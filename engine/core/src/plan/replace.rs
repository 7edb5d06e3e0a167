//! `-replace`: what is said of addresses that match nothing.

use trueup_syntax::{Diagnostic, Diagnostics, Severity};

use super::walk::Walk;
use crate::{
    address::{AbsResource, AbsResourceInstance},
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
        for wanted in self.options.replace.iter().filter(here) {
            let detail = incomplete(wanted, &self.instance_names(node, index));
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
        let mut found = Vec::new();
        for scope in self.evaluation.instances(node) {
            let Some(instances) = scope.resource(index) else {
                continue;
            };
            let resource = AbsResource {
                module: scope.address.clone(),
                resource: address.clone(),
            };
            found.extend(instances.keys.each().map(|each| {
                let resource = resource.clone();
                let key = each.key();
                AbsResourceInstance { resource, key }.to_string()
            }));
        }
        found
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
