//! Changed behind our back, shown, and repaired.

use trueup_sdk::Object;
use trueup_value::Value;

use super::{Played, scene::Scene};
use crate::stage::{Change, Kept, Planned};

pub(crate) async fn play(scene: &mut Scene<'_>) -> Kept<Played> {
    if !scene.in_world() || scene.suite.undrifting {
        return Ok(Played::No);
    }
    let (config, object) = scene.first().await?;
    let updates = scene.updates(&object).await?;
    for (other, planned) in &updates {
        drift(scene, (&config, &object), (other, planned)).await?;
    }
    Ok(match updates.is_empty() {
        true => Played::No,
        false => Played::Yes,
    })
}

/// Somebody makes another example of the object; then it is as before.
async fn drift(
    scene: &mut Scene<'_>,
    (config, object): (&Value, &Object),
    (other, planned): (&Value, &Planned),
) -> Kept<()> {
    let stage = scene.stage.clone();
    stage.apply(Some(object), planned, other, None).await?;
    let seen = stage.read(object).await?;
    let seen = seen.ok_or("what was changed behind our back is said to be gone")?;
    if seen.value == object.value {
        return Err(format!("nobody sees that somebody made {other:?} of it"));
    }
    let repair = stage.plan(Some(&seen), config).await?;
    if repair.change == Change::None {
        return Err(format!(
            "nothing repairs that somebody made {other:?} of it"
        ));
    }
    let repaired = scene_repair(scene, &seen, &repair, config).await?;
    scene.alike("what was repaired", object, &repaired)?;
    stage.at_rest(&repaired, config).await
}

async fn scene_repair(
    scene: &mut Scene<'_>,
    seen: &Object,
    repair: &Planned,
    config: &Value,
) -> Kept<Object> {
    scene.object = Some(seen.clone());
    let repaired = scene.carry_out(repair, config).await?;
    scene.stage.read_back(&repaired).await
}
