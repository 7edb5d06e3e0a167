//! Any bytes as a format, for one value of each sort.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_helm_template::{Kind, List, Map, Str, Value, print, value::IntKind};

fuzz_target!(|format: &[u8]| {
    let map = Map::new();
    map.insert("k", Value::NIL);
    let values = [
        Value::NIL,
        true.into(),
        Value::int(-42),
        Value::integer(IntKind::Uint8, 200),
        1e21.into(),
        Kind::Float32(0.1).into(),
        Kind::Complex(1.0, -0.0).into(),
        Value::string(Str::from_bytes(b"a\xffb")),
        Value::bytes(b"hi"),
        List::strings(["x"]).into(),
        map.into(),
    ];
    let _ = print::sprintf(&Str::from_bytes(format), &values);
});
