//! Killed between intent and outcome: adopted, not doubled.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use trueup_sdk::{Object, Recovery};
use trueup_value::Value;

use super::{Played, scene::Scene};
use crate::stage::{Kept, Planned};

/// A process is killed after so many steps of what it does.
const POINTS: [usize; 12] = [1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32, 48];
/// The same where that takes long.
const FEW_POINTS: [usize; 3] = [2, 4, 8];

fn points(scene: &Scene<'_>) -> &'static [usize] {
    match scene.suite.costly {
        true => &FEW_POINTS,
        false => &POINTS,
    }
}

pub(crate) async fn play(scene: &mut Scene<'_>) -> Kept<Played> {
    unmade(scene).await?;
    if scene.in_world() {
        made(scene).await?;
        half_made(scene).await?;
        half_changed(scene).await?;
    }
    destroyed(scene).await?;
    Ok(Played::Yes)
}

/// The intent was written, and nothing happened.
async fn unmade(scene: &mut Scene<'_>) -> Kept<()> {
    let config = scene.config(0)?;
    let planned = scene.stage.plan(None, &config).await?;
    let identity = scene.stage.identify(&planned);
    match scene.stage.recover(None, identity.as_deref()).await? {
        Recovery::Absent => Ok(()),
        other => Err(format!(
            "what was never made should be absent, and is {other:?}"
        )),
    }
}

/// It was made, and nobody wrote that down.
async fn made(scene: &mut Scene<'_>) -> Kept<()> {
    let config = scene.config(0)?;
    let planned = scene.stage.plan(None, &config).await?;
    let identity = scene.stage.identify(&planned);
    let identity = identity.as_deref();
    let made = scene.stage.apply(None, &planned, &config, identity).await?;
    scene.object = Some(made.clone());
    let found = match scene.stage.recover(None, identity).await? {
        Recovery::Found(found) => found,
        other => return Err(format!("what was made should be found, and is {other:?}")),
    };
    scene.object = Some(found);
    let adopted = adopt(scene, &config).await?;
    scene.alike("what was adopted", &made, &adopted)?;
    scene.destroy().await
}

/// Carries on with what was found.
async fn adopt(scene: &mut Scene<'_>, config: &Value) -> Kept<Object> {
    let settled = scene.settle(config).await?;
    let read = scene.stage.read_back(&settled).await?;
    scene.stage.at_rest(&read, config).await?;
    scene.count(1)?;
    Ok(read)
}

/// The process is killed at every step of making it.
async fn half_made(scene: &mut Scene<'_>) -> Kept<()> {
    for &point in points(scene) {
        scene.rename();
        let done = half_made_at(scene, point).await;
        let done = done.map_err(|what| format!("killed at step {point} of making it: {what}"))?;
        if done {
            break;
        }
    }
    Ok(())
}

/// Whether it was made by then.
async fn half_made_at(scene: &mut Scene<'_>, point: usize) -> Kept<bool> {
    let config = scene.config(0)?;
    let stage = scene.stage.clone();
    let planned = stage.plan(None, &config).await?;
    let identity = stage.identify(&planned);
    let identity = identity.as_deref();
    let made = cut_off(point, stage.apply(None, &planned, &config, identity)).await;
    stage.outside.settle();
    match stage.recover(None, identity).await? {
        Recovery::Found(found) => scene.object = Some(found),
        Recovery::Absent => scene.object = None,
        Recovery::Unknown => return Err("nobody knows what became of it".to_owned()),
    }
    adopt(scene, &config).await?;
    scene.destroy().await?;
    scene.count(0)?;
    Ok(made.is_some())
}

/// The process is killed at every step of changing it.
async fn half_changed(scene: &mut Scene<'_>) -> Kept<()> {
    for &point in points(scene) {
        scene.rename();
        let (_, object) = scene.first().await?;
        let update = scene.updates(&object).await?.into_iter().next();
        let Some((config, planned)) = update else {
            break;
        };
        let done = half_changed_at(scene, point, &object, &config, &planned).await;
        let done = done.map_err(|what| format!("killed at step {point} of changing it: {what}"))?;
        scene.destroy().await?;
        if done {
            break;
        }
    }
    scene.destroy().await
}

async fn half_changed_at(
    scene: &mut Scene<'_>,
    point: usize,
    object: &Object,
    config: &Value,
    planned: &Planned,
) -> Kept<bool> {
    let stage = scene.stage.clone();
    let changed = cut_off(point, stage.apply(Some(object), planned, config, None)).await;
    stage.outside.settle();
    match stage.recover(Some(object), None).await? {
        Recovery::Found(found) => scene.object = Some(found),
        other => return Err(format!("it should be found, and is {other:?}")),
    }
    adopt(scene, config).await?;
    Ok(changed.is_some())
}

/// It was to be destroyed: it was not, and it was.
async fn destroyed(scene: &mut Scene<'_>) -> Kept<()> {
    scene.rename();
    let (_, object) = scene.first().await?;
    match scene.stage.recover(Some(&object), None).await? {
        Recovery::Found(found) => scene.alike("what was found", &object, &found)?,
        other => return Err(format!("what is there should be found, and is {other:?}")),
    }
    scene.destroy().await?;
    if !scene.in_world() || scene.suite.indelible {
        return Ok(());
    }
    match scene.stage.recover(Some(&object), None).await? {
        Recovery::Absent => Ok(()),
        other => Err(format!(
            "what was destroyed should be absent, and is {other:?}"
        )),
    }
}

/// Lets something go on for so many steps, and what came of it if it came to
/// an end.
async fn cut_off<T>(steps: usize, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut left = steps;
    poll_fn(move |context| match work.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => {
            left -= 1;
            match left {
                0 => Poll::Ready(None),
                _ => Poll::Pending,
            }
        }
    })
    .await
}
