//! Why a command ended early, and the exit code that says so.

use std::{io, path::PathBuf};

/// The exit code of a failed command, as Terraform has it.
pub(crate) const FAILURE: u8 = 1;

/// The exit code when no command is given, as Terraform has it.
pub(crate) const NO_COMMAND: u8 = 127;

/// The exit code of a fault of trueup itself.
pub(crate) const INTERNAL: u8 = 70;

/// The exit code after the reader of our output went away: 128 + SIGPIPE.
pub(crate) const BROKEN_PIPE: u8 = 141;

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// What was to be said has been said.
    #[error("the command failed")]
    Reported,
    /// The command ends with this code, everything said.
    #[error("exit code {0}")]
    Exit(u8),
    /// The command line is wrong.
    #[error("{summary}")]
    Usage {
        /// One line without a period.
        summary: String,
        /// Full sentences, or nothing.
        detail: String,
    },
    /// Something outside failed.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done, without the path: `Failed to read`.
        doing: String,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A chart cannot be used; in Helm's words.
    #[error("{0}")]
    Helm(String),
    /// Standard output could not be written.
    #[error("failed to write standard output: {0}")]
    Output(#[source] io::Error),
}

impl CommandError {
    /// A wrong command line, with what to do about it.
    pub(crate) fn usage(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        CommandError::Usage {
            summary: summary.into(),
            detail: detail.into(),
        }
    }

    /// A failed operation on a file.
    pub(crate) fn io(doing: &str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        CommandError::Io {
            doing: doing.to_owned(),
            path: path.into(),
            source,
        }
    }

    /// The exit code that tells of it.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            CommandError::Exit(code) => *code,
            CommandError::Output(source) if source.kind() == io::ErrorKind::BrokenPipe => {
                BROKEN_PIPE
            }
            _ => FAILURE,
        }
    }

    /// Summary and detail as a diagnostic shows them; nothing if all was said.
    pub(crate) fn message(&self) -> Option<(String, String)> {
        match self {
            CommandError::Reported | CommandError::Exit(_) | CommandError::Helm(_) => None,
            CommandError::Usage { summary, detail } => Some((summary.clone(), detail.clone())),
            CommandError::Io {
                doing,
                path,
                source,
            } => Some((doing.clone(), format!("{}: {source}.", path.display()))),
            CommandError::Output(source) if source.kind() == io::ErrorKind::BrokenPipe => None,
            CommandError::Output(source) => Some((
                "Failed to write standard output".into(),
                format!("{source}."),
            )),
        }
    }
}
