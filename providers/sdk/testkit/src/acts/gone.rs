//! Destroyed behind our back, noticed, and made again.

use super::{Played, scene::Scene};
use crate::stage::Kept;

pub(crate) async fn play(scene: &mut Scene<'_>) -> Kept<Played> {
    if !scene.in_world() || scene.suite.indelible {
        return Ok(Played::No);
    }
    let (config, object) = scene.first().await?;
    scene.stage.destroy(&object).await?;
    if let Some(seen) = scene.stage.read(&object).await? {
        return Err(format!("what is gone is read: {:?}", seen.value));
    }
    scene.object = None;
    let again = scene.settle(&config).await?;
    let read = scene.stage.read_back(&again).await?;
    scene.alike("what was made again", &object, &read)?;
    scene.stage.at_rest(&read, &config).await?;
    scene.count(1)?;
    Ok(Played::Yes)
}
