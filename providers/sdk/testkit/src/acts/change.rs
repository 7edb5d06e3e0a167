//! From each example to the next and back to the first.

use super::{Played, scene::Scene};
use crate::stage::{Change, Kept};

pub(crate) async fn play(scene: &mut Scene<'_>) -> Kept<Played> {
    let count = scene.examples();
    if count < 2 {
        return Ok(Played::No);
    }
    scene.first().await?;
    for next in 1..=count {
        let number = next % count;
        let step = step(scene, number).await;
        step.map_err(|what| format!("towards example {}: {what}", number + 1))?;
    }
    if scene.in_world() {
        scene.count(1)?;
    }
    Ok(Played::Yes)
}

async fn step(scene: &mut Scene<'_>, example: usize) -> Kept<()> {
    let config = scene.config(example)?;
    let planned = scene.stage.plan(scene.object.as_ref(), &config).await?;
    if planned.change == Change::None {
        return Err("nothing is planned although the examples differ".to_owned());
    }
    let changed = scene.carry_out(&planned, &config).await?;
    let read = scene.stage.read_back(&changed).await?;
    scene.object = Some(read.clone());
    scene.stage.at_rest(&read, &config).await
}
