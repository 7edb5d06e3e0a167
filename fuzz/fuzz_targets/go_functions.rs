//! Any bytes as a template with all that Helm gives it: an answer or an error,
//! within the limits.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use trueup_helm_template::functions::{Clock, Entropy, Sources, helm};
use trueup_helm_template::{Limits, List, Map, Options, Renderer, Templates, Value};

struct Fixed;

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

impl Clock for Fixed {
    fn now(&self) -> (i64, u32) {
        (1_700_000_000, 0)
    }
}

/// Making keys and stretching passwords takes seconds, whatever the input.
const SLOW: [&[u8]; 5] = [b"gen", b"bcrypt", b"htpasswd", b"derivePassword", b"encrypt"];

fuzz_target!(|text: &[u8]| {
    if SLOW.iter().any(|name| text.windows(name.len()).any(|at| at == *name)) {
        return;
    }
    let sources = Sources {
        entropy: Arc::new(Fixed),
        cluster: None,
        clock: Arc::new(Fixed),
    };
    let mut templates = Templates::new("gotpl", helm(&sources));
    if templates.parse("t", text).is_err() {
        return;
    }
    let inner = Map::new();
    inner.insert("b", 1.5.into());
    let data = Map::new();
    data.insert("a", inner.into());
    data.insert("s", "text".into());
    data.insert("l", List::strings(["x", "y"]).into());
    data.insert("n", Value::int(7));
    let options = Options {
        limits: Limits {
            output: 1 << 18,
            steps: 5_000,
            depth: 100,
        },
        trace: text.len() % 2 == 0,
        explore: text.len() % 3 == 0,
        ..Options::default()
    };
    let _ = Renderer::new(&templates, options).execute("t", &data.into());
});
