//! The parts of the lifecycle, each on a stage of its own.

mod change;
mod coverage;
mod create;
mod destroy;
pub(crate) mod disturbed;
mod drift;
mod gone;
mod import;
mod interrupted;
mod scene;
mod storm;

use trueup_sdk::Provider;
use trueup_value::Value;

use crate::{
    Act, Broken, Outside, Report, Suite,
    stage::{Kept, Stage},
};
use scene::Scene;

pub(crate) async fn run(
    suite: &Suite,
    provider: &dyn Provider,
    config: &Value,
    outside: &dyn Outside,
) -> Report {
    let mut report = Report {
        kind: suite.kind.clone(),
        ..Report::default()
    };
    let stage = match stage(suite, provider, config, outside).await {
        Ok(stage) => stage,
        Err(what) => {
            let act = Act::Create;
            report.broken.push(Broken { act, what });
            return report;
        }
    };
    let uncovered = coverage::uncovered(suite, &stage);
    report.played.push(Act::Coverage);
    report.broken.extend(uncovered.into_iter().map(|what| {
        let act = Act::Coverage;
        Broken { act, what }
    }));
    for act in Act::ALL.into_iter().skip(1) {
        let mut scene = Scene::new(suite, stage.clone());
        let mut kept = match scene.prepare().await {
            Ok(()) => play(act, &mut scene).await,
            Err(what) => Err(what),
        };
        outside.calm();
        let cleared = scene.clear().await;
        if let Ok(played) = kept {
            kept = cleared
                .map(|()| played)
                .map_err(|what| format!("clearing up: {what}"));
        }
        match kept {
            Ok(Played::Yes) => report.played.push(act),
            Ok(Played::No) => {}
            Err(what) => report.broken.push(Broken { act, what }),
        }
    }
    report
}

/// Whether there was anything to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Played {
    Yes,
    No,
}

async fn play(act: Act, scene: &mut Scene<'_>) -> Kept<Played> {
    match act {
        Act::Coverage => Ok(Played::No),
        Act::Create => create::play(scene).await,
        Act::Change => change::play(scene).await,
        Act::Import => import::play(scene).await,
        Act::Drift => drift::play(scene).await,
        Act::Gone => gone::play(scene).await,
        Act::Destroy => destroy::play(scene).await,
        Act::Interrupted => interrupted::play(scene).await,
        Act::Storm => storm::play(scene).await,
    }
}

async fn stage<'a>(
    suite: &'a Suite,
    provider: &'a dyn Provider,
    config: &Value,
    outside: &'a dyn Outside,
) -> Kept<Stage<'a>> {
    let kind = suite.kind.as_str();
    let schema = provider.schema().resources.get(kind);
    let schema = schema.ok_or_else(|| format!("there is no resource type {kind}"))?;
    if suite.examples.is_empty() {
        return Err("there are no examples".to_owned());
    }
    let configured = provider.configure(config).await.map_err(|problems| {
        let problems: Vec<String> = problems.into_iter().map(|p| p.summary).collect();
        format!(
            "the provider refused its configuration: {}",
            problems.join("; ")
        )
    })?;
    Ok(Stage {
        provider,
        configured,
        outside,
        kind,
        block: &schema.block,
    })
}
