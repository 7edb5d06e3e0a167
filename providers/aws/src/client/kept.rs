//! What was read once in a run and is not asked for again.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// What was read of objects, by name, and after how many changes each was read: what was
/// changed since may be out of date.
pub(crate) struct Kept<T>(Mutex<BTreeMap<String, (u64, T)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept(Mutex::default())
    }
}

impl<T: Clone> Kept<T> {
    /// What was read of an object, if nothing has changed since.
    pub(crate) fn get(&self, changes: u64, name: &str) -> Option<T> {
        let all = self.all();
        let (at, read) = all.get(name)?;
        (*at == changes).then(|| read.clone())
    }

    /// Keeps what was read, asked for after this many changes.
    pub(crate) fn put(&self, changes: u64, name: &str, read: T) {
        self.all().insert(name.to_owned(), (changes, read));
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, (u64, T)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn a_change_makes_what_was_read_old() {
        let kept = Kept::default();
        kept.put(1, "role", "read");
        assert_eq!(kept.get(1, "role"), Some("read"));
        assert_eq!(kept.get(2, "role"), None);
        assert_eq!(kept.get(1, "other"), None);
    }
}
