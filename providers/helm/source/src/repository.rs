//! Chart repositories over HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::digest::Digest;
use crate::error::SourceError;
use crate::http::{Get, Http};
use crate::index::{ChartVersion, chart_versions};
use crate::location;
use crate::secret::{Credentials, Secret, redact};
use crate::version::Wanted;

/// Most bytes that files from elsewhere may have.
#[derive(Debug, Clone, Copy)]
pub struct SizeLimits {
    /// An index.
    pub index: u64,
    /// A chart archive, packed.
    pub chart: u64,
    /// A provenance file or a manifest.
    pub text: u64,
}

impl Default for SizeLimits {
    fn default() -> Self {
        Self {
            index: 128 << 20,
            chart: 100 << 20,
            text: 4 << 20,
        }
    }
}

/// A repository: a folder on a web server that has an `index.yaml`.
#[derive(Debug, Clone)]
pub struct Repository {
    url: String,
    http: Http,
    credentials: Option<Credentials>,
    pass_credentials: bool,
    limits: SizeLimits,
}

const ARCHIVE_TYPES: &str = "application/gzip,application/octet-stream";

impl Repository {
    /// The repository at `url`. Credentials are sent to its scheme, host and port only, unless
    /// `pass_credentials`.
    #[must_use]
    pub fn new(url: &str, http: Http, credentials: Option<Credentials>) -> Self {
        Self {
            url: url.to_owned(),
            http,
            credentials,
            pass_credentials: false,
            limits: SizeLimits::default(),
        }
    }

    /// Sends the credentials to whatever host the index names.
    #[must_use]
    pub fn pass_credentials(mut self, pass: bool) -> Self {
        self.pass_credentials = pass;
        self
    }

    /// Takes files up to these sizes.
    #[must_use]
    pub fn limits(mut self, limits: SizeLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Its URL as given.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Fetches the index.
    ///
    /// # Errors
    /// [`SourceError::Repository`] around the reason.
    pub async fn index(&self) -> Result<Vec<u8>, SourceError> {
        let fetch = async {
            let url = location::resolve(&self.url, "index.yaml")?;
            location::parse(&url)?;
            self.get(&url, "", self.limits.index).await
        };
        fetch.await.map_err(|source| self.unreachable(source))
    }

    fn unreachable(&self, source: SourceError) -> SourceError {
        SourceError::Repository {
            url: redact(&self.url),
            source: Box::new(source),
        }
    }

    /// Fetches the index and finds the version of `name` that is wanted.
    ///
    /// # Errors
    /// As [`Repository::index`] and [`Repository::find_in`].
    pub async fn find(&self, name: &str, wanted: &Wanted) -> Result<ChartVersion, SourceError> {
        self.find_in(&self.index().await?, name, wanted)
    }

    /// Finds the version of `name` that is wanted in an index of this repository. Its URLs are
    /// absolute in the answer.
    ///
    /// # Errors
    /// An index that is none, no such chart, no such version, or one without URLs.
    pub fn find_in(
        &self,
        index: &[u8],
        name: &str,
        wanted: &Wanted,
    ) -> Result<ChartVersion, SourceError> {
        let versions = chart_versions(index, name).map_err(|source| self.unreachable(source))?;
        let not_found = |hint: Option<String>| SourceError::NotFound {
            name: name.to_owned(),
            version: wanted.text().to_owned(),
            repository: redact(&self.url),
            hint,
        };
        let Some(versions) = versions else {
            return Err(not_found(None));
        };
        let Some(found) = wanted.choose(&versions, |one| &one.version) else {
            return Err(not_found(newest_of(&versions, wanted)));
        };
        let mut found = found.clone();
        if found.urls.is_empty() {
            return Err(SourceError::NoUrls {
                name: name.to_owned(),
                version: wanted.text().to_owned(),
            });
        }
        for url in &mut found.urls {
            *url = location::resolve(&self.url, url)?;
        }
        Ok(found)
    }

    /// Downloads the archive at `url` and compares it with the digest, if there is one.
    ///
    /// # Errors
    /// No answer, another answer than the file, a file too large, another digest.
    pub async fn archive(&self, url: &str, digest: Option<Digest>) -> Result<Vec<u8>, SourceError> {
        let archive = self.get(url, ARCHIVE_TYPES, self.limits.chart).await?;
        check_digest(&redact(url), &archive, digest)?;
        Ok(archive)
    }

    /// Downloads the provenance file of the archive at `url`.
    ///
    /// # Errors
    /// In Helm's words, whatever the reason.
    pub async fn provenance(&self, url: &str) -> Result<Vec<u8>, SourceError> {
        let url = format!("{url}.prov");
        self.get(&url, ARCHIVE_TYPES, self.limits.text)
            .await
            .map_err(|_| {
                let url = redact(&url);
                SourceError::Provenance(format!("failed to fetch provenance {url:?}"))
            })
    }

    async fn get(&self, url: &str, accept: &str, limit: u64) -> Result<Vec<u8>, SourceError> {
        let trusted = self.pass_credentials || location::same_host(&self.url, url);
        let authorization = self
            .credentials
            .as_ref()
            .filter(|one| trusted && !one.username.is_empty() && !one.password.expose().is_empty())
            .map(basic);
        let request = Get {
            url,
            accept,
            authorization,
            form: None,
            limit,
        };
        self.http.get(request).await?.file()
    }
}

/// The value of `Authorization` for a user name and a password.
pub(crate) fn basic(credentials: &Credentials) -> Secret {
    let pair = format!("{}:{}", credentials.username, credentials.password.expose());
    Secret::new(format!("Basic {}", STANDARD.encode(pair)))
}

pub(crate) fn check_digest(
    what: &str,
    content: &[u8],
    expected: Option<Digest>,
) -> Result<Digest, SourceError> {
    let found = Digest::of(content);
    match expected {
        Some(expected) if expected != found => Err(SourceError::Digest {
            what: what.to_owned(),
            expected: expected.to_string(),
            found: found.to_string(),
        }),
        _ => Ok(found),
    }
}

fn newest_of(versions: &[ChartVersion], wanted: &Wanted) -> Option<String> {
    let newest = versions.first()?;
    let only_unstable =
        wanted.text().is_empty() && versions.iter().all(|one| one.version.contains('-'));
    Some(if only_unstable {
        format!(
            "it has only pre-release versions, the newest is {}; they are taken with --devel",
            newest.version
        )
    } else {
        format!("the newest version there is {}", newest.version)
    })
}
