//! Where Helm keeps its files, by the variables that say so.

use std::path::{Path, PathBuf};

use crate::http::Proxies;
use crate::secret::Secret;

/// The variables of a user's environment, as far as charts go.
pub struct Homes<'a>(&'a dyn Fn(&str) -> Option<String>);

impl<'a> Homes<'a> {
    /// Those that `variable` knows.
    #[must_use]
    pub fn new(variable: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self(variable)
    }

    fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    fn home(&self) -> Option<PathBuf> {
        self.get("HOME").map(PathBuf::from)
    }

    /// A file of Helm's own configuration; none without a home.
    #[must_use]
    pub fn helm_file(&self, name: &str) -> Option<PathBuf> {
        let own = self.get("HELM_CONFIG_HOME").map(PathBuf::from);
        let folder = own.or_else(|| {
            let xdg = self.get("XDG_CONFIG_HOME").map(PathBuf::from);
            let base = xdg.or_else(|| self.home().map(|home| home.join(".config")));
            base.map(|base| base.join("helm"))
        });
        folder.map(|folder| folder.join(name))
    }

    /// The file that names repositories.
    #[must_use]
    pub fn repositories(&self) -> Option<PathBuf> {
        let own = self.get("HELM_REPOSITORY_CONFIG").map(PathBuf::from);
        own.or_else(|| self.helm_file("repositories.yaml"))
    }

    /// The files with logins of registries, the first that exists counts:
    /// Helm's, then Docker's.
    #[must_use]
    pub fn logins(&self) -> Vec<PathBuf> {
        let own = self.get("HELM_REGISTRY_CONFIG").map(PathBuf::from);
        let helm = own.or_else(|| self.helm_file("registry/config.json"));
        let docker = self.get("DOCKER_CONFIG").map(PathBuf::from);
        let docker = docker.or_else(|| self.home().map(|home| home.join(".docker")));
        let docker = docker.map(|folder| folder.join("config.json"));
        helm.into_iter().chain(docker).collect()
    }

    /// Where charts are kept by digest; none without a home.
    #[must_use]
    pub fn cache(&self) -> Option<PathBuf> {
        let xdg = self.get("XDG_CACHE_HOME").map(PathBuf::from);
        let base = xdg.or_else(|| self.home().map(|home| home.join(".cache")));
        base.map(|base| base.join("trueup").join("charts"))
    }

    /// GnuPG's keys: those of old if they are there.
    #[must_use]
    pub fn keyring(&self) -> PathBuf {
        let own = self.get("GNUPGHOME").map(PathBuf::from);
        let folder = own.or_else(|| self.home().map(|home| home.join(".gnupg")));
        let folder = folder.unwrap_or_default();
        let (old, new) = (folder.join("pubring.gpg"), folder.join("pubring.kbx"));
        if !Path::exists(&old) && new.exists() {
            new
        } else {
            old
        }
    }

    /// The proxies on the way to repositories.
    #[must_use]
    pub fn proxies(&self) -> Proxies {
        let either = |upper: &str, lower: &str| self.get(upper).or_else(|| self.get(lower));
        Proxies {
            http: either("HTTP_PROXY", "http_proxy").map(Secret::new),
            https: either("HTTPS_PROXY", "https_proxy").map(Secret::new),
            no_proxy: either("NO_PROXY", "no_proxy").unwrap_or_default(),
        }
    }
}
