//! Small charts, written where they are used.

use std::sync::Arc;

use trueup_helm::{
    Capabilities, Chart, Clock, Entropy, File, KubeVersion, Limits, Options, Release, SchemaCheck,
    Sources, load_files,
};

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

/// A chart of these files; `Chart.yaml` is there unless given.
pub(crate) fn chart(files: &[(&str, &str)]) -> Chart {
    let named = files.iter().any(|(name, _)| *name == "Chart.yaml");
    let own = ("Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.2.3\n");
    let files = files.iter().copied().chain((!named).then_some(own));
    let files = files.map(|(name, text)| File {
        name: name.to_owned(),
        data: text.as_bytes().to_vec(),
    });
    load_files(files.collect()).unwrap()
}

pub(crate) fn options() -> Options {
    Options {
        release: Release {
            name: "rel".to_owned(),
            namespace: "ns".to_owned(),
            revision: 1,
            is_upgrade: false,
        },
        values: serde_json::Map::new(),
        capabilities: Capabilities::offline(KubeVersion::parse("v1.30.0").unwrap()),
        sources: Sources {
            entropy: Arc::new(Fixed),
            cluster: None,
            clock: Arc::new(Fixed),
        },
        helm_3: false,
        strict: false,
        schema: SchemaCheck::All,
        limits: Limits::default(),
    }
}
