//! Every resource type through the lifecycle of the test kit.

use std::sync::Arc;

use futures_executor::block_on;
use trueup_builtin::TerraformProvider;
use trueup_sdk::{Provider, native::Fields, world::World};
use trueup_testkit::{FakeClock, FakeRandom, Nothing, Suite, run, without_suite};
use trueup_value::Value;

const CHANCE: &str = "keepers are known to the configuration only";

/// What a provider waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waits {
    ForTime,
    ForThreads,
}

/// Plays all suites of a provider, and holds that no type has none.
fn play(waits: Waits, provider: impl FnOnce(&World) -> Box<dyn Provider>, suites: &[Suite]) {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = FakeClock::new();
    let world = World {
        clock: Arc::new(clock.clone()),
        random: Arc::new(FakeRandom::new(7)),
        working_dir: folder.path().to_owned(),
        variables: Default::default(),
    };
    let provider = provider(&world);
    assert_eq!(without_suite(provider.schema(), suites), [""; 0]);
    let config = Value::empty_object();
    let reports = suites.iter().map(|suite| {
        let played = run(suite, provider.as_ref(), &config, &Nothing);
        match waits {
            Waits::ForTime => clock.run(played),
            Waits::ForThreads => block_on(played),
        }
    });
    let broken: Vec<String> = reports
        .filter(|report| !report.broken.is_empty())
        .map(|report| report.to_string())
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn text(fields: &Fields, name: &str) -> String {
    fields.text(name).unwrap_or_default().to_owned()
}

fn number(fields: &Fields, name: &str) -> String {
    fields.integer(name).unwrap_or_default().to_string()
}

fn characters(kind: &str) -> Suite {
    Suite::new(kind)
        .only_in_state()
        .example(r#"{ "length": 12 }"#)
        .example(
            r#"{
                "length": 20, "special": false, "upper": false, "lower": false,
                "numeric": true, "min_numeric": 2
            }"#,
        )
        .example(
            r#"{
                "length": 9, "keepers": { "a": "b" }, "min_upper": 1, "min_lower": 2,
                "min_special": 3, "override_special": "!"
            }"#,
        )
        .example(r#"{ "length": 9, "number": false }"#)
        .imported_by(|fields| text(fields, "result"))
        .untold(&["keepers"], CHANCE)
        .rerolled(&["result", "id", "bcrypt_hash"])
}

#[test]
fn random() {
    let suites = [
        Suite::new("random_bytes")
            .only_in_state()
            .example(r#"{ "length": 4 }"#)
            .example(r#"{ "length": 8, "keepers": { "a": "b" } }"#)
            .imported_by(|fields| text(fields, "base64"))
            .untold(&["keepers"], CHANCE)
            .rerolled(&["base64", "hex"]),
        Suite::new("random_id")
            .only_in_state()
            .example(r#"{ "byte_length": 4, "prefix": "p-" }"#)
            .example(r#"{ "byte_length": 8, "keepers": { "a": "b" } }"#)
            .imported_by(|fields| format!("{},{}", text(fields, "prefix"), text(fields, "id")))
            .untold(&["keepers"], CHANCE)
            .rerolled(&["id", "b64_url", "b64_std", "hex", "dec"]),
        Suite::new("random_integer")
            .only_in_state()
            .example(r#"{ "min": 1, "max": 9, "seed": "s" }"#)
            .example(r#"{ "min": 10, "max": 99, "keepers": { "a": "b" } }"#)
            .imported_by(|fields| {
                let numbers = ["result", "min", "max"].map(|name| number(fields, name));
                format!("{},{}", numbers.join(","), text(fields, "seed"))
            })
            .untold(&["keepers"], CHANCE)
            .rerolled(&["result", "id"]),
        characters("random_password").untold(&["bcrypt_hash"], "it is salted anew"),
        characters("random_string"),
        Suite::new("random_pet")
            .only_in_state()
            .example(r#"{}"#)
            .example(r#"{ "length": 3, "prefix": "p", "separator": "_" }"#)
            .example(r#"{ "keepers": { "a": "b" } }"#)
            .not_imported()
            .rerolled(&["id"]),
        Suite::new("random_shuffle")
            .only_in_state()
            .example(r#"{ "input": ["a", "b", "c"] }"#)
            .example(r#"{ "input": ["a", "b"], "seed": "s", "result_count": 5 }"#)
            .example(r#"{ "input": ["a", "b"], "keepers": { "a": "b" } }"#)
            .not_imported()
            .rerolled(&["result"]),
        Suite::new("random_uuid")
            .only_in_state()
            .example(r#"{}"#)
            .example(r#"{ "keepers": { "a": "b" } }"#)
            .untold(&["keepers"], CHANCE)
            .rerolled(&["id", "result"]),
    ];
    play(
        Waits::ForThreads,
        |world| Box::new(trueup_builtin::random(world)),
        &suites,
    );
}

#[test]
fn time() {
    const TRIGGERS: &str = "triggers are known to the configuration only";
    let suites = [
        Suite::new("time_static")
            .only_in_state()
            .example(r#"{ "rfc3339": "2026-03-01T12:00:00Z" }"#)
            .example(r#"{ "triggers": { "a": "b" } }"#)
            .untold(&["triggers"], TRIGGERS),
        Suite::new("time_sleep")
            .only_in_state()
            .example(r#"{ "create_duration": "30s", "destroy_duration": "1m" }"#)
            .example(r#"{ "create_duration": "10s", "triggers": { "a": "b" } }"#)
            .imported_by(|fields| {
                format!(
                    "{},{}",
                    text(fields, "create_duration"),
                    text(fields, "destroy_duration")
                )
            })
            .untold(&["triggers"], TRIGGERS)
            .untold(&["id"], "it is the time of the import")
            .rerolled(&["id"]),
        Suite::new("time_offset")
            .only_in_state()
            .example(r#"{ "base_rfc3339": "2026-03-01T12:00:00Z", "offset_days": 7 }"#)
            .example(
                r#"{
                    "offset_years": 1, "offset_months": 2, "offset_hours": 3,
                    "offset_minutes": 4, "offset_seconds": 5, "triggers": { "a": "b" }
                }"#,
            )
            .imported_by(|fields| {
                let base = text(fields, "base_rfc3339");
                format!("{base},,,{},,,", number(fields, "offset_days"))
            })
            .untold(&["triggers"], TRIGGERS),
        Suite::new("time_rotating")
            .only_in_state()
            .example(r#"{ "rfc3339": "2026-03-01T12:00:00Z", "rotation_days": 7000 }"#)
            .example(
                r#"{
                    "rotation_years": 100, "rotation_months": 2, "rotation_hours": 3,
                    "rotation_minutes": 4, "triggers": { "a": "b" }
                }"#,
            )
            .example(r#"{ "rotation_rfc3339": "2126-03-01T12:00:00Z" }"#)
            .imported_by(|fields| {
                let base = text(fields, "rfc3339");
                format!("{base},,,{},,", number(fields, "rotation_days"))
            })
            .untold(&["triggers"], TRIGGERS),
    ];
    play(
        Waits::ForTime,
        |world| Box::new(trueup_builtin::time(world)),
        &suites,
    );
}

fn file(kind: &str) -> Suite {
    Suite::new(kind)
        .example(r#"{ "filename": "${unique}.txt", "content": "one" }"#)
        .example(
            r#"{
                "filename": "${unique}.txt", "content": "two",
                "file_permission": "0600", "directory_permission": "0700"
            }"#,
        )
        .example(r#"{ "filename": "${unique}-b.txt", "content_base64": "dGhyZWU=" }"#)
        .not_imported()
        .unvaried(&["source"], "there is no other file in the kit's world")
        .undrifting("a file that was changed is gone to the provider, as in Terraform's")
}

#[test]
fn local() {
    let suites = [
        file("local_file").example(r#"{ "filename": "${unique}.txt", "sensitive_content": "s" }"#),
        file("local_sensitive_file"),
    ];
    play(
        Waits::ForThreads,
        |world| Box::new(trueup_builtin::local(world)),
        &suites,
    );
}

#[test]
fn null() {
    let suites = [Suite::new("null_resource")
        .only_in_state()
        .example(r#"{}"#)
        .example(r#"{ "triggers": { "a": "b" } }"#)
        .not_imported()
        .rerolled(&["id"])];
    play(
        Waits::ForThreads,
        |world| Box::new(trueup_builtin::null(world)),
        &suites,
    );
}

#[test]
fn terraform() {
    let suites = [Suite::new("terraform_data")
        .only_in_state()
        .example(r#"{}"#)
        .example(r#"{ "input": "text", "triggers_replace": "a" }"#)
        .example(r#"{ "input": ["a", 1], "triggers_replace": "a" }"#)
        .untold(
            &["input", "output", "triggers_replace"],
            "an import knows the ID only",
        )
        .rerolled(&["id"])];
    play(
        Waits::ForThreads,
        |_| Box::new(TerraformProvider::new()),
        &suites,
    );
}
