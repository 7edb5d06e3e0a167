//! The provider `random`.

use futures_executor::block_on;
use serde_json::{Value as Json, json};
use trueup_sdk::Opened;
use trueup_value::Value;

use crate::{NONE, stage::Stage};

#[test]
fn random_id_in_all_notations() {
    let mut stage = Stage::new();
    let text = r#"resource "random_id" "a" { byte_length = 4 }"#;
    assert_eq!(stage.apply(text), ["random_id.a: create"]);
    assert_eq!(
        stage.attributes("random_id"),
        json!({
            "keepers": null, "byte_length": 4, "prefix": null,
            "id": "AAECAw", "b64_url": "AAECAw", "b64_std": "AAECAw==",
            "hex": "00010203", "dec": "66051",
        })
    );
    assert_eq!(stage.plan(text), NONE);

    let prefixed = r#"resource "random_id" "a" {
        byte_length = 3
        prefix      = "p-"
        keepers     = { k = null }
    }"#;
    let expected = [r#"random_id.a: delete+create ["byte_length"] ["prefix"]"#];
    assert_eq!(stage.apply(prefixed), expected);
    assert_eq!(
        stage.attributes("random_id"),
        json!({
            "keepers": { "k": null }, "byte_length": 3, "prefix": "p-",
            "id": "BAUG", "b64_url": "p-BAUG", "b64_std": "p-BAUG",
            "hex": "p-040506", "dec": "p-263430",
        })
    );
    assert_eq!(stage.destroy(prefixed), ["random_id.a: delete"]);
    assert_eq!(stage.destroy(prefixed), NONE);
}

#[test]
fn random_id_keeps_its_value_where_only_keys_without_value_come_and_go() {
    let mut stage = Stage::new();
    let with = |keepers: &str| {
        format!("resource \"random_id\" \"a\" {{\n byte_length = 2\n keepers = {keepers}\n}}")
    };
    stage.apply(&with("null"));
    let before = stage.attributes("random_id")["id"].clone();
    for keepers in ["{}", "{ k = null }"] {
        assert_eq!(stage.apply(&with(keepers)), ["random_id.a: update"]);
        assert_eq!(stage.attributes("random_id")["id"], before);
    }
    let expected = [r#"random_id.a: delete+create ["keepers"]"#];
    assert_eq!(stage.plan(&with(r#"{ k = "v" }"#)), expected);
}

#[test]
fn random_id_imports() {
    let stage = Stage::new();
    let plain = json!({
        "keepers": {}, "byte_length": 4, "id": "AAECAw", "b64_url": "AAECAw",
        "b64_std": "AAECAw==", "hex": "00010203", "dec": "66051",
    });
    let prefixed = json!({
        "keepers": {}, "byte_length": 4, "prefix": "a,b", "id": "AAECAw",
        "b64_url": "a,bAAECAw", "b64_std": "a,bAAECAw==", "hex": "a,b00010203", "dec": "a,b66051",
    });
    for (id, expected) in [
        ("AAECAw", plain),
        ("a,b,AAECAw", prefixed),
        ("AAECAw==", json!("Import Random ID Error")),
        ("p, ", json!("Import Random ID Error")),
    ] {
        assert_eq!(stage.import("random_id", id), expected, "{id}");
    }
}

fn resource(kind: &str, arguments: &str) -> String {
    format!("resource \"{kind}\" \"a\" {{\n{arguments}\n}}")
}

/// What a change of arguments leads to.
#[test]
fn changes_of_arguments() {
    for (kind, before, after, expected) in [
        ("random_string", "length = 9", "length = 9", ""),
        (
            "random_string",
            "length = 9",
            "length = 8",
            r#"delete+create ["length"]"#,
        ),
        (
            "random_string",
            "length = 9",
            "length = 9\nspecial = true\nmin_upper = 0",
            "",
        ),
        (
            "random_string",
            "length = 9",
            "length = 9\nupper = false",
            r#"delete+create ["upper"]"#,
        ),
        (
            "random_string",
            "length = 9",
            "length = 9\nnumeric = true",
            "",
        ),
        (
            "random_string",
            "length = 9\nnumeric = false",
            "length = 9\nnumber = true\nnumeric = true",
            r#"delete+create ["number"] ["numeric"]"#,
        ),
        (
            "random_string",
            "length = 9\noverride_special = \"\"",
            "length = 9",
            "update",
        ),
        (
            "random_string",
            "length = 9\noverride_special = \"-\"",
            "length = 9",
            r#"delete+create ["override_special"]"#,
        ),
        (
            "random_password",
            "length = 9",
            "length = 9\nmin_lower = 1",
            r#"delete+create ["min_lower"]"#,
        ),
        ("random_pet", "", "length = 2\nseparator = \"-\"", ""),
        (
            "random_pet",
            "",
            "prefix = \"p\"",
            r#"delete+create ["prefix"]"#,
        ),
        (
            "random_integer",
            "min = 1\nmax = 2",
            "min = 1\nmax = 3",
            r#"delete+create ["max"]"#,
        ),
        (
            "random_uuid",
            "",
            "keepers = { a = 1 }",
            r#"delete+create ["keepers"]"#,
        ),
        (
            "random_bytes",
            "length = 1",
            "length = 2",
            r#"delete+create ["length"]"#,
        ),
        (
            "random_shuffle",
            "input = [\"a\"]",
            "input = [\"a\"]\nresult_count = 3",
            r#"delete+create ["result_count"]"#,
        ),
    ] {
        let mut stage = Stage::new();
        assert_eq!(
            stage.apply(&resource(kind, before)),
            [format!("{kind}.a: create")]
        );
        let expected = match expected {
            "" => vec![],
            expected => vec![format!("{kind}.a: {expected}")],
        };
        let found = stage.apply(&resource(kind, after));
        assert_eq!(found, expected, "{kind}: {before} -> {after}");
        assert_eq!(stage.plan(&resource(kind, after)), NONE, "{kind}: {after}");
        stage.destroy(&resource(kind, after));
        assert_eq!(stage.destroy(&resource(kind, after)), NONE);
    }
}

#[test]
fn arguments_that_cannot_be() {
    let all_off = "length = 1\nspecial = false\nupper = false\nlower = false\nnumeric = false";
    for (kind, arguments, expected) in [
        (
            "random_string",
            "length = 0",
            "Invalid Attribute Value: Attribute length value must be at least 1, got: 0",
        ),
        (
            "random_string",
            "length = 1.5",
            "Invalid Attribute Value: Attribute length value must be a whole number of at most 64 bits, got: 1.5",
        ),
        (
            "random_password",
            "length = 3\nmin_upper = 2\nmin_lower = 2",
            "Invalid Attribute Value: Attribute length value must be at least sum of min_upper + min_lower + min_numeric + min_special, got: 3",
        ),
        (
            "random_string",
            "length = 3\nnumber = true\nnumeric = false",
            "Number and numeric are both configured with different values: Number is deprecated, use numeric instead",
        ),
        (
            "random_string",
            all_off,
            "Invalid Attribute Combination: At least one attribute out of [special,upper,lower,numeric] must be specified as true",
        ),
        (
            "random_integer",
            "min = 2\nmax = 1",
            "Create Random Integer Error: The minimum (min) value needs to be smaller than or equal to maximum (max) value.",
        ),
        (
            "random_id",
            "byte_length = -1",
            "Invalid Attribute Value: Attribute byte_length value must be between 0 and 16777216, got: -1",
        ),
        (
            "random_shuffle",
            "input = [\"a\"]\nresult_count = 9999999999",
            "Invalid Attribute Value: Attribute result_count value must be between 0 and 16777216, got: 9999999999",
        ),
    ] {
        let mut stage = Stage::new();
        assert_eq!(stage.apply(&resource(kind, arguments)), [expected]);
    }
}

/// The characters of a text: capitals, small letters, digits, others.
fn classes(text: &str) -> [usize; 4] {
    let of = |class: fn(&u8) -> bool| text.bytes().filter(class).count();
    [
        of(u8::is_ascii_uppercase),
        of(u8::is_ascii_lowercase),
        of(u8::is_ascii_digit),
        of(u8::is_ascii_punctuation),
    ]
}

#[test]
fn random_string_draws_from_what_is_allowed() {
    for (arguments, expected) in [
        (
            "length = 8\nspecial = false\nupper = false\nlower = false",
            [0, 0, 8, 0],
        ),
        (
            "length = 8\nmin_upper = 2\nmin_lower = 2\nmin_numeric = 2\nmin_special = 2",
            [2, 2, 2, 2],
        ),
        ("length = 4\nmin_special = 4\nspecial = false", [0, 0, 0, 4]),
        (
            "length = 4\nnumeric = false\nupper = false\nlower = false\noverride_special = \"-\"",
            [0, 0, 0, 4],
        ),
    ] {
        let mut stage = Stage::new();
        stage.apply(&resource("random_string", arguments));
        let attributes = stage.attributes("random_string");
        let result = attributes["result"].as_str().expect("a text");
        assert_eq!(classes(result), expected, "{arguments}: {result}");
        assert_eq!(attributes["id"], attributes["result"]);
    }
    let mut stage = Stage::new();
    stage.apply(&resource("random_string", "length = 3\nspecial = false"));
    let mut attributes = stage.attributes("random_string");
    let result = attributes["result"].take();
    assert_eq!(attributes["id"].take(), result);
    assert_eq!(
        attributes,
        json!({
            "keepers": null, "length": 3, "special": false, "upper": true, "lower": true,
            "number": true, "numeric": true, "min_numeric": 0, "min_upper": 0, "min_lower": 0,
            "min_special": 0, "override_special": null, "result": null, "id": null,
        })
    );
}

#[test]
fn random_password_comes_with_a_hash_of_its_first_72_bytes() {
    for length in [12, 80] {
        let mut stage = Stage::new();
        stage.apply(&resource("random_password", &format!("length = {length}")));
        let attributes = stage.attributes("random_password");
        let text = |name: &str| attributes[name].as_str().expect("a text").to_owned();
        let (result, hash) = (text("result"), text("bcrypt_hash"));
        assert_eq!((result.len(), text("id").as_str()), (length, "none"));
        assert!(hash.starts_with("$2a$10$"), "{hash}");
        let seen = &result[..length.min(72)];
        assert!(bcrypt::verify(seen, &hash).expect("a hash"));
    }
}

#[test]
fn an_ephemeral_password_is_drawn_anew_and_kept_nowhere() {
    let stage = Stage::new();
    let (provider, configured) = stage.configured("random_password");
    let schema = &provider.schema().ephemeral_resources["random_password"];
    let names: Vec<&str> = schema.block.attributes.keys().map(|n| n.as_str()).collect();
    // What hashicorp/random 3.7 has.
    assert_eq!(
        names,
        [
            "bcrypt_hash",
            "length",
            "lower",
            "min_lower",
            "min_numeric",
            "min_special",
            "min_upper",
            "numeric",
            "override_special",
            "result",
            "special",
            "upper",
        ]
    );
    let config = |length: i64, special: Value| {
        let fields = schema.block.attributes.iter();
        let null =
            fields.map(|(name, attribute)| (name.clone(), Value::null(attribute.implied_type())));
        let given = [
            ("length".into(), Value::number(length)),
            ("special".into(), special),
        ];
        Value::object(null.chain(given))
    };
    let open = |config: &Value| {
        block_on(configured.open_ephemeral("random_password", config)).expect("a password")
    };
    let first = open(&config(12, Value::bool(false)));
    let text = |opened: &Opened, name: &str| {
        let value = opened.value.get(name).and_then(Value::as_str);
        value.expect("a text").to_owned()
    };
    let result = text(&first, "result");
    assert_eq!(result.len(), 12);
    assert!(
        result.chars().all(|c| c.is_ascii_alphanumeric()),
        "{result}"
    );
    assert!(bcrypt::verify(&result, &text(&first, "bcrypt_hash")).expect("a hash"));
    assert_eq!(first.value.get("min_upper"), Some(&Value::number(0)));
    let second = open(&config(12, Value::bool(false)));
    assert_ne!(result, text(&second, "result"));
    let problems = provider.validate_ephemeral("random_password", &config(0, Value::bool(true)));
    assert_eq!(problems.len(), 1, "{problems:?}");
}

/// The results are those of Terraform's provider: both take them from Go's
/// generator with the same seed.
#[test]
fn seeds_give_the_results_they_give_everywhere() {
    for (kind, arguments, expected) in [
        (
            "random_integer",
            "min = 1\nmax = 10\nseed = \"12345\"",
            json!(4),
        ),
        (
            "random_integer",
            "min = -5\nmax = 1048570\nseed = \"seed\"",
            json!(745437),
        ),
        ("random_integer", "min = 7\nmax = 7", json!(7)),
        (
            "random_shuffle",
            "input = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\"]\nseed = \"a\"",
            json!(["e", "b", "f", "d", "c", "a", "g"]),
        ),
        (
            "random_shuffle",
            "input = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\"]\nseed = \"z z\"\nresult_count = 2",
            json!(["d", "c"]),
        ),
        ("random_shuffle", "input = []\nresult_count = 2", json!([])),
    ] {
        let mut stage = Stage::new();
        stage.apply(&resource(kind, arguments));
        assert_eq!(stage.attributes(kind)["result"], expected, "{arguments}");
    }
}

#[test]
fn random_shuffle_repeats_only_what_has_come_once() {
    let mut stage = Stage::new();
    stage.apply(&resource(
        "random_shuffle",
        "input = [\"a\", \"b\"]\nresult_count = 5",
    ));
    let attributes = stage.attributes("random_shuffle");
    let result = attributes["result"].as_array().expect("a list");
    let count = |text: &str| result.iter().filter(|found| **found == text).count();
    assert_eq!((result.len(), count("a") + count("b")), (5, 5));
    assert!(result[0] != result[1] && result[2] != result[3]);
}

#[test]
fn random_pet_has_as_many_words_as_wanted() {
    for (arguments, words, begins) in [
        ("", 2, ""),
        ("length = 1", 1, ""),
        ("length = 4\nseparator = \"_\"", 4, ""),
        ("length = 0", 2, ""),
        ("prefix = \"p\"\nseparator = \"\"", 1, "p"),
        ("prefix = \"p\"", 3, "p-"),
    ] {
        let mut stage = Stage::new();
        stage.apply(&resource("random_pet", arguments));
        let attributes = stage.attributes("random_pet");
        let id = attributes["id"].as_str().expect("a text");
        assert!(id.starts_with(begins), "{id}");
        assert_eq!(id.split(['-', '_']).count(), words, "{arguments}: {id}");
    }
}

#[test]
fn random_uuid_and_bytes() {
    let mut stage = Stage::new();
    stage.apply(&resource("random_uuid", ""));
    let uuid = "00010203-0405-4607-8809-0a0b0c0d0e0f";
    let expected = json!({ "keepers": null, "id": uuid, "result": uuid });
    assert_eq!(stage.attributes("random_uuid"), expected);

    let mut stage = Stage::new();
    stage.apply(&resource("random_bytes", "length = 3"));
    let expected =
        json!({ "keepers": null, "length": 3, "id": "none", "base64": "AAEC", "hex": "000102" });
    assert_eq!(stage.attributes("random_bytes"), expected);
}

#[test]
fn imports() {
    let stage = Stage::new();
    let characters = |result: &str| {
        json!({
            "length": result.len(), "special": true, "upper": true, "lower": true, "number": true,
            "numeric": true, "min_numeric": 0, "min_upper": 0, "min_lower": 0, "min_special": 0,
            "result": result, "id": result,
        })
    };
    let uuid = "aabbccdd-0011-2233-4455-66778899aabb";
    for (kind, id, expected) in [
        ("random_string", "some text", characters("some text")),
        (
            "random_integer",
            "3,1,5",
            json!({ "result": 3, "min": 1, "max": 5, "id": "3" }),
        ),
        (
            "random_integer",
            "3,1,5,s",
            json!({ "result": 3, "min": 1, "max": 5, "seed": "s", "id": "3" }),
        ),
        (
            "random_integer",
            "3,1",
            json!("Import Random Integer Error"),
        ),
        (
            "random_integer",
            "3,1,5,s,t",
            json!("Import Random Integer Error"),
        ),
        (
            "random_integer",
            "3,x,5",
            json!("Import Random Integer Error"),
        ),
        (
            "random_uuid",
            &uuid.to_uppercase(),
            json!({ "result": uuid, "id": uuid }),
        ),
        ("random_uuid", "aabb", json!("Import Random UUID Error")),
        (
            "random_bytes",
            "AAEC",
            json!({ "length": 3, "base64": "AAEC", "hex": "000102", "id": "none" }),
        ),
        ("random_bytes", "!", json!("Import Random bytes Error")),
        ("random_pet", "x", json!("Resource Import Not Implemented")),
        (
            "random_shuffle",
            "x",
            json!("Resource Import Not Implemented"),
        ),
    ] {
        assert_eq!(stage.import(kind, id), expected, "{kind} {id}");
    }
    let mut password = stage.import("random_password", "secret");
    let hash = password["bcrypt_hash"].take();
    let mut expected = characters("secret");
    expected["id"] = "none".into();
    expected["bcrypt_hash"] = Json::Null;
    assert_eq!(password, expected);
    assert!(bcrypt::verify("secret", hash.as_str().expect("a hash")).expect("a hash"));
}

#[test]
fn states_of_older_versions() {
    let stage = Stage::new();
    let all = |id: &str| {
        json!({
            "length": 3, "special": true, "upper": false, "lower": true, "number": false,
            "numeric": false, "min_numeric": 0, "min_upper": 0, "min_lower": 0, "min_special": 0,
            "result": "abc", "id": id,
        })
    };
    let stored = |id: &str| json!({ "id": id, "result": "abc", "upper": false, "number": false, "min_lower": null });
    assert_eq!(
        stage.upgrade("random_string", 1, &stored("abc")),
        all("abc")
    );
    for version in [0, 1, 2] {
        let mut stored = stored("none");
        if version == 2 {
            // The hash of something else.
            stored["numeric"] = json!(false);
            stored["bcrypt_hash"] =
                json!("$2a$04$UuTkLRZZ6QofpDOlMz32MuuxEHA43WOemOYHPz6.SjsVsyO1tDU96");
        }
        if version == 1 {
            stored["bcrypt_hash"] = json!("kept");
        }
        let mut upgraded = stage.upgrade("random_password", version, &stored);
        let hash = upgraded["bcrypt_hash"].take();
        let hash = hash.as_str().expect("a hash");
        match version {
            1 => assert_eq!(hash, "kept"),
            _ => assert!(bcrypt::verify("abc", hash).expect("a hash")),
        }
        let mut expected = all("none");
        expected["bcrypt_hash"] = Json::Null;
        assert_eq!(upgraded, expected, "version {version}");
    }
}

/// What is sensitive is known from the schema, also where the state does not
/// say it.
#[test]
fn states_that_do_not_say_what_is_sensitive() {
    let mut stage = Stage::new();
    let text = resource("random_password", "length = 9");
    stage.apply(&text);
    stage.forget_what_is_sensitive();
    assert_eq!(stage.plan(&text), NONE);
}
