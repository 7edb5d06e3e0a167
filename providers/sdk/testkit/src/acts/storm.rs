//! Throttling, errors, resets and lost answers lead to the same.

use trueup_sdk::Object;
use trueup_value::Value;

use super::{Played, scene::Scene};
use crate::stage::{Change, Kept};

/// As many storms, one after the other.
const STORMS: u64 = 3;
/// How often somebody runs apply until everything is as it should be.
const RUNS: usize = 6;

pub(crate) async fn play(scene: &mut Scene<'_>) -> Kept<Played> {
    if !scene.in_world() || !scene.stage.outside.storm(0) {
        return Ok(Played::No);
    }
    scene.stage.outside.calm();
    let mut calm = Vec::new();
    for example in 0..scene.examples() {
        let config = scene.config(example)?;
        let object = scene.settle(&config).await?;
        calm.push(scene.stage.read_back(&object).await?);
    }
    scene.destroy().await?;
    let storms = match scene.suite.costly {
        true => 1,
        false => STORMS,
    };
    for seed in 1..=storms {
        let weathered = weather(scene, seed, &calm).await;
        weathered.map_err(|what| format!("storm {seed}: {what}"))?;
    }
    Ok(Played::Yes)
}

async fn weather(scene: &mut Scene<'_>, seed: u64, calm: &[Object]) -> Kept<()> {
    for (example, expected) in calm.iter().enumerate() {
        let config = scene.config(example)?;
        scene.stage.outside.storm(seed * 100 + example as u64);
        converge(scene, &config).await?;
        scene.stage.outside.calm();
        let object = scene.object.clone().ok_or("there is no object")?;
        let read = scene.stage.read_back(&object).await?;
        scene.alike("what the storm led to", expected, &read)?;
        scene.stage.at_rest(&read, &config).await?;
        scene.count(1)?;
    }
    scene.stage.outside.storm(seed * 100 + 99);
    vanish(scene).await?;
    scene.stage.outside.calm();
    scene.count(0)
}

/// Runs again and again until nothing is left to do.
async fn converge(scene: &mut Scene<'_>, config: &Value) -> Kept<()> {
    let mut last = String::new();
    for _ in 0..RUNS {
        match run(scene, config).await {
            Ok(Change::None) => return Ok(()),
            Ok(_) => {}
            Err(what) => last = what,
        }
    }
    Err(format!(
        "after {RUNS} runs there still was something to do: {last}"
    ))
}

/// One run: what is left after a failure is what the next one begins with.
async fn run(scene: &mut Scene<'_>, config: &Value) -> Kept<Change> {
    let prior = scene.object.clone();
    let prior = match prior {
        Some(prior) => scene.stage.read(&prior).await?,
        None => None,
    };
    scene.object = prior.clone();
    let planned = scene.stage.plan(prior.as_ref(), config).await?;
    match planned.change {
        Change::None => return Ok(Change::None),
        Change::Replace => vanish(scene).await?,
        _ => {}
    }
    match scene.attempt(&planned, config).await? {
        None => Ok(planned.change),
        Some(what) => Err(what),
    }
}

async fn vanish(scene: &mut Scene<'_>) -> Kept<()> {
    let mut last = String::new();
    for _ in 0..RUNS {
        let Some(object) = scene.object.clone() else {
            return Ok(());
        };
        match scene.stage.destroy(&object).await {
            Ok(()) => scene.object = None,
            Err(what) => last = what,
        }
    }
    match scene.object {
        None => Ok(()),
        Some(_) => Err(format!("it could not be destroyed: {last}")),
    }
}
