//! Versions as the standard has them: Helm reads more, and says so.

/// Whether `text` is `X.Y.Z`, with a pre-release and build metadata at will.
pub(super) fn is_strict(text: &str) -> bool {
    let (rest, metadata) = cut(text, '+');
    let (core, prerelease) = cut(rest, '-');
    let numbers: Vec<&str> = core.split('.').collect();
    numbers.len() == 3
        && numbers.iter().all(|number| is_number(number))
        && metadata.is_none_or(|text| text.split('.').all(is_identifier))
        && prerelease.is_none_or(|text| text.split('.').all(is_prerelease))
}

fn cut(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// Digits without a zero in front.
fn is_number(text: &str) -> bool {
    text.parse::<u64>().is_ok()
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.len() == 1 || !text.starts_with('0'))
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_prerelease(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    is_identifier(text) && (!digits || text.len() == 1 || !text.starts_with('0'))
}
