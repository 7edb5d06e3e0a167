//! Destroyed, and once more.

use super::{Played, scene::Scene};
use crate::stage::Kept;

pub(crate) async fn play(scene: &mut Scene<'_>) -> Kept<Played> {
    let (_, object) = scene.first().await?;
    scene.destroy().await?;
    if scene.in_world() && !scene.suite.indelible {
        scene.count(0)?;
        if let Some(seen) = scene.stage.read(&object).await? {
            return Err(format!("what was destroyed is read: {:?}", seen.value));
        }
    }
    let again = scene.stage.destroy(&object).await;
    again.map_err(|what| format!("for the second time: {what}"))?;
    Ok(Played::Yes)
}
