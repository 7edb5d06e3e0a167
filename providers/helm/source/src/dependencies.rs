//! `helm dependency update` and `build`: what a chart needs, brought into its `charts/`.

mod place;
mod resolve;
mod status;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use trueup_helm::{Chart, Dependency, load};

use crate::chart_lock::{ChartLock, lock_digest, lock_digest_2};
use crate::error::SourceError;
use crate::locate::Sources;
use crate::provenance::Keyring;

pub use status::{dependency_status, stray_charts};

use resolve::Resolver;

/// A chart folder whose dependencies are fetched.
pub struct ChartDependencies<'a> {
    sources: &'a Sources,
    folder: &'a Path,
    verify: Option<(&'a Keyring, SystemTime)>,
    now: SystemTime,
}

impl<'a> ChartDependencies<'a> {
    /// Of the chart in `folder`; `now` goes into the lock file.
    #[must_use]
    pub fn new(sources: &'a Sources, folder: &'a Path, now: SystemTime) -> Self {
        Self {
            sources,
            folder,
            verify: None,
            now,
        }
    }

    /// Takes only archives that a key of the ring has signed.
    #[must_use]
    pub fn verify(mut self, keyring: Option<&'a Keyring>) -> Self {
        self.verify = keyring.map(|keyring| (keyring, self.now));
        self
    }

    /// Finds the newest versions that `Chart.yaml` allows, fetches them and writes the lock file
    /// if it changed. `say` is told what is done, in Helm's words.
    ///
    /// # Errors
    /// In Helm's words; `charts/` is then as it was.
    pub async fn update(&self, say: &mut (dyn FnMut(&str) + Send)) -> Result<(), SourceError> {
        let chart = self.load()?;
        let Some(wanted) = &chart.metadata.dependencies else {
            return Ok(());
        };
        let wanted = self.with_urls(wanted)?;
        let mut resolver = Resolver::new(self.sources, self.folder);
        let locked = resolver.resolve(&wanted, say).await?;
        let locked = self.fetch(&mut resolver, locked, say).await?;
        let lock = ChartLock::new(&wanted, locked, self.now);
        let name = lock_name(&chart);
        let old = ChartLock::load(self.folder, name)?;
        if old.is_some_and(|old| old.digest == lock.digest) {
            return Ok(());
        }
        lock.save(self.folder, name)
    }

    /// Fetches what the lock file names; as [`ChartDependencies::update`] without one.
    ///
    /// # Errors
    /// As there, and a lock file that doesn't fit `Chart.yaml`.
    pub async fn build(&self, say: &mut (dyn FnMut(&str) + Send)) -> Result<(), SourceError> {
        let chart = self.load()?;
        let Some(lock) = ChartLock::load(self.folder, lock_name(&chart))? else {
            return self.update(say).await;
        };
        let wanted = chart.metadata.dependencies.as_deref().unwrap_or_default();
        let resolved = self.with_urls(wanted)?;
        if lock_digest(&resolved, &lock.dependencies) != lock.digest {
            let old = is_old(&chart);
            if !old {
                return Err(SourceError::dependency(
                    "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies with 'helm dependency update'",
                ));
            }
            if lock_digest_2(wanted) != lock.digest {
                return Err(SourceError::dependency(
                    "the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). Please update the dependencies",
                ));
            }
        }
        let mut resolver = Resolver::new(self.sources, self.folder);
        self.fetch(&mut resolver, lock.dependencies, say).await?;
        Ok(())
    }

    fn load(&self) -> Result<Chart, SourceError> {
        let folder = self.folder.display();
        match std::fs::metadata(self.folder) {
            Err(error) => Err(SourceError::dependency(format!(
                "could not find {folder}: {error}"
            ))),
            Ok(meta) if !meta.is_dir() => Err(SourceError::dependency(
                "only unpacked charts can be updated",
            )),
            Ok(_) => Ok(load(self.folder)?),
        }
    }

    /// The dependencies with the URLs of named repositories.
    fn with_urls(&self, wanted: &[Dependency]) -> Result<Vec<Dependency>, SourceError> {
        let mut missing = Vec::new();
        let mut found = Vec::new();
        for one in wanted {
            let mut one = one.clone();
            let text = one.repository.as_str();
            let alias = text.strip_prefix('@').or(text.strip_prefix("alias:"));
            match alias.map(|name| self.sources.named.named(name)) {
                Some(Some(named)) => one.repository = named.url.clone(),
                None if text.is_empty() || text.starts_with('/') || text.contains("://") => {}
                Some(None) | None => missing.push(one.repository.clone()),
            }
            found.push(one);
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let plain = |text: &String| !text.starts_with('@') && !text.starts_with("alias:");
        let hint = missing.iter().any(plain).then(|| {
            "repositories must be URLs or aliases: \"https://charts.example.com/\" or \"@example\""
                .to_owned()
        });
        let missing = missing.join(", ");
        Err(SourceError::Dependency {
            problem: format!(
                "no repository definition for {missing}. Please add them via 'helm repo add'"
            ),
            hint,
        })
    }

    fn charts(&self) -> PathBuf {
        self.folder.join("charts")
    }
}

fn is_old(chart: &Chart) -> bool {
    chart.metadata.api_version == "v1"
}

fn lock_name(chart: &Chart) -> &'static str {
    if is_old(chart) {
        "requirements.lock"
    } else {
        "Chart.lock"
    }
}
