//! Loading and rendering in-process: `cargo bench -p trueup-helm -- CHART [VALUES]`.
//!
//! Prints the median, and the fastest run, of each step in milliseconds.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use trueup_helm::{
    Capabilities, ChartError, Clock, Entropy, Given, KubeVersion, Limits, Options, Release,
    SchemaCheck, Selection, Sources, load, render,
};

const ROUNDS: usize = 51;

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

#[expect(clippy::print_stdout, reason = "its output is the measurement")]
fn main() -> Result<(), ChartError> {
    let mut arguments = std::env::args().skip(1).filter(|one| one != "--bench");
    let Some(chart) = arguments.next() else {
        println!("no chart given: nothing is measured");
        return Ok(());
    };
    let values = arguments.next();
    let mut loads = Vec::new();
    let mut renders = Vec::new();
    let mut sums = Vec::new();
    for _ in 0..ROUNDS {
        let [loaded, rendered] = once(&chart, values.as_deref())?;
        loads.push(loaded);
        renders.push(rendered);
        sums.push(loaded + rendered);
    }
    println!("load            {}", figures(loads));
    println!("render          {}", figures(renders));
    println!("load and render {}", figures(sums));
    Ok(())
}

fn once(chart: &str, values: Option<&str>) -> Result<[Duration; 2], ChartError> {
    let start = Instant::now();
    let chart = load(Path::new(chart))?;
    let mut given = Given::default();
    if let Some(path) = values {
        let bytes = std::fs::read(path).map_err(|error| ChartError::new(error.to_string()))?;
        given.file(path, &bytes)?;
    }
    let loaded = start.elapsed();
    let start = Instant::now();
    let rendered = render(&chart, &options(given)?)?;
    let text = rendered.print(&Selection::default())?;
    std::hint::black_box(text);
    Ok([loaded, start.elapsed()])
}

fn options(given: Given) -> Result<Options, ChartError> {
    Ok(Options {
        release: Release {
            name: "rel".to_owned(),
            namespace: "monitoring".to_owned(),
            revision: 1,
            is_upgrade: false,
        },
        values: given.values,
        capabilities: Capabilities::offline(KubeVersion::parse("1.33.0")?),
        sources: Sources {
            entropy: Arc::new(Still),
            cluster: None,
            clock: Arc::new(Still),
        },
        helm_3: false,
        strict: false,
        schema: SchemaCheck::All,
        limits: Limits::default(),
    })
}

fn figures(mut times: Vec<Duration>) -> String {
    times.sort();
    let shown = |at: usize| times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    format!("{:7.2} ms ({:.2} ms)", shown(times.len() / 2), shown(0))
}
