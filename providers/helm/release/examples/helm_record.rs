//! Prints the record of a chart as it would be stored: `helm_record CHART
//! [VALUES]…`, at a time that is always the same. `tests/differential/helm`
//! holds it against Helm's.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    sync::Arc,
    thread,
};

use trueup_helm::{
    Capabilities, ChartError, Clock, Entropy, Given, KubeVersion, Limits, Options, Release,
    SchemaCheck, Sources, load, render,
};
use trueup_helm_release::{Record, Status, Time, storage::to_json};

struct Still;

impl Entropy for Still {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

impl Clock for Still {
    fn now(&self) -> (i64, u32) {
        (1_700_000_000, 0)
    }
}

fn main() {
    let run = thread::Builder::new().stack_size(256 << 20).spawn(print);
    let done = run.map(thread::JoinHandle::join);
    assert!(matches!(done, Ok(Ok(Ok(())))), "no record: {done:?}");
}

fn print() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let text = match record(&arguments) {
        Ok(record) => to_json(&record).map_err(io::Error::other)?,
        Err(error) => format!("error: {error}"),
    };
    io::stdout().write_all(text.as_bytes())
}

fn record(arguments: &[String]) -> Result<Record, ChartError> {
    let path = arguments.first().map(String::as_str).unwrap_or_default();
    let chart = load(Path::new(path))?;
    let mut given = Given::default();
    for path in arguments.iter().skip(1) {
        let bytes = fs::read(path).map_err(|error| ChartError::new(error.to_string()))?;
        given.file(path, &bytes)?;
    }
    let options = Options {
        release: Release {
            name: "rel".to_owned(),
            namespace: "ns".to_owned(),
            revision: 1,
            is_upgrade: false,
        },
        values: given.values,
        capabilities: Capabilities::offline(KubeVersion::parse("1.37.0")?),
        sources: Sources {
            entropy: Arc::new(Still),
            cluster: None,
            clock: Arc::new(Still),
        },
        helm_3: false,
        strict: false,
        schema: SchemaCheck::All,
        limits: Limits::default(),
    };
    let rendered = render(&chart, &options)?;
    let mut record = Record::new(&chart, &options, &rendered)?;
    record.info.status = Status::Deployed;
    record.info.first_deployed = Time::new(1_700_000_000, 120_000_000);
    Ok(record)
}
