//! Loading and rendering in-process: `cargo bench -p trueup-helm -- CHART [VALUES]`.
//!
//! Prints the median, and the fastest run, of each step in milliseconds. With
//! `--cases FOLDER` every case of the folder's cases.json once, one after the other: chart,
//! values, release and namespace of each.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use trueup_helm::{
    Capabilities, ChartError, Clock, Entropy, Given, KubeVersion, Limits, Options, Release,
    SchemaCheck, Selection, Sources, load, render,
};

const ROUNDS: usize = 51;

/// How many of the slowest cases are named.
const SLOWEST: usize = 10;

/// The same numbers in every run, which look random.
#[derive(Default)]
struct Numbers(AtomicU64);

impl Entropy for Numbers {
    /// SplitMix64.
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let step = 0x9E37_79B9_7F4A_7C15;
            let seed = self.0.fetch_add(step, Ordering::Relaxed);
            let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            let drawn = (mixed ^ (mixed >> 31)).to_le_bytes();
            chunk
                .iter_mut()
                .zip(drawn)
                .for_each(|(byte, new)| *byte = new);
        }
    }
}

/// A clock that stands still.
struct Still;

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
    if chart == "--cases" {
        return all_cases(&values.unwrap_or_default());
    }
    let place = ["rel", "monitoring"];
    let mut loads = Vec::new();
    let mut renders = Vec::new();
    let mut sums = Vec::new();
    for _ in 0..ROUNDS {
        let [loaded, rendered] = once(&chart, values.as_deref(), place)?;
        loads.push(loaded);
        renders.push(rendered);
        sums.push(loaded + rendered);
    }
    println!("load            {}", figures(loads));
    println!("render          {}", figures(renders));
    println!("load and render {}", figures(sums));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "its output is the measurement")]
fn all_cases(folder: &str) -> Result<(), ChartError> {
    let text = std::fs::read_to_string(format!("{folder}/cases.json"));
    let text = text.map_err(|error| ChartError::new(error.to_string()))?;
    let cases: Vec<Json> =
        serde_json::from_str(&text).map_err(|error| ChartError::new(error.to_string()))?;
    let mut refused = 0;
    let mut times: Vec<(Duration, &str)> = Vec::new();
    for case in &cases {
        let text = |name: &str| case.get(name).and_then(Json::as_str);
        let chart = format!("{folder}/{}", text("chart").unwrap_or_default());
        let values = text("values").map(|values| format!("{folder}/{values}"));
        let place = ["release", "namespace"].map(|name| text(name).unwrap_or_default());
        let begun = Instant::now();
        refused += usize::from(once(&chart, values.as_deref(), place).is_err());
        times.push((begun.elapsed(), text("id").unwrap_or_default()));
    }
    let sum: Duration = times.iter().map(|(time, _)| *time).sum();
    println!("{} cases, {refused} refused: {sum:.3?}", times.len());
    times.sort_by(|a, b| b.cmp(a));
    for (time, id) in times.iter().take(SLOWEST) {
        println!("{time:10.1?}  {id}");
    }
    Ok(())
}

fn once(chart: &str, values: Option<&str>, place: [&str; 2]) -> Result<[Duration; 2], ChartError> {
    let start = Instant::now();
    let chart = load(Path::new(chart))?;
    let mut given = Given::default();
    if let Some(path) = values {
        let bytes = std::fs::read(path).map_err(|error| ChartError::new(error.to_string()))?;
        given.file(path, &bytes)?;
    }
    let loaded = start.elapsed();
    let start = Instant::now();
    let rendered = render(&chart, &options(given, place)?)?;
    let text = rendered.print(&Selection::default())?;
    std::hint::black_box(text);
    Ok([loaded, start.elapsed()])
}

fn options(given: Given, [name, namespace]: [&str; 2]) -> Result<Options, ChartError> {
    Ok(Options {
        release: Release {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            revision: 1,
            is_upgrade: false,
        },
        values: given.values,
        capabilities: Capabilities::offline(KubeVersion::parse("1.33.0")?),
        sources: Sources {
            entropy: Arc::new(Numbers::default()),
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
