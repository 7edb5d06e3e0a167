//! The order in which things are done.
//!
//! A node is ready once all it waits for is done; of several, the one with the
//! longest way still to go behind it comes first. Nodes between two groups
//! that all depend on each other stand in for the product of the groups, so
//! that edges stay linear in what there is.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, binary_heap::PeekMut},
};

/// What waits for what, and how far it has come.
#[derive(Debug, Default)]
pub struct Schedule {
    waiting: Vec<u32>,
    dependents: Vec<Vec<u32>>,
    /// The longest way from each node to an end, itself included.
    ways: Vec<u32>,
    /// The worst that came of what each node waits for.
    before: Vec<Outcome>,
    ready: Queue<u32>,
}

/// What came of a node, from best to worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It is done.
    #[default]
    Done,
    /// It is not done, which stops only what cannot be without it: what had to
    /// come after it need not wait any longer.
    Held,
    /// It is not done, and nothing that waits for it must be.
    Failed,
}

/// A node that can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Which.
    pub node: u32,
    /// The worst that came of what it waited for. It must be completed
    /// whatever that is.
    pub before: Outcome,
}

/// What is to be done, the most urgent first; what is equally urgent in the
/// order in which it came.
#[derive(Debug)]
pub struct Queue<T> {
    heap: BinaryHeap<Entry<T>>,
    next: u32,
}

#[derive(Debug)]
struct Entry<T> {
    rank: (u32, Reverse<u32>),
    what: T,
}

impl Schedule {
    /// A schedule of `count` nodes that wait for nothing.
    pub fn new(count: usize) -> Self {
        Schedule {
            waiting: vec![0; count],
            dependents: vec![Vec::new(); count],
            ways: Vec::new(),
            before: vec![Outcome::Done; count],
            ready: Queue::default(),
        }
    }

    /// Adds a node that waits for nothing.
    pub fn add(&mut self) -> u32 {
        self.waiting.push(0);
        self.dependents.push(Vec::new());
        self.before.push(Outcome::Done);
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

    /// What waits for each node.
    pub(crate) fn dependents(&self) -> &[Vec<u32>] {
        &self.dependents
    }

    /// Begins with all that waits for nothing. `cost` says how long a node
    /// may take, against the others.
    pub fn start(&mut self, cost: impl Fn(u32) -> u32) {
        self.measure(cost);
        for (node, waiting) in (0..).zip(&self.waiting) {
            if *waiting == 0 {
                self.ready.push(self.ways[node as usize], node);
            }
        }
    }

    /// Whether something waits for itself, so that its turn never comes.
    pub fn has_rings(&self) -> bool {
        self.in_order().len() < self.waiting.len()
    }

    /// Whether something still waits.
    pub fn has_left(&self) -> bool {
        self.waiting.iter().any(|waiting| *waiting > 0)
    }

    /// Everything whose turn comes, after what it waits for.
    fn in_order(&self) -> Vec<u32> {
        let mut waiting = self.waiting.clone();
        let free = (0..).zip(&waiting).filter(|(_, waiting)| **waiting == 0);
        let mut order: Vec<u32> = free.map(|(node, _)| node).collect();
        order.reserve(waiting.len() - order.len());
        let mut at = 0;
        while let Some(node) = order.get(at) {
            at += 1;
            for dependent in &self.dependents[*node as usize] {
                waiting[*dependent as usize] -= 1;
                if waiting[*dependent as usize] == 0 {
                    order.push(*dependent);
                }
            }
        }
        order
    }

    fn measure(&mut self, cost: impl Fn(u32) -> u32) {
        let order = self.in_order();
        self.ways = vec![0; self.waiting.len()];
        for node in order.into_iter().rev() {
            let dependents = self.dependents[node as usize].iter();
            let longest = dependents.map(|later| self.ways[*later as usize]).max();
            self.ways[node as usize] = longest.unwrap_or(0).saturating_add(cost(node));
        }
    }

    /// How urgent a node is: the longest way from it to an end.
    pub fn way(&self, node: u32) -> u32 {
        self.ways.get(node as usize).copied().unwrap_or(0)
    }

    /// The next node that can be done.
    pub fn pop(&mut self) -> Option<Ready> {
        let node = self.ready.pop()?;
        let before = self.before.get(node as usize).copied().unwrap_or_default();
        Some(Ready { node, before })
    }

    /// Notes what came of a node.
    pub fn complete(&mut self, node: u32, outcome: Outcome) {
        let Some(dependents) = self.dependents.get_mut(node as usize) else {
            return;
        };
        for dependent in std::mem::take(dependents) {
            let index = dependent as usize;
            self.before[index] = self.before[index].max(outcome);
            self.waiting[index] -= 1;
            if self.waiting[index] == 0 {
                self.ready.push(self.ways[index], dependent);
            }
        }
    }
}

impl Outcome {
    /// Of what was begun.
    pub fn of(failed: bool) -> Self {
        match failed {
            true => Outcome::Failed,
            false => Outcome::Done,
        }
    }
}

impl<T> Queue<T> {
    /// Adds something; the higher `urgency`, the sooner its turn comes.
    pub fn push(&mut self, urgency: u32, what: T) {
        let rank = (urgency, Reverse(self.next));
        self.next += 1;
        self.heap.push(Entry { rank, what });
    }

    /// Takes the first.
    pub fn pop(&mut self) -> Option<T> {
        self.heap.pop().map(|entry| entry.what)
    }

    /// Takes a part of the first, which stays the first while `take` says
    /// that there is more of it.
    pub fn pop_part<U>(&mut self, take: impl FnOnce(&mut T) -> (U, bool)) -> Option<U> {
        let mut first = self.heap.peek_mut()?;
        let (part, more) = take(&mut first.what);
        if !more {
            PeekMut::pop(first);
        }
        Some(part)
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Queue {
            heap: BinaryHeap::new(),
            next: 0,
        }
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_depends_on_a_failure_is_told_and_neighbours_are_not() {
        let mut schedule = Schedule::new(5);
        for (before, after) in [(0, 1), (1, 2), (3, 4)] {
            schedule.edge(before, after);
        }
        schedule.start(|_| 1);
        let mut seen = Vec::new();
        while let Some(Ready { node, before }) = schedule.pop() {
            seen.push((node, before));
            schedule.complete(node, before.max(Outcome::of(node == 0)));
        }
        let (done, failed) = (Outcome::Done, Outcome::Failed);
        let expected = [(0, done), (3, done), (1, failed), (4, done), (2, failed)];
        assert_eq!(seen, expected);
    }

    #[test]
    fn the_longest_way_is_begun_first() {
        let mut schedule = Schedule::new(6);
        // 5 leads to 4 and 3; 0, 1 and 2 lead nowhere.
        for (before, after) in [(5, 4), (4, 3), (0, 3)] {
            schedule.edge(before, after);
        }
        schedule.start(|node| if node == 2 { 9 } else { 1 });
        let mut seen = Vec::new();
        while let Some(Ready { node, .. }) = schedule.pop() {
            seen.push(node);
            schedule.complete(node, Outcome::Done);
        }
        assert_eq!(seen, [2, 5, 0, 4, 1, 3]);
    }

    #[test]
    fn parts_of_the_first_are_taken_one_by_one() {
        let mut queue = Queue::default();
        queue.push(1, 10..12);
        queue.push(2, 0..3);
        let mut seen = Vec::new();
        while let Some(part) = queue.pop_part(|range: &mut std::ops::Range<u32>| {
            let part = range.start;
            range.start += 1;
            (part, range.start < range.end)
        }) {
            seen.push(part);
        }
        assert_eq!(seen, [0, 1, 2, 10, 11]);
    }
}
