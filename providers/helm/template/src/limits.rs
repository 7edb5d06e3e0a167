//! What a run may use up.

/// Bytes that one text or one copy of a value may take, unless the caller says less.
pub(crate) const MAX_BYTES: usize = 100 << 20;

/// Bounds of one execution, nested ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of output, and of any one string that a function makes.
    pub output: usize,
    /// Nodes executed, loop rounds, function calls and the texts that they read and make.
    pub steps: u64,
    /// Templates within templates.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            output: MAX_BYTES,
            steps: 100_000_000,
            depth: 100_000,
        }
    }
}
