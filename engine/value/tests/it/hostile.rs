//! Input that was made to break a reader.

use std::fs;

use trueup_value::{Number, Type, Value, json, msgpack};

#[test]
fn nesting_has_an_end() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let error = json::from_json_simple(&deep).expect_err("too deep");
    assert_eq!(error.message, "exceeded max depth");
    let deep = format!(
        "{}\"string\"{}",
        "[\"list\",".repeat(10_000),
        "]".repeat(10_000)
    );
    let error = json::type_from_json(&deep).expect_err("too deep");
    assert_eq!(error.message, "exceeded max depth");
    // [b"\"dynamic\"", [b"\"dynamic\"", …
    let deep = b"\x92\xc4\x09\"dynamic\"".repeat(10_000);
    let error = msgpack::decode(&deep, &Type::Dynamic).expect_err("too deep");
    assert_eq!(error.message, "value is nested too deeply");
}

#[test]
fn lengths_that_lie_allocate_nothing() {
    let huge = [0xdd, 0xff, 0xff, 0xff, 0xff, 0xc3];
    let error = msgpack::decode(&huge, &Type::list(Type::Bool)).expect_err("too short");
    assert_eq!(
        (error.path.to_string().as_str(), error.message.as_str()),
        ("[1]", "EOF")
    );
    let huge = [0xdf, 0xff, 0xff, 0xff, 0xff];
    msgpack::decode(&huge, &Type::map(Type::Bool)).expect_err("too short");
    // A list refined to have 2^31 elements stays unknown.
    let refined = [0xc7, 10, 12, 0x83, 1, 0xc2, 5, 0x7f, 6, 0x7f, 5, 0x01, 0xc0];
    drop(msgpack::decode(&refined, &Type::list(Type::Bool)));
}

#[test]
fn damaged_messagepack_is_an_error_or_another_value() {
    let table = fs::read_to_string("tests/tables/msgpack.tsv").expect("table");
    for line in table.lines().take(120) {
        let (hex, ty) = line.split_once('\t').expect("columns");
        let ty = json::type_from_json(ty).expect("type");
        let bytes: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex"))
            .collect();
        for at in 0..bytes.len() {
            for flip in [0x01, 0x80, 0xff, 0x10] {
                let mut damaged = bytes.clone();
                damaged[at] ^= flip;
                drop(msgpack::decode(&damaged, &ty));
                drop(msgpack::decode(&damaged[..at], &ty));
            }
        }
    }
}

#[test]
fn huge_exponents_are_numbers_of_their_size() {
    assert_eq!(Number::parse("1e1000000000"), Some(Number::INFINITY));
    assert_eq!(Number::parse("1e-1000000000"), Some(Number::from(0)));
    assert_eq!(Number::parse("1e99999999999999999999"), None);
    let large = Number::parse("1e400").expect("number");
    assert_eq!(large.to_text(), format!("1{}", "0".repeat(400)));
    let larger = Number::parse("1e300000").expect("number");
    assert_eq!(larger.to_text(), format!("1{}", "0".repeat(300_000)));
    let sum = Number::parse("1e100000000").and_then(|number| number.add(&Number::from(1)));
    assert_eq!(sum, Number::parse("1e100000000"));
    let value = Value::Number(large);
    let bytes = msgpack::encode(&value, &Type::Number).expect("bytes");
    assert_eq!(msgpack::decode(&bytes, &Type::Number), Ok(value));
}

#[test]
fn large_integers_of_few_bits_stay_the_same_in_messagepack() {
    // 6 elements: 0, the double -1.003915230394385e67 and four times -1.
    let encoded = [
        0x96, 0x00, 0xcb, 0xcd, 0xd7, 0xd4, 0xf4, 0xf4, 0x40, 0x40, 0xff, 0xff, 0xff, 0xff, 0xff,
    ];
    let ty = Type::set(Type::Number);
    let value = msgpack::decode(&encoded, &ty).expect("value");
    let written = msgpack::encode(&value, &ty).expect("bytes");
    let text = b"-10039152303943850660402741303271964427602762805248030796656047816704";
    assert_eq!(written, [b"\x93\xd9\x45", &text[..], b"\xff\x00"].concat());
    assert_eq!(msgpack::decode(&written, &ty), Ok(value));
}
