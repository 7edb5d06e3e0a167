//! What flowed into a value: labels that the owner of the values gave out.

use std::{collections::BTreeSet, rc::Rc};

/// A thing that can flow into output: a value path, a secret, an unknown.
/// What the number stands for is its owner's matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub u32);

/// A set of labels; empty ones cost nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(Option<Rc<BTreeSet<Label>>>);

impl Labels {
    /// No labels.
    pub const NONE: Labels = Labels(None);

    /// One label.
    pub fn one(label: Label) -> Self {
        Labels(Some(Rc::new(BTreeSet::from([label]))))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The labels in order.
    pub fn iter(&self) -> impl Iterator<Item = Label> + '_ {
        self.0.iter().flat_map(|set| set.iter().copied())
    }

    /// Takes in `other`'s labels.
    pub fn extend(&mut self, other: &Labels) {
        match (&mut self.0, &other.0) {
            (_, None) => {}
            (None, Some(set)) => self.0 = Some(Rc::clone(set)),
            (Some(mine), Some(theirs)) => {
                if !Rc::ptr_eq(mine, theirs) && !theirs.is_subset(mine) {
                    Rc::make_mut(mine).extend(theirs.iter().copied());
                }
            }
        }
    }
}

/// Which bytes of a text came from where, sorted and without overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The template action that printed them.
    pub source: Option<Source>,
    /// What flowed into them.
    pub labels: Labels,
}

/// A place in a template.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// The name of the file, as it was given to the parser.
    pub file: Rc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in bytes, from 0, as Go's messages count it.
    pub column: u32,
}

/// The flow of one value: labels of the whole, and for a text also of parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// What flowed into every part.
    pub labels: Labels,
    /// What flowed into parts of a text.
    pub spans: Vec<Span>,
}
