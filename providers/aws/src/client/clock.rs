//! Time as the SDK wants it, from the clock that was passed in.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_smithy_async::{
    rt::sleep::{AsyncSleep, Sleep},
    time::TimeSource,
};
use trueup_sdk::world::Clock;

#[derive(Clone)]
pub(super) struct Time(pub(super) Arc<dyn Clock>);

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Time")
    }
}

impl TimeSource for Time {
    fn now(&self) -> SystemTime {
        self.0.now()
    }
}

impl AsyncSleep for Time {
    fn sleep(&self, duration: Duration) -> Sleep {
        // It only waits for how long calls may take.
        let slept = self.0.deadline(duration);
        // Futures of the SDK must be shareable, those of the clock need not.
        Sleep::new(futures_util::FutureExt::shared(slept))
    }
}
