//! From one state to the next: serial, lineage, and what may take whose place.

use crate::Snapshot;

/// Why a state may not take the place of another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// They have nothing to do with each other.
    #[error(
        "cannot import state with lineage {given:?} over unrelated state with lineage {existing:?}"
    )]
    Unrelated {
        /// The lineage of the new one.
        given: String,
        /// The lineage of the one there is.
        existing: String,
    },
    /// The one there is has changed since.
    #[error("cannot import state with serial {given} over newer state with serial {existing}")]
    Older {
        /// The serial of the new one.
        given: u64,
        /// The serial of the one there is.
        existing: u64,
    },
    /// They went different ways.
    #[error(
        "cannot overwrite existing state with serial {serial} with a different state that has the same serial"
    )]
    Diverged {
        /// The serial of both.
        serial: u64,
    },
}

impl Snapshot {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.outputs.is_empty()
    }

    /// Makes this the successor of `previous`: its lineage, and a serial one
    /// higher if anything has changed. Without `previous` it begins with
    /// serial 1 and the lineage it has.
    pub fn succeed(&mut self, previous: Option<&Snapshot>) {
        let (serial, changed) = match previous {
            Some(previous) => {
                self.lineage.clone_from(&previous.lineage);
                (previous.serial, !self.same_contents(previous))
            }
            None => (0, true),
        };
        self.serial = serial + u64::from(changed);
    }

    /// Whether this may take the place of `existing`, as `state push` asks.
    /// States without a lineage are related to all others.
    ///
    /// # Errors
    /// [`ImportError`]
    pub fn check_import(&self, existing: &Snapshot) -> Result<(), ImportError> {
        if self.lineage.is_empty() || existing.lineage.is_empty() || existing.is_empty() {
            return Ok(());
        }
        if self.lineage != existing.lineage {
            return Err(ImportError::Unrelated {
                given: self.lineage.clone(),
                existing: existing.lineage.clone(),
            });
        }
        if self.serial < existing.serial {
            return Err(ImportError::Older {
                given: self.serial,
                existing: existing.serial,
            });
        }
        if self.serial == existing.serial && !self.same_contents(existing) {
            return Err(ImportError::Diverged {
                serial: self.serial,
            });
        }
        Ok(())
    }
}
