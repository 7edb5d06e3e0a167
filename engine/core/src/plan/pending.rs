//! A data source: read while planning, or later where what it needs has
//! changes still to be made.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use trueup_sdk::Configured;
use trueup_syntax::{Diagnostics, ast::Traversal};
use trueup_value::{Type, Value};

use super::{
    Action, ActionReason, Mode,
    data::{DataOutcome, data_object, read_data},
    managed::Planned,
    walk::Walk,
};
use crate::{
    address::{AbsResource, AbsResourceInstance, ResourceMode, Subject, parse_reference},
    apply::without_unknown,
    evaluate::View,
    load::NodeId,
    run::ResourceContext,
    state::ResourceState,
    validate::{Item, ItemId},
};

impl<'a> Walk<'a> {
    /// Reads the data source of an instance, or plans to.
    pub(super) async fn data(
        &self,
        item: u32,
        context: &ResourceContext<'_>,
        provider: &dyn Configured,
        address: &AbsResourceInstance,
        view: View<'_>,
    ) -> (Option<Value>, Diagnostics) {
        let name = address.to_string();
        let mut diagnostics = self.conditions(context, &name, view, None);
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        let pending = self.pending(item, context, address);
        let (outcome, found) =
            read_data(context, provider, view, address, pending, self.watch).await;
        diagnostics.extend(found);
        if !matches!(outcome, Some(DataOutcome::Failed(..)) | None) {
            let module = &address.resource.module;
            self.conditions.looked_at(context, module, None);
        }
        let later = matches!(outcome, Some(DataOutcome::Later(..)));
        let value = match outcome {
            None => return (None, diagnostics),
            Some(DataOutcome::Read(object)) => {
                let value = object.value().cloned();
                if let Some(value) = &value {
                    self.read_again(context, address, value);
                }
                let mut refreshed = self.refreshed.borrow_mut();
                refreshed.set_current(address, &context.provider_address, Some(object));
                value
            }
            Some(DataOutcome::Failed(value, message)) => {
                let module = &address.resource.module;
                self.conditions.looked_at(context, module, Some(message));
                self.read_again(context, address, &value);
                let (bare, marks) = value.unmark_deep_with_paths();
                let left = without_unknown(&bare).mark_with_paths(&marks);
                let object = data_object(context, left);
                let mut refreshed = self.refreshed.borrow_mut();
                refreshed.set_current(address, &context.provider_address, Some(object));
                return (Some(value), diagnostics);
            }
            Some(DataOutcome::Later(value, reason)) => {
                self.changed.borrow_mut().insert(item);
                if self.options.mode != Mode::Destroy {
                    // What was read before counts no longer.
                    let provider = &context.provider_address;
                    let mut refreshed = self.refreshed.borrow_mut();
                    refreshed.set_current(address, provider, None);
                }
                if self.options.mode != Mode::Destroy {
                    self.add_read(context, address, &value, reason);
                }
                Some(value)
            }
        };
        if let Some(value) = &value {
            diagnostics.extend(self.conditions(context, &name, view, Some(value)));
        }
        // A refresh-only plan cannot have it read later.
        let value = value.filter(|_| !(later && self.options.mode == Mode::RefreshOnly));
        (value, diagnostics)
    }

    /// A check looks at the world again once everything is applied.
    fn read_again(
        &self,
        context: &ResourceContext<'_>,
        address: &AbsResourceInstance,
        value: &Value,
    ) {
        if context.config.check.is_some() && self.options.mode == Mode::Normal {
            let reason = ActionReason::ReadBecauseCheckNested;
            self.add_read(context, address, value, reason);
        }
    }

    fn add_read(
        &self,
        context: &ResourceContext<'_>,
        address: &AbsResourceInstance,
        value: &Value,
        reason: ActionReason,
    ) {
        let planned = Planned {
            action: Action::Read,
            reason: Some(reason),
            before: Value::null(Type::Dynamic),
            after: value.clone(),
            parts: Vec::new(),
            replace_paths: Vec::new(),
            private: Vec::new(),
            facts: Vec::new(),
            config: Value::null(Type::Dynamic),
            written: Value::null(Type::Dynamic),
        };
        self.add_change(context, address, planned);
    }

    /// Whether a managed resource that a data source refers to, or that
    /// `depends_on` leads to here or at a call of the module, has changes still
    /// to be made. With conditions, all it needs counts.
    fn pending(
        &self,
        item: u32,
        context: &ResourceContext<'_>,
        address: &AbsResourceInstance,
    ) -> bool {
        let mut needed: Vec<u32> = Vec::new();
        self.led_to(context.node, &context.config.depends_on, false, &mut needed);
        needed.extend_from_slice(&self.order.dependencies[item as usize]);
        let mut node = context.node;
        while let Some((parent, _)) = &self.stack.config.node(node).parent {
            self.led_to_by_call(node, &mut needed);
            node = *parent;
        }
        // So do modules that are referred to as a whole, as in Terraform.
        for item in &self.order.dependencies[item as usize] {
            if let Some(ItemId {
                node,
                item: Item::Close,
            }) = self.id(*item)
            {
                self.led_to_by_call(node, &mut needed);
            }
        }
        if context.config.has_conditions() {
            needed.extend_from_slice(self.dependencies.closure(item));
        }
        needed.sort_unstable();
        needed.dedup();
        needed
            .into_iter()
            .any(|item| self.is_pending(item, address))
    }

    /// What the call of a module says it depends on.
    fn led_to_by_call(&self, node: NodeId, needed: &mut Vec<u32>) {
        let parent = &self.stack.config.node(node).parent;
        if let (Some((parent, _)), Some(call)) = (parent, self.stack.config.call(node)) {
            self.led_to(*parent, &call.depends_on, true, needed);
        }
    }

    /// The items that references lead to; of modules, and if `all`, with what
    /// those need.
    fn led_to(&self, node: NodeId, references: &[Traversal], all: bool, needed: &mut Vec<u32>) {
        let module = self.evaluation.module(node);
        for traversal in references {
            let Ok(reference) = parse_reference(traversal) else {
                continue;
            };
            let id = match &reference.subject {
                Subject::Resource(address) | Subject::ResourceInstance(address, _) => {
                    let index = module.resources.get_index_of(address);
                    index.map(|index| ItemId {
                        node,
                        item: Item::Resource(index),
                    })
                }
                Subject::Module(name)
                | Subject::ModuleInstance(name, _)
                | Subject::ModuleOutput(name, _, _) => {
                    let child = self.stack.config.node(node).children.get(name);
                    child.map(|child| ItemId {
                        node: *child,
                        item: Item::Close,
                    })
                }
                _ => None,
            };
            if let Some(item) = id.and_then(|id| self.order.position(id)) {
                needed.push(item);
                let is_module = matches!(id.map(|id| id.item), Some(Item::Close));
                if all || is_module {
                    needed.extend_from_slice(self.dependencies.closure(item));
                }
            }
        }
    }

    /// Whether a managed resource has changes. In the data source's own
    /// module only the same instance of it counts.
    fn is_pending(&self, item: u32, address: &AbsResourceInstance) -> bool {
        let Some(ItemId {
            node,
            item: Item::Resource(index),
        }) = self.order.items.get(item as usize).copied()
        else {
            return false;
        };
        let place = self.stack.config.node(node);
        let resource = place.module.resources.get_index(index);
        let Some((resource, _)) = resource.filter(|(r, _)| r.mode == ResourceMode::Managed) else {
            return false;
        };
        let changed = self.changed.borrow().contains(&item);
        let losing = self.losing(item, node);
        if place.path != address.resource.module.path() {
            return changed || !losing.is_empty();
        }
        let wanted = AbsResource {
            module: address.resource.module.clone(),
            resource: resource.clone(),
        };
        let changes = self.changes.borrow();
        let mut changes = changes.of(&wanted);
        losing.contains(&wanted) || (changed && changes.any(|change| change.action != Action::NoOp))
    }

    /// The resources of an item, one in each instance of its module, that lose
    /// instances. What was put aside does not count. All that they expand to must be
    /// known.
    fn losing(&self, item: u32, node: NodeId) -> Rc<HashSet<&'a AbsResource>> {
        if self.options.mode != Mode::Normal {
            return Rc::default();
        }
        if let Some(known) = self.losing.borrow().get(&item) {
            return Rc::clone(known);
        }
        let stored = self.stored.get_or_init(|| self.stored_by_item());
        let stored = stored.get(&item).map_or(&[][..], Vec::as_slice);
        let mut scopes = self.evaluation.instances(node);
        scopes.sort_by(|a, b| a.address.cmp(&b.address));
        let loses = |(address, resource): &&(&_, &_)| {
            let mut ends = self.ends(address, resource, &scopes).into_iter();
            ends.any(|end| end.deposed.is_none())
        };
        let losing = stored.iter().filter(loses).map(|(address, _)| *address);
        let losing = Rc::new(losing.collect());
        self.losing.borrow_mut().insert(item, Rc::clone(&losing));
        losing
    }

    fn stored_by_item(&self) -> HashMap<u32, Vec<(&'a AbsResource, &'a ResourceState)>> {
        let mut stored: HashMap<_, Vec<_>> = HashMap::new();
        for (address, resource) in &self.state.resources {
            let node = self.stack.config.descendant_for_instance(&address.module);
            if let Some((item, _)) = node.and_then(|node| self.resource_item(node, address)) {
                stored.entry(item).or_default().push((address, resource));
            }
        }
        stored
    }
}
