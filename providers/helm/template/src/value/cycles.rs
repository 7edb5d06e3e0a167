//! Maps that hold themselves, which `set` can make. Reference counting alone
//! would never free them.

use std::collections::HashSet;

use super::{Kind, Map, Value};

/// Empties each map below `roots` that a path leads back to. For use when
/// nobody reads the values any more.
pub(crate) fn break_cycles(roots: impl IntoIterator<Item = Map>) {
    let mut done = HashSet::new();
    let mut cyclic = Vec::new();
    for root in roots {
        search(&root, &mut done, &mut cyclic);
    }
    cyclic.iter().for_each(Map::clear);
}

/// Depth first without recursion; a map met while its own entries are still
/// being searched closes a cycle.
fn search(root: &Map, done: &mut HashSet<usize>, cyclic: &mut Vec<Map>) {
    enum Step {
        Enter(Value),
        Leave(usize),
    }
    let mut open = HashSet::new();
    let mut steps = vec![Step::Enter(root.clone().into())];
    while let Some(step) = steps.pop() {
        let value = match step {
            Step::Enter(value) => value,
            Step::Leave(map) => {
                open.remove(&map);
                continue;
            }
        };
        match value.kind() {
            Kind::List(list) => steps.extend(list.untracked().iter().cloned().map(Step::Enter)),
            Kind::Map(map) if open.contains(&map.identity()) => cyclic.push(map.clone()),
            Kind::Map(map) if done.insert(map.identity()) => {
                open.insert(map.identity());
                steps.push(Step::Leave(map.identity()));
                let entries = map.untracked_entries().into_iter();
                steps.extend(entries.map(|(_, value)| Step::Enter(value)));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_that_holds_itself_is_freed() {
        let map = Map::new();
        map.insert("self", map.clone().into());
        map.insert("list", crate::List::new(vec![map.clone().into()]).into());
        let weak = map.downgrade();
        break_cycles([map]);
        assert!(weak.and_then(|weak| weak.upgrade()).is_none());
    }

    #[test]
    fn a_map_met_twice_is_left_alone() {
        let shared = Map::new();
        shared.insert("key", Value::int(1));
        let outer = Map::new();
        outer.insert("a", shared.clone().into());
        outer.insert("b", shared.clone().into());
        break_cycles([outer.clone(), shared.clone()]);
        assert_eq!((outer.len(), shared.len()), (2, 1));
    }
}
