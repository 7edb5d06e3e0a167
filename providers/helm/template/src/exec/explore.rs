//! Running what would not run, to see what it reads.

use std::collections::{HashMap, HashSet};

use super::{cell::Cell, renderer::Renderer, state::State, walk::Signal};
use crate::{
    Error, ErrorKind,
    syntax::ast::{Branch, BranchKind, Operand},
    value::{Kind, Type},
};

/// Which untaken sides were run already.
#[derive(Default)]
pub(super) struct Explored {
    /// Branches, by address, with the map that was dot.
    seen: HashSet<(usize, usize)>,
    /// Branches being explored: not entered again, for templates recurse.
    active: HashSet<usize>,
    /// How often each branch was explored: with fresh maps as dot at every
    /// level the number grows with the power of the depth.
    counts: HashMap<usize, u32>,
}

/// Most explorations of one branch.
const MAX_EXPLORED: u32 = 100;

impl Explored {
    /// Whether what runs now would not run.
    pub(super) fn is_untaken(&self) -> bool {
        !self.active.is_empty()
    }
}

/// While exploring neither errors nor `break` end a list of nodes; limits do.
pub(super) fn carry_on(outcome: Result<Signal, Error>) -> Result<(), Error> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::Limit => Err(error),
        _ => Ok(()),
    }
}

impl Renderer<'_> {
    /// Runs the side of `branch` that `value` doesn't choose.
    pub(super) fn explore_untaken<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        value: &Cell,
        branch: &'t Branch,
    ) -> Result<(), Error> {
        let address = std::ptr::from_ref(branch) as usize;
        let map = match dot.value.kind() {
            Kind::Map(map) => map.identity(),
            _ => 0,
        };
        if self.explored.active.contains(&address) || !self.explored.seen.insert((address, map)) {
            return Ok(());
        }
        let count = self.explored.counts.entry(address).or_default();
        *count += 1;
        if *count > MAX_EXPLORED {
            return Ok(());
        }
        let (list, dot) = match (value.value.is_true(), &branch.otherwise) {
            (true, Some(otherwise)) => (otherwise, dot),
            (true, None) => return Ok(()),
            (false, _) if branch.kind == BranchKind::If => (&branch.list, dot),
            (false, _) => (&branch.list, value),
        };
        self.explored.active.insert(address);
        let variables = state.variables.clone();
        let outcome = self.list(state, dot, list);
        state.variables = variables;
        self.explored.active.remove(&address);
        carry_on(outcome)
    }

    /// Evaluates the arguments that `and` and `or` leave out.
    pub(super) fn explore_args<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        args: &'t [Operand],
    ) -> Result<(), Error> {
        for arg in args {
            let outcome = self.argument(state, dot, Type::Reflect, arg);
            carry_on(outcome.map(|_| Signal::Next))?;
        }
        Ok(())
    }
}
