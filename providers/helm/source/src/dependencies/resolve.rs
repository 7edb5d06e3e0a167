//! Which version of each dependency, and where it is.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use trueup_helm::{Chart, Dependency, load};

use crate::error::SourceError;
use crate::index::{ChartVersion, chart_versions};
use crate::locate::Sources;
use crate::registry::{OciReference, is_oci};
use crate::repository::Repository;
use crate::version::Wanted;

/// Looks versions up; each index is fetched once.
pub(super) struct Resolver<'a> {
    pub(super) sources: &'a Sources,
    folder: &'a Path,
    indexes: HashMap<String, Vec<u8>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(sources: &'a Sources, folder: &'a Path) -> Self {
        Self {
            sources,
            folder,
            indexes: HashMap::new(),
        }
    }

    /// The newest versions that are allowed.
    pub(super) async fn resolve(
        &mut self,
        wanted: &[Dependency],
        say: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Vec<Dependency>, SourceError> {
        let mut locked = Vec::new();
        let mut missing = Vec::new();
        for one in wanted {
            let constraint = Wanted::new(&one.version, false).map_err(|error| {
                SourceError::dependency(format!(
                    "dependency {:?} has an invalid version/constraint format: {error}",
                    one.name
                ))
            })?;
            match self.version(one, &constraint, say).await? {
                Some(version) => locked.push(Dependency {
                    name: one.name.clone(),
                    repository: one.repository.clone(),
                    version,
                    ..Dependency::default()
                }),
                None => missing.push(format!(
                    "{:?} (repository {:?}, version {:?})",
                    one.name, one.repository, one.version
                )),
            }
        }
        if missing.is_empty() {
            return Ok(locked);
        }
        Err(SourceError::dependency(format!(
            "can't get a valid version for {} subchart(s): {}. Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml",
            missing.len(),
            missing.join(", ")
        )))
    }

    async fn version(
        &mut self,
        one: &Dependency,
        constraint: &Wanted,
        say: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Option<String>, SourceError> {
        if one.repository.is_empty() {
            self.in_charts(one)?;
            return Ok(Some(one.version.clone()));
        }
        if let Some((_, chart)) = self.local(one)? {
            let version = chart.metadata.version;
            return Ok(constraint.matches(&version).then_some(version));
        }
        if is_oci(&one.repository) {
            return self.tag(one).await.map(Some);
        }
        let versions = self.versions(one, say).await?;
        let fit = versions
            .iter()
            .filter(|found| !found.urls.is_empty())
            .find(|found| constraint.matches(&found.version));
        Ok(fit.map(|found| found.version.clone()))
    }

    /// The folder of a dependency without a repository.
    pub(super) fn in_charts(&self, one: &Dependency) -> Result<PathBuf, SourceError> {
        let is_name = !one.name.contains(['/', '\\']) && !one.name.starts_with('.');
        let path = self.folder.join("charts").join(&one.name);
        if is_name && path.exists() {
            return Ok(path);
        }
        let path = path.display();
        Err(SourceError::dependency(format!(
            "directory {path} not found"
        )))
    }

    /// The chart of a `file://` repository, which is seen from the chart's folder.
    pub(super) fn local(&self, one: &Dependency) -> Result<Option<(PathBuf, Chart)>, SourceError> {
        let Some(path) = one.repository.strip_prefix("file://") else {
            return Ok(None);
        };
        let path = self.folder.join(path);
        if !path.exists() {
            let path = path.display();
            return Err(SourceError::dependency(format!(
                "directory {path} not found"
            )));
        }
        let chart = load(&path)?;
        Ok(Some((path, chart)))
    }

    /// The registry's tag; a full version is not asked for.
    async fn tag(&self, one: &Dependency) -> Result<String, SourceError> {
        let text = format!("{}/{}", one.repository.trim_end_matches('/'), one.name);
        let reference = self.sources.registry.resolve(&text, &one.version).await?;
        Ok(reference.tag.replace('_', "+"))
    }

    /// Where in a registry a locked dependency is.
    pub(super) fn reference(&self, one: &Dependency) -> Result<OciReference, SourceError> {
        let repository = one.repository.trim_end_matches('/');
        let tag = one.version.replace('+', "_");
        OciReference::parse(&format!("{repository}/{}:{tag}", one.name))
    }

    /// The versions that the dependency's repository has.
    pub(super) async fn versions(
        &mut self,
        one: &Dependency,
        say: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Vec<ChartVersion>, SourceError> {
        let repository = self.repository(&one.repository)?;
        let index = match self.indexes.entry(one.repository.clone()) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(unknown) => {
                let index = repository.index().await?;
                say(&format!(
                    "...Successfully got an update from the {:?} chart repository",
                    crate::secret::redact(&one.repository)
                ));
                unknown.insert(index)
            }
        };
        chart_versions(index, &one.name)?.ok_or_else(|| {
            SourceError::dependency(format!(
                "{} chart not found in repo {}",
                one.name,
                crate::secret::redact(&one.repository)
            ))
        })
    }

    pub(super) fn repository(&self, url: &str) -> Result<Repository, SourceError> {
        match self.sources.named.at(url) {
            Some(named) => self.sources.open(named),
            None => Ok(self.sources.repository(url)),
        }
    }
}
