//! `moved` blocks, and moves nobody has to write down.

mod across;
mod implied;
mod index;
mod order;
mod statement;
mod validate;
mod within;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use trueup_syntax::{Diagnostic, Diagnostics, Severity};

use crate::{
    address::{AbsResource, AbsResourceInstance, ModuleInstance, Target},
    load::Config,
    run::Stack,
    state::{InstanceState, ResourceState, State},
};

use across::Across;
use statement::{Kind, Statement};
pub(super) use validate::check_moves;

/// Where instances were before they were moved, by where they are now.
pub(super) type Previous = HashMap<AbsResourceInstance, AbsResourceInstance>;

/// A state with everything where the configuration has it now.
pub(super) struct Moved {
    pub(super) state: State,
    pub(super) previous: Previous,
    /// What a move could not be done for.
    pub(super) diagnostics: Diagnostics,
    /// What stayed where it was, and where it was to go: there is something
    /// already.
    blocked: BTreeSet<(String, String)>,
}

/// Moves what the configuration says has moved. A module, a resource or an
/// instance moves as a whole or, where there is something already, not at all.
pub(super) async fn apply_moves(stack: &Stack<'_>, state: &State) -> Moved {
    let mut moved = Moved {
        state: state.clone(),
        previous: Previous::new(),
        diagnostics: Diagnostics::default(),
        blocked: BTreeSet::new(),
    };
    let mut statements = said(stack.config);
    statements.extend(implied::implied(stack.config, state, &statements));
    for index in order::in_order(&statements) {
        moved.follow(stack, &statements[index]).await;
    }
    moved
}

/// What the configuration says.
fn said(config: &Config) -> Vec<Statement> {
    let nodes = config.nodes().flat_map(|(_, node)| {
        node.module.moved.iter().map(|moved| Statement {
            module: node.path.clone(),
            from: moved.from.clone(),
            to: moved.to.clone(),
            span: Some(moved.span),
        })
    });
    nodes.collect()
}

impl Moved {
    /// What could not move.
    pub(super) fn warning(&self) -> Option<Diagnostic> {
        if self.blocked.is_empty() {
            return None;
        }
        let blocked = self.blocked.iter();
        let lines = blocked.map(|(from, to)| format!("\n  - {from} could not move to {to}"));
        Some(Diagnostic::without_place(
            Severity::Warning,
            "Unresolved resource instance address changes",
            format!(
                "Terraform tried to adjust resource instance addresses in the prior state based on change information recorded in the configuration, but some adjustments did not succeed due to existing objects already at the intended addresses:{}\n\nTerraform has planned to destroy these objects. If Terraform's proposed changes aren't appropriate, you must first resolve the conflicts using the \"terraform state\" subcommands and then create a new plan.",
                lines.collect::<String>()
            ),
        ))
    }

    /// Does what a statement says, wherever it matches.
    async fn follow(&mut self, stack: &Stack<'_>, statement: &Statement) {
        for module in within::modules(&self.state, statement) {
            match statement.kind() {
                Kind::Call | Kind::ModuleInstance => {
                    if let Some(to) = statement.module_destination(&module) {
                        self.move_module(&module, &to);
                    }
                }
                Kind::Resource => {
                    if let Some((from, to)) = statement.resources_in(&module) {
                        self.move_resource(stack, statement, &from, &to).await;
                    }
                }
                Kind::Instance => {
                    if let Some((from, to)) = statement.instances_in(&module) {
                        self.move_instance(stack, statement, &from, &to).await;
                    }
                }
            }
        }
    }

    fn block(&mut self, from: Target, to: Target) {
        self.blocked.insert((from.to_string(), to.to_string()));
    }

    fn move_module(&mut self, from: &ModuleInstance, to: &ModuleInstance) {
        if resources_of(&self.state, to).next().is_some() {
            return self.block(Target::Module(from.clone()), Target::Module(to.clone()));
        }
        let resources: Vec<AbsResource> = resources_of(&self.state, from).cloned().collect();
        for resource in resources {
            let target = AbsResource {
                module: to.clone(),
                resource: resource.resource.clone(),
            };
            self.relocate(&resource, target);
        }
    }

    async fn move_resource(
        &mut self,
        stack: &Stack<'_>,
        statement: &Statement,
        from: &AbsResource,
        to: &AbsResource,
    ) {
        let Some(resource) = self.state.resources.get(from) else {
            return;
        };
        if self.state.resources.contains_key(to) {
            return self.block(Target::Resource(from.clone()), Target::Resource(to.clone()));
        }
        if let Some(across) = Across::new(stack, statement, &resource.provider, from, to) {
            let mut instances = BTreeMap::new();
            for (key, instance) in resource.instances.clone() {
                let instance = match across.convert(&instance).await {
                    Ok(instance) => instance,
                    Err(found) => return self.diagnostics.extend(found),
                };
                instances.insert(key, instance);
            }
            let provider = Arc::clone(&across.provider_address);
            let resource = ResourceState {
                provider,
                instances,
            };
            self.state.resources.insert(from.clone(), resource);
        }
        self.relocate(from, to.clone());
    }

    async fn move_instance(
        &mut self,
        stack: &Stack<'_>,
        statement: &Statement,
        from: &AbsResourceInstance,
        to: &AbsResourceInstance,
    ) {
        let Some(instance) = self.state.instance(&from.resource, &from.key).cloned() else {
            return;
        };
        if self.state.instance(&to.resource, &to.key).is_some() {
            let name = |address: &AbsResourceInstance| Target::Instance(address.clone());
            return self.block(name(from), name(to));
        }
        let Some(resource) = self.state.resources.get(&from.resource) else {
            return;
        };
        let provider = Arc::clone(&resource.provider);
        let (from_resource, to_resource) = (&from.resource, &to.resource);
        let across = Across::new(stack, statement, &provider, from_resource, to_resource);
        let (instance, provider) = match across {
            None => (instance, provider),
            Some(across) => match across.convert(&instance).await {
                Ok(instance) => (instance, across.provider_address),
                Err(found) => return self.diagnostics.extend(found),
            },
        };
        self.state.change(from, &provider, |instance| {
            *instance = InstanceState::default()
        });
        self.state.change(to, &provider, |place| *place = instance);
        self.remember(from, to.clone());
    }

    /// Moves a resource with all its instances.
    fn relocate(&mut self, from: &AbsResource, to: AbsResource) {
        let Some(resource) = self.state.resources.remove(from) else {
            return;
        };
        for key in resource.instances.keys() {
            let instance = |resource: &AbsResource| AbsResourceInstance {
                resource: resource.clone(),
                key: key.clone(),
            };
            self.remember(&instance(from), instance(&to));
        }
        self.state.resources.insert(to, resource);
    }

    fn remember(&mut self, from: &AbsResourceInstance, to: AbsResourceInstance) {
        let origin = self.previous.remove(from).unwrap_or_else(|| from.clone());
        if origin != to {
            self.previous.insert(to, origin);
        }
    }
}

/// The resources a state has in a module instance.
fn resources_of<'a>(
    state: &'a State,
    module: &'a ModuleInstance,
) -> impl Iterator<Item = &'a AbsResource> {
    let from = state.resources.range(within::least(&module.0)..);
    from.map(|(address, _)| address)
        .take_while(move |address| address.module == *module)
}
