//! Importing objects at once, without a plan.

use trueup_syntax::{Diagnostic, Diagnostics, Severity};
use trueup_value::Str;

use crate::{
    address::{AbsResourceInstance, Target},
    plan::{Mode, Options, plan},
    progress::Watch,
    run::Stack,
    state::State,
};

/// Imports objects by their IDs to resources that the configuration has, and
/// returns the state with them. After an error nothing is imported.
///
/// Only what the objects' providers need is evaluated; nothing else is read.
pub async fn import(
    stack: Stack<'_>,
    state: &State,
    requests: Vec<(AbsResourceInstance, Str)>,
    watch: Watch<'_>,
) -> (State, Diagnostics) {
    let managed: Vec<Diagnostic> = requests
        .iter()
        .filter(|(address, _)| is_managed(state, address))
        .map(|(address, _)| already_managed(address))
        .collect();
    if !managed.is_empty() {
        return (state.clone(), Diagnostics(managed));
    }
    let options = Options {
        mode: Mode::RefreshOnly,
        refresh: false,
        targets: requests
            .iter()
            .map(|(address, _)| target(address))
            .collect(),
        imports: requests,
        ..Options::default()
    };
    let (plan, mut diagnostics) = plan(stack, state, &options, watch).await;
    diagnostics
        .0
        .retain(|d| d.summary != crate::selection::IN_EFFECT);
    let mut imported = state.clone();
    if diagnostics.has_errors() {
        return (imported, diagnostics);
    }
    for (address, _) in &options.imports {
        let Some(resource) = plan.prior.resources.get(&address.resource) else {
            continue;
        };
        let instance = resource.instances.get(&address.key);
        let object = instance.and_then(|instance| instance.current.clone());
        imported.set_current(address, &resource.provider, object);
    }
    (imported, diagnostics)
}

fn is_managed(state: &State, address: &AbsResourceInstance) -> bool {
    let instance = state.instance(&address.resource, &address.key);
    instance.is_some_and(|instance| instance.current.is_some())
}

fn target(address: &AbsResourceInstance) -> Target {
    match address.key {
        None => Target::Resource(address.resource.clone()),
        Some(_) => Target::Instance(address.clone()),
    }
}

fn already_managed(address: &AbsResourceInstance) -> Diagnostic {
    Diagnostic::without_place(
        Severity::Error,
        "Resource already managed by Terraform",
        format!(
            "Terraform is already managing a remote object for {address}. To import to this address you must first remove the existing object from the state."
        ),
    )
}
