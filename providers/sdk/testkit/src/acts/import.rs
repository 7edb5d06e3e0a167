//! Imported, the same, and nothing left to do.

use trueup_sdk::{Object, native::Fields};
use trueup_value::Value;

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
    for path in &scene.suite.untold {
        imported.value = filled(&imported.value, &object.value, path);
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

/// A value with an attribute, `block.attribute`, as another one has it.
fn filled(value: &Value, from: &Value, path: &str) -> Value {
    if let (Value::List(list), Value::List(from)) = (value, from) {
        let pairs = list.elements().iter().zip(from.elements());
        let elements = pairs.map(|(element, from)| filled(element, from, path));
        return Value::list(list.element_type().clone(), elements.collect());
    }
    let (mut fields, from) = (Fields::of(value), Fields::of(from));
    let (name, inner) = path.split_once('.').unwrap_or((path, ""));
    let told = match inner {
        "" => from.get(name).clone(),
        inner => filled(fields.get(name), from.get(name), inner),
    };
    fields.set(name, told);
    fields.into_value()
}
