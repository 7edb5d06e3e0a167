//! Waiting for what takes its time.

use std::{future::Future, time::Duration};

use crate::{CallError, client::Account};

/// How long the service may take to come to terms with itself.
pub(crate) const PROPAGATION: Duration = Duration::from_secs(120);

/// What was just made shows within this time to calls that refer to it. Where
/// it is not there at all, nobody should wait for long.
pub(crate) const APPEARING: Duration = Duration::from_secs(15);

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Looks again and again until `look` finds what is waited for; `None` if it
/// has not come within `limit`.
///
/// # Errors
/// What looking failed with.
pub(crate) async fn until<T, F>(
    account: &Account,
    limit: Duration,
    look: impl Fn() -> F,
) -> Result<Option<T>, CallError>
where
    F: Future<Output = Result<Option<T>, CallError>>,
{
    let clock = &account.world.clock;
    let begun = clock.now();
    let mut pause = FIRST_PAUSE;
    loop {
        if let Some(found) = look().await? {
            return Ok(Some(found));
        }
        let elapsed = clock.now().duration_since(begun).unwrap_or_default();
        if elapsed + pause > limit {
            return Ok(None);
        }
        clock.sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
