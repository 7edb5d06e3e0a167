//! Any bytes as YAML: what was read and printed reads the same again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_helm_template::yaml::{from_yaml, to_yaml};

fuzz_target!(|text: &[u8]| {
    let Ok(value) = from_yaml(text) else {
        return;
    };
    let printed = to_yaml(&value).expect("what was read can be printed");
    let again = from_yaml(printed.as_bytes()).expect("what was printed can be read");
    assert_eq!(value, again, "{printed}");
});
