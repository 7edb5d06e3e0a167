//! Why a chart can't be had.

use std::path::PathBuf;

use trueup_helm::ChartError;

/// What was being done, to what, and what came of it. Texts are Helm's where Helm has one; URLs
/// are shown without user names and passwords.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Settings that no client can be made of: a certificate that is none, a proxy without host.
    #[error("can't create TLS config for client: {0}")]
    Client(String),
    /// A URL that is none, or of a scheme that isn't spoken here.
    #[error("invalid chart URL format: {url}{}", after_colon(problem))]
    Url {
        /// As given.
        url: String,
        /// What is wrong with it, if there is more to say.
        problem: String,
    },
    /// The server answered, but not with the file.
    #[error("failed to fetch {url} : {status} {reason}")]
    Status {
        /// What was asked for.
        url: String,
        /// Status code of HTTP.
        status: u16,
        /// What the code stands for.
        reason: String,
        /// How often it was asked.
        attempts: u32,
    },
    /// No answer, or one that broke off.
    #[error("Get {url:?}: {problem}")]
    Transport {
        /// What was asked for.
        url: String,
        /// What went wrong, from the outer to the inner cause.
        problem: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// An answer longer than this kind of file may be.
    #[error("{url} is larger than the maximum size {limit}")]
    TooLarge {
        /// What was asked for.
        url: String,
        /// Most bytes taken.
        limit: u64,
    },
    /// A repository without a readable index.
    #[error("looks like {url:?} is not a valid chart repository or cannot be reached: {source}")]
    Repository {
        /// The repository.
        url: String,
        /// Why not.
        source: Box<SourceError>,
    },
    /// An index that can't be read.
    #[error("{0}")]
    Index(String),
    /// The repository has no such chart, or no such version of it.
    #[error(
        "chart {name:?}{} not found in {repository} repository",
        version_clause(version)
    )]
    NotFound {
        /// Name asked for.
        name: String,
        /// Version or constraint asked for; empty for the newest.
        version: String,
        /// The repository.
        repository: String,
        /// What else to ask for.
        hint: Option<String>,
    },
    /// A version of a chart with nothing to download.
    #[error("chart {name:?}{} has no downloadable URLs", version_clause(version))]
    NoUrls {
        /// Name asked for.
        name: String,
        /// Version or constraint asked for.
        version: String,
    },
    /// Content is not what its digest says.
    #[error("digest of {what} does not match: expected {expected}, got {found}")]
    Digest {
        /// What was fetched.
        what: String,
        /// As promised.
        expected: String,
        /// As it is.
        found: String,
    },
    /// A reference that can't be understood.
    #[error("{problem}")]
    Reference {
        /// What is wrong with it.
        problem: String,
        /// What to write instead.
        hint: Option<String>,
    },
    /// A registry refused, or has something other than a chart.
    #[error("{problem}")]
    Registry {
        /// In the words of Helm's registry client.
        problem: String,
        /// What to try.
        hint: Option<String>,
    },
    /// A chart that is not what its provenance file says, or not signed by a known key.
    #[error("{0}")]
    Provenance(String),
    /// Dependencies that can't be resolved, or a lock file that doesn't fit.
    #[error("{problem}")]
    Dependency {
        /// In Helm's words.
        problem: String,
        /// What to try.
        hint: Option<String>,
    },
    /// The file that pins charts to digests can't be read.
    #[error("{path}: {problem}", path = path.display())]
    Pins {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A file could not be read or written.
    #[error("{doing} {path}: {source}", path = path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// What was found is no chart.
    #[error(transparent)]
    Chart(#[from] ChartError),
}

impl SourceError {
    /// What the user may do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { hint, .. }
            | Self::Reference { hint, .. }
            | Self::Registry { hint, .. }
            | Self::Dependency { hint, .. } => hint.clone(),
            Self::Status {
                status: 401 | 403, ..
            } => Some("the repository wants a user name and a password".to_owned()),
            Self::Repository { source, .. } => source.hint(),
            _ => None,
        }
    }

    pub(crate) fn io(
        doing: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }

    pub(crate) fn registry(problem: impl Into<String>) -> Self {
        Self::Registry {
            problem: problem.into(),
            hint: None,
        }
    }

    pub(crate) fn dependency(problem: impl Into<String>) -> Self {
        Self::Dependency {
            problem: problem.into(),
            hint: None,
        }
    }
}

fn after_colon(problem: &str) -> String {
    if problem.is_empty() {
        String::new()
    } else {
        format!(": {problem}")
    }
}

fn version_clause(version: &str) -> String {
    if version.is_empty() {
        String::new()
    } else {
        format!(" version {version:?}")
    }
}
