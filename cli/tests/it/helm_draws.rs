//! What templates draw can be fixed, recorded and replayed.

use snapbox::str;

use crate::environment::{TestEnvironment, check};

const TEMPLATE: &str = "\
password: {{ randAlphaNum 12 }}
made: {{ now | date \"2006-01-02 15:04:05\" }}
";

fn chart() -> TestEnvironment {
    TestEnvironment::with(&[
        (
            "app/Chart.yaml",
            "apiVersion: v2\nname: app\nversion: 0.1.0\n",
        ),
        ("app/templates/secret.yaml", TEMPLATE),
    ])
}

#[test]
fn a_seed_and_a_time_fix_all() {
    let arguments = [
        "helm",
        "template",
        "app",
        "--seed",
        "a test",
        "--time",
        "2026-11-29T08:00:00Z",
    ];
    let environment = chart();
    let first = environment.run(&arguments);
    assert_eq!(first, environment.run(&arguments));
    check(
        first,
        str![[r#"
---
# Source: app/templates/secret.yaml
password: vXJ7SleM9z8C
made: 2026-11-29 08:00:00

"#]],
    );
}

#[test]
fn what_was_recorded_is_drawn_again() {
    let environment = chart();
    let recorded = environment.run(&["helm", "template", "app", "--record", "draws.json"]);
    let again = ["helm", "template", "app", "--replay", "draws.json"];
    assert_eq!(recorded, environment.run(&again));
    assert_ne!(recorded, environment.run(&["helm", "template", "app"]));
    // What the record doesn't have is drawn anew, behind it.
    let longer = TEMPLATE.to_owned() + "more: {{ randAlphaNum 12 }}\n";
    environment.write("app/templates/secret.yaml", &longer);
    let more = environment.run(&again);
    assert!(more.starts_with(&recorded), "{more}");
    assert_ne!(more, environment.run(&again));
}

#[cfg(unix)]
#[test]
fn records_are_private() {
    use std::os::unix::fs::PermissionsExt;

    let environment = chart();
    environment.run(&["helm", "template", "app", "--record", "draws.json"]);
    let record = environment.work().join("draws.json").metadata().unwrap();
    assert_eq!(record.permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_is_no_record_or_time_is_refused() {
    let environment = chart();
    environment.write("draws.json", "{\"random\": 7}");
    check(
        environment.run(&["helm", "template", "app", "--replay", "draws.json"]),
        str![[r#"
--- stderr ---
Error: reading draws.json: not a record of draws: "random" is missing
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["helm", "template", "app", "--time", "noon"]),
        str![[r#"
--- stderr ---
error: invalid value 'noon' for '--time <TIME>': give a time such as 2026-11-29T08:00:00Z

For more information, try '--help'.
--- exit status: 1 ---

"#]],
    );
}
