//! Patterns by the way to what they select, so that those around another are
//! found without looking at all.

use std::collections::HashMap;

use trueup_value::Str;

use super::{
    order::{Pattern, PatternStep},
    statement::Kind,
};
use crate::address::{InstanceKey, Resource};

/// Positions of patterns.
#[derive(Default)]
pub(super) struct Index<'a> {
    /// Of modules, whose way ends here.
    modules: Vec<usize>,
    resources: HashMap<Selected<'a>, Vec<usize>>,
    calls: HashMap<&'a Str, Calls<'a>>,
}

/// A resource, and which instance of it if it is not the whole.
type Selected<'a> = (&'a Resource, Option<Option<&'a InstanceKey>>);

/// Ways that go on through a call.
#[derive(Default)]
struct Calls<'a> {
    any: Index<'a>,
    one: HashMap<Option<&'a InstanceKey>, Index<'a>>,
}

impl<'a> Index<'a> {
    /// All of these, by their position.
    pub(super) fn new<'p>(patterns: impl Iterator<Item = &'p Pattern<'a>>) -> Self
    where
        'a: 'p,
    {
        let mut index = Index::default();
        for (position, pattern) in patterns.enumerate() {
            index.add(position, pattern);
        }
        index
    }

    fn add(&mut self, position: usize, pattern: &Pattern<'a>) {
        let mut end = self;
        for step in &pattern.steps {
            end = match step {
                PatternStep::Any(name) => &mut end.calls.entry(name).or_default().any,
                PatternStep::One(name, key) => {
                    let calls = end.calls.entry(name).or_default();
                    calls.one.entry(*key).or_default()
                }
            };
        }
        match selected(pattern) {
            None => end.modules.push(position),
            Some(selected) => end.resources.entry(selected).or_default().push(position),
        }
    }

    /// The patterns that may select the same as one, or what it is within.
    pub(super) fn around(&self, pattern: &Pattern<'a>) -> Vec<usize> {
        let mut found = Vec::new();
        let mut levels = vec![self];
        for step in &pattern.steps {
            found.extend(levels.iter().flat_map(|level| &level.modules));
            levels = levels.iter().flat_map(|level| level.next(step)).collect();
        }
        let own = selected(pattern);
        let whole = own.map(|(resource, _)| (resource, None));
        for level in levels {
            found.extend(&level.modules);
            for selected in [whole, own].into_iter().flatten() {
                found.extend(level.resources.get(&selected).into_iter().flatten());
            }
        }
        found
    }

    fn next(&self, step: &PatternStep<'a>) -> Vec<&Self> {
        let name = match step {
            PatternStep::Any(name) | PatternStep::One(name, _) => name,
        };
        let Some(calls) = self.calls.get(*name) else {
            return Vec::new();
        };
        let mut next = vec![&calls.any];
        match step {
            PatternStep::Any(_) => next.extend(calls.one.values()),
            PatternStep::One(_, key) => next.extend(calls.one.get(key)),
        }
        next
    }
}

/// What a pattern of a resource or an instance selects where its way ends.
fn selected<'a>(pattern: &Pattern<'a>) -> Option<Selected<'a>> {
    let key = (pattern.kind == Kind::Instance).then_some(pattern.key);
    pattern.resource.map(|resource| (resource, key))
}
