//! What the provider's block looks like.

use trueup_sdk::native::{Field, Nested, Shape};
use trueup_value::Type;

use super::endpoints::ENDPOINTS;

fn text(name: &str, about: &str) -> Field {
    Field::optional(name, Type::String).about(about)
}

fn flag(name: &str, about: &str) -> Field {
    Field::optional(name, Type::Bool).about(about)
}

fn texts(name: &str, about: &str) -> Field {
    Field::optional(name, Type::set(Type::String)).about(about)
}

fn list(name: &str, about: &str) -> Field {
    Field::optional(name, Type::list(Type::String)).about(about)
}

fn map(name: &str, about: &str) -> Field {
    Field::optional(name, Type::map(Type::String)).about(about)
}

fn number(name: &str, about: &str) -> Field {
    Field::optional(name, Type::Number).about(about)
}

pub(super) fn shape() -> Shape {
    let shape = Shape::new("", credentials().into_iter().chain(behaviour()));
    shape
        .block(assume_role())
        .block(web_identity())
        .block(Nested::list(
            "default_tags",
            [map(
                "tags",
                "Tags of every resource that takes tags; those of the resource itself win.",
            )],
        ))
        .block(Nested::set(
            "endpoints",
            ENDPOINTS.iter().map(|name| {
                text(
                    name,
                    "The URL to call this service at, in place of its own.",
                )
            }),
        ))
        .block(Nested::list(
            "ignore_tags",
            [
                texts(
                    "key_prefixes",
                    "Tags whose keys begin like this are nobody's business.",
                ),
                texts("keys", "Tags with these keys are nobody's business."),
            ],
        ))
}

fn credentials() -> Vec<Field> {
    vec![
        text(
            "access_key",
            "The access key ID. Better left to the environment or a profile.",
        ),
        text(
            "secret_key",
            "The secret access key. Better left to the environment or a profile.",
        ),
        text("token", "The session token of temporary credentials."),
        text(
            "profile",
            "The profile in the shared configuration; `AWS_PROFILE` by default.",
        ),
        list(
            "shared_config_files",
            "Where profiles are configured; `~/.aws/config` by default.",
        ),
        list(
            "shared_credentials_files",
            "Where credentials of profiles are; `~/.aws/credentials` by default.",
        ),
        texts(
            "allowed_account_ids",
            "The only accounts that may be touched.",
        ),
        texts(
            "forbidden_account_ids",
            "Accounts that must not be touched.",
        ),
        flag(
            "skip_credentials_validation",
            "Taken for Terraform's sake: STS is never asked whether the credentials are good.",
        ),
        flag(
            "skip_requesting_account_id",
            "Taken for Terraform's sake: STS is asked which account this is when an object needs it.",
        ),
        text(
            "skip_metadata_api_check",
            "Does not ask the metadata service of EC2.",
        ),
        text(
            "ec2_metadata_service_endpoint",
            "Not supported: set `AWS_EC2_METADATA_SERVICE_ENDPOINT`.",
        ),
        text(
            "ec2_metadata_service_endpoint_mode",
            "Not supported: set `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`.",
        ),
    ]
}

fn behaviour() -> Vec<Field> {
    vec![
        text("region", "The region; `AWS_REGION` by default."),
        text(
            "sts_region",
            "The region STS is called in; that of everything else by default.",
        ),
        flag(
            "skip_region_validation",
            "Takes regions nobody knew of when this was written.",
        ),
        number(
            "max_retries",
            "How often a call is tried that is throttled or fails for reasons of the service or the network. By default a failing one is tried ten times and a throttled one for ten minutes.",
        ),
        text(
            "retry_mode",
            "Taken for Terraform's sake, `standard` or `adaptive`: calls always adapt to what a service bears.",
        ),
        number(
            "token_bucket_rate_limiter_capacity",
            "Has no effect: calls adapt to what a service bears.",
        ),
        flag(
            "use_dualstack_endpoint",
            "Calls services where they can be reached with IPv6.",
        ),
        flag(
            "use_fips_endpoint",
            "Calls services where their cryptography is validated.",
        ),
        flag(
            "s3_use_path_style",
            "Puts the name of a bucket into the path of its URL.",
        ),
        text(
            "s3_us_east_1_regional_endpoint",
            "Only `regional`: S3 in us-east-1 is called at its regional endpoint.",
        ),
        text("custom_ca_bundle", "Not supported: set `SSL_CERT_FILE`."),
        flag(
            "insecure",
            "Does not verify certificates. Not supported: trust one instead.",
        ),
        text("http_proxy", "Not supported."),
        text("https_proxy", "Not supported."),
        text("no_proxy", "Not supported."),
    ]
}

fn session(mut fields: Vec<Field>) -> Vec<Field> {
    fields.extend([
        text("duration", "How long a session is, such as `1h30m`."),
        text("policy", "A policy that restricts the session, in JSON."),
        texts("policy_arns", "Managed policies that restrict the session."),
        text("role_arn", "The role."),
        text(
            "session_name",
            "The name of the session; it shows in CloudTrail.",
        ),
    ]);
    fields
}

fn assume_role() -> Nested {
    let fields = session(vec![
        text("external_id", "The external ID the role asks for."),
        text("source_identity", "Who is behind the session."),
        map("tags", "Tags of the session."),
        texts(
            "transitive_tag_keys",
            "Tags that sessions begun from this one keep.",
        ),
    ]);
    Nested::list("assume_role", fields).about("A role to work as. Several are assumed in turn.")
}

fn web_identity() -> Nested {
    let fields = session(vec![
        text("web_identity_token", "The token, a JWT."),
        text("web_identity_token_file", "A file with the token."),
    ]);
    Nested::list("assume_role_with_web_identity", fields)
        .about("A role to work as, with a token of an identity provider.")
}
