//! Templates that have been parsed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use trueup_helm_template::{Error, Parsed};

type Outcome = Arc<OnceLock<Result<Arc<Parsed>, Error>>>;

/// The parsed templates of a chart, by the names they were parsed under: a chart is rendered
/// more than once in a run. A copy of the chart has none, since its files may be changed.
#[derive(Debug, Default)]
pub(crate) struct Parses(Mutex<HashMap<String, Outcome>>);

impl Parses {
    /// The template `name`, parsed now if it has not been. Who wants what is being parsed waits
    /// for it.
    ///
    /// # Errors
    /// Those of `parse`.
    pub(crate) fn get(
        &self,
        name: &str,
        parse: impl FnOnce() -> Result<Parsed, Error>,
    ) -> Result<Arc<Parsed>, Error> {
        let outcome = self.outcome(name);
        outcome.get_or_init(|| parse().map(Arc::new)).clone()
    }

    fn outcome(&self, name: &str) -> Outcome {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(name) {
            Some(outcome) => Arc::clone(outcome),
            None => Arc::clone(known.entry(name.to_owned()).or_default()),
        }
    }
}

impl Clone for Parses {
    fn clone(&self) -> Self {
        Parses::default()
    }
}
