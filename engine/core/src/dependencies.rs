//! What the state says an object depends on: the configuration addresses of
//! all resources it refers to, directly or through anything else.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use trueup_value::Str;

use crate::{
    address::ResourceMode,
    run::{Order, Stack},
    validate::Item,
};

/// The dependencies of all resources, by item.
pub(crate) struct Dependencies {
    names: Vec<Option<Str>>,
    closures: Vec<Arc<[u32]>>,
    made: RefCell<HashMap<u32, Arc<[Str]>>>,
}

impl Dependencies {
    /// The size of the result is that of all the lists together; nothing
    /// larger is built on the way.
    pub(crate) fn new(stack: &Stack<'_>, order: &Order) -> Self {
        let names = order.items.iter().map(|id| {
            let Item::Resource(index) = id.item else {
                return None;
            };
            let node = stack.config.node(id.node);
            let (address, _) = node.module.resources.get_index(index)?;
            (address.mode != ResourceMode::Ephemeral).then(|| match node.path.is_root() {
                true => Str::from(address.to_string()),
                false => Str::from(format!("{}.{address}", node.path)),
            })
        });
        let names: Vec<Option<Str>> = names.collect();
        let none: Arc<[u32]> = Arc::new([]);
        let mut closures = vec![none; order.items.len()];
        for item in order.topological() {
            let direct = &order.dependencies[item as usize];
            closures[item as usize] = union(direct, &names, &closures);
        }
        Dependencies {
            names,
            closures,
            made: Default::default(),
        }
    }

    /// The configuration address of a resource item.
    pub(crate) fn name(&self, item: u32) -> Option<&Str> {
        self.names.get(item as usize)?.as_ref()
    }

    /// The resources an item depends on, directly or not.
    pub(crate) fn closure(&self, item: u32) -> &[u32] {
        let closure = self.closures.get(item as usize);
        closure.map_or(&[], AsRef::as_ref)
    }

    /// What a resource depends on, sorted.
    pub(crate) fn of(&self, item: u32) -> Arc<[Str]> {
        if let Some(made) = self.made.borrow().get(&item) {
            return Arc::clone(made);
        }
        let closure = self.closures.get(item as usize);
        let items = closure.map_or(&[][..], AsRef::as_ref);
        let mut names: Vec<Str> = items
            .iter()
            .filter_map(|item| self.names.get(*item as usize)?.clone())
            .collect();
        names.sort();
        let made: Arc<[Str]> = names.into();
        self.made.borrow_mut().insert(item, Arc::clone(&made));
        made
    }
}

fn union(direct: &[u32], names: &[Option<Str>], closures: &[Arc<[u32]>]) -> Arc<[u32]> {
    let own = |item: &u32| names[*item as usize].is_some();
    if let [only] = direct
        && !own(only)
    {
        return Arc::clone(&closures[*only as usize]);
    }
    let mut all: Vec<u32> = direct.iter().copied().filter(own).collect();
    for item in direct {
        all.extend_from_slice(&closures[*item as usize]);
    }
    all.sort_unstable();
    all.dedup();
    all.into()
}
