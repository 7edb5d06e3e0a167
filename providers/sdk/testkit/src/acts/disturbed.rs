//! One step of an object's life, while something is wrong with its service.

use super::scene::Scene;
use crate::{Step, Suite, outside::Outside, stage::Kept};
use trueup_sdk::Provider;
use trueup_value::Value;

pub(crate) async fn play(
    suite: &Suite,
    provider: &dyn Provider,
    config: &Value,
    outside: &dyn Outside,
    step: Step,
    disturb: impl FnOnce(),
) -> Kept<Option<String>> {
    let stage = super::stage(suite, provider, config, outside).await?;
    let mut scene = Scene::new(suite, stage);
    scene.prepare().await?;
    if step != Step::Create {
        scene.first().await?;
    }
    let config = match step {
        Step::Change => scene.config(1)?,
        Step::Create | Step::Destroy => scene.config(0)?,
    };
    let planned = scene.stage.plan(scene.object.as_ref(), &config).await?;
    disturb();
    let failed = match step {
        Step::Destroy => {
            let object = scene.object.clone().ok_or("there is no object")?;
            let destroyed = scene.stage.destroy(&object).await;
            if destroyed.is_ok() {
                scene.object = None;
            }
            destroyed.err()
        }
        Step::Create | Step::Change => scene.attempt(&planned, &config).await?,
    };
    outside.calm();
    scene.clear().await?;
    Ok(failed)
}
