//! Values that a schema refuses, and what Helm 4.3.1 says.

use trueup_helm::{Options, SchemaCheck, render};

use crate::charts::{chart, options};

fn refused(schema: &str, values: &str) -> String {
    let chart = chart(&[("values.schema.json", schema), ("values.yaml", values)]);
    let text = render(&chart, &options()).unwrap_err().to_string();
    let head =
        "values don't meet the specifications of the schema(s) in the following chart(s):\napp:\n";
    text.strip_prefix(head).unwrap().to_owned()
}

#[test]
fn a_wrong_type_is_all_that_is_said_of_a_place() {
    let schema = r#"{"properties": {"a": {"type": "integer", "properties": {"b": {"const": 1}}}}}"#;
    assert_eq!(
        refused(schema, "a: {b: 2}"),
        "- at '/a': got object, want integer\n"
    );
}

#[test]
fn several_mistakes_of_a_place_are_gathered_but_for_the_only_one() {
    let schema = r#"{"properties": {"a": {"exclusiveMinimum": 1000000, "multipleOf": 10}, "b": {"minLength": 3, "pattern": "^x"}}}"#;
    assert_eq!(
        refused(schema, "a: 2.5"),
        "- at '/a': exclusiveMinimum: got 2.5, want 1×10⁰⁶\n- at '/a': multipleOf: got 2.5, want 10\n"
    );
    assert_eq!(
        refused(schema, "a: 2.5\nb: q"),
        "- at '/a': validation failed\n  - at '/a': exclusiveMinimum: got 2.5, want 1×10⁰⁶\n  - at '/a': multipleOf: got 2.5, want 10\n- at '/b': validation failed\n  - at '/b': minLength: got 1, want 3\n  - at '/b': 'q' does not match pattern '^x'\n"
    );
}

#[test]
fn alternatives_say_why_none_fits_or_which_do() {
    let schema = r#"{"oneOf": [{"required": ["x"]}, {"allOf": [{"required": ["y", "z"]}]}], "properties": {"a": {"oneOf": [{}, {}, {}]}}}"#;
    assert_eq!(
        refused(schema, "b: 1"),
        "- at '': 'oneOf' failed, none matched\n  - at '': missing property 'x'\n  - at '': 'allOf' failed\n    - at '': missing properties 'y', 'z'\n"
    );
    assert_eq!(
        refused(schema, "x: 1\na: 1"),
        "- at '/a': 'oneOf' failed, subschemas 0, 1 matched\n"
    );
}

#[test]
fn names_of_properties() {
    let schema = r#"{"propertyNames": {"pattern": "^[a-c]$"}, "properties": {"b": {"additionalProperties": false}}}"#;
    assert_eq!(
        refused(schema, "b: {x: 1}\nd: 1"),
        "- at '/b': additional properties 'x' not allowed\n- at '': invalid propertyName 'd'\n  - at '': 'd' does not match pattern '^[a-c]$'\n"
    );
}

/// What is said of values while `?` stands for some.
fn refused_without(schema: &str, values: &str) -> String {
    let chart = chart(&[("values.schema.json", schema), ("values.yaml", values)]);
    let options = Options {
        schema: SchemaCheck::Without("?"),
        ..options()
    };
    let refused = render(&chart, &options).err();
    refused.map_or_else(String::new, |error| {
        assert!(error.violates_schema());
        let text = error.to_string();
        text.split_once("app:\n").unwrap().1.to_owned()
    })
}

#[test]
fn what_is_not_known_is_not_judged_and_all_else_is() {
    let schema = r#"{"type": "object", "required": ["c"], "additionalProperties": false, "properties": {
        "a": {"type": "integer"}, "b": {"type": "object", "minProperties": 3, "properties": {"x": {"maxLength": 0}}}, "c": {}}}"#;
    for (values, said) in [
        ("a: '?'\nc: 1", ""),
        ("a: prefix-?\nc: 1", ""),
        ("a: one\nc: '?'", "- at '/a': got string, want integer\n"),
        ("a: '?'", "- at '': missing property 'c'\n"),
        ("b: {x: '?', y: '?'}\nc: 1", ""),
        ("c: 1\nd: '?'", ""),
        (
            "c: '?'\nd: 1",
            "- at '': additional properties 'd' not allowed\n",
        ),
    ] {
        assert_eq!(refused_without(schema, values), said, "{values}");
    }
}

#[test]
fn what_a_condition_asks_for_is_not_judged_while_something_is_not_known() {
    let schema = r#"{"if": {"properties": {"a": {"const": 1}}}, "then": {"properties": {"b": {"type": "string"}}}, "properties": {"c": {"anyOf": [{"type": "string"}, {"properties": {"d": {"const": 2}}, "required": ["d"]}]}}}"#;
    assert_eq!(refused_without(schema, "a: 1\nb: 2\nc: {d: '?'}"), "");
}
