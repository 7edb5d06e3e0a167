//! What is read and not managed.

use super::{Fields, Shape};
use crate::{Answer, Problem};

/// A type of data sources of a provider whose client is `C`.
pub trait DataSource<C = ()>: Send + Sync {
    /// What it is asked and what it answers. Asked for once.
    fn shape(&self) -> Shape;

    /// Judges a configuration, which may be unknown in places.
    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let _ = config;
        Vec::new()
    }

    /// The answer: the configuration with all that is computed.
    fn read<'a>(
        &'a self,
        client: &'a C,
        config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>>;
}
