//! Marks: what must not be forgotten about a value while it is computed with.

use std::ops::{BitOr, BitOrAssign};

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
