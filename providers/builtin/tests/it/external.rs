//! The provider `external`. Its programs are scripts of `/bin/sh`.
#![cfg(unix)]

use std::fs;

use futures_executor::block_on;
use serde_json::{Value as Json, json};
use trueup_core::plan::value_json;
use trueup_value::{Type, Value};

use crate::stage::Stage;

/// Asks the data source; the result, or summary and detail of the error.
fn ask(stage: &Stage, program: &[&str], query: &[(&str, Option<&str>)], dir: Option<&str>) -> Json {
    let (_, configured) = stage.configured("external");
    let text = |text: Option<&str>| text.map_or(Value::null(Type::String), Value::string);
    let program = program.iter().map(|word| Value::string(*word)).collect();
    let query = query.iter().map(|(key, value)| (*key, text(*value)));
    let config = Value::object([
        ("program", Value::list(Type::String, program)),
        ("query", Value::map(Type::String, query)),
        ("working_dir", text(dir)),
        ("result", Value::null(Type::map(Type::String))),
        ("id", Value::null(Type::String)),
    ]);
    match block_on(configured.read_data("external", &config)) {
        Ok(answer) => value_json(answer.get("result").expect("a result")),
        Err(problems) => json!([problems[0].summary, problems[0].detail]),
    }
}

#[test]
fn a_program_is_asked_and_answers() {
    let stage = Stage::new();
    fs::create_dir(stage.folder.path().join("sub")).expect("a folder");
    let query = [("a", Some("1")), ("b", None), ("c", Some("\"q\" ü"))];
    let quote =
        r#"read -r q; printf '{"q":"%s","n":null}' "$(printf %s "$q" | sed 's/[\\"]/\\&/g')""#;
    assert_eq!(
        ask(&stage, &["sh", "", "-c", quote], &query, None),
        json!({ "q": "{\"a\":\"1\",\"c\":\"\\\"q\\\" ü\"}", "n": "" })
    );
    let place = r#"printf '{"d":"%s","p":"%s","h":"%s"}' "${PWD##*/}" "$PATH" "$HOME""#;
    let expected = json!({ "d": "sub", "p": "/usr/bin:/bin", "h": "" });
    assert_eq!(
        ask(&stage, &["sh", "-c", place], &[], Some("sub")),
        expected
    );
    let large = "x".repeat(300_000);
    let ignore = ["sh", "-c", "echo '{}'"];
    assert_eq!(
        ask(&stage, &ignore, &[("x", Some(&large))], None),
        json!({})
    );
}

#[test]
fn what_goes_wrong_is_told_with_what_the_program_said() {
    let stage = Stage::new();
    let dir = stage.folder.path().display().to_string();
    let executing =
        "The data source received an unexpected error while attempting to execute the program.";
    for (program, summary, detail) in [
        (
            vec!["sh", "-c", "echo oh no >&2; exit 3"],
            "External Program Execution Failed",
            format!("{executing}\n\nProgram: /usr/bin/sh\nError Message: oh no\n\nState: exit status 3"),
        ),
        (
            vec!["sh", "-c", "exit 1"],
            "External Program Execution Failed",
            format!("{executing}\n\nThe program was executed, however it returned no additional error messaging.\n\nProgram: /usr/bin/sh\nState: exit status 1"),
        ),
        (
            vec!["sh", "-c", "echo '{\"a\":1}'"],
            "Unexpected External Program Results",
            "The data source received unexpected results after executing the program.\n\nProgram output must be a JSON encoded map of string keys and string values.\n\nProgram: /usr/bin/sh\nResult Error: invalid type: integer `1`, expected a string at line 1 column 6".to_owned(),
        ),
        (
            vec!["no-such-program"],
            "External Program Lookup Failed",
            "The program \"no-such-program\" cannot be run. There is no executable file of that name in the folders of PATH. A program beside the configuration is \"${path.module}/NAME\".".to_owned(),
        ),
        (
            vec!["./here"],
            "External Program Lookup Failed",
            format!("The program \"./here\" cannot be run. There is no executable file at that path; relative paths start at {dir}/. A program beside the configuration is \"${{path.module}}/NAME\"."),
        ),
        (
            vec![""],
            "External Program Missing",
            "The data source was configured without a program to execute. Verify the configuration contains at least one non-empty value.".to_owned(),
        ),
    ] {
        let found = ask(&stage, &program, &[], None);
        assert_eq!(found, json!([summary, detail]), "{program:?}");
    }
}

#[test]
fn it_is_read_while_planning() {
    let mut stage = Stage::new();
    let text = r#"
        data "external" "a" { program = ["sh", "-c", "echo '{\"x\":\"1\"}'"] }
        resource "null_resource" "a" { triggers = data.external.a.result }
    "#;
    assert_eq!(stage.apply(text), ["null_resource.a: create"]);
    assert_eq!(
        stage.attributes("null_resource")["triggers"],
        json!({ "x": "1" })
    );
    let empty = r#"data "external" "a" { program = [] }"#;
    let expected =
        "Invalid Attribute Value: Attribute program list must contain at least 1 elements, got: 0";
    assert_eq!(stage.plan(empty), [expected]);
}
