//! Trying again.

use std::time::Duration;

use trueup_sdk::calls::{Family, Limits, Pace, Policy, Verdict};
use trueup_value::Str;

use super::{Cause, ClusterError};

/// Whoever mistyped an address should not wait for long: as long as no call
/// has reached the cluster.
pub(crate) const AT_FIRST: Policy = Policy {
    deadline: Duration::from_secs(30),
    attempts: 4,
    throttling_counts: false,
    propagation: Duration::ZERO,
    first: Duration::from_millis(100),
    longest: Duration::from_secs(1),
};

/// A control plane that is renewed is back within seconds.
pub(crate) const AFTERWARDS: Policy = Policy {
    deadline: Duration::from_secs(120),
    attempts: 10,
    longest: Duration::from_secs(5),
    ..AT_FIRST
};

/// API servers say themselves when they have too much to do, and bear a lot
/// until then.
const PACE: Pace = Pace {
    rate: 500.0,
    least: 2.0,
    most: 10_000.0,
    burst: 1000.0,
};

/// The limits of clusters nobody has called yet.
pub(crate) fn limits() -> Limits {
    Limits::new(|_| PACE)
}

/// All calls to an API server.
pub(crate) fn family(endpoint: &str) -> Family {
    Family {
        account: Str::new(endpoint),
        region: Str::new(""),
        api: Str::new("kubernetes"),
    }
}

/// What a failed call means. All calls made here may be made twice: reads,
/// server-side applies, and deletions of an object known by its UID.
pub(crate) fn verdict(error: &ClusterError) -> Verdict {
    match &*error.cause {
        Cause::TooManyRequests { retry_after } => Verdict::Throttled {
            after: retry_after.map(|seconds| Duration::from_secs(seconds.min(30))),
        },
        Cause::Unreachable { .. } => Verdict::Unclear { after: None },
        _ if error.is_transient() => Verdict::Transient { after: None },
        _ => Verdict::Final,
    }
}
