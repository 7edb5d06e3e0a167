//! What a run may use up.

/// Bounds of one execution, nested ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of output, and of any one string that a function makes.
    pub output: usize,
    /// Nodes executed, loop rounds and function calls.
    pub steps: u64,
    /// Templates within templates.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            output: 100 << 20,
            steps: 100_000_000,
            depth: 100_000,
        }
    }
}
