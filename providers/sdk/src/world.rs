//! What a provider reaches of the machine it runs on: what is passed in.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::Answer;

/// The machine, as far as providers may see it.
#[derive(Clone)]
pub struct World {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness that nobody can guess.
    pub random: Arc<dyn Random>,
    /// What relative paths are relative to.
    pub working_dir: PathBuf,
    /// The environment of the processes a provider starts.
    pub variables: Arc<BTreeMap<String, String>>,
}

/// Time: what it is, and waiting for it to pass.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> SystemTime;

    /// Waits. Nothing else is held up by it.
    fn sleep(&self, duration: Duration) -> Answer<'static, ()>;

    /// Waits for how long something else may take at most: whoever does so is at
    /// work, and no slot is put aside for it.
    fn deadline(&self, duration: Duration) -> Answer<'static, ()> {
        self.sleep(duration)
    }
}

/// A source of random bytes that nobody can guess.
pub trait Random: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// Whatever the system's source of randomness says.
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()>;
}

impl World {
    /// A path as the user means it: relative ones start at the working folder.
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.working_dir.join(path)
    }
}

impl dyn Random + '_ {
    /// So many random bytes.
    ///
    /// # Errors
    /// Those of [`Random::fill`].
    pub fn bytes(&self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// A number below `limit`, each equally likely; 0 if `limit` is 0.
    ///
    /// # Errors
    /// Those of [`Random::fill`].
    pub fn below(&self, limit: u64) -> io::Result<u64> {
        if limit < 2 {
            return Ok(0);
        }
        // Numbers beyond the last multiple of the limit would favour the
        // small ones.
        let fair = u64::MAX - u64::MAX % limit;
        loop {
            let mut bytes = [0; 8];
            self.fill(&mut bytes)?;
            let drawn = u64::from_le_bytes(bytes);
            if drawn < fair {
                return Ok(drawn % limit);
            }
        }
    }
}
