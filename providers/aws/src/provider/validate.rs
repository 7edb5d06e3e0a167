//! What is wrong with the provider's block, as far as it can be seen without
//! asking anybody.

use trueup_sdk::{
    Problem,
    native::{Fields, attribute_problem, problem},
};

use super::settings::duration_of;
use crate::region;

pub(super) fn validate(config: &Fields) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(validate_region(config));
    problems.extend(validate_keys(config));
    problems.extend(validate_insecure(config));
    problems.extend(validate_unheeded(config));
    let both = ["allowed_account_ids", "forbidden_account_ids"];
    if both
        .iter()
        .all(|name| config.get(name).length().is_some_and(|count| count > 0))
    {
        let detail = "\"allowed_account_ids\" and \"forbidden_account_ids\" exclude each other: give one of them.";
        problems.push(attribute_problem(
            "forbidden_account_ids",
            "Conflicting configuration arguments",
            detail,
        ));
    }
    if let Some(mode) = config.text("retry_mode")
        && !["standard", "adaptive"].contains(&mode)
    {
        let detail =
            format!("expected retry_mode to be one of [\"standard\" \"adaptive\"], got {mode}");
        problems.push(attribute_problem(
            "retry_mode",
            "Invalid retry mode",
            detail,
        ));
    }
    for name in ["assume_role", "assume_role_with_web_identity"] {
        for block in config.get(name).values().map(Fields::of) {
            problems.extend(validate_role(name, &block));
        }
    }
    problems
}

fn validate_region(config: &Fields) -> Option<Problem> {
    let region = config.text("region").filter(|region| !region.is_empty())?;
    if config.flag("skip_region_validation") == Some(true)
        || !config.get("skip_region_validation").is_known()
    {
        return None;
    }
    region::unknown(region)
        .map(|detail| attribute_problem("region", &format!("Invalid AWS Region: {region}"), detail))
}

fn validate_keys(config: &Fields) -> Option<Problem> {
    let given = |name: &str| !config.get(name).is_null();
    let (missing, there) = match (given("access_key"), given("secret_key")) {
        (true, false) => ("secret_key", "access_key"),
        (false, true) => ("access_key", "secret_key"),
        _ => return None,
    };
    let detail =
        format!("Attribute \"{missing}\" must be specified when \"{there}\" is specified.");
    let summary = "Missing required argument";
    // The line of the secret is not one to be shown.
    Some(match there {
        "secret_key" => problem(summary, detail),
        _ => attribute_problem(there, summary, detail),
    })
}

fn validate_insecure(config: &Fields) -> Option<Problem> {
    (config.flag("insecure") == Some(true)).then(|| {
        let detail = "Certificates are always verified. Trust the certificate of the endpoint instead: SSL_CERT_FILE in the environment names a file with it.";
        attribute_problem("insecure", "Connections without verification are not supported", detail)
    })
}

/// Arguments that would be left out, and what to do instead.
const REFUSED: &[(&str, &str)] = &[
    (
        "custom_ca_bundle",
        "Name the file in the environment instead: SSL_CERT_FILE.",
    ),
    ("http_proxy", "Proxies are not set for a single provider."),
    ("https_proxy", "Proxies are not set for a single provider."),
    ("no_proxy", "Proxies are not set for a single provider."),
    (
        "ec2_metadata_service_endpoint",
        "Set it in the environment instead: AWS_EC2_METADATA_SERVICE_ENDPOINT.",
    ),
    (
        "ec2_metadata_service_endpoint_mode",
        "Set it in the environment instead: AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE.",
    ),
];

/// What the block says and would not be heeded: better said than left out in
/// silence.
fn validate_unheeded(config: &Fields) -> Vec<Problem> {
    let given = |name: &str| config.text(name).is_some_and(|text| !text.is_empty());
    let refused = REFUSED.iter().filter(|(name, _)| given(name));
    let mut problems: Vec<Problem> = refused
        .map(|(name, detail)| {
            attribute_problem(name, &format!("\"{name}\" is not supported"), *detail)
        })
        .collect();
    let legacy = "s3_us_east_1_regional_endpoint";
    if config
        .text(legacy)
        .is_some_and(|mode| mode.eq_ignore_ascii_case("legacy"))
    {
        let detail = "S3 in us-east-1 is always called at its regional endpoint.";
        problems.push(attribute_problem(
            legacy,
            "\"legacy\" is not supported",
            detail,
        ));
    }
    let bucket = "token_bucket_rate_limiter_capacity";
    if !config.get(bucket).is_null() {
        let detail = "How often calls are tried again is found out from what each service bears. Remove the argument.";
        let path = trueup_value::Path::new().attr(bucket);
        let summary = format!("\"{bucket}\" has no effect");
        problems.push(Problem::warning(summary, detail, path));
    }
    problems
}

fn validate_role(name: &str, block: &Fields) -> Vec<Problem> {
    let mut problems = Vec::new();
    let wrong = |detail: String| attribute_problem(name, "Invalid Attribute Value", detail);
    if let Some(arn) = block.text("role_arn")
        && !crate::arn::is_arn(arn)
    {
        problems.push(wrong(format!("\"role_arn\" ({arn}) is an invalid ARN")));
    }
    if let Some(duration) = block.text("duration") {
        let seconds = duration_of(duration).map(|duration| duration.as_secs());
        if !seconds.is_some_and(|seconds| (900..=43_200).contains(&seconds)) {
            let detail = format!(
                "duration \"{duration}\" must be between 15 minutes (15m) and 12 hours (12h), inclusive"
            );
            problems.push(wrong(detail));
        }
    }
    if let Some(session) = block.text("session_name")
        && !is_session_name(session)
    {
        let detail = format!(
            "session_name \"{session}\" must have 2 to 64 characters: letters, digits, and any of _+=,.@-"
        );
        problems.push(wrong(detail));
    }
    problems
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
fn is_session_name(name: &str) -> bool {
    let right = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    (2..=64).contains(&name.len()) && name.chars().all(right)
}
