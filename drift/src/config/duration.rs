//! Lengths of time as people write them.

use jiff::SignedDuration;

/// The longest that makes sense for anything here.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 366);

/// `90s`, `5m`, `1h30m`; nothing if it is negative or none at all.
pub(super) fn parse(text: &str) -> Option<SignedDuration> {
    let duration: SignedDuration = text.trim().parse().ok()?;
    (SignedDuration::ZERO..=LONGEST)
        .contains(&duration)
        .then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        let seconds = |text| parse(text).map(|duration| duration.as_secs());
        assert_eq!(seconds("90s"), Some(90));
        assert_eq!(seconds("5m"), Some(300));
        assert_eq!(seconds("1h30m"), Some(5400));
        assert_eq!(seconds("0s"), Some(0));
        for wrong in ["", "5", "soon", "-5m", "10000h"] {
            assert_eq!(seconds(wrong), None, "{wrong:?}");
        }
    }
}
