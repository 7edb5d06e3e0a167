//! Tables of inputs and of what go-cty 1.16 makes of them.
//!
//! Values are MessagePack for the dynamic type, in hexadecimal. Another
//! folder of larger tables can be named in `TRUEUP_VALUE_TABLES`.

use std::{env, fmt::Write, fs, path::PathBuf};

use trueup_value::{
    Number, NumberFormat, Type, Value,
    convert::{self, Defaults, mismatch_message},
    json, msgpack,
    ops::{self, OpError},
};

/// Checks every line of a table: `actual` makes the other columns of the
/// first `inputs` ones.
fn check(table: &str, inputs: usize, actual: impl Fn(&[&str]) -> String) {
    let folder = env::var("TRUEUP_VALUE_TABLES")
        .map_or_else(|_| PathBuf::from("tests/tables"), PathBuf::from);
    let text = fs::read_to_string(folder.join(table)).expect("table");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in text.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let (input, expected) = columns.split_at(inputs);
        let got = actual(input);
        count += 1;
        if got != expected.join("\t") {
            wrong.push(format!(
                "{}\n  wanted {}\n  got    {got}",
                input.join("\t"),
                expected.join("\t")
            ));
        }
    }
    let first = wrong.iter().take(8).fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    });
    assert!(
        wrong.is_empty(),
        "{} of {count} differ:\n{first}",
        wrong.len()
    );
}

fn number(text: &str) -> Number {
    match text.split_once(':') {
        Some(("i", text)) => Number::from(text.parse::<i64>().expect("integer")),
        Some(("f", text)) => Number::from_f64(text.parse().expect("double")).expect("number"),
        Some((_, text)) => Number::parse(text).expect("number"),
        None => panic!("{text}"),
    }
}

fn value(hex: &str) -> Value {
    msgpack::decode(&bytes(hex), &Type::Dynamic).expect("value")
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = (0..hex.len()).step_by(2);
    digits
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex"))
        .collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn hex(value: &Value) -> String {
    to_hex(&msgpack::encode(value, &Type::Dynamic).expect("encoded"))
}

fn ty(json: &str) -> Type {
    json::type_from_json(json).expect("type")
}

#[test]
fn arithmetic() {
    type Operation = fn(&Value, &Value) -> Result<Value, OpError>;
    let operation = |name: &str| -> Operation {
        match name {
            "add" => ops::add,
            "sub" => ops::subtract,
            "mul" => ops::multiply,
            "div" => ops::divide,
            "mod" => ops::modulo,
            "lt" => ops::less_than,
            _ => ops::equals,
        }
    };
    check("numbers.tsv", 4, |input| {
        let [op, a, b, c] = input else {
            return String::new();
        };
        let [a, b, c] = [a, b, c].map(|text| Value::number(number(text)));
        let op = operation(op);
        match op(&a, &b) {
            Ok(Value::Bool(result)) => format!("{result}\t-"),
            Ok(result) => match op(&result, &c) {
                Ok(second) => format!("{result:?}\t{second:?}"),
                Err(_) => "error".to_owned(),
            },
            Err(_) => "error".to_owned(),
        }
    });
}

#[test]
fn formats() {
    check("formats.tsv", 2, |input| {
        let [text, digits] = input else {
            return String::new();
        };
        let number = number(text);
        let digits = digits.parse().ok();
        let formats = [
            NumberFormat::Fixed,
            NumberFormat::Exponent,
            NumberFormat::General,
        ];
        let mut columns: Vec<String> = [digits, None]
            .iter()
            .flat_map(|digits| formats.map(|format| number.format(format, *digits)))
            .collect();
        let double = Number::from_f64(number.to_f64()).expect("number");
        columns.push(double.format(NumberFormat::General, None));
        columns.join("\t")
    });
}

#[test]
fn parse() {
    check("parse.tsv", 1, |input| {
        let text: String = serde_json::from_str(input[0]).expect("string");
        match Number::parse(&text) {
            None => "error".to_owned(),
            Some(number) => number.to_text(),
        }
    });
}

#[test]
fn conversion() {
    check("convert.tsv", 2, |input| {
        let [from, wanted] = input else {
            return String::new();
        };
        match convert::convert(&value(from), &ty(wanted)) {
            Ok(converted) => format!("ok\t{}", hex(&converted)),
            Err(error) => format!("err\t{}\t{error}", error.path),
        }
    });
}

#[test]
fn unification() {
    check("unify.tsv", 1, |input| {
        let Type::Tuple(types) = ty(input[0]) else {
            return String::new();
        };
        let shown = |ty: Option<Type>| ty.map_or("-".to_owned(), |ty| json::type_to_json(&ty));
        let (safe, any) = (convert::unify(&types), convert::unify_unsafe(&types));
        format!("{}\t{}", shown(safe), shown(any))
    });
}

#[test]
fn order_of_sets() {
    check("sets.tsv", 1, |input| {
        let list = value(input[0]);
        let element = list.ty().element().cloned().expect("list");
        hex(&Value::set(element, list.values().cloned().collect()))
    });
}

#[test]
fn json_output() {
    check("json.tsv", 2, |input| {
        let [encoded, wanted] = input else {
            return String::new();
        };
        let value = value(encoded);
        let typed = json::to_json(&value, &ty(wanted)).expect("JSON");
        let dynamic = json::to_json(&value, &Type::Dynamic).expect("JSON");
        format!("{typed}\t{dynamic}")
    });
}

#[test]
fn json_input() {
    check("unjson.tsv", 2, |input| {
        let [text, wanted] = input else {
            return String::new();
        };
        match json::from_json(text, &ty(wanted)) {
            Ok(value) => format!("ok\t{}", hex(&value)),
            Err(error) => format!("err\t{}\t{error}", error.path),
        }
    });
}

#[test]
fn json_of_no_known_type() {
    check("implied.tsv", 1, |input| {
        let text: String = serde_json::from_str(input[0]).expect("string");
        match json::from_json_simple(&text) {
            Ok(value) => format!("ok\t{}", hex(&value)),
            Err(error) => format!("err\t{error}"),
        }
    });
}

#[test]
fn names_of_types() {
    check("types.tsv", 1, |input| {
        let ty = ty(input[0]);
        format!("{}\t{ty}\t{}", ty.constraint(), ty.constraint_name())
    });
}

fn defaults(json: &serde_json::Value) -> Defaults {
    let entries = |key: &str| {
        json[key]
            .as_object()
            .cloned()
            .unwrap_or_default()
            .into_iter()
    };
    Defaults {
        values: entries("values")
            .map(|(name, hex)| (name.into(), value(hex.as_str().expect("value"))))
            .collect(),
        attributes: entries("attributes")
            .map(|(name, json)| (name.into(), defaults(&json)))
            .collect(),
        positions: entries("positions")
            .map(|(index, json)| (index.parse().expect("position"), defaults(&json)))
            .collect(),
        elements: json["elements"]
            .is_object()
            .then(|| Box::new(defaults(&json["elements"]))),
    }
}

#[test]
fn defaults_of_optional_attributes() {
    check("defaults.tsv", 2, |input| {
        let [without, given] = input else {
            return String::new();
        };
        let given = serde_json::from_str(given).expect("defaults");
        hex(&defaults(&given).apply(&value(without)))
    });
}

#[test]
fn messagepack() {
    check("msgpack.tsv", 2, |input| {
        let [encoded, wanted] = input else {
            return String::new();
        };
        let wanted = ty(wanted);
        let value = msgpack::decode(&bytes(encoded), &wanted).expect("value");
        let back = to_hex(&msgpack::encode(&value, &wanted).expect("bytes"));
        if back == *encoded {
            String::new()
        } else {
            back
        }
    });
}

#[test]
fn operators() {
    check("ops.tsv", 3, |input| {
        let [op, a, b] = input else {
            return String::new();
        };
        let (a, b) = (value(a), value(b));
        let result = match *op {
            "add" => ops::add(&a, &b),
            "sub" => ops::subtract(&a, &b),
            "mul" => ops::multiply(&a, &b),
            "div" => ops::divide(&a, &b),
            "mod" => ops::modulo(&a, &b),
            "lt" => ops::less_than(&a, &b),
            "gt" => ops::greater_than(&a, &b),
            "le" => ops::less_than_or_equal(&a, &b),
            "ge" => ops::greater_than_or_equal(&a, &b),
            "eq" => ops::equals(&a, &b),
            "ne" => ops::not_equals(&a, &b),
            "and" => ops::and(&a, &b),
            "or" => ops::or(&a, &b),
            "not" => ops::not(&a),
            "neg" => ops::negate(&a),
            "index" => ops::index(&a, &b),
            "has_index" => ops::has_index(&a, &b),
            _ => ops::length(&a),
        };
        result.map_or("error".to_owned(), |value| hex(&value))
    });
}

#[test]
fn prefixes_that_cannot_change() {
    check("prefixes.tsv", 1, |input| {
        let prefix: String = serde_json::from_str(input[0]).expect("string");
        let value = Value::unknown(Type::String)
            .refine()
            .prefix(&prefix)
            .finish();
        serde_json::to_string(value.string_prefix()).expect("string")
    });
}

#[test]
fn mismatches_read_like_sentences() {
    let object = |names: &[&str]| Type::object(names.iter().map(|name| (*name, Type::String)));
    let cases = [
        (object(&[]), object(&["a"]), r#"attribute "a" is required"#),
        (
            object(&[]),
            object(&["a", "b"]),
            r#"attributes "a" and "b" are required"#,
        ),
        (
            object(&[]),
            object(&["a", "b", "c"]),
            r#"attributes "a", "b", and "c" are required"#,
        ),
        (
            Type::String,
            Type::list(Type::Dynamic),
            "list of any single type required",
        ),
        (Type::Bool, Type::Number, "number required"),
    ];
    for (got, wanted, message) in cases {
        assert_eq!(mismatch_message(&got, &wanted), message);
    }
}
