//! Where a map or list of the values came from, and who wants to know that it
//! is read.

use std::{fmt, rc::Rc};

use super::Str;

/// A step of a path through values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A key of a map.
    Key(Str),
    /// An index of a list, from 0.
    Index(usize),
}

/// Told of every read of a tracked map, by templates and functions alike.
pub trait Reads {
    /// `key` of the map at `origin` was looked up, whether it exists or not.
    fn read(&self, origin: &Origin, key: &[u8]);

    /// All entries of the map or list at `origin` were looked at.
    fn read_all(&self, origin: &Origin);
}

/// The path of a tracked map or list from the root that its owner named.
#[derive(Clone)]
pub struct Origin(Rc<Inner>);

struct Inner {
    parent: Option<Origin>,
    step: Step,
    reads: Rc<dyn Reads>,
}

impl Origin {
    /// The root `name`, whose reads (and those of all below) go to `reads`.
    pub fn root(name: impl Into<Str>, reads: Rc<dyn Reads>) -> Self {
        Origin(Rc::new(Inner {
            parent: None,
            step: Step::Key(name.into()),
            reads,
        }))
    }

    /// The place one step below.
    pub fn child(&self, step: Step) -> Self {
        Origin(Rc::new(Inner {
            reads: Rc::clone(&self.0.reads),
            parent: Some(self.clone()),
            step,
        }))
    }

    /// A number that tells this place from every other one alive.
    pub fn identity(&self) -> usize {
        Rc::as_ptr(&self.0) as usize
    }

    /// The path from the root, its name first.
    pub fn path(&self) -> Vec<Step> {
        let mut steps = vec![self.0.step.clone()];
        let mut place = self;
        while let Some(parent) = &place.0.parent {
            steps.push(parent.0.step.clone());
            place = parent;
        }
        steps.reverse();
        steps
    }

    pub(crate) fn note(&self, key: &[u8]) {
        self.0.reads.read(self, key);
    }

    pub(crate) fn note_all(&self) {
        self.0.reads.read_all(self);
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Origin").field(&self.path()).finish()
    }
}
