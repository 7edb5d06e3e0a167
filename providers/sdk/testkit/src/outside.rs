//! What the kit knows of the world the provider acts on.

/// The world outside: whoever runs a suite says what can be known of it.
pub trait Outside: Sync {
    /// How many calls asked the world for a change so far; `None` if nobody
    /// counts them.
    fn mutations(&self) -> Option<usize> {
        None
    }

    /// How many objects of a type there are whose name has `unique` in it;
    /// `None` if nobody can tell.
    fn count(&self, kind: &str, unique: &str) -> Option<usize> {
        let _ = (kind, unique);
        None
    }

    /// A process was killed in the middle of a call, which may still arrive:
    /// returns when it has.
    fn settle(&self) {}

    /// From now on almost a third of all calls is throttled, fails, never
    /// arrives, or is answered in vain; which ones follows from the seed.
    /// `false` where there is no such weather.
    fn storm(&self, seed: u64) -> bool {
        let _ = seed;
        false
    }

    /// The weather is fine again.
    fn calm(&self) {}
}

/// A world of which nothing is known.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Outside for Nothing {}
