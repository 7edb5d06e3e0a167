//! Amazon resource names.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

/// An ARN in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    pub(crate) partition: &'a str,
    pub(crate) service: &'a str,
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    pub(crate) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes a text apart; `None` if it is no ARN.
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
}

/// Whether a text is an ARN of one thing: `arn:`, a partition, a service, a
/// region and an account where there are such, and a resource.
pub(crate) fn is_arn(text: &str) -> bool {
    let account = |account: &str| {
        account.is_empty()
            || matches!(account, "aws" | "aws-managed" | "third-party")
            || account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())
    };
    Arn::parse(text).is_some_and(|arn| {
        arn.partition.starts_with("aws")
            && !arn.service.is_empty()
            && account(arn.account)
            && !arn.resource.is_empty()
    })
}
