//! Why a text is not YAML, and where.

/// A place in a text; all counts start at 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    pub(crate) index: usize,
    /// The line.
    pub line: u32,
    /// The column in characters.
    pub column: i32,
}

/// What found an error: users count the lines of each differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The check of the characters; it names no place.
    Reader,
    /// The division into tokens.
    Scanner,
    /// The structure.
    Parser,
}

/// Why a text is not YAML, in libyaml's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct SyntaxError {
    /// What found it.
    pub stage: Stage,
    /// What is wrong.
    pub problem: String,
    /// Where it is.
    pub at: Mark,
    /// Where the construct begins in which it is.
    pub context: Mark,
}

impl SyntaxError {
    pub(crate) fn unplaced(problem: &str) -> Self {
        SyntaxError {
            stage: Stage::Reader,
            problem: problem.to_owned(),
            at: Mark::default(),
            context: Mark::default(),
        }
    }
}
