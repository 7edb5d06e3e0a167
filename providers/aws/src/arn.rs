//! Amazon resource names.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

use trueup_sdk::{Problem, native::problem};
use trueup_value::Value;

/// An ARN in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    pub(crate) partition: &'a str,
    pub(crate) service: &'a str,
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    /// What follows the sixth part, such as `targetgroup/NAME/ID`.
    pub(crate) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes a text apart; `None` if it has too few parts to be an ARN.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return None;
        }
        Some(Arn {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }

    /// What is wrong with its parts.
    fn wrong(&self) -> Option<&'static str> {
        if !self.partition.starts_with("aws") {
            Some("invalid partition value")
        } else if self.service.is_empty() {
            Some("invalid service value")
        } else if !(self.account.is_empty() || is_owner(self.account)) {
            Some(
                "invalid account ID value (expecting to match regular expression: ^(aws|aws-managed|third-party|aws-marketplace|\\d{12}|cw.{10})$)",
            )
        } else if self.resource.is_empty() {
            Some("missing resource value")
        } else {
            None
        }
    }
}

/// Whether a text is an ARN of one thing: `arn:`, a partition, a service, a
/// region and an account where there are such, and a resource.
pub(crate) fn is_arn(text: &str) -> bool {
    wrong(text).is_none()
}

/// What is wrong with a text that is to be an ARN.
pub(crate) fn check(value: &Value, called: &str) -> Option<Problem> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    let wrong = wrong(text)?;
    let summary = format!("\"{called}\" ({text}) is an invalid ARN: {wrong}");
    Some(problem(
        &summary,
        "An ARN looks like arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE.",
    ))
}

/// The resource of an ARN; nothing of a text that is none.
pub(crate) fn resource(text: &str) -> &str {
    Arn::parse(text).map_or("", |arn| arn.resource)
}

fn wrong(text: &str) -> Option<&'static str> {
    match Arn::parse(text) {
        Some(arn) => arn.wrong(),
        None if text.starts_with("arn:") => Some("arn: not enough sections"),
        None => Some("arn: invalid prefix"),
    }
}

/// Whose things are: an account's, AWS's own, a seller's.
fn is_owner(account: &str) -> bool {
    let known = ["aws", "aws-managed", "third-party", "aws-marketplace"];
    known.contains(&account)
        || (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()))
        || (account.starts_with("cw") && account.chars().count() == 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_and_what_is_wrong_with_others() {
        for (text, expected) in [
            ("arn:aws:iam::123456789012:role/loki", None),
            ("arn:aws-cn:s3:::bucket", None),
            ("arn:aws:iam::aws:policy/ReadOnlyAccess", None),
            ("arn:aws:lambda:eu-west-1:third-party:x", None),
            ("arn:aws:cloudwatch::cw0123456789:x", None),
            (
                "arn:x:iam::123456789012:role/a",
                Some("invalid partition value"),
            ),
            ("arn:aws:::123456789012:role", Some("invalid service value")),
            ("arn:aws:iam::123456789012:", Some("missing resource value")),
            ("arn:aws:iam", Some("arn: not enough sections")),
            ("loki", Some("arn: invalid prefix")),
        ] {
            assert_eq!(wrong(text), expected, "{text}");
        }
        assert!(wrong("arn:aws:iam::42:role/a").is_some_and(|why| why.contains("account ID")));
        assert_eq!(resource("arn:aws:a:b:1:x:y/z"), "x:y/z");
    }
}
