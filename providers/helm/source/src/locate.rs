//! From what the user wrote to a chart on disk.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use url::Url;

use crate::cache::Cache;
use crate::digest::Digest;
use crate::error::SourceError;
use crate::http::{Http, HttpSettings};
use crate::location;
use crate::pins::{Pin, PinKey, Pins};
use crate::provenance::{Keyring, Verification, verify};
use crate::registry::{OciReference, Registry, is_oci};
use crate::repositories::{NamedRepository, Repositories};
use crate::repository::{Repository, SizeLimits};
use crate::secret::{Credentials, redact};
use crate::version::Wanted;

/// Everything that charts can be had from.
#[derive(Debug, Clone)]
pub struct Sources {
    /// How repositories are reached.
    pub http: Http,
    /// What that client was made of, for repositories with certificates of their own.
    pub settings: HttpSettings,
    /// Repositories that have names.
    pub named: Repositories,
    /// How registries are reached.
    pub registry: Registry,
    /// Where downloads are kept.
    pub cache: Cache,
    /// Who repositories are told that we are.
    pub credentials: Option<Credentials>,
    /// Whether hosts other than the repository's are told as well.
    pub pass_credentials: bool,
    /// Most bytes taken.
    pub limits: SizeLimits,
}

/// A chart as the user asks for it.
#[derive(Debug, Clone, Default)]
pub struct ChartRequest<'a> {
    /// A folder, an archive, a URL, an `oci://` reference, or a name in the repository.
    pub chart: &'a str,
    /// Version or constraint; empty for the newest.
    pub version: &'a str,
    /// Whether the newest may be a pre-release.
    pub devel: bool,
    /// URL of the repository that has the chart.
    pub repository: Option<&'a str>,
    /// Keys that the chart must be signed by one of, and the time to check them at.
    pub verify: Option<(&'a Keyring, SystemTime)>,
}

/// A chart that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Folder or archive.
    pub path: PathBuf,
    /// Digest of the archive; none for a folder.
    pub digest: Option<Digest>,
    /// What to pin, unless the chart is a local one.
    pub pin: Option<Pin>,
    /// Who vouches for it, if that was asked.
    pub verification: Option<Verification>,
}

/// Where an archive is.
struct Remote {
    place: Place,
    version: String,
    file_name: String,
    digest: Option<Digest>,
}

enum Place {
    Http(Repository, String),
    Oci(OciReference),
}

impl Sources {
    /// Finds the chart, downloading what isn't in the cache.
    ///
    /// # Errors
    /// In Helm's words where it has some.
    pub async fn locate(&self, request: &ChartRequest<'_>) -> Result<Located, SourceError> {
        if let Some(local) = local(request)? {
            return Ok(local);
        }
        let remote = self.resolve(request).await?;
        self.fetch(request, remote).await
    }

    /// Finds the chart that was pinned for this request, or finds one and pins it. A pinned chart
    /// that is in the cache costs no request; one that changed at its source is refused.
    ///
    /// # Errors
    /// As [`Sources::locate`], and [`SourceError::Digest`].
    pub async fn locate_pinned(
        &self,
        request: &ChartRequest<'_>,
        pins: &mut Pins,
    ) -> Result<Located, SourceError> {
        if let Some(local) = local(request)? {
            return Ok(local);
        }
        let key = PinKey {
            repository: request.repository.unwrap_or_default().to_owned(),
            name: request.chart.trim().to_owned(),
            wanted: wanted_text(request),
        };
        let Some(pin) = pins.get(&key).cloned() else {
            let located = self.locate(request).await?;
            if let Some(pin) = &located.pin {
                pins.insert(key, pin.clone());
            }
            return Ok(located);
        };
        if request.verify.is_none()
            && let Some(path) = self.cache.chart(pin.digest)?
        {
            return Ok(Located {
                path,
                digest: Some(pin.digest),
                pin: Some(pin),
                verification: None,
            });
        }
        let version = if pin.version.is_empty() {
            request.version
        } else {
            &pin.version
        };
        let exact = ChartRequest {
            version,
            ..request.clone()
        };
        let mut remote = self.resolve(&exact).await?;
        if let Some(changed) = remote.digest.filter(|digest| *digest != pin.digest) {
            return Err(SourceError::Digest {
                what: format!("{} {}, pinned before,", key.name, pin.version),
                expected: pin.digest.to_string(),
                found: changed.to_string(),
            });
        }
        remote.digest = Some(pin.digest);
        self.fetch(&exact, remote).await
    }

    /// The repository at `url`, with the credentials of these sources.
    #[must_use]
    pub fn repository(&self, url: &str) -> Repository {
        Repository::new(url, self.http.clone(), self.credentials.clone())
            .pass_credentials(self.pass_credentials)
            .limits(self.limits)
    }

    pub(crate) fn open(&self, named: &NamedRepository) -> Result<Repository, SourceError> {
        Ok(named.open(&self.settings)?.limits(self.limits))
    }

    async fn resolve(&self, request: &ChartRequest<'_>) -> Result<Remote, SourceError> {
        let chart = request.chart.trim();
        let version = wanted_text(request);
        if let Some(url) = request.repository {
            return self.find(self.repository(url), chart, &version).await;
        }
        if is_oci(chart) {
            return self.resolve_oci(chart, &version).await;
        }
        match Url::parse(chart) {
            Ok(url) if url.has_host() && !matches!(url.path(), "" | "/") => {
                location::parse(chart)?;
                Ok(Remote {
                    place: Place::Http(self.repository(chart), chart.to_owned()),
                    version: String::new(),
                    file_name: location::file_name(chart),
                    digest: None,
                })
            }
            _ => match chart.split_once('/') {
                Some((name, chart)) if let Some(named) = self.named.named(name) => {
                    self.find(self.open(named)?, chart, &version).await
                }
                _ => Err(unresolved(chart)),
            },
        }
    }

    /// Finds a chart in a repository.
    async fn find(
        &self,
        repository: Repository,
        chart: &str,
        version: &str,
    ) -> Result<Remote, SourceError> {
        let wanted = self.wanted(&repository, chart, version)?;
        let found = repository.find(chart, &wanted).await?;
        let first = found.urls.into_iter().next().unwrap_or_default();
        if is_oci(&first) {
            return self.resolve_oci(&first, &found.version).await;
        }
        Ok(Remote {
            file_name: location::file_name(&first),
            digest: stated_digest(chart, &found.digest)?,
            version: found.version,
            place: Place::Http(repository, first),
        })
    }

    /// A text that is no constraint finds nothing, as in Helm.
    fn wanted(
        &self,
        repository: &Repository,
        chart: &str,
        version: &str,
    ) -> Result<Wanted, SourceError> {
        Wanted::new(version, false).map_err(|error| SourceError::NotFound {
            name: chart.to_owned(),
            version: version.to_owned(),
            repository: redact(repository.url()),
            hint: Some(format!("{version:?} is not a version: {error}")),
        })
    }

    async fn resolve_oci(&self, chart: &str, version: &str) -> Result<Remote, SourceError> {
        let reference = self.registry.resolve(chart, version).await?;
        let version = reference.tag.replace('_', "+");
        let file_name = reference.file_name(&version);
        Ok(Remote {
            place: Place::Oci(reference),
            version,
            file_name,
            digest: None,
        })
    }

    async fn fetch(
        &self,
        request: &ChartRequest<'_>,
        remote: Remote,
    ) -> Result<Located, SourceError> {
        let cached = match remote.digest {
            Some(digest) => self.cache.chart(digest)?.map(|path| (digest, path)),
            None => None,
        };
        let (digest, path) = match cached {
            Some(found) => found,
            None => self.download(request, &remote).await?,
        };
        let verification = match request.verify {
            None => None,
            Some((keyring, now)) => {
                let archive = std::fs::read(&path).map_err(SourceError::io("read", &path))?;
                let provenance = self.provenance(&remote, digest).await?;
                Some(verify(
                    &archive,
                    &remote.file_name,
                    &provenance,
                    keyring,
                    now,
                )?)
            }
        };
        let url = match &remote.place {
            Place::Http(_, url) => redact(url),
            Place::Oci(reference) => format!("oci://{reference}"),
        };
        let version = remote.version;
        Ok(Located {
            path,
            digest: Some(digest),
            pin: Some(Pin {
                version,
                url,
                digest,
            }),
            verification,
        })
    }

    async fn download(
        &self,
        request: &ChartRequest<'_>,
        remote: &Remote,
    ) -> Result<(Digest, PathBuf), SourceError> {
        match &remote.place {
            Place::Http(repository, url) => {
                let archive = repository.archive(url, remote.digest).await?;
                self.cache.put_chart(&archive)
            }
            Place::Oci(reference) => {
                let pulled = self
                    .registry
                    .pull(reference, request.verify.is_some())
                    .await?;
                let what = format!("oci://{reference}");
                crate::repository::check_digest(&what, &pulled.archive, remote.digest)?;
                let kept = self.cache.put_chart(&pulled.archive)?;
                if let Some(provenance) = &pulled.provenance {
                    self.cache.put_provenance(kept.0, provenance)?;
                }
                Ok(kept)
            }
        }
    }

    async fn provenance(&self, remote: &Remote, digest: Digest) -> Result<Vec<u8>, SourceError> {
        if let Some(found) = self.cache.provenance(digest)? {
            return Ok(found);
        }
        let found = match &remote.place {
            Place::Http(repository, url) => repository.provenance(url).await?,
            Place::Oci(reference) => {
                let pulled = self.registry.pull(reference, true).await?;
                let url = format!("oci://{reference}.prov");
                pulled.provenance.ok_or_else(|| {
                    SourceError::Provenance(format!("failed to fetch provenance {url:?}"))
                })?
            }
        };
        self.cache.put_provenance(digest, &found)?;
        Ok(found)
    }
}

fn wanted_text(request: &ChartRequest<'_>) -> String {
    match request.version.trim() {
        "" if request.devel => ">0.0.0-0".to_owned(),
        version => version.to_owned(),
    }
}

/// The digest that an index states; none is fine, nonsense isn't.
pub(crate) fn stated_digest(chart: &str, text: &str) -> Result<Option<Digest>, SourceError> {
    if text.is_empty() {
        return Ok(None);
    }
    match Digest::parse(text) {
        Some(digest) => Ok(Some(digest)),
        None => Err(SourceError::Index(format!(
            "digest {text:?} of chart {chart:?} is not a SHA-256"
        ))),
    }
}

fn unresolved(chart: &str) -> SourceError {
    match chart.split_once('/') {
        Some((repository, _)) if !repository.is_empty() && !chart.contains("://") => {
            SourceError::Reference {
                problem: format!("repo {repository} not found"),
                hint: Some(
                    "add it with 'helm repo add', or name it by its URL with --repo".to_owned(),
                ),
            }
        }
        _ => SourceError::Reference {
            problem: format!(
                "non-absolute URLs should be in form of repo_name/path_to_chart, got: {}",
                redact(chart)
            ),
            hint: Some("give a folder, an archive, a URL, or the URL of the repository".to_owned()),
        },
    }
}

/// The chart, if it is a folder or an archive on disk.
fn local(request: &ChartRequest<'_>) -> Result<Option<Located>, SourceError> {
    let chart = request.chart.trim();
    let path = Path::new(chart);
    if request.repository.is_some() {
        return Ok(None);
    }
    if !path.exists() {
        if path.is_absolute() || chart.starts_with('.') {
            return Err(SourceError::Reference {
                problem: format!("path {chart:?} not found"),
                hint: None,
            });
        }
        return Ok(None);
    }
    let (digest, verification) = if path.is_dir() {
        if request.verify.is_some() {
            let problem = "unpacked charts cannot be verified".to_owned();
            return Err(SourceError::Provenance(problem));
        }
        (None, None)
    } else {
        let archive = std::fs::read(path).map_err(SourceError::io("read", path))?;
        let verification = match request.verify {
            None => None,
            Some((keyring, now)) => Some(verify_local(path, &archive, keyring, now)?),
        };
        (Some(Digest::of(&archive)), verification)
    };
    Ok(Some(Located {
        path: path.to_owned(),
        digest,
        pin: None,
        verification,
    }))
}

/// Verifies an archive with the provenance file beside it.
fn verify_local(
    path: &Path,
    archive: &[u8],
    keyring: &Keyring,
    now: SystemTime,
) -> Result<Verification, SourceError> {
    let tgz = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("tgz"));
    if !tgz {
        let problem = "chart must be a tgz file".to_owned();
        return Err(SourceError::Provenance(problem));
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".prov");
    let provenance = std::fs::read(&beside).map_err(|error| {
        let beside = beside.to_string_lossy();
        SourceError::Provenance(format!("could not load provenance file {beside}: {error}"))
    })?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    verify(archive, &name, &provenance, keyring, now)
}
