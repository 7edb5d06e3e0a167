//! `aws_iam_policy_document`, held against what Terraform's provider makes of
//! the same configurations: texts and errors, byte by byte.
//!
//! `data/policy_documents.jsonl` has a configuration and the answer in each
//! line. The configurations are drawn at random.

use futures_util::FutureExt;
use trueup_sdk::Provider;
use trueup_value::Value;

use crate::world;

const CASES: &str = include_str!("data/policy_documents.jsonl");
const KIND: &str = "aws_iam_policy_document";

fn block(name: &str, text: &str) -> Value {
    let provider = &*world::PROVIDER;
    let schema = match name {
        "provider" => &provider.schema().provider,
        kind => provider.schema().data_sources.get(kind).expect("a schema"),
    };
    let conformed = trueup_sdk::read_stored(schema, schema.version, text);
    conformed.unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

/// The document, or the summaries of all errors.
fn answer(config: &str) -> Result<Value, Vec<String>> {
    let provider = &*world::PROVIDER;
    let config = block(KIND, config);
    let summaries = |problems: Vec<trueup_sdk::Problem>| -> Vec<String> {
        problems
            .into_iter()
            .map(|problem| problem.summary)
            .collect()
    };
    let problems = provider.validate_data(KIND, &config);
    if !problems.is_empty() {
        return Err(summaries(problems));
    }
    let own = block(
        "provider",
        r#"{"region":"eu-central-1","access_key":"a","secret_key":"b"}"#,
    );
    let configured = provider
        .configure(&own)
        .now_or_never()
        .expect("nothing to wait for");
    let configured = configured.expect("a configured provider");
    let read = configured
        .read_data(KIND, &config)
        .now_or_never()
        .expect("nothing to wait for");
    read.map_err(summaries)
}

#[test]
fn documents_and_errors_are_those_of_terraform() {
    for (number, line) in CASES.lines().enumerate() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a case");
        let text = |name: &str| case[name].as_str().map(str::to_owned);
        let got = answer(&case["config"].to_string());
        match (text("json"), got) {
            (Some(json), Ok(value)) => {
                let shown = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
                assert_eq!(shown("json"), Some(json), "line {}: {line}", number + 1);
                assert_eq!(
                    shown("minified_json"),
                    text("minified_json"),
                    "line {}",
                    number + 1
                );
                assert_eq!(shown("id"), text("id"), "line {}", number + 1);
            }
            (None, Err(summaries)) => {
                let expected = case["errors"].as_array().expect("errors").iter();
                let expected: Vec<_> = expected
                    .map(|e| e[0].as_str().unwrap_or_default())
                    .collect();
                assert_eq!(summaries, expected, "line {}: {line}", number + 1);
            }
            (expected, got) => panic!("line {}: {expected:?} and {got:?}: {line}", number + 1),
        }
    }
}
