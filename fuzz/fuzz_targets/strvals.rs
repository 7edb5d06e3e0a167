//! Any text as what follows `--set` and its siblings.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_helm::{Setting, set};

fuzz_target!(|text: &str| {
    let read = |path: &str| Ok(path.to_owned());
    let settings = [
        Setting::Typed,
        Setting::Text,
        Setting::Json,
        Setting::Literal,
        Setting::File(&read),
    ];
    for setting in settings {
        let mut values = serde_json::json!({"a": {"b": [1, {"c": 2}]}, "s": "x"});
        if let Some(values) = values.as_object_mut() {
            let _ = set(values, text, setting);
        }
    }
});
