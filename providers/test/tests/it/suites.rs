//! The types of the test provider through the lifecycle of the test kit.

use futures_executor::block_on;
use trueup_sdk::Provider;
use trueup_test::{Places, machine, provider};
use trueup_testkit::{Outside, Suite, run, without_suite};
use trueup_value::Value;

/// The world, looked at beside the provider.
struct World(Places);

impl Outside for World {
    fn mutations(&self) -> Option<usize> {
        let calls = self.0.calls().expect("a log");
        let reading = |call: &String| call.starts_with("read ") || call.starts_with("list ");
        Some(calls.iter().filter(|call| !reading(call)).count())
    }

    fn count(&self, _: &str, unique: &str) -> Option<usize> {
        let objects = self.0.objects().expect("objects");
        let named = objects.iter().filter(|object| object.name.contains(unique));
        Some(named.count())
    }
}

fn suite(kind: &str) -> Suite {
    const SCRIPT: &str = "only the configuration knows what is to go wrong or to be slow";
    Suite::new(kind)
        .example(r#"{ "name": "${unique}" }"#)
        .example(
            r#"{
                "name": "${unique}", "value": "one", "secret": "hush", "tags": { "a": "b" },
                "create_ms": 1, "read_ms": 1, "update_ms": 1, "delete_ms": 1
            }"#,
        )
        .example(r#"{ "name": "${unique}-b", "value": "two", "tags": { "a": "c", "d": "e" } }"#)
        .example(r#"{ "name": "${unique}-b", "fixed": "f" }"#)
        .unvaried(&["fail"], "what it says happens")
        .untold(
            &["fail", "create_ms", "read_ms", "update_ms", "delete_ms"],
            SCRIPT,
        )
        .rerolled(&["id", "token"])
}

#[test]
fn every_type_lives_as_the_kit_wants() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = provider(&machine(folder.path().to_owned()));
    let outside = World(Places::new(folder.path().join("w")));
    let suites = ["test_object", "test_listed"].map(suite);
    assert_eq!(without_suite(provider.schema(), &suites), [""; 0]);
    let config = Value::object([("world", Value::string("w"))]);
    for suite in &suites {
        let report = block_on(run(suite, &provider, &config, &outside));
        assert!(report.broken.is_empty(), "{report}");
    }
}
