//! What a failure means for trying again.
//!
//! Codes that mean the same everywhere:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>

use std::time::Duration;

use trueup_sdk::calls::Verdict;

use crate::{CallError, ErrorKind};

/// There were too many calls. IAM's `LimitExceeded` is none of these: it is
/// how many of a thing there may be.
const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
];

/// The service failed, and says so by code whatever the HTTP status.
const FAILED: &[&str] = &[
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceFailure",
    "ServiceUnavailable",
    "Unavailable",
];

/// There is one by this name, in this place or with this effect.
const TAKEN: &[&str] = &[
    "BucketAlreadyOwnedByYou",
    "DuplicateListener",
    "DuplicateLoadBalancerName",
    "DuplicateTargetGroupName",
    "EntityAlreadyExists",
    "EntityAlreadyExistsException",
    "InvalidGroup.Duplicate",
    "InvalidPermission.Duplicate",
    "PriorityInUse",
    "ResourceInUseException",
];

pub(super) fn judge(error: &CallError) -> Verdict {
    let after = error
        .after
        .map(|seconds| Duration::from_secs(seconds.into()));
    match error.kind {
        ErrorKind::NoAnswer => Verdict::Unclear { after },
        ErrorKind::Credentials | ErrorKind::NotSent => Verdict::Final,
        ErrorKind::Answered if error.is(THROTTLED) || error.status == Some(429) => {
            Verdict::Throttled { after }
        }
        ErrorKind::Answered if error.is(FAILED) => Verdict::Unclear { after },
        ErrorKind::Answered if error.is(TAKEN) => Verdict::Taken,
        ErrorKind::Answered => match error.status {
            Some(500 | 502 | 503 | 504) => Verdict::Unclear { after },
            _ => Verdict::Final,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Service;

    fn answered(status: u16, code: &str) -> Verdict {
        judge(&CallError {
            status: Some(status),
            code: code.to_owned(),
            ..CallError::new(Service::Iam, "CreateRole", ErrorKind::Answered, "")
        })
    }

    #[test]
    fn codes_go_before_statuses() {
        let throttled = Verdict::Throttled { after: None };
        let unclear = Verdict::Unclear { after: None };
        for (status, code, verdict) in [
            (400, "Throttling", throttled),
            (503, "SlowDown", throttled),
            (429, "", throttled),
            (409, "LimitExceeded", Verdict::Final),
            (500, "ServiceFailure", unclear),
            (400, "RequestTimeout", unclear),
            (502, "", unclear),
            (409, "EntityAlreadyExists", Verdict::Taken),
            (403, "AccessDenied", Verdict::Final),
        ] {
            assert_eq!(answered(status, code), verdict, "{status} {code}");
        }
    }

    #[test]
    fn what_was_never_answered_may_have_happened() {
        let lost = CallError {
            after: Some(3),
            ..CallError::new(Service::Iam, "CreateRole", ErrorKind::NoAnswer, "")
        };
        let after = Some(Duration::from_secs(3));
        assert_eq!(judge(&lost), Verdict::Unclear { after });
        let unsent = CallError::new(Service::Iam, "CreateRole", ErrorKind::NotSent, "");
        assert_eq!(judge(&unsent), Verdict::Final);
    }
}
