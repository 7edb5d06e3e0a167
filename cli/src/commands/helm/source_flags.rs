//! The flags that say where a chart comes from.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use trueup_helm_source::{
    Cache, ChartDependencies, ChartRequest, ClientCertificate, Credentials, Homes, Http,
    HttpSettings, Keyring, Logins, Registry, Repositories, Secret, SizeLimits, SourceError,
    Sources,
};

use super::Context;
use crate::{environment::Environment, error::CommandError, runtime::block_on};

/// The variable with the password of repositories and registries.
const PASSWORD: &str = "TRUEUP_HELM_PASSWORD";

/// How repositories and registries are reached.
#[derive(clap::Args, Debug, Default)]
pub(crate) struct ServerFlags {
    /// User name for the repository or registry
    #[arg(long, value_name = "NAME")]
    username: Option<String>,

    /// Password for it; others may see it in the list of processes, so that
    /// --password-file or $TRUEUP_HELM_PASSWORD is better
    #[arg(long, value_name = "PASSWORD", conflicts_with = "password_file")]
    password: Option<String>,

    /// File with the password ("-" for standard input)
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// PEM certificates to trust instead of the system's
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// PEM certificate to show to the server
    #[arg(long, value_name = "FILE", requires = "key_file")]
    cert_file: Option<PathBuf>,

    /// PEM key of that certificate
    #[arg(long, value_name = "FILE", requires = "cert_file")]
    key_file: Option<PathBuf>,

    /// Take any certificate for the server's
    #[arg(long)]
    insecure_skip_tls_verify: bool,

    /// Speak to registries without TLS
    #[arg(long)]
    plain_http: bool,

    /// Send user name and password to other hosts, too, if the repository
    /// names them
    #[arg(long)]
    pass_credentials: bool,

    /// Take only charts that a key of the keyring has signed
    #[arg(long)]
    verify: bool,

    /// Public keys for --verify [default: that of GnuPG]
    #[arg(long, value_name = "FILE")]
    keyring: Option<PathBuf>,

    /// File with the repositories that have names [default: Helm's]
    #[arg(long, value_name = "FILE")]
    repository_config: Option<PathBuf>,

    /// File with logins of registries [default: Helm's, then Docker's]
    #[arg(long, value_name = "FILE")]
    registry_config: Option<PathBuf>,
}

/// Which chart is meant.
#[derive(clap::Args, Debug, Default)]
pub(crate) struct SourceFlags {
    /// URL of the repository that has the chart
    #[arg(long, value_name = "URL")]
    repo: Option<String>,

    /// Version of the chart, or a constraint [default: the newest]
    #[arg(
        long,
        value_name = "VERSION",
        default_value = "",
        hide_default_value = true
    )]
    version: String,

    /// Let the newest version be a pre-release
    #[arg(long)]
    devel: bool,

    #[command(flatten)]
    server: ServerFlags,
}

impl SourceFlags {
    /// The folder or archive of the chart, fetched if it isn't on disk.
    pub(crate) fn locate(
        &self,
        chart: &str,
        context: &Context<'_>,
    ) -> Result<PathBuf, CommandError> {
        let path = Path::new(chart);
        if self.repo.is_none() && !self.server.verify && path.exists() {
            return Ok(path.to_owned());
        }
        let keyring = self.server.keyring(context.environment)?;
        let sources = self.server.sources(context.environment)?;
        let request = ChartRequest {
            chart,
            version: &self.version,
            devel: self.devel,
            repository: self.repo.as_deref(),
            verify: keyring.as_ref().map(|keyring| (keyring, SystemTime::now())),
        };
        let located = wait(sources.locate(&request))?;
        Ok(located.path)
    }

    /// Brings what the chart in `folder` needs into its `charts/`.
    pub(crate) fn update_dependencies(
        &self,
        folder: &Path,
        context: &Context<'_>,
    ) -> Result<(), CommandError> {
        let say = &mut |text: &str| context.ui.complain(&format!("{text}\n"));
        self.server.update_dependencies(folder, false, say, context)
    }
}

impl ServerFlags {
    /// Fetches dependencies: those of the lock file if `locked` and there is one.
    pub(crate) fn update_dependencies(
        &self,
        folder: &Path,
        locked: bool,
        say: &mut (dyn FnMut(&str) + Send),
        context: &Context<'_>,
    ) -> Result<(), CommandError> {
        let keyring = self.keyring(context.environment)?;
        let sources = self.sources(context.environment)?;
        let dependencies = ChartDependencies::new(&sources, folder, SystemTime::now());
        let dependencies = dependencies.verify(keyring.as_ref());
        if locked {
            wait(dependencies.build(say))
        } else {
            wait(dependencies.update(say))
        }
    }

    fn sources(&self, environment: &Environment) -> Result<Sources, CommandError> {
        let variable = variables(environment);
        let homes = Homes::new(&variable);
        let settings = self.http_settings(&homes)?;
        let http = Http::new(&settings).map_err(source_error)?;
        let credentials = self.credentials(environment)?;
        let named = self.repository_config.clone();
        let named = named.or_else(|| homes.repositories());
        let named = named.map_or(Ok(Repositories::default()), |path| {
            Repositories::load(&path)
        });
        let registry = Registry::new(http.clone(), self.plain_http, self.logins(&homes)?);
        Ok(Sources {
            registry: registry.credentials(credentials.clone()),
            http,
            settings,
            named: named.map_err(source_error)?,
            cache: Cache::new(cache_folder(&homes)?),
            credentials,
            pass_credentials: self.pass_credentials,
            limits: SizeLimits::default(),
        })
    }

    fn http_settings(&self, homes: &Homes<'_>) -> Result<HttpSettings, CommandError> {
        let mut settings = HttpSettings {
            insecure_skip_tls_verify: self.insecure_skip_tls_verify,
            proxies: homes.proxies(),
            timeout: Duration::from_secs(120),
            ..HttpSettings::default()
        };
        if let Some(path) = &self.ca_file {
            settings.ca_certificates = Some(read(path)?);
        }
        if let Some((certificate, key)) = self.cert_file.as_ref().zip(self.key_file.as_ref()) {
            settings.client_certificate = Some(ClientCertificate {
                certificate: read(certificate)?,
                key: Secret::new(String::from_utf8_lossy(&read(key)?)),
            });
        }
        Ok(settings)
    }

    fn credentials(&self, environment: &Environment) -> Result<Option<Credentials>, CommandError> {
        let Some(username) = self.username.clone() else {
            return Ok(None);
        };
        let password = match (&self.password, &self.password_file) {
            (Some(password), _) => password.clone(),
            (None, Some(path)) => {
                let text = String::from_utf8_lossy(&read(path)?).into_owned();
                text.trim_end_matches(['\r', '\n']).to_owned()
            }
            (None, None) => environment
                .variable(PASSWORD)
                .unwrap_or_default()
                .to_owned(),
        };
        let password = Secret::new(password);
        Ok(Some(Credentials { username, password }))
    }

    fn logins(&self, homes: &Homes<'_>) -> Result<Logins, CommandError> {
        let known = self
            .registry_config
            .clone()
            .into_iter()
            .chain(homes.logins());
        let found = known.into_iter().find(|path| path.exists());
        match found {
            None => Ok(Logins::default()),
            Some(path) => Logins::parse(&read(&path)?).map_err(source_error),
        }
    }

    fn keyring(&self, environment: &Environment) -> Result<Option<Keyring>, CommandError> {
        if !self.verify {
            return Ok(None);
        }
        let path = match &self.keyring {
            Some(path) => path.clone(),
            None => Homes::new(&variables(environment)).keyring(),
        };
        let keyring = Keyring::parse(&read(&path)?, &path.display().to_string());
        keyring.map(Some).map_err(source_error)
    }
}

/// Runs a future to its end on this thread.
fn wait<T>(future: impl Future<Output = Result<T, SourceError>>) -> Result<T, CommandError> {
    block_on(future).map_err(source_error)
}

/// In Helm's words, with what to try below them.
fn source_error(error: SourceError) -> CommandError {
    CommandError::Helm(match error.hint() {
        None => error.to_string(),
        Some(hint) => format!("{error}\nhint: {hint}"),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        let mut stdin = std::io::stdin().lock();
        return match stdin.read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(CommandError::io("Failed to read", path, error)),
        };
    }
    fs::read(path).map_err(|error| CommandError::io("Failed to read", path, error))
}

/// What knows the variables of the environment.
fn variables(environment: &Environment) -> impl Fn(&str) -> Option<String> + '_ {
    |name| environment.variable(name).map(str::to_owned)
}

/// Where charts are kept by digest.
fn cache_folder(homes: &Homes<'_>) -> Result<PathBuf, CommandError> {
    homes.cache().ok_or_else(|| {
        CommandError::Helm(
            "there is no folder to keep charts in: neither $XDG_CACHE_HOME nor $HOME is set".into(),
        )
    })
}
