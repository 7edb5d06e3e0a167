//! What is opened for a run and never stored.

use super::{Fields, Shape};
use crate::{Answer, Opened, Problem, Renewed, ready};

/// A type of ephemeral resources of a provider whose client is `C`.
pub trait EphemeralType<C = ()>: Send + Sync {
    /// What it is asked and what it yields. Asked for once.
    fn shape(&self) -> Shape;

    /// Judges a configuration, which may be unknown in places.
    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let _ = config;
        Vec::new()
    }

    /// Opens one.
    fn open<'a>(
        &'a self,
        client: &'a C,
        config: Fields,
    ) -> Answer<'a, Result<Opened, Vec<Problem>>>;

    /// Lets one live on, by what [`Opened::private`] had.
    fn renew<'a>(
        &'a self,
        client: &'a C,
        private: &'a [u8],
    ) -> Answer<'a, Result<Renewed, Vec<Problem>>> {
        let _ = client;
        ready(Ok(Renewed {
            private: private.to_vec(),
            renew_at: None,
        }))
    }

    /// Closes one, by what [`Opened::private`] had.
    fn close<'a>(&'a self, client: &'a C, private: &'a [u8]) -> Answer<'a, Vec<Problem>> {
        let _ = (client, private);
        ready(Vec::new())
    }
}
