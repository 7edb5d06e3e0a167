//! The order in which things are done.
//!
//! A node is ready once all it waits for is done. Nodes between two groups
//! that all depend on each other stand in for the product of the groups, so
//! that edges stay linear in what there is.

use std::collections::VecDeque;

/// What waits for what, and how far it has come.
#[derive(Debug, Default)]
pub struct Schedule {
    waiting: Vec<u32>,
    dependents: Vec<Vec<u32>>,
    /// Something it waits for has failed.
    blocked: Vec<bool>,
    ready: VecDeque<u32>,
}

/// A node that can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Which.
    pub node: u32,
    /// It must not be done: something it waits for has failed. It must be
    /// completed all the same.
    pub blocked: bool,
}

impl Schedule {
    /// A schedule of `count` nodes that wait for nothing.
    pub fn new(count: usize) -> Self {
        Schedule {
            waiting: vec![0; count],
            dependents: vec![Vec::new(); count],
            blocked: vec![false; count],
            ready: VecDeque::new(),
        }
    }

    /// Adds a node that waits for nothing.
    pub fn add(&mut self) -> u32 {
        self.waiting.push(0);
        self.dependents.push(Vec::new());
        self.blocked.push(false);
        u32::try_from(self.waiting.len() - 1).unwrap_or(u32::MAX)
    }

    /// Lets `after` wait for `before`.
    pub fn edge(&mut self, before: u32, after: u32) {
        if before == after {
            return;
        }
        if let (Some(dependents), Some(waiting)) = (
            self.dependents.get_mut(before as usize),
            self.waiting.get_mut(after as usize),
        ) {
            dependents.push(after);
            *waiting += 1;
        }
    }

    /// Begins with all that waits for nothing.
    pub fn start(&mut self) {
        let free = self.waiting.iter().enumerate().filter(|(_, n)| **n == 0);
        self.ready = free.filter_map(|(i, _)| u32::try_from(i).ok()).collect();
    }

    /// The next node that can be done.
    pub fn pop(&mut self) -> Option<Ready> {
        let node = self.ready.pop_front()?;
        let blocked = self.blocked.get(node as usize).copied().unwrap_or(false);
        Some(Ready { node, blocked })
    }

    /// Notes that a node is done, or that it failed.
    pub fn complete(&mut self, node: u32, failed: bool) {
        let Some(dependents) = self.dependents.get_mut(node as usize) else {
            return;
        };
        for dependent in std::mem::take(dependents) {
            let index = dependent as usize;
            if failed {
                self.blocked[index] = true;
            }
            self.waiting[index] -= 1;
            if self.waiting[index] == 0 {
                self.ready.push_back(dependent);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_depends_on_a_failure_is_blocked_and_neighbours_are_not() {
        let mut schedule = Schedule::new(5);
        for (before, after) in [(0, 1), (1, 2), (3, 4)] {
            schedule.edge(before, after);
        }
        schedule.start();
        let mut seen = Vec::new();
        while let Some(Ready { node, blocked }) = schedule.pop() {
            seen.push((node, blocked));
            schedule.complete(node, blocked || node == 0);
        }
        let expected = [(0, false), (3, false), (1, true), (4, false), (2, true)];
        assert_eq!(seen, expected);
    }
}
