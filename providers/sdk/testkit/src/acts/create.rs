//! Made, read back, and nothing left to do.

use super::{Played, scene::Scene};
use crate::stage::Kept;

pub(crate) async fn play(scene: &mut Scene<'_>) -> Kept<Played> {
    let (config, read) = scene.first().await?;
    scene.stage.at_rest(&read, &config).await?;
    if scene.in_world() {
        scene.count(1)?;
    }
    Ok(Played::Yes)
}
