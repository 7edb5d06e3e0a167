//! From what a configuration says to a chart in memory.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::OnceCell;
use trueup_helm::{Chart, ChartError, load, missing_dependencies};
use trueup_helm_source::{
    Cache, ChartDependencies, ChartRequest, ClientCertificate, Credentials, Homes, Http,
    HttpSettings, Keyring, Login, Logins, Registry, Repositories, Secret, SizeLimits, SourceError,
    Sources, Wanted, is_oci,
};
use trueup_sdk::{
    Problem,
    native::{Fields, attribute_problem, off_thread},
    world::World,
};

/// Where charts may come from, by the provider's configuration.
pub(crate) struct Origins {
    /// The file that names repositories, if not Helm's.
    pub(crate) repositories: Option<PathBuf>,
    /// The file with logins of registries, if not Helm's or Docker's.
    pub(crate) logins_file: Option<PathBuf>,
    pub(crate) logins: Vec<RegistryLogin>,
    pub(crate) world: World,
}

/// A login to a registry.
pub(crate) struct RegistryLogin {
    pub(crate) url: String,
    pub(crate) username: String,
    pub(crate) password: String,
}

/// Charts, each found and read once in a run.
pub(crate) struct Charts {
    origins: Origins,
    known: Known,
}

/// The charts of a run, whichever configuration of the provider asked for them: what is
/// applied is what was planned.
#[derive(Clone, Default)]
pub(crate) struct Known(Arc<Mutex<HashMap<Key, Found>>>);

/// A chart, once somebody has found it.
type Found = Arc<OnceCell<Arc<Chart>>>;

/// What decides which chart it is, and the file that names repositories.
type Key = (Asked, Option<PathBuf>);

/// What a configuration says of where its chart comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    chart: String,
    repository: Option<String>,
    version: String,
    devel: bool,
    verify: bool,
    keyring: Option<String>,
    dependency_update: bool,
    username: Option<String>,
    password: Option<String>,
    pass_credentials: bool,
    ca_file: Option<String>,
    cert_file: Option<String>,
    key_file: Option<String>,
}

/// Why there is no chart.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Missing {
    /// It can't be found or fetched.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// It can't be read.
    #[error("{path}: {source}", path = path.display())]
    Unreadable { path: PathBuf, source: ChartError },
    /// There is nothing where it should be.
    #[error("there is no folder or archive {}", .0.display())]
    NoPath(PathBuf),
    /// It lacks charts that it depends on.
    #[error("found in Chart.yaml, but missing in charts/ directory: {}", .0.join(", "))]
    Dependencies(Vec<String>),
    /// A file that the configuration names can't be read.
    #[error("{path}: {source}", path = path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// There is no place to keep downloads in.
    #[error("there is no folder to keep charts in: neither $XDG_CACHE_HOME nor $HOME is set")]
    NoCache,
    /// The system has no thread for it.
    #[error("{0}")]
    System(std::io::Error),
}

impl Missing {
    /// The problem, at the attribute it is most likely about.
    pub(crate) fn problem(&self, asked: &Asked) -> Problem {
        let (attribute, summary) = match self {
            Missing::Source(SourceError::NotFound { version, .. }) if !version.is_empty() => {
                ("version", "Chart version not found")
            }
            Missing::Source(SourceError::Repository { .. }) => {
                ("repository", "Chart repository not usable")
            }
            Missing::Source(SourceError::Provenance(_)) => ("verify", "Chart not verified"),
            Missing::Source(SourceError::NotFound { .. } | SourceError::Reference { .. }) => {
                ("chart", "Chart not found")
            }
            Missing::NoPath(_) => ("chart", "Chart not found"),
            Missing::Dependencies(_) => ("chart", "Chart dependencies missing"),
            _ => ("chart", "Chart not usable"),
        };
        let mut detail = format!("Chart \"{}\": {self}.", asked.chart);
        let hint = match self {
            Missing::Source(error) => error.hint(),
            Missing::NoPath(_) => {
                Some("relative paths start at the folder of the stack".to_owned())
            }
            Missing::Dependencies(_) => Some("Set dependency_update = true, or run `helm dependency build` in the chart's folder.".to_owned()),
            _ => None,
        };
        if let Some(hint) = hint {
            detail.push_str(&format!("\n\n{}", sentence(&hint)));
        }
        attribute_problem(attribute, summary, detail)
    }
}

/// A hint as a sentence of its own.
fn sentence(hint: &str) -> String {
    let mut letters = hint.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let end = if hint.ends_with(['.', '?']) { "" } else { "." };
    format!("{}{}{end}", first.unwrap_or_default(), letters.as_str())
}

impl Asked {
    /// What attributes say; `None` while any of them is not known.
    pub(crate) fn of(config: &Fields) -> Option<Asked> {
        const ALL: [&str; 13] = [
            "chart",
            "repository",
            "version",
            "devel",
            "verify",
            "keyring",
            "dependency_update",
            "repository_username",
            "repository_password",
            "pass_credentials",
            "repository_ca_file",
            "repository_cert_file",
            "repository_key_file",
        ];
        if !ALL.iter().all(|name| config.get(name).is_known()) {
            return None;
        }
        let text = |name: &str| {
            let text = config.text(name).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let flag = |name: &str| config.flag(name).unwrap_or(false);
        Some(Asked {
            chart: text("chart").unwrap_or_default(),
            repository: text("repository"),
            version: text("version").unwrap_or_default(),
            devel: flag("devel"),
            verify: flag("verify"),
            keyring: text("keyring"),
            dependency_update: flag("dependency_update"),
            username: text("repository_username"),
            password: text("repository_password"),
            pass_credentials: flag("pass_credentials"),
            ca_file: text("repository_ca_file"),
            cert_file: text("repository_cert_file"),
            key_file: text("repository_key_file"),
        })
    }

    /// Whether it is a folder, which is read and nothing fetched.
    pub(crate) fn is_folder(&self) -> bool {
        self.repository.is_none() && self.chart.starts_with(['.', '/']) && !self.dependency_update
    }

    /// The same, without what decides nothing: a folder is what it is, whichever version is
    /// wanted.
    fn decisive(&self) -> Asked {
        match self.is_folder() && !self.verify {
            true => Asked {
                version: String::new(),
                devel: false,
                ..self.clone()
            },
            false => self.clone(),
        }
    }

    /// What to look for, and in which repository, as Helm has it: a name in a
    /// registry is part of the reference, a repository that is no URL is one
    /// that has a name.
    fn reference(&self) -> (String, Option<&str>) {
        match self.repository.as_deref() {
            Some(repository) if is_oci(repository) => {
                let base = repository.trim_end_matches('/');
                (format!("{base}/{}", self.chart), None)
            }
            Some(repository) if repository.contains("://") => {
                (self.chart.clone(), Some(repository))
            }
            Some(repository) if !self.chart.contains('/') => {
                (format!("{repository}/{}", self.chart), None)
            }
            _ => (self.chart.clone(), None),
        }
    }
}

/// Whether `version` is what `wanted` says, as a version or as a constraint.
pub(crate) fn is_wanted(wanted: &str, version: &str) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches('v').to_owned();
    bare(wanted) == bare(version)
        || Wanted::new(wanted, false).is_ok_and(|wanted| wanted.matches(version))
}

impl Known {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<OnceCell<Arc<Chart>>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Charts {
    pub(crate) fn new(origins: Origins, known: Known) -> Self {
        Charts { origins, known }
    }

    /// The chart, found, fetched if need be, and read.
    ///
    /// # Errors
    /// A problem that says what is missing and what to try.
    pub(crate) async fn get(&self, asked: &Asked) -> Result<Arc<Chart>, Problem> {
        let key = (asked.decisive(), self.origins.repositories.clone());
        // Whoever asks while it is being read waits for it.
        let place = Arc::clone(self.known.lock().entry(key).or_default());
        let read = || async { self.read(asked).await.map(Arc::new) };
        let chart = place.get_or_try_init(read).await;
        chart.cloned().map_err(|missing| missing.problem(asked))
    }

    async fn read(&self, asked: &Asked) -> Result<Chart, Missing> {
        let path = self.locate(asked).await?;
        let chart = read(path.clone()).await?;
        let missing = missing_dependencies(&chart).into_iter().map(str::to_owned);
        let missing: Vec<String> = missing.collect();
        if missing.is_empty() {
            return Ok(chart);
        }
        if !asked.dependency_update || !path.is_dir() {
            return Err(Missing::Dependencies(missing));
        }
        let sources = self.sources(asked)?;
        let keyring = self.keyring(asked)?;
        let now = self.origins.world.clock.now();
        let dependencies = ChartDependencies::new(&sources, &path, now).verify(keyring.as_ref());
        dependencies.update(&mut |_| {}).await?;
        read(path).await
    }

    async fn locate(&self, asked: &Asked) -> Result<PathBuf, Missing> {
        let (chart, repository) = asked.reference();
        let world = &self.origins.world;
        let local = world.path(chart.trim_start_matches("./"));
        let is_path = repository.is_none() && chart.starts_with(['.', '/']);
        let on_disk = repository.is_none() && !chart.contains("://") && local.exists();
        if is_path && !on_disk {
            return Err(Missing::NoPath(local));
        }
        if on_disk && !asked.verify {
            return Ok(local);
        }
        let chart = match on_disk {
            true => local.display().to_string(),
            false => chart,
        };
        let keyring = self.keyring(asked)?;
        let request = ChartRequest {
            chart: &chart,
            version: &asked.version,
            devel: asked.devel,
            repository,
            verify: keyring.as_ref().map(|keyring| (keyring, world.clock.now())),
        };
        Ok(self.sources(asked)?.locate(&request).await?.path)
    }

    fn keyring(&self, asked: &Asked) -> Result<Option<Keyring>, Missing> {
        if !asked.verify {
            return Ok(None);
        }
        let variable = self.variables();
        let path = match &asked.keyring {
            Some(path) => self.origins.world.path(path),
            None => Homes::new(&variable).keyring(),
        };
        let ring = Keyring::parse(&bytes(&path)?, &path.display().to_string());
        Ok(Some(ring?))
    }

    fn variables(&self) -> impl Fn(&str) -> Option<String> + '_ {
        |name| self.origins.world.variables.get(name).cloned()
    }

    fn sources(&self, asked: &Asked) -> Result<Sources, Missing> {
        let variable = self.variables();
        let homes = Homes::new(&variable);
        let mut settings = HttpSettings {
            proxies: homes.proxies(),
            timeout: Duration::from_secs(120),
            ..HttpSettings::default()
        };
        let file = |path: &String| bytes(&self.origins.world.path(path));
        settings.ca_certificates = asked.ca_file.as_ref().map(file).transpose()?;
        if let Some((certificate, key)) = asked.cert_file.as_ref().zip(asked.key_file.as_ref()) {
            settings.client_certificate = Some(ClientCertificate {
                certificate: file(certificate)?,
                key: Secret::new(String::from_utf8_lossy(&file(key)?)),
            });
        }
        let http = Http::new(&settings)?;
        let credentials = asked.username.clone().map(|username| Credentials {
            username,
            password: Secret::new(asked.password.clone().unwrap_or_default()),
        });
        let named = self.origins.repositories.clone();
        let named = match named.or_else(|| homes.repositories()) {
            Some(path) => Repositories::load(&path)?,
            None => Repositories::default(),
        };
        let registry = Registry::new(http.clone(), false, self.logins(&homes)?);
        Ok(Sources {
            registry: registry.credentials(credentials.clone()),
            http,
            settings,
            named,
            cache: Cache::new(homes.cache().ok_or(Missing::NoCache)?),
            credentials,
            pass_credentials: asked.pass_credentials,
            limits: SizeLimits::default(),
        })
    }

    /// The logins of a file, and over them those of the configuration.
    fn logins(&self, homes: &Homes<'_>) -> Result<Logins, Missing> {
        let given = self.origins.logins_file.clone();
        let mut known = given
            .map_or_else(|| homes.logins(), |path| vec![path])
            .into_iter();
        let mut logins = match known.find(|path| path.exists()) {
            Some(path) => Logins::parse(&bytes(&path)?)?,
            None => Logins::default(),
        };
        for login in &self.origins.logins {
            let host = login.url.trim_start_matches("oci://");
            let credentials = Credentials {
                username: login.username.clone(),
                password: Secret::new(login.password.clone()),
            };
            logins.insert(host, Login::Password(credentials));
        }
        Ok(logins)
    }
}

async fn read(path: PathBuf) -> Result<Chart, Missing> {
    let loaded = off_thread(move || {
        let chart = load(&path);
        chart.map_err(|source| Missing::Unreadable { path, source })
    });
    loaded.await.map_err(Missing::System)?
}

fn bytes(path: &Path) -> Result<Vec<u8>, Missing> {
    fs::read(path).map_err(|source| Missing::File {
        path: path.to_owned(),
        source,
    })
}
