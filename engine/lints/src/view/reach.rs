//! What a configuration refers to.

use std::{
    cell::{OnceCell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};

use trueup_core::{
    load::Config,
    validate::{Graph, Item, ItemId},
};

use super::Resource;

/// Answers who refers to whom. The graph is built when it is first needed.
pub(super) struct Reach<'a> {
    config: &'a Config,
    graph: OnceCell<Graph>,
    near: RefCell<HashMap<ItemId, Rc<HashSet<ItemId>>>>,
    far: RefCell<HashMap<ItemId, Rc<HashSet<ItemId>>>>,
}

/// How far references are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// Up to the first resources.
    Near,
    /// As far as they lead.
    Far,
}

impl<'a> Reach<'a> {
    pub(super) fn new(config: &'a Config) -> Self {
        Reach {
            config,
            graph: OnceCell::new(),
            near: RefCell::default(),
            far: RefCell::default(),
        }
    }

    /// Whether the block of one refers to that of the other, itself or through
    /// local values, variables and outputs.
    pub(super) fn refers(&self, one: &Resource<'_>, other: &Resource<'_>) -> bool {
        self.reaches(one, other, How::Near)
    }

    /// Whether one is made after the other, and destroyed before it.
    pub(super) fn depends(&self, one: &Resource<'_>, other: &Resource<'_>) -> bool {
        self.reaches(one, other, How::Far)
    }

    fn reaches(&self, one: &Resource<'_>, other: &Resource<'_>, how: How) -> bool {
        let (Some(one), Some(other)) = (self.item(one), self.item(other)) else {
            return false;
        };
        let reached = match how {
            How::Near => &self.near,
            How::Far => &self.far,
        };
        if let Some(reached) = reached.borrow().get(&one) {
            return reached.contains(&other);
        }
        let found = Rc::new(self.walk(one, how));
        let reaches = found.contains(&other);
        reached.borrow_mut().insert(one, found);
        reaches
    }

    fn item(&self, resource: &Resource<'_>) -> Option<ItemId> {
        let (node, block) = resource.block?;
        let module = &self.config.node(node).module;
        let index = module.resources.get_index_of(&block.address)?;
        Some(ItemId {
            node,
            item: Item::Resource(index),
        })
    }

    fn walk(&self, start: ItemId, how: How) -> HashSet<ItemId> {
        let graph = self.graph.get_or_init(|| Graph::new(self.config));
        let mut reached = HashSet::new();
        let mut pending = vec![start];
        while let Some(item) = pending.pop() {
            for next in graph.references_of(item) {
                let ends = match next.item {
                    Item::Resource(_) => how == How::Near,
                    // What a provider is configured with is not what its
                    // resources are about.
                    Item::Provider(_) | Item::Call(_) | Item::Close => how == How::Near,
                    _ => false,
                };
                if reached.insert(next) && !ends {
                    pending.push(next);
                }
            }
        }
        reached
    }
}
