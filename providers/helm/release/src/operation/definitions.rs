//! The definitions in a chart's `crds/`: not part of a release, but before it.

use std::time::Duration;

use serde_json::Value;
use trueup_helm::{ChartError, split};
use trueup_helm_template::yaml::from_yaml;
use trueup_kubernetes::client::ObjectRef;

use super::{Definitions, Item, OperationError, Releases, apply::groups};
use crate::numbers::whole_number;

/// How long Helm waits for definitions.
pub(crate) const ESTABLISHED: Duration = Duration::from_secs(60);

/// The objects in the files of `crds/`.
pub(crate) fn objects(
    release: &str,
    files: &[(String, String)],
) -> Result<Vec<(String, Value)>, OperationError> {
    let mut objects = Vec::new();
    for (path, text) in files {
        for part in split(text) {
            let mut object =
                from_yaml(part.as_bytes()).map_err(|error| OperationError::Manifest {
                    release: release.to_owned(),
                    source: ChartError::new(format!("{path}: {error}")),
                })?;
            whole_number(&mut object);
            if !object.is_null() {
                objects.push((path.clone(), object));
            }
        }
    }
    Ok(objects)
}

impl Releases<'_> {
    /// Brings the definitions, and waits until their kinds are served.
    pub(crate) async fn define(
        &self,
        release: &str,
        files: &[(String, String)],
        policy: Definitions,
    ) -> Result<(), OperationError> {
        if policy == Definitions::Skip || files.is_empty() {
            return Ok(());
        }
        let mut items = Vec::new();
        for (template, manifest) in objects(release, files)? {
            let Some(object) = ObjectRef::of(&manifest) else {
                let missing = "apiVersion, kind or metadata.name";
                return Err(OperationError::NoObject { template, missing });
            };
            items.push(Item {
                object,
                template,
                manifest,
                known: true,
            });
        }
        let live = self.live(&items).await?;
        let missing = items
            .into_iter()
            .zip(live)
            .filter(|(_, live)| live.is_none() || policy == Definitions::CreateReplace);
        let missing: Vec<Item> = missing.map(|(item, _)| item).collect();
        for group in groups(&missing) {
            for item in group {
                self.applied(item, false).await?;
            }
        }
        self.established(&missing).await?;
        Ok(())
    }
}
