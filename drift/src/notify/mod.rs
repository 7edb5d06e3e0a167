//! Who is told what: only when something is another than they know, never twice
//! but for a retry, and never lost once it is on disk.

mod change;
mod http;
mod message;
mod outbox;
mod signature;
mod slack;
mod standing;
mod webhook;

pub use change::{Change, ChangeKind, Spot};
pub use http::Http;
pub use message::Notice;
pub use outbox::{Answer, Outbox, Outgoing, Refusal, Waiting};
pub use signature::sign;
pub use standing::Standing;

use std::time::Duration;

/// How long a receiver may take to answer.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// Hands messages to those they are for. It may take up to [`PATIENCE`].
pub trait Courier: Send + Sync {
    /// Sends a message once.
    fn deliver(&self, message: &Outgoing) -> Answer;
}
