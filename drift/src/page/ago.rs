//! Times as people say them.

use jiff::{SignedDuration, Timestamp};

/// `just now`, `5 min ago`, `3 h ago`, `2 days ago`.
pub(super) fn ago(moment: Timestamp, now: Timestamp) -> String {
    match span(now.duration_since(moment)) {
        None => "just now".to_owned(),
        Some(span) => format!("{span} ago"),
    }
}

/// `now`, `in 5 min`, `in 3 h`, `in 2 days`.
pub(super) fn until(moment: Timestamp, now: Timestamp) -> String {
    match span(moment.duration_since(now)) {
        None => "now".to_owned(),
        Some(span) => format!("in {span}"),
    }
}

/// A length of time in one unit; nothing if it is short.
fn span(duration: SignedDuration) -> Option<String> {
    let minutes = (duration.as_secs() + 30) / 60;
    Some(match minutes {
        ..1 => return None,
        1..90 => format!("{minutes} min"),
        90..2880 => format!("{} h", (minutes + 30) / 60),
        _ => format!("{} days", (minutes + 720) / 1440),
    })
}

/// How long a check took.
pub(super) fn took(duration: SignedDuration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        ..10.0 => format!("{seconds:.1} s"),
        ..120.0 => format!("{seconds:.0} s"),
        _ => format!("{:.0} min", seconds / 60.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let now = Timestamp::from_second(10_000_000).unwrap();
        let ago = |seconds| ago(now - SignedDuration::from_secs(seconds), now);
        assert_eq!(
            [0, 29, 30, 300, 5400, 86400, 172_800, 604_800].map(ago),
            [
                "just now",
                "just now",
                "1 min ago",
                "5 min ago",
                "2 h ago",
                "24 h ago",
                "2 days ago",
                "7 days ago"
            ]
        );
        assert_eq!(until(now + SignedDuration::from_mins(5), now), "in 5 min");
        assert_eq!(until(now - SignedDuration::from_mins(5), now), "now");
    }
}
