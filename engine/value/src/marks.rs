//! Marks: what must not be forgotten about a value while it is computed with.

use std::{
    ops::{BitOr, BitOrAssign},
    sync::Arc,
};

use crate::{Path, PathStep, Value};

/// The set of marks on a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Marks(u8);

impl Marks {
    /// No mark at all.
    pub const NONE: Marks = Marks(0);
    /// The value must not be shown.
    pub const SENSITIVE: Marks = Marks(1);
    /// The value must not be stored in a plan or a state.
    pub const EPHEMERAL: Marks = Marks(2);

    /// Whether no mark is set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every mark of `other` is set.
    pub fn contains(self, other: Marks) -> bool {
        self.0 & other.0 == other.0
    }

    /// These marks without those of `other`.
    pub fn without(self, other: Marks) -> Marks {
        Marks(self.0 & !other.0)
    }
}

impl BitOr for Marks {
    type Output = Marks;

    fn bitor(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }
}

impl BitOrAssign for Marks {
    fn bitor_assign(&mut self, other: Marks) {
        self.0 |= other.0;
    }
}

impl Value {
    /// Itself without the marks of its top level.
    pub(crate) fn peel(&self) -> &Value {
        match self {
            Value::Marked(marked) => &marked.1,
            other => other,
        }
    }

    /// The marks of its top level.
    pub fn marks(&self) -> Marks {
        match self {
            Value::Marked(marked) => marked.0,
            _ => Marks::NONE,
        }
    }

    /// Itself without the marks of its top level, and these.
    pub fn unmarked(&self) -> (&Value, Marks) {
        (self.peel(), self.marks())
    }

    /// Whether it is marked at its top level.
    pub fn is_marked(&self) -> bool {
        matches!(self, Value::Marked(_))
    }

    /// Whether it or anything in it is marked.
    pub fn contains_marked(&self) -> bool {
        self.is_marked() || self.values().any(Value::contains_marked)
    }

    /// All marks of it and of everything in it.
    pub fn deep_marks(&self) -> Marks {
        let (inner, marks) = self.unmarked();
        inner
            .values()
            .fold(marks, |marks, value| marks | value.deep_marks())
    }

    /// Itself with `marks` added.
    pub fn with_marks(&self, marks: Marks) -> Value {
        let (inner, own) = self.unmarked();
        if own.contains(marks) {
            return self.clone();
        }
        Value::Marked(Arc::new((own | marks, inner.clone())))
    }

    /// Itself without any marks, and all that there were.
    pub fn unmark_deep(&self) -> (Value, Marks) {
        if !self.contains_marked() {
            return (self.clone(), Marks::NONE);
        }
        let mut all = self.marks();
        let unmarked = self.peel().map_values(&mut |_, value| {
            let (value, marks) = value.unmark_deep();
            all |= marks;
            value
        });
        (unmarked, all)
    }

    /// Itself without any marks, and where they were; outer values come
    /// before what is in them.
    pub fn unmark_deep_with_paths(&self) -> (Value, Vec<(Path, Marks)>) {
        let mut found = Vec::new();
        let unmarked = self.unmark_at(&mut Path::new(), &mut found);
        (unmarked, found)
    }

    fn unmark_at(&self, path: &mut Path, found: &mut Vec<(Path, Marks)>) -> Value {
        if !self.contains_marked() {
            return self.clone();
        }
        let (inner, marks) = self.unmarked();
        if !marks.is_empty() {
            found.push((path.clone(), marks));
        }
        inner.map_values(&mut |step, value| {
            path.push(step());
            let value = value.unmark_at(path, found);
            path.pop();
            value
        })
    }

    /// Itself with the marks added where their paths lead; paths that lead
    /// nowhere are ignored.
    pub fn mark_with_paths(&self, marks: &[(Path, Marks)]) -> Value {
        let marks: Vec<(&[PathStep], Marks)> =
            marks.iter().map(|(path, m)| (path.steps(), *m)).collect();
        self.mark_at(&marks)
    }

    fn mark_at(&self, marks: &[(&[PathStep], Marks)]) -> Value {
        if marks.is_empty() {
            return self.clone();
        }
        let (inner, mut own) = self.unmarked();
        let mut deeper = Vec::new();
        for &(steps, m) in marks {
            match steps.split_first() {
                None => own |= m,
                Some((first, rest)) => deeper.push((first, rest, m)),
            }
        }
        if deeper.is_empty() {
            return inner.with_marks(own);
        }
        let marked = inner.map_values(&mut |step, value| {
            let step = step();
            let here = deeper.iter().filter(|(first, _, _)| **first == step);
            let here: Vec<_> = here.map(|&(_, rest, m)| (rest, m)).collect();
            value.mark_at(&here)
        });
        marked.with_marks(own)
    }
}
