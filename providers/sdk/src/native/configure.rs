//! How a provider gets ready for work.

use super::{Fields, Shape};
use crate::{Answer, Problem, ready};

/// The configuration of a provider, and the client it leads to.
pub trait Configure<C>: Send + Sync {
    /// What the configuration looks like. Asked for once.
    fn shape(&self) -> Shape;

    /// Judges a configuration, which may be unknown in places.
    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let _ = config;
        Vec::new()
    }

    /// Whether there is a client for a configuration that is not known in
    /// full: one that can plan, but reaches nothing. Otherwise everything of
    /// the provider waits until it is.
    fn configures_unknown(&self) -> bool {
        false
    }

    /// The client. No default may stand in for what is unknown.
    fn configure<'a>(&'a self, config: Fields) -> Answer<'a, Result<C, Vec<Problem>>>;
}

/// The configuration of a provider that takes none.
#[derive(Clone, Copy, Debug)]
pub struct Unconfigured;

impl Configure<()> for Unconfigured {
    fn shape(&self) -> Shape {
        Shape::default()
    }

    fn configure<'a>(&'a self, _: Fields) -> Answer<'a, Result<(), Vec<Problem>>> {
        ready(Ok(()))
    }
}
