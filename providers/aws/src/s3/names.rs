//! Names of buckets.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>

use std::net::Ipv4Addr;

use trueup_sdk::{Problem, native::problem};
use trueup_value::Value;

const SUMMARY: &str = "Invalid bucket name";

/// What is wrong with the name of a bucket that is to be made. None is given
/// where one is to be generated.
pub(super) fn check_new(value: &Value, called: &str) -> Option<Problem> {
    let name = value.as_str().filter(|name| !name.is_empty())?;
    too_long(name, called, 63).or_else(|| {
        let wrong = wrong(name)?;
        Some(problem(SUMMARY, format!("\"{called}\" ({name}): {wrong}.")))
    })
}

/// What is wrong with what the name of a bucket is to begin with.
pub(super) fn check_prefix(value: &Value, called: &str) -> Option<Problem> {
    let name = value.as_str().filter(|name| !name.is_empty())?;
    too_long(name, called, 37).or_else(|| {
        let wrong = wrong_start(name)?;
        Some(problem(SUMMARY, format!("\"{called}\" ({name}): {wrong}.")))
    })
}

/// What is wrong with the name of a bucket there is, which may be of a time
/// when more was allowed, or the ARN of an access point.
pub(super) fn check_existing(value: &Value, called: &str) -> Option<Problem> {
    let name = value.as_str()?;
    let fits = (1..=63).contains(&name.chars().count()) || name.starts_with("arn:");
    let summary = format!("expected length of {called} to be in the range (1 - 63), got {name}");
    (!fits).then(|| problem(&summary, ""))
}

fn too_long(name: &str, called: &str, most: usize) -> Option<Problem> {
    let summary =
        format!("expected length of {called} to be in the range (0 - {most}), got {name}");
    (name.chars().count() > most).then(|| problem(&summary, ""))
}

fn wrong(name: &str) -> Option<String> {
    if name.len() < 3 {
        return Some("it must have at least 3 characters".to_owned());
    }
    if let Some(wrong) = wrong_start(name) {
        return Some(wrong);
    }
    if !name.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()) {
        return Some("it must end with a letter or digit".to_owned());
    }
    if name.parse::<Ipv4Addr>().is_ok() {
        return Some("it must not look like an IP address".to_owned());
    }
    let reserved = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
    let ending = reserved.iter().find(|ending| name.ends_with(**ending))?;
    Some(format!(
        "it must not end with \"{ending}\", which is reserved"
    ))
}

fn wrong_start(name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if let Some(other) = name.chars().find(|c| !plain(*c) && !matches!(c, '.' | '-')) {
        let lower = name.to_lowercase();
        let hint = match other.is_ascii_uppercase()
            && lower.chars().all(|c| plain(c) || c == '-' || c == '.')
        {
            true => format!("; did you mean \"{lower}\"?"),
            false => String::new(),
        };
        return Some(format!(
            "it may have lowercase letters, digits, hyphens and dots only, not {other:?}{hint}"
        ));
    }
    if !name.starts_with(plain) {
        return Some("it must begin with a letter or digit".to_owned());
    }
    if name.contains("..") {
        return Some("dots must not stand side by side".to_owned());
    }
    let reserved = ["xn--", "sthree-", "amzn-s3-demo-"];
    let start = reserved.iter().find(|start| name.starts_with(**start))?;
    Some(format!(
        "it must not begin with \"{start}\", which is reserved"
    ))
}
