//! Imported, the same, and nothing left to do.

use trueup_sdk::{Object, native::Fields};

use super::{Played, scene::Scene};
use crate::{
    stage::{Kept, same},
    suite::Import,
};

pub(crate) async fn play(scene: &mut Scene<'_>) -> Kept<Played> {
    let (config, object) = scene.first().await?;
    let fields = Fields::of(&object.value);
    let id = match scene.suite.import {
        Import::None => return Ok(Played::No),
        Import::By(id) => id(&fields),
        Import::Id => fields.text("id").ok_or("it has no id")?.to_owned(),
    };
    let mut imported = scene.stage.import(&id).await?;
    for name in &scene.suite.untold {
        let mut filled = Fields::of(&imported.value);
        filled.set(name, fields.get(name).clone());
        imported.value = filled.into_value();
    }
    same("what is imported", &object.value, &imported.value)?;
    scene.stage.at_rest(&imported, &config).await?;
    if scene.in_world() && !scene.suite.indelible {
        import_nothing(scene, &object, &id).await?;
    }
    Ok(Played::Yes)
}

/// What is not there cannot be imported, whatever is said about it.
async fn import_nothing(scene: &mut Scene<'_>, object: &Object, id: &str) -> Kept<()> {
    scene.object = None;
    scene.stage.destroy(object).await?;
    match scene.stage.import(id).await {
        Err(_) => Ok(()),
        Ok(found) => Err(format!("what is gone was imported: {:?}", found.value)),
    }
}
