//! Repositories by name: what `helm repo add` keeps in `repositories.yaml`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trueup_helm_template::yaml::from_yaml;
use url::Url;

use crate::error::SourceError;
use crate::http::{ClientCertificate, Http, HttpSettings};
use crate::repository::Repository;
use crate::secret::{Credentials, Secret};

/// A repository that has a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedRepository {
    /// What charts put before the slash.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Who it is told that we are.
    pub credentials: Option<Credentials>,
    /// Whether hosts other than its own are told as well.
    pub pass_credentials: bool,
    /// PEM certificates to trust instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// Certificate and key to show, both PEM.
    pub client_files: Option<(PathBuf, PathBuf)>,
    /// Whether any certificate will do.
    pub insecure_skip_tls_verify: bool,
}

/// The repositories that have names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repositories(Vec<NamedRepository>);

impl Repositories {
    /// Reads the file; there are no repositories if there is none.
    ///
    /// # Errors
    /// A file that can't be read or isn't one.
    pub fn load(path: &Path) -> Result<Self, SourceError> {
        match fs::read(path) {
            Ok(text) => Self::parse(&text).map_err(|problem| SourceError::Reference {
                problem: format!(
                    "couldn't load repositories file ({}): {problem}",
                    path.display()
                ),
                hint: None,
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(SourceError::io("read", path)(error)),
        }
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        let document = from_yaml(text).map_err(|error| error.to_string())?;
        let entries = document.get("repositories").and_then(Value::as_array);
        let found = entries.into_iter().flatten().map(entry);
        Ok(Self(found.collect()))
    }

    /// The repository of that name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&NamedRepository> {
        self.0.iter().find(|one| one.name == name)
    }

    /// The repository at that URL, however its end is spelled.
    #[must_use]
    pub fn at(&self, url: &str) -> Option<&NamedRepository> {
        self.0.iter().find(|one| same(&one.url, url))
    }
}

fn entry(value: &Value) -> NamedRepository {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let flag = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or_default();
    let path = |key: &str| {
        Some(text(key))
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    };
    let username = text("username");
    NamedRepository {
        name: text("name").to_owned(),
        url: text("url").to_owned(),
        credentials: (!username.is_empty()).then(|| Credentials {
            username: username.to_owned(),
            password: Secret::new(text("password")),
        }),
        pass_credentials: flag("pass_credentials_all"),
        ca_file: path("caFile"),
        client_files: path("certFile").zip(path("keyFile")),
        insecure_skip_tls_verify: flag("insecure_skip_tls_verify"),
    }
}

fn same(left: &str, right: &str) -> bool {
    let plain = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Some(url)
    };
    match (plain(left), plain(right)) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}

impl NamedRepository {
    /// A client for it: the settings with what was said when it was added.
    pub(crate) fn open(&self, settings: &HttpSettings) -> Result<Repository, SourceError> {
        let read = |path: &PathBuf| fs::read(path).map_err(SourceError::io("read", path));
        let mut settings = settings.clone();
        if let Some(path) = &self.ca_file {
            settings.ca_certificates = Some(read(path)?);
        }
        if let Some((certificate, key)) = &self.client_files {
            settings.client_certificate = Some(ClientCertificate {
                certificate: read(certificate)?,
                key: Secret::new(String::from_utf8_lossy(&read(key)?)),
            });
        }
        settings.insecure_skip_tls_verify |= self.insecure_skip_tls_verify;
        let http = Http::new(&settings)?;
        let repository = Repository::new(&self.url, http, self.credentials.clone());
        Ok(repository.pass_credentials(self.pass_credentials))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
apiVersion: \"\"
generated: \"0001-01-01T00:00:00Z\"
repositories:
- caFile: /etc/ca.pem
  certFile: /etc/cert.pem
  insecure_skip_tls_verify: true
  keyFile: /etc/key.pem
  name: ours
  pass_credentials_all: true
  password: pa55
  url: https://charts.example/ours
  username: ann
- name: theirs
  url: https://charts.example/theirs/
";

    #[test]
    fn entries_are_read_and_found() {
        let found = Repositories::parse(FILE.as_bytes()).unwrap();
        let ours = NamedRepository {
            name: "ours".to_owned(),
            url: "https://charts.example/ours".to_owned(),
            credentials: Some(Credentials {
                username: "ann".to_owned(),
                password: Secret::new("pa55"),
            }),
            pass_credentials: true,
            ca_file: Some("/etc/ca.pem".into()),
            client_files: Some(("/etc/cert.pem".into(), "/etc/key.pem".into())),
            insecure_skip_tls_verify: true,
        };
        assert_eq!(found.named("ours"), Some(&ours));
        assert_eq!(found.named("none"), None);
        let theirs = found.at("https://charts.example/theirs").unwrap();
        assert_eq!(theirs.name, "theirs");
    }
}
