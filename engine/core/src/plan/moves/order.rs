//! Which of several statements is followed first.
//!
//! The rules are Terraform's (`internal/refactoring`): what chains from
//! another statement, or is nested in what that moves, comes after it.

use trueup_value::Str;

use super::{
    index::Index,
    statement::{Kind, Statement, last_key},
};
use crate::address::{InstanceKey, Resource, Target};

/// One side of a statement, as far as it takes to see what it may select.
pub(super) struct Pattern<'a> {
    pub(super) kind: Kind,
    pub(super) steps: Vec<PatternStep<'a>>,
    pub(super) resource: Option<&'a Resource>,
    pub(super) key: Option<&'a InstanceKey>,
}

/// A call on the way, of which every instance may be meant.
pub(super) enum PatternStep<'a> {
    Any(&'a Str),
    One(&'a Str, Option<&'a InstanceKey>),
}

/// A statement as two patterns.
struct Sides<'a> {
    from: Pattern<'a>,
    to: Pattern<'a>,
    /// How deep it is said.
    depth: usize,
    /// It only gives a module other keys.
    reindexes: bool,
}

/// Positions of statements in the order they are to be followed in. Cycles,
/// which are reported elsewhere, are broken anywhere.
pub(super) fn in_order(statements: &[Statement]) -> Vec<usize> {
    let edges = edges(statements);
    let mut order = Vec::with_capacity(statements.len());
    let mut seen = vec![false; statements.len()];
    for first in 0..statements.len() {
        // Of each, the number of its edges that were followed.
        let mut stack = vec![(first, 0)];
        if std::mem::replace(&mut seen[first], true) {
            continue;
        }
        while let Some((at, next)) = stack.last_mut() {
            match edges[*at].get(*next) {
                Some(before) => {
                    *next += 1;
                    if !std::mem::replace(&mut seen[*before], true) {
                        stack.push((*before, 0));
                    }
                }
                None => {
                    order.push(*at);
                    stack.pop();
                }
            }
        }
    }
    order
}

/// For each statement those that come before it.
pub(super) fn edges(statements: &[Statement]) -> Vec<Vec<usize>> {
    let sides: Vec<Sides<'_>> = statements.iter().map(Sides::of).collect();
    let sources = Index::new(sides.iter().map(|sides| &sides.from));
    let destinations = Index::new(sides.iter().map(|sides| &sides.to));
    let mut before = vec![Vec::new(); sides.len()];
    for (at, own) in sides.iter().enumerate() {
        for pattern in [&own.from, &own.to] {
            before[at].extend(destinations.around(pattern));
            for after in sources.around(pattern) {
                before[after].push(at);
            }
        }
    }
    for (at, before) in before.iter_mut().enumerate() {
        before.sort_unstable();
        before.dedup();
        before.retain(|other| *other != at && sides[at].depends_on(&sides[*other]));
    }
    before
}

impl<'a> Sides<'a> {
    fn of(statement: &'a Statement) -> Self {
        Sides {
            from: Pattern::of(statement, &statement.from),
            to: Pattern::of(statement, &statement.to),
            depth: statement.module.0.len(),
            reindexes: match (&statement.from, &statement.to) {
                (Target::Module(from), Target::Module(to)) => from.path() == to.path(),
                _ => false,
            },
        }
    }

    fn depends_on(&self, other: &Sides<'_>) -> bool {
        if self.from.chains_from(&other.to) {
            return true;
        }
        let nested = self.from.is_within(&other.to)
            || self.to.is_within(&other.to)
            || other.from.is_within(&self.from)
            || other.to.is_within(&self.from);
        // Within a module that only gets other keys both its addresses match:
        // only what is nested waits for the module then.
        nested && (self.depth >= other.depth || !self.reindexes)
    }
}

impl<'a> Pattern<'a> {
    fn of(statement: &'a Statement, target: &'a Target) -> Self {
        let kind = statement.kind();
        let declared = statement.module.0.iter().map(PatternStep::Any);
        let own = target.module().0.iter();
        let own = own.map(|(name, key)| PatternStep::One(name, key.as_ref()));
        let mut steps: Vec<_> = declared.chain(own).collect();
        if kind == Kind::Call
            && let Some(PatternStep::One(name, _)) = steps.pop()
        {
            steps.push(PatternStep::Any(name));
        }
        Pattern {
            kind,
            steps,
            resource: target.resource().map(|resource| &resource.resource),
            key: last_key(target),
        }
    }

    fn of_module(&self) -> bool {
        matches!(self.kind, Kind::Call | Kind::ModuleInstance)
    }

    /// Whether it may select what `other` made.
    fn chains_from(&self, other: &Pattern<'_>) -> bool {
        if self.steps.len() != other.steps.len() || !other.leads_to(self) {
            return false;
        }
        match (other.kind, self.kind) {
            (Kind::Call | Kind::ModuleInstance, _) => self.of_module(),
            (Kind::Resource, Kind::Resource) => self.resource == other.resource,
            (Kind::Instance, Kind::Instance) => {
                self.resource == other.resource && self.key == other.key
            }
            _ => false,
        }
    }

    /// Whether what it selects may be within what `other` selects.
    fn is_within(&self, other: &Pattern<'_>) -> bool {
        if other.steps.len() > self.steps.len() || !other.leads_to(self) {
            return false;
        }
        let deeper = self.steps.len() > other.steps.len();
        match (other.kind, self.kind) {
            (Kind::Call, Kind::Call)
            | (Kind::ModuleInstance, Kind::ModuleInstance | Kind::Call) => deeper,
            (Kind::Call | Kind::ModuleInstance, _) => true,
            (Kind::Resource, Kind::Instance) => !deeper && self.resource == other.resource,
            _ => false,
        }
    }

    /// Whether its way may be the beginning of another.
    fn leads_to(&self, other: &Pattern<'_>) -> bool {
        let mut steps = self.steps.iter().zip(&other.steps);
        steps.all(|steps| match steps {
            (PatternStep::One(a, own), PatternStep::One(b, key)) => a == b && own == key,
            (a, b) => a.name() == b.name(),
        })
    }
}

impl PatternStep<'_> {
    fn name(&self) -> &Str {
        match self {
            PatternStep::Any(name) | PatternStep::One(name, _) => name,
        }
    }
}
