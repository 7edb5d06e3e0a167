//! What to try when a call has failed.

use super::{CallError, ErrorKind};

/// The likely fix, in full sentences.
pub(super) fn hint(error: &CallError) -> Option<String> {
    match error.kind {
        ErrorKind::Credentials => return Some(no_credentials(error)),
        ErrorKind::NotSent => return None,
        ErrorKind::NoAnswer => return Some(no_answer(error)),
        ErrorKind::Answered => {}
    }
    let fixed = match error.code.as_str() {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired" => {
            EXPIRED
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "AuthFailure" => {
            "AWS does not know these credentials. They may have been deleted, need a session token, or belong to another partition than the region."
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException" => {
            "The secret access key is not the one of the access key ID, or the clock of this machine is wrong."
        }
        "RequestTimeTooSkewed" => "The clock of this machine is wrong. Set it and run this again.",
        "OptInRequired" => {
            "The account is not signed up for this service, or the region is not enabled for it."
        }
        "AuthorizationHeaderMalformed"
        | "PermanentRedirect"
        | "IllegalLocationConstraintException" => {
            "This belongs to another region. Set \"region\" of the provider to that one, or use a provider with an alias for it."
        }
        "EntityAlreadyExists"
        | "EntityAlreadyExistsException"
        | "DuplicateTargetGroupName"
        | "DuplicateLoadBalancerName"
        | "BucketAlreadyOwnedByYou"
        | "ResourceAlreadyExistsException"
        | "InvalidGroup.Duplicate" => {
            "There is one by this name that this state does not know. Import it, or choose another name."
        }
        "BucketAlreadyExists" => {
            "Names of buckets are unique across all accounts. Choose another one."
        }
        "TargetGroupAssociationLimit" => {
            "A target group belongs to one load balancer only. Take it from the other one first, or make another target group for this one."
        }
        "MalformedPolicyDocument" | "MalformedPolicyDocumentException" | "MalformedPolicy" => {
            "AWS does not accept the policy document. A principal in it may not exist, or not any more; an action, a condition or an ARN may be one that this service does not know."
        }
        "BadRequest" => {
            "Credentials that have expired are answered so where an answer has no body, and so are those of another partition."
        }
        "DeleteConflict" | "DeleteConflictException" => {
            "Something that is not in this state still uses it. Remove that first."
        }
        "Throttling"
        | "ThrottlingException"
        | "RequestLimitExceeded"
        | "SlowDown"
        | "TooManyRequestsException" => {
            "The service kept on asking to slow down. Run this again later: what is done already is kept."
        }
        _ => "",
    };
    if !fixed.is_empty() {
        return Some(fixed.to_owned());
    }
    denied(error).or_else(|| quota(error))
}

const NO_CREDENTIALS: &str = "No credentials were found. They are looked for in the provider's block, in the environment (AWS_ACCESS_KEY_ID), in the profile (AWS_PROFILE, ~/.aws), in a web identity token, and at the metadata services of ECS and EC2. \"aws sts get-caller-identity\" shows whether the AWS CLI finds any.";

const NO_TOKEN: &str = "\"web_identity_token_file\", or else AWS_WEB_IDENTITY_TOKEN_FILE, names a file that cannot be read. Where a platform writes it, it may not have yet.";
const EXPIRED: &str = "The credentials have expired. Get new ones, for instance with \"aws sso login\", and run this again; what is done already is kept.";

/// What to try where calls cannot be signed: the role to work as is not given, or
/// there is nothing to begin with.
fn no_credentials(error: &CallError) -> String {
    let role = error.message.split_once("the role ");
    let role = role.and_then(|(_, rest)| rest.split_once(" cannot be assumed: "));
    let Some((role, why)) = role else {
        let file = error.message.contains("the token file ");
        let hint = if file { NO_TOKEN } else { NO_CREDENTIALS };
        return hint.to_owned();
    };
    let by_token = why.contains("AssumeRoleWithWebIdentity");
    match () {
        () if by_token && why.contains("Expired") => {
            "The token of \"assume_role_with_web_identity\" has expired. Get a new one and run this again; what is done already is kept.".to_owned()
        }
        () if by_token => format!(
            "The trust policy of {role} must allow sts:AssumeRoleWithWebIdentity to the issuer of the token, and audience and subject of the token must be those it asks for."
        ),
        () if why.contains("Expired") => EXPIRED.to_owned(),
        () if why.contains("AccessDenied") => format!(
            "Two policies must allow this: one of the caller, sts:AssumeRole on {role}, and the trust policy of that role, the caller. Where it asks for an external ID, set \"external_id\" in \"assume_role\"."
        ),
        () => NO_CREDENTIALS.to_owned(),
    }
}

fn no_answer(error: &CallError) -> String {
    format!(
        "{} could not be reached, or the connection broke. Check the region, the endpoint, proxies and the network; then run this again: what is done already is kept.",
        error.service
    )
}

/// Which action on what is not allowed to whom, as the message tells.
fn denied(error: &CallError) -> Option<String> {
    let codes = [
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "AccessDeniedFault",
        "Forbidden",
    ];
    if !error.is(&codes) {
        return None;
    }
    let after = |word: &str| {
        let (_, rest) = error.message.split_once(word)?;
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let found = rest.get(..end)?.trim_end_matches(['.', ',']);
        let found = found.trim_matches('"');
        (!found.is_empty()).then(|| found.to_owned())
    };
    let own = || format!("{}:{}", prefix(error.service), permission(error.action));
    let action = after("not authorized to perform: ").unwrap_or_else(own);
    let resource = after("on resource: ")
        .map(|on| format!(" on {on}"))
        .unwrap_or_default();
    let who = after("User: ").map_or_else(|| "the caller".to_owned(), |who| format!("\"{who}\""));
    let hint = match () {
        () if error.message.contains("service control policy") => format!(
            "A service control policy of the organization denies {action}{resource}; only its administrators can change that."
        ),
        () if error.message.contains("permissions boundary") => {
            format!("The permissions boundary of {who} does not allow {action}{resource}.")
        }
        () if error.message.contains("explicit deny") => {
            format!(
                "A policy denies {action}{resource} to {who} explicitly; allowing it elsewhere does not help."
            )
        }
        () => format!("Allow {action}{resource} in a policy of {who}, or work as a role that may."),
    };
    Some(hint)
}

/// What policies call an action; S3 has its own words for some.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>
fn permission(action: &str) -> &str {
    match action {
        "HeadBucket" => "ListBucket",
        "ListObjectVersions" => "ListBucketVersions",
        "DeleteObjects" => "DeleteObject",
        "ListBuckets" => "ListAllMyBuckets",
        "GetBucketEncryption" => "GetEncryptionConfiguration",
        "PutBucketEncryption" | "DeleteBucketEncryption" => "PutEncryptionConfiguration",
        "GetBucketLifecycleConfiguration" => "GetLifecycleConfiguration",
        "PutBucketLifecycleConfiguration" | "DeleteBucketLifecycle" => "PutLifecycleConfiguration",
        "GetPublicAccessBlock" => "GetBucketPublicAccessBlock",
        "PutPublicAccessBlock" | "DeletePublicAccessBlock" => "PutBucketPublicAccessBlock",
        "DeleteBucketTagging" => "PutBucketTagging",
        other => other,
    }
}

fn prefix(service: &str) -> &'static str {
    match service {
        "IAM" => "iam",
        "STS" => "sts",
        "EC2" => "ec2",
        "EKS" => "eks",
        "S3" => "s3",
        "SSM" => "ssm",
        "CloudTrail" => "cloudtrail",
        _ => "elasticloadbalancing",
    }
}

fn quota(error: &CallError) -> Option<String> {
    let code = &error.code;
    let reached = code.starts_with("TooMany")
        || code.ends_with("LimitExceeded")
        || code.contains("LimitExceededException")
        || code.contains("QuotaExceeded");
    reached.then(|| {
        "A quota of the account is reached. Remove what is not needed, or ask for more in the console under Service Quotas.".to_owned()
    })
}
