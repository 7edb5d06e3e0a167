//! What can be read from JSON is the same after it was written and read
//! again. The first line is a type, the rest a value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_value::json::{
    from_json, from_json_simple, to_json, to_json_simple, type_from_json, type_to_json,
};

fuzz_target!(|text: &str| {
    let (first, rest) = text.split_once('\n').unwrap_or(("\"dynamic\"", text));
    if let Ok(value) = from_json_simple(rest) {
        let written = to_json_simple(&value).expect("what was read can be written");
        assert_eq!(from_json_simple(&written), Ok(value));
    }
    let Ok(ty) = type_from_json(first) else {
        return;
    };
    assert_eq!(type_from_json(&type_to_json(&ty)), Ok(ty.clone()));
    if let Ok(value) = from_json(rest, &ty) {
        let written = to_json(&value, &ty).expect("what was read can be written");
        assert_eq!(from_json(&written, &ty), Ok(value));
    }
});
