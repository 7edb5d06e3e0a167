//! What a walk led to: the plan.

use std::collections::BTreeMap;

use trueup_state::snapshot::CheckResults;
use trueup_syntax::{Diagnostic, Diagnostics, Severity};
use trueup_value::{Marks, Str, Type, Value};

use super::{
    Action, Conditions, Mode, OutputChange, Plan, ResourceChange, changes::Changes,
    relevant::relevant_attributes, walk::Walk,
};
use crate::{
    address::{AbsResource, AbsResourceInstance, InstanceKey, ModuleInstance, ResourceMode},
    apply::plain,
    evaluate::ModuleScope,
    validate::{Item, ItemId},
};

impl Walk<'_> {
    /// The plan. `blocked` is worth a warning only where nothing worse is.
    pub(super) fn finish(self, blocked: Option<Diagnostic>) -> (Plan, Diagnostics) {
        let of_modules = match self.options.mode {
            Mode::Destroy => Vec::new(),
            _ => self.module_outputs(),
        };
        let outputs = self.outputs();
        let checks = match self.options.mode {
            Mode::Destroy => self.unjudged(),
            _ => self.conditions.results(),
        };
        self.refresh_outputs();
        let read = self.data_to_destroy();
        let mut diagnostics = self.diagnostics.into_inner();
        let mut deferred = self.deferred.into_inner();
        deferred.sort_by(|a, b| a.resource.cmp(&b.resource));
        let (mut changes, drift) = (self.changes.into_inner(), self.drift.into_inner());
        if self.options.mode == Mode::RefreshOnly {
            changes = Changes::default();
        }
        warn_of_forgotten(changes.iter(), &mut diagnostics);
        let errored = diagnostics.has_errors();
        diagnostics.0.extend(blocked.filter(|_| !errored));
        diagnostics.0.sort_by_key(|d| d.severity);
        let changed = outputs
            .iter()
            .filter(|(_, change)| change.action != Action::NoOp);
        let of_root = changed.map(|(name, _)| (ModuleInstance::default(), name.clone()));
        let done = changes
            .iter()
            .filter(|change| change.action != Action::NoOp);
        let done = done.map(|change| &change.address.resource).chain(&read);
        let relevant = relevant_attributes(&self.stack, done, of_root.chain(of_modules));
        let plan = Plan {
            mode: self.options.mode,
            targets: self.options.targets.clone(),
            excludes: self.options.excludes.clone(),
            changes: changes.into_sorted(),
            drift: drift.into_sorted(),
            outputs,
            checks,
            deferred,
            relevant,
            facts: self.facts.into_inner(),
            findings: Vec::new(),
            prior: self.refreshed.into_inner(),
            refreshed: match self.options.mode {
                Mode::Destroy => !read.is_empty(),
                _ => self.touched.get(),
            },
            errored,
            refused: false,
        };
        (plan, diagnostics)
    }

    /// The data sources that leave the state with what is destroyed: those that
    /// were read again, if that was wanted.
    fn data_to_destroy(&self) -> Vec<AbsResource> {
        if self.options.mode != Mode::Destroy || self.state.resources.is_empty() {
            return Vec::new();
        }
        let refreshed = self.refreshed.borrow();
        let state = match self.options.refresh {
            true => &*refreshed,
            false => self.state,
        };
        let data = state.resources.iter();
        let data = data.filter(|(address, _)| address.resource.mode == ResourceMode::Data);
        let going = data.filter(|(address, resource)| {
            (!self.options.refresh || self.was_read(address))
                && resource
                    .instances
                    .keys()
                    .any(|key| self.is_doomed(address, key))
        });
        going.map(|(address, _)| address.clone()).collect()
    }

    /// Whether a data source was read, not only planned to be.
    fn was_read(&self, address: &AbsResource) -> bool {
        let node = self.stack.config.descendant_for_instance(&address.module);
        let found = node.and_then(|node| self.resource_item(node, address));
        found.is_some_and(|(item, _)| !self.changed.borrow().contains(&item))
    }

    fn is_doomed(&self, address: &AbsResource, key: &Option<InstanceKey>) -> bool {
        let instance = AbsResourceInstance {
            resource: address.clone(),
            key: key.clone(),
        };
        let doomed = self.doomed.as_ref();
        doomed.is_none_or(|doomed| doomed.contains(&instance))
    }

    /// The checks of a plan that destroys everything: none is judged.
    fn unjudged(&self) -> Vec<CheckResults> {
        let conditions = Conditions::new(self.stack.config);
        let root = self.stack.config.root();
        let outputs = self.evaluation.module(root).outputs.keys();
        for name in outputs.filter(|_| self.selection.is_whole()) {
            let address = format!("output.{name}");
            conditions.expand("output", &address, std::iter::once(address.clone()));
        }
        conditions.results()
    }

    /// Outputs that are known are so whatever comes of applying.
    fn refresh_outputs(&self) {
        let Some(root) = self.evaluation.root().filter(|_| self.judges()) else {
            return;
        };
        // What is not in the state of an object may be planned for it.
        let spared = self.options.mode == Mode::Destroy && !self.selection.is_whole();
        let module = self.evaluation.module(root.node);
        let mut refreshed = self.refreshed.borrow_mut();
        for (index, (name, output)) in module.outputs.iter().enumerate() {
            if output.ephemeral || !self.means_output(&root, index) {
                continue;
            }
            let value = self.evaluation.output(&root, index);
            let Some(value) = value.filter(Value::is_wholly_known) else {
                continue;
            };
            let (now, before) = match value.is_null() {
                true if spared => continue,
                true => (None, refreshed.outputs.remove(name)),
                false => {
                    let now = plain(&value);
                    let before = refreshed.outputs.insert(name.clone(), now.clone());
                    (Some(now), before)
                }
            };
            if now != before {
                self.touched.set(true);
            }
        }
    }

    /// Whether the run is about an output of the root module.
    fn means_output(&self, root: &ModuleScope, index: usize) -> bool {
        let item = self.order.position(ItemId {
            node: root.node,
            item: Item::Output(index),
        });
        item.is_some_and(|item| self.selection.item(item))
    }

    /// The outputs of called modules that have a value: no state remembers
    /// them, so they count as changed.
    fn module_outputs(&self) -> Vec<(ModuleInstance, Str)> {
        let config = self.stack.config;
        let nodes = config.nodes().map(|(node, _)| node);
        let called = nodes.filter(|node| *node != config.root());
        let mut outputs = Vec::new();
        for scope in called.flat_map(|node| self.evaluation.instances(node)) {
            let names = self.evaluation.module(scope.node).outputs.keys();
            for (index, name) in names.enumerate() {
                let value = self.evaluation.output(&scope, index);
                if value.is_some_and(|value| !value.unmarked().0.is_null()) {
                    outputs.push((scope.address.clone(), name.clone()));
                }
            }
        }
        outputs
    }

    fn outputs(&self) -> BTreeMap<Str, OutputChange> {
        let mut outputs = BTreeMap::new();
        let Some(root) = self.evaluation.root() else {
            return outputs;
        };
        let module = self.evaluation.module(root.node);
        let destroy = self.options.mode == Mode::Destroy;
        let whole = self.selection.is_whole();
        if destroy && !whole {
            return outputs;
        }
        for (index, (name, output)) in module.outputs.iter().enumerate() {
            if output.ephemeral || !self.means_output(&root, index) {
                continue;
            }
            let before = self.state.outputs.get(name).cloned();
            let now = self.evaluation.output(&root, index);
            if destroy {
                // What is destroyed was refreshed before.
                let refreshed = now.filter(|now| self.judges() && now.is_wholly_known());
                let before = match refreshed {
                    Some(refreshed) => Some(refreshed).filter(|refreshed| !refreshed.is_null()),
                    None => before,
                };
                outputs.extend(before.map(|before| (name.clone(), gone(before))));
                continue;
            }
            // What could not be computed changes nothing.
            if let Some(now) = now {
                outputs.insert(name.clone(), output_change(before, now));
            }
        }
        for (name, before) in &self.state.outputs {
            if whole && !module.outputs.contains_key(name) {
                outputs.insert(name.clone(), gone(before.clone()));
            }
        }
        outputs
    }
}

fn warn_of_forgotten<'a>(
    changes: impl Iterator<Item = &'a ResourceChange>,
    diagnostics: &mut Diagnostics,
) {
    let forgotten = changes.filter(|change| change.action == Action::Forget);
    let names: Vec<String> = forgotten
        .map(|change| format!(" - {}", change.address))
        .collect();
    if names.is_empty() {
        return;
    }
    diagnostics.push(Diagnostic::without_place(
        Severity::Warning,
        "Some objects will no longer be managed by Terraform",
        format!(
            "If you apply this plan, Terraform will discard its tracking information for the following objects, but it will not delete them:\n{}\n\nAfter applying this plan, Terraform will no longer manage these objects. You will need to import them into Terraform to manage them again.",
            names.join("\n")
        ),
    ));
}

fn gone(before: Value) -> OutputChange {
    OutputChange {
        action: Action::Delete,
        before,
        after: Value::null(Type::Dynamic),
    }
}

/// The change of an output that is in the state as `before`, if at all.
fn output_change(before: Option<Value>, after: Value) -> OutputChange {
    let after = match after.unmark_deep().1.contains(Marks::SENSITIVE) {
        true => after.unmark_deep().0.with_marks(Marks::SENSITIVE),
        false => after,
    };
    let action = match &before {
        None if after.is_null() => Action::NoOp,
        None => Action::Create,
        Some(before) if before.is_null() && after.is_null() => Action::NoOp,
        Some(before) if *before == after => Action::NoOp,
        Some(_) => Action::Update,
    };
    OutputChange {
        action,
        before: before.unwrap_or_else(|| Value::null(Type::Dynamic)),
        after,
    }
}
