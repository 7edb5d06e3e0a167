//! Plans that rules lead to, and what is said about configurations.

use trueup_sdk::{
    NestingMode, Object, PlanRequest,
    native::{Field, Fields, Nested, Shape},
};
use trueup_value::{
    Type, Value,
    json::{from_json_simple, to_json},
};

/// `null` for a new object.
const NEW: &str = "null";

/// Plans `config` for an object that was `prior`, both JSON with everything
/// else null. What is proposed is the configuration with what the object has
/// where that is computed and nothing is configured.
fn plan(shape: &Shape, prior: &str, config: &str) -> (String, Vec<String>) {
    let block = shape.schema().block;
    let read = |json: &str| {
        let given = from_json_simple(json).expect("JSON");
        block.coerce(&given).expect("an object of the shape")
    };
    let prior = (prior != NEW).then(|| Object {
        value: read(prior),
        private: b"kept".to_vec(),
    });
    let config = read(config);
    let mut proposed = Fields::of(&config);
    if let Some(prior) = &prior {
        for (name, attribute) in &block.attributes {
            if attribute.computed && config.get(name).is_some_and(Value::is_null) {
                proposed.set(name, prior.value.get(name).expect("it").clone());
            }
        }
    }
    let proposed = proposed.into_value();
    let response = shape.plan(&PlanRequest {
        kind: "thing",
        prior: prior.as_ref(),
        config: Some(&config),
        proposed: Some(&proposed),
        sensitive: &[],
        shown: None,
    });
    if prior.is_some() {
        assert_eq!(response.private, b"kept");
    }
    let planned = response.planned.expect("a plan");
    assert!(planned.has_type(&block.implied_type()), "{planned:?}");
    let paths = response.requires_replace.iter();
    (shown(&planned), paths.map(ToString::to_string).collect())
}

/// JSON without null attributes; `?` for unknown.
fn shown(value: &Value) -> String {
    match value {
        value if !value.is_known() => "?".to_owned(),
        Value::Object(object) => {
            let attributes = object.attributes().iter();
            let given = attributes.filter(|(_, value)| !value.is_null());
            let shown = given.map(|(name, value)| format!("{name}: {}", shown(value)));
            format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
        }
        Value::Map(map) => {
            let entries = map.entries().iter();
            let shown = entries.map(|(key, value)| format!("{key}: {}", shown(value)));
            format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
        }
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            let elements: Vec<String> = value.values().map(shown).collect();
            format!("[{}]", elements.join(", "))
        }
        value => to_json(value, &value.ty()).expect("JSON"),
    }
}

fn text(name: &str) -> Field {
    Field::optional(name, Type::String)
}

/// A row: the object before, the configuration, the plan, what replaces it.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

fn check(shape: &Shape, rows: &[Row]) {
    for (prior, config, planned, replaced) in rows {
        let replaced: Vec<String> = replaced.iter().map(|&path| path.to_owned()).collect();
        let expected = ((*planned).to_owned(), replaced);
        assert_eq!(plan(shape, prior, config), expected, "{prior} -> {config}");
    }
}

#[test]
fn rules_hold_in_nested_blocks() {
    let port = Nested::list(
        "port",
        [
            Field::required("number", Type::Number).replaces(),
            text("protocol").default(Value::string("TCP")),
            Field::computed("node", Type::Number).kept(),
        ],
    );
    let shape = Shape::new(
        "",
        [text("name"), Field::computed("id", Type::String).kept()],
    )
    .block(port.at_most(3));
    check(
        &shape,
        &[
            (
                NEW,
                r#"{"port": [{"number": 1}, {"number": 2, "protocol": "UDP"}]}"#,
                r#"{id: ?, port: [{node: ?, number: 1, protocol: "TCP"}, {node: ?, number: 2, protocol: "UDP"}]}"#,
                &[],
            ),
            (
                r#"{"id": "i", "port": [{"number": 1, "protocol": "TCP", "node": 7}]}"#,
                r#"{"name": "n", "port": [{"number": 1}]}"#,
                r#"{id: "i", name: "n", port: [{node: 7, number: 1, protocol: "TCP"}]}"#,
                &[],
            ),
            (
                r#"{"id": "i", "port": [{"number": 1, "protocol": "TCP", "node": 7}]}"#,
                r#"{"port": [{"number": 2}]}"#,
                r#"{id: "i", port: [{node: 7, number: 2, protocol: "TCP"}]}"#,
                &[".port[0].number"],
            ),
            (
                r#"{"id": "i", "port": []}"#,
                r#"{"port": [{"number": 2}]}"#,
                r#"{id: "i", port: [{node: ?, number: 2, protocol: "TCP"}]}"#,
                &[".port[0].number"],
            ),
        ],
    );
}

#[test]
fn every_way_of_nesting_finds_what_belongs_together() {
    let fields = || {
        [
            Field::required("key", Type::String),
            text("value").replaces(),
            Field::computed("seen", Type::String).kept(),
        ]
    };
    let shape = Shape::new("", [Field::nested("attribute", NestingMode::Map, fields())])
        .block(Nested::single("single", fields()))
        .block(Nested::map("map", fields()))
        .block(Nested::set("set", fields()));
    let before = r#"{
        "attribute": {"a": {"key": "k", "value": "1", "seen": "s"}},
        "single": {"key": "k", "value": "1", "seen": "s"},
        "map": {"a": {"key": "k", "value": "1", "seen": "s"}},
        "set": [{"key": "k", "value": "1", "seen": "s"}, {"key": "l", "value": "1", "seen": "t"}]
    }"#;
    check(
        &shape,
        &[(
            before,
            r#"{
                "attribute": {"a": {"key": "k", "value": "2"}},
                "single": {"key": "k", "value": "2"},
                "map": {"a": {"key": "k", "value": "1"}, "b": {"key": "k"}},
                "set": [{"key": "k", "value": "1"}, {"key": "l", "value": "2"}]
            }"#,
            r#"{attribute: {a: {key: "k", seen: "s", value: "2"}}, map: {a: {key: "k", seen: "s", value: "1"}, b: {key: "k", seen: ?}}, set: [{key: "k", seen: "s", value: "1"}, {key: "l", seen: ?, value: "2"}], single: {key: "k", seen: "s", value: "2"}}"#,
            &[".attribute[\"a\"].value", ".single.value", ".set"],
        )],
    );
}

#[test]
fn legacy_shapes_keep_what_the_provider_decided() {
    let check_block = Nested::list(
        "check",
        [
            text("path"),
            Field::optional("interval", Type::Number).filled(Value::number(30)),
            text("matcher").or_computed(),
        ],
    );
    let fixed = Nested::list("fixed", [text("name").replaces()]);
    let shape = Shape::new(
        "",
        [
            text("policy").same_if(|config, prior| {
                config.as_str().map(str::to_lowercase) == prior.as_str().map(str::to_lowercase)
            }),
            Field::computed("arn", Type::String),
            Field::computed("revision", Type::String).renewed_with(&["policy"]),
            text("path").or_computed(),
        ],
    )
    .block(check_block.or_computed().at_most(1))
    .block(fixed)
    .legacy();
    let before = r#"{"policy": "P", "arn": "a", "revision": "1", "path": "/", "check": [{"path": "/h", "interval": 30, "matcher": "200"}], "fixed": [{"name": "x"}]}"#;
    check(
        &shape,
        &[
            (
                NEW,
                r#"{"policy": "P"}"#,
                r#"{arn: ?, check: ?, fixed: [], path: ?, policy: "P", revision: ?}"#,
                &[],
            ),
            (
                before,
                r#"{"policy": "p", "fixed": [{"name": "x"}]}"#,
                r#"{arn: "a", check: [{interval: 30, matcher: "200", path: "/h"}], fixed: [{name: "x"}], path: "/", policy: "P", revision: "1"}"#,
                &[],
            ),
            (
                before,
                r#"{"policy": "q", "check": [{"path": "/g"}], "fixed": [{"name": "x"}]}"#,
                r#"{arn: "a", check: [{interval: 30, matcher: "200", path: "/g"}], fixed: [{name: "x"}], path: "/", policy: "q", revision: ?}"#,
                &[],
            ),
            (
                before,
                r#"{"policy": "P"}"#,
                r#"{arn: "a", check: [{interval: 30, matcher: "200", path: "/h"}], fixed: [], path: "/", policy: "P", revision: "1"}"#,
                &[".fixed"],
            ),
        ],
    );
}

#[test]
fn values_are_judged_where_they_stand() {
    let shape = Shape::new(
        "",
        [
            text("name").length(1, 3).conflicts_with(&["name_prefix"]),
            text("name_prefix"),
            Field::optional("count", Type::Number).at_least(1),
        ],
    )
    .block(Nested::list(
        "port",
        [
            text("protocol").one_of(&["TCP", "UDP"]),
            Field::optional("number", Type::Number).between(1, 65535),
        ],
    ));
    let config = r#"{"name": "long", "name_prefix": "p", "count": 0.5, "port": [{"protocol": "TCP"}, {"protocol": "tcp", "number": 0}]}"#;
    let given = from_json_simple(config).expect("JSON");
    let config = shape
        .schema()
        .block
        .coerce(&given)
        .expect("a configuration");
    let problems = shape.validate(&Fields::of(&config));
    let said = problems.iter().map(|problem| {
        let detail = match problem.detail.is_empty() {
            true => String::new(),
            false => format!(": {}", problem.detail),
        };
        format!("{} {}{detail}", problem.path, problem.summary)
    });
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            ".name expected length of name to be in the range (1 - 3), got long",
            ".name Conflicting configuration arguments: \"name\": conflicts with name_prefix",
            ".count Invalid Attribute Value: Attribute count value must be a whole number of at most 64 bits, got: 0.5",
            ".port[1].protocol expected port.1.protocol to be one of [\"TCP\" \"UDP\"], got tcp",
            ".port[1].number expected port.1.number to be in the range (1 - 65535), got 0",
        ]
    );
}

#[test]
fn shapes_are_made_of_schemas_and_back() {
    let shape = Shape::new(
        "About.",
        [text("name").sensitive(), text("password").write_only()],
    )
    .block(
        Nested::list("a", [text("b")])
            .about("Inside.")
            .at_least(1)
            .block(Nested::set(
                "c",
                [Field::nested("d", NestingMode::Single, [text("e")])],
            )),
    )
    .block(Nested::timeouts(&["create"]))
    .version(3);
    let schema = shape.schema();
    assert_eq!(Shape::of(&schema).schema(), schema);
    let ruled = Shape::of(&schema).field("a.c.d.e", Field::sensitive);
    assert_ne!(ruled.schema(), schema);
    let empty = shape.empty().into_value();
    assert!(empty.has_type(&schema.block.implied_type()));
    assert_eq!(shown(&empty), "{a: []}");
    assert_eq!(shown(&shape.empty_at("a").into_value()), "{c: []}");
}
