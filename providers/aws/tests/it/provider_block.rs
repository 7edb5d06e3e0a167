//! The provider's block: what is refused, and that nothing is asked.

use futures_util::FutureExt;
use trueup_sdk::{Provider, read_stored};
use trueup_value::{Path, Value};

use crate::world;

fn config(text: &str) -> Value {
    let provider = &*world::PROVIDER;
    let schema = &provider.schema().provider;
    read_stored(schema, schema.version, text).expect("a block")
}

fn said(text: &str) -> Vec<String> {
    let provider = &*world::PROVIDER;
    let problems = provider.validate_provider(&config(text)).into_iter();
    problems
        .map(|problem| format!("{} | {}", problem.summary, problem.detail))
        .collect()
}

#[test]
fn the_line_of_a_secret_is_not_pointed_at() {
    let block = config(r#"{"secret_key":"canary"}"#);
    let problems = world::PROVIDER.validate_provider(&block);
    let places: Vec<_> = problems.iter().map(|problem| &problem.path).collect();
    assert_eq!(places, [&Path::new()]);
}

#[test]
fn what_is_refused() {
    let cases = [
        (
            r#"{"region":"eu-cental-1"}"#,
            "Invalid AWS Region: eu-cental-1 | Did you mean \"eu-central-1\"? A region that is newer than this version is taken with \"skip_region_validation\".",
        ),
        (
            r#"{"access_key":"AKIA"}"#,
            "Missing required argument | Attribute \"secret_key\" must be specified when \"access_key\" is specified.",
        ),
        (
            r#"{"retry_mode":"eager"}"#,
            "Invalid retry mode | expected retry_mode to be one of [\"standard\" \"adaptive\"], got eager",
        ),
        (
            r#"{"assume_role":[{"role_arn":"loki"}]}"#,
            "Invalid Attribute Value | \"role_arn\" (loki) is an invalid ARN",
        ),
        (
            r#"{"assume_role":[{"role_arn":"arn:aws:iam::123456789012:role/x","duration":"13h"}]}"#,
            "Invalid Attribute Value | duration \"13h\" must be between 15 minutes (15m) and 12 hours (12h), inclusive",
        ),
        (
            r#"{"ec2_metadata_service_endpoint":"http://[fd00:ec2::254]"}"#,
            "\"ec2_metadata_service_endpoint\" is not supported | Set it in the environment instead: AWS_EC2_METADATA_SERVICE_ENDPOINT.",
        ),
        (
            r#"{"s3_us_east_1_regional_endpoint":"legacy"}"#,
            "\"legacy\" is not supported | S3 in us-east-1 is always called at its regional endpoint.",
        ),
        (
            r#"{"token_bucket_rate_limiter_capacity":100}"#,
            "\"token_bucket_rate_limiter_capacity\" has no effect | How often calls are tried again is found out from what each service bears. Remove the argument.",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(said(text), [expected], "{text}");
    }
}

#[test]
fn what_is_taken() {
    let good = [
        "{}",
        r#"{"region":"eu-central-1"}"#,
        r#"{"s3_us_east_1_regional_endpoint":"regional","retry_mode":"adaptive"}"#,
        r#"{"region":"xx-new-1","skip_region_validation":true}"#,
        r#"{"assume_role":[{"role_arn":"arn:aws:iam::123456789012:role/x","duration":"1h30m","session_name":"ci"}]}"#,
    ];
    for text in good {
        assert_eq!(said(text), Vec::<String>::new(), "{text}");
    }
}

/// Data sources are asked in the provider's region.
#[test]
fn another_region_takes_another_provider() {
    let variables = [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "b"),
    ];
    let provider = trueup_aws::aws(&world::with(&variables));
    let empty = config("{}");
    let configured = provider.configure(&empty).now_or_never();
    let configured = configured
        .expect("nothing to wait for")
        .expect("configured");
    let schema = provider
        .schema()
        .data_sources
        .get("aws_vpc")
        .expect("aws_vpc");
    let asked = read_stored(schema, 0, r#"{"region":"us-east-1"}"#).expect("a configuration");
    let read = configured.read_data("aws_vpc", &asked).now_or_never();
    let problems = read.expect("nothing to wait for").expect_err("refused");
    assert_eq!(problems[0].summary, "Another region than the provider's");
}

/// With a region and keys there is nothing to wait for: nobody is called.
#[test]
fn configuring_calls_nobody() {
    let variables = [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "b"),
    ];
    let provider = trueup_aws::aws(&world::with(&variables));
    let empty = config("{}");
    let configured = provider
        .configure(&empty)
        .now_or_never()
        .expect("nothing to wait for");
    let configured = configured.expect("a configured provider");
    let schema = provider
        .schema()
        .data_sources
        .get("aws_region")
        .expect("aws_region");
    let asked = read_stored(schema, 0, "{}").expect("a configuration");
    let read = configured.read_data("aws_region", &asked).now_or_never();
    let read = read.expect("nothing to wait for").expect("a region");
    let text = |name: &str| read.get(name).and_then(Value::as_str).map(str::to_owned);
    assert_eq!(text("id").as_deref(), Some("eu-west-1"));
    assert_eq!(text("description").as_deref(), Some("Europe (Ireland)"));
    assert_eq!(
        text("endpoint").as_deref(),
        Some("ec2.eu-west-1.amazonaws.com")
    );
}
