//! Holds releases made here against those of real Helm, in the cluster that
//! `KUBECONFIG` names: `helm_release HELM CHART[=VALUES]…`. With `freeze` in
//! the place of charts, writes down what Helm makes of the chart of the tests
//! in the sandbox, for these to hold ours against. `time:CHART` tells how long
//! things take.
//!
//! Each chart is installed by Helm, looked at, and taken out; then what Helm
//! stored is brought by us and looked at. Whatever differs is printed: fields
//! of the objects, their managers, the stored revision. After that each works
//! on what the other made: `helm` asks, upgrades, rolls back and uninstalls
//! ours, and we do so with Helm's.

mod freeze;
mod helm;
#[path = "../../tests/sandbox/look.rs"]
mod look;
mod time;

use std::{
    error::Error,
    io::{self, Write},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use trueup_helm_release::{
    Record, Status,
    operation::{Definitions, Options, Releases, Revision},
};
use trueup_kubernetes::client::{Cluster, Settings};
use trueup_sdk::{
    Answer,
    world::{Clock, Random, World},
};

use helm::Helm;
use look::{differences, look};

/// What went wrong.
type Trouble = Box<dyn Error>;

const NAME: &str = "rel";
const NAMESPACE: &str = "ns";

struct Wall;

impl Clock for Wall {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Pauses need no chance here: nobody else asks at the same time.
struct NoRandomness;

impl Random for NoRandomness {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

fn machine() -> World {
    World {
        clock: Arc::new(Wall),
        random: Arc::new(NoRandomness),
        working_dir: "/".into(),
        variables: Arc::default(),
    }
}

fn main() -> Result<(), Trouble> {
    let mut arguments = std::env::args().skip(1);
    let helm = Helm::new(&arguments.next().ok_or("the path of helm is missing")?);
    let kubeconfig = std::env::var("KUBECONFIG")?;
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build()?;
    let mut different = 0;
    for chart in arguments {
        let settings = Settings {
            config_paths: vec![kubeconfig.clone().into()],
            ..Settings::default()
        };
        let cluster = Cluster::new(settings, None, &machine());
        if chart == "freeze" {
            return runtime.block_on(freeze::freeze(&cluster, &helm));
        }
        if let Some(chart) = chart.strip_prefix("time:") {
            runtime.block_on(time::time(&cluster, &helm, chart))?;
            continue;
        }
        let found = runtime.block_on(compare(&cluster, &helm, &chart));
        let lines = found.unwrap_or_else(|trouble| vec![format!("trouble: {trouble}")]);
        say(&format!("{chart}: {} differences", lines.len()))?;
        for line in &lines {
            say(&format!("  {line}"))?;
        }
        different += lines.len();
    }
    match different {
        0 => Ok(()),
        some => Err(format!("{some} differences").into()),
    }
}

pub(crate) fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

fn options() -> Options {
    Options {
        wait: true,
        create_namespace: true,
        definitions: Definitions::Skip,
        timeout: Duration::from_secs(60),
        ..Options::default()
    }
}

/// What Helm stored, as if it were not in the cluster yet.
fn afresh(record: &Record, version: u64) -> Revision {
    let mut record = record.clone();
    record.version = version;
    record.info.status = Status::Unknown;
    for hook in &mut record.hooks {
        hook.last_run = trueup_helm_release::Execution::default();
    }
    Revision {
        record,
        ..Revision::default()
    }
}

async fn compare(cluster: &Cluster, helm: &Helm, chart: &str) -> Result<Vec<String>, Trouble> {
    let releases = Releases::new(cluster, NAMESPACE).held_by("helm_release");
    helm.run(&["uninstall", NAME, "--ignore-not-found", "--wait"])?;
    let (path, values) = chart.split_once('=').unwrap_or((chart, ""));
    let mut install = vec![
        "install",
        NAME,
        path,
        "--create-namespace",
        "--wait",
        "--timeout",
        "60s",
    ];
    if !values.is_empty() {
        install.extend(["-f", values]);
    }
    let began = Instant::now();
    helm.run(&install)?;
    let helms = began.elapsed();
    let history = releases.history(NAME).await?;
    let record = history.last().ok_or("helm stored nothing")?.record()?;
    let theirs = look(cluster, &releases, NAME, NAMESPACE).await?;
    let drifted = releases.observe(&record, true).await?;
    let mut lines: Vec<String> = drifted
        .iter()
        .map(|one| format!("drift after helm: {one:?}"))
        .collect();
    helm.run(&["uninstall", NAME, "--wait"])?;

    cluster.forget_kinds();
    let began = Instant::now();
    let done = releases.install(afresh(&record, 1), &options()).await;
    let ours = began.elapsed();
    done.map_err(|failure| failure.to_string())?;
    say(&format!("{chart}: helm {helms:.2?}, here {ours:.2?}"))?;
    let history = releases.history(NAME).await?;
    history.last().ok_or("nothing is stored")?;
    let own = look(cluster, &releases, NAME, NAMESPACE).await?;
    lines.extend(differences(&theirs, &own));
    lines.extend(each_others(&releases, helm, &record, path, values).await?);
    Ok(lines)
}

/// Helm on what we made, we on what Helm made.
async fn each_others(
    releases: &Releases<'_>,
    helm: &Helm,
    record: &Record,
    path: &str,
    values: &str,
) -> Result<Vec<String>, Trouble> {
    let mut lines = Vec::new();
    let mut expect = |what: &str, text: &str, sign: &str| {
        if !text.contains(sign) {
            lines.push(format!("{what}: no {sign:?} in {text:?}"));
        }
    };
    expect("ls", &helm.run(&["ls"])?, "deployed");
    expect("status", &helm.run(&["status", NAME])?, "STATUS: deployed");
    expect(
        "history",
        &helm.run(&["history", NAME])?,
        "Install complete",
    );
    let manifest = helm.run(&["get", "manifest", NAME])?;
    expect("get", &manifest, record.manifest.trim());
    let mut upgrade = vec!["upgrade", NAME, path, "--wait", "--timeout", "60s"];
    if !values.is_empty() {
        upgrade.extend(["-f", values]);
    }
    expect("upgrade", &helm.run(&upgrade)?, "STATUS: deployed");
    let done = releases.upgrade(afresh(record, 3), &options()).await;
    done.map_err(|failure| failure.to_string())?;
    helm.run(&["rollback", NAME, "1", "--wait", "--timeout", "60s"])?;
    expect(
        "rolled back",
        &helm.run(&["history", NAME])?,
        "Rollback to 1",
    );
    let done = releases.rollback(NAME, Some(2), &options()).await;
    done.map_err(|failure| failure.to_string())?;
    let last = helm.run(&["history", NAME, "--max", "1"])?;
    expect("ours rolled back", &last, "Rollback to 2");
    helm.run(&["uninstall", NAME, "--wait"])?;
    if releases.history(NAME).await?.last().is_some() {
        lines.push("helm left revisions of ours".to_owned());
    }
    Ok(lines)
}
