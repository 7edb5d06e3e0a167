//! Archives into `charts/`: first all of them beside it, then each to its place.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use trueup_helm::{Dependency, load};

use super::ChartDependencies;
use super::resolve::Resolver;
use crate::error::SourceError;
use crate::location;
use crate::pack::pack;
use crate::provenance::verify;
use crate::registry::is_oci;
use crate::repository::check_digest;
use crate::secret::redact;
use crate::version::Wanted;

/// An archive on its way.
struct Fetched {
    file_name: String,
    archive: Vec<u8>,
    provenance: Option<Vec<u8>>,
}

impl ChartDependencies<'_> {
    /// Fetches each, with the version that it turned out to have.
    pub(super) async fn fetch(
        &self,
        resolver: &mut Resolver<'_>,
        mut locked: Vec<Dependency>,
        say: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Vec<Dependency>, SourceError> {
        say(&format!("Saving {} charts", locked.len()));
        let mut fetched: Vec<Fetched> = Vec::new();
        for one in &mut locked {
            if one.repository.is_empty() {
                say(&format!(
                    "Dependency {} did not declare a repository. Assuming it exists in the charts directory",
                    one.name
                ));
                check_local(resolver, one)?;
                continue;
            }
            let found = self.fetch_one(resolver, one, say).await?;
            if !is_file_name(&found.file_name) {
                return Err(SourceError::dependency(format!(
                    "{}: {:?} is no name for a file in charts/",
                    one.name, found.file_name
                )));
            }
            if let Some((keyring, now)) = self.verify {
                let provenance = found.provenance.as_deref().unwrap_or_default();
                verify(&found.archive, &found.file_name, provenance, keyring, now)?;
            }
            fetched.push(found);
        }
        self.put(&locked, &fetched, say)?;
        Ok(locked)
    }

    async fn fetch_one(
        &self,
        resolver: &mut Resolver<'_>,
        one: &mut Dependency,
        say: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Fetched, SourceError> {
        if let Some((path, chart)) = resolver.local(one)? {
            one.version.clone_from(&chart.metadata.version);
            return Ok(Fetched {
                file_name: format!("{}-{}.tgz", one.name, one.version),
                archive: pack(&path, &chart)?,
                provenance: None,
            });
        }
        let shown = redact(&one.repository);
        say(&format!("Downloading {} from repo {shown}", one.name));
        if is_oci(&one.repository) {
            let reference = resolver.reference(one)?;
            let registry = &resolver.sources.registry;
            let pulled = registry.pull(&reference, self.verify.is_some()).await?;
            return Ok(Fetched {
                file_name: reference.file_name(&one.version),
                archive: pulled.archive,
                provenance: pulled.provenance,
            });
        }
        let versions = resolver.versions(one, say).await?;
        let wanted = Wanted::new(&one.version, false)
            .map_err(|error| SourceError::dependency(error.to_string()))?;
        let found = wanted.choose(&versions, |found| &found.version);
        let url = found.and_then(|found| found.urls.first().map(|url| (found, url)));
        let Some((found, url)) = url else {
            return Err(SourceError::dependency(format!(
                "could not find {}: no version {:?} in {shown}",
                one.name, one.version
            )));
        };
        let url = location::resolve(&one.repository, url)?;
        let digest = crate::locate::stated_digest(&one.name, &found.digest)?;
        let repository = resolver.repository(&one.repository)?;
        let archive = repository.archive(&url, digest).await?;
        check_digest(&redact(&url), &archive, digest)?;
        Ok(Fetched {
            file_name: location::file_name(&url),
            provenance: match self.verify {
                Some(_) => Some(repository.provenance(&url).await?),
                None => None,
            },
            archive,
        })
    }

    /// Moves the archives to their places and removes those that no dependency asks for.
    fn put(
        &self,
        locked: &[Dependency],
        fetched: &[Fetched],
        say: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(), SourceError> {
        let charts = self.charts();
        if charts.exists() && !charts.is_dir() {
            let charts = charts.display().to_string();
            return Err(SourceError::dependency(format!(
                "{charts:?} is not a directory"
            )));
        }
        fs::create_dir_all(&charts).map_err(SourceError::io("make the folder", &charts))?;
        for one in fetched {
            trueup_helm::load_archive(&one.archive)?;
        }
        for one in fetched {
            let path = charts.join(&one.file_name);
            crate::cache::write_whole(&path, &one.archive)?;
            if let Some(provenance) = &one.provenance {
                let path = charts.join(format!("{}.prov", one.file_name));
                crate::cache::write_whole(&path, provenance)?;
            }
        }
        say("Deleting outdated charts");
        let kept: BTreeSet<&str> = fetched.iter().map(|one| one.file_name.as_str()).collect();
        remove_outdated(&charts, &kept, locked, say)
    }
}

/// A dependency that is already there must be of the version that is asked for.
fn check_local(resolver: &Resolver<'_>, one: &Dependency) -> Result<(), SourceError> {
    let chart = load(&resolver.in_charts(one)?)?;
    let wanted = Wanted::new(&one.version, false)
        .map_err(|error| SourceError::dependency(error.to_string()))?;
    let version = &chart.metadata.version;
    if wanted.matches(version) {
        return Ok(());
    }
    Err(SourceError::dependency(format!(
        "dependency {} at version {version} does not satisfy the constraint {}",
        one.name, one.version
    )))
}

fn remove_outdated(
    charts: &Path,
    kept: &BTreeSet<&str>,
    locked: &[Dependency],
    say: &mut (dyn FnMut(&str) + Send),
) -> Result<(), SourceError> {
    let failed = || SourceError::io("list", charts);
    for entry in fs::read_dir(charts).map_err(failed())? {
        let path = entry.map_err(failed())?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() || kept.contains(name.trim_end_matches(".prov")) {
            continue;
        }
        match load(&path) {
            Err(error) => {
                let path = path.display();
                say(&format!(
                    "Could not verify {path} for deletion: {error} (Skipping)"
                ));
            }
            Ok(chart) => {
                let name = &chart.metadata.name;
                let is_local = |one: &Dependency| one.repository.is_empty() && one.name == *name;
                if !locked.iter().any(is_local) {
                    fs::remove_file(&path).map_err(SourceError::io("remove", &path))?;
                }
            }
        }
    }
    Ok(())
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}
