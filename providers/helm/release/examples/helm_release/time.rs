//! How long operations take.

use std::{fs, time::Instant};

use trueup_helm_release::operation::{Asked, Releases};
use trueup_kubernetes::client::Cluster;

use crate::{NAME, NAMESPACE, Trouble, afresh, helm::Helm, options, say};

/// Installs what Helm made of a chart, plans and upgrades it without a change,
/// plans it after a change, and takes it out: with wall and processor time.
pub(crate) async fn time(cluster: &Cluster, helm: &Helm, chart: &str) -> Result<(), Trouble> {
    let (path, values) = chart.split_once('=').unwrap_or((chart, ""));
    helm.run(&["uninstall", NAME, "--ignore-not-found", "--wait"])?;
    let mut install = vec!["install", NAME, path, "--create-namespace", "--wait"];
    if !values.is_empty() {
        install.extend(["-f", values]);
    }
    measured("helm install", async { helm.run(&install).map(drop) }).await?;
    let releases = Releases::new(cluster, NAMESPACE).held_by("helm_release");
    let history = releases.history(NAME).await?;
    let record = history.last().ok_or("helm stored nothing")?.record()?;
    helm.run(&["uninstall", NAME, "--wait"])?;
    cluster.forget_kinds();
    let options = options();
    measured("install", async {
        let done = releases.install(afresh(&record, 1), &options).await;
        Ok(done.map(drop).map_err(|failure| failure.to_string())?)
    })
    .await?;
    for round in ["plan", "plan again"] {
        measured(round, async {
            let history = releases.history(NAME).await?;
            let asked = Asked {
                revision: &afresh(&record, 2),
                partial: &[],
                history: &history,
                options: &options,
                foreseen: None,
            };
            Ok(releases.preview(asked).await.map(drop)?)
        })
        .await?;
    }
    let mut changed = afresh(&record, 2);
    changed.record.manifest = record.manifest.replace("Always", "IfNotPresent");
    measured("plan of a change", async {
        let history = releases.history(NAME).await?;
        let asked = Asked {
            revision: &changed,
            partial: &[],
            history: &history,
            options: &options,
            foreseen: None,
        };
        Ok(releases.preview(asked).await.map(drop)?)
    })
    .await?;
    measured("drift", async {
        Ok(releases.observe(&record, true).await.map(drop)?)
    })
    .await?;
    measured("upgrade without a change", async {
        let done = releases.upgrade(afresh(&record, 2), &options).await;
        Ok(done.map(drop).map_err(|failure| failure.to_string())?)
    })
    .await?;
    measured("uninstall", async {
        let done = releases.uninstall(NAME, &options).await;
        Ok(done.map(drop).map_err(|failure| failure.to_string())?)
    })
    .await
}

async fn measured(
    what: &str,
    work: impl Future<Output = Result<(), Trouble>>,
) -> Result<(), Trouble> {
    let (began, before) = (Instant::now(), processor()?);
    work.await?;
    let (wall, processor) = (began.elapsed(), processor()? - before);
    say(&format!(
        "{what}: {wall:.0?}, {processor} ms of processor time"
    ))?;
    Ok(())
}

/// What this process used of the processor, in milliseconds.
fn processor() -> Result<u64, Trouble> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no stat")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |place: usize| -> Result<u64, Trouble> {
        Ok(fields.get(place).ok_or("no times")?.parse()?)
    };
    Ok((ticks(11)? + ticks(12)?) * 10)
}
