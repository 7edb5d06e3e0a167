//! Who a registry is told that we are.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::error::SourceError;
use crate::secret::{Credentials, Secret};

/// Logins of Docker and Helm: their `config.json`, passed in as text.
///
/// Logins kept by a credential helper are not in that file; whoever runs helpers adds what they
/// answer with [`Logins::insert`].
#[derive(Debug, Clone, Default)]
pub struct Logins(BTreeMap<String, Login>);

/// A login to one registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// User name and password.
    Password(Credentials),
    /// A token to be exchanged for others.
    Refresh(Secret),
    /// A token to be sent as it is.
    Bearer(Secret),
}

impl Logins {
    /// Reads `config.json`; entries that hold no login are passed over.
    ///
    /// # Errors
    /// Texts that aren't JSON of that shape.
    pub fn parse(config: &[u8]) -> Result<Self, SourceError> {
        #[derive(Deserialize)]
        struct Config {
            #[serde(default)]
            auths: BTreeMap<String, Entry>,
        }
        let config: Config = serde_json::from_slice(config).map_err(|error| {
            // The message could quote a password: only the place is told.
            let (line, column) = (error.line(), error.column());
            SourceError::registry(format!(
                "invalid config format: line {line}, column {column}"
            ))
        })?;
        let mut logins = Self::default();
        for (host, entry) in config.auths {
            if let Some(login) = entry.login() {
                logins.insert(&host, login);
            }
        }
        Ok(logins)
    }

    /// Adds the login to a registry.
    pub fn insert(&mut self, registry: &str, login: Login) {
        self.0.insert(host_of(registry).to_owned(), login);
    }

    /// The login to a registry.
    #[must_use]
    pub fn get(&self, registry: &str) -> Option<&Login> {
        let key = match registry {
            "docker.io" | "registry-1.docker.io" => "index.docker.io",
            other => other,
        };
        self.0.get(key)
    }
}

/// `https://index.docker.io/v1/` is filed under its host.
fn host_of(key: &str) -> &str {
    let key = key
        .strip_prefix("https://")
        .or_else(|| key.strip_prefix("http://"))
        .unwrap_or(key);
    match key.split('/').next().unwrap_or(key) {
        "docker.io" | "registry-1.docker.io" => "index.docker.io",
        host => host,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry {
    auth: String,
    username: String,
    password: String,
    identitytoken: String,
    registrytoken: String,
}

impl Entry {
    fn login(self) -> Option<Login> {
        if !self.registrytoken.is_empty() {
            return Some(Login::Bearer(Secret::new(self.registrytoken)));
        }
        if !self.identitytoken.is_empty() {
            return Some(Login::Refresh(Secret::new(self.identitytoken)));
        }
        let (username, password) = if self.auth.is_empty() {
            (self.username, self.password)
        } else {
            let pair = String::from_utf8(STANDARD.decode(self.auth).ok()?).ok()?;
            let (username, password) = pair.split_once(':')?;
            (username.to_owned(), password.to_owned())
        };
        let password = Secret::new(password);
        (!username.is_empty()).then_some(Login::Password(Credentials { username, password }))
    }
}

/// What a registry asks for with 401.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    Basic,
    Bearer {
        realm: String,
        service: String,
        scope: String,
    },
}

impl Challenge {
    /// Reads `WWW-Authenticate`.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let (scheme, rest) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Self::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let mut parameters = parameters(rest);
        Some(Self::Bearer {
            realm: parameters.remove("realm")?,
            service: parameters.remove("service").unwrap_or_default(),
            scope: parameters.remove("scope").unwrap_or_default(),
        })
    }
}

/// `a="b",c=d` with commas and escapes inside quotes.
fn parameters(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([',', ' ', '\t']).to_ascii_lowercase();
        let (value, left) = match after.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let (value, left) = after.split_once(',').unwrap_or((after, ""));
                (value.trim().to_owned(), left)
            }
        };
        found.insert(name, value);
        rest = left;
    }
    found
}

fn unquote(quoted: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read() {
        let bearer = |realm: &str, service: &str, scope: &str| {
            Some(Challenge::Bearer {
                realm: realm.to_owned(),
                service: service.to_owned(),
                scope: scope.to_owned(),
            })
        };
        let table = [
            ("Basic realm=\"x\"", Some(Challenge::Basic)),
            ("basic", Some(Challenge::Basic)),
            (
                "Bearer realm=\"https://auth.example/token\",service=\"reg\",scope=\"repository:a/b:pull,push\"",
                bearer(
                    "https://auth.example/token",
                    "reg",
                    "repository:a/b:pull,push",
                ),
            ),
            (
                "bearer service=reg, realm=https://a",
                bearer("https://a", "reg", ""),
            ),
            ("Bearer realm=\"a\\\"b", bearer("a\"b", "", "")),
            ("Bearer service=\"reg\"", None),
            ("Negotiate", None),
        ];
        for (header, expected) in table {
            assert_eq!(Challenge::parse(header), expected, "{header}");
        }
    }

    #[test]
    fn logins_are_read() {
        let config = br#"{"auths": {
            "reg.example:5000": {"auth": "YW5uOnBhOjU1"},
            "https://index.docker.io/v1/": {"username": "bob", "password": "x"},
            "token.example": {"identitytoken": "refresh"},
            "helper.example": {}
        }, "credsStore": "desktop"}"#;
        let logins = Logins::parse(config).unwrap();
        let password = |username: &str, password: &str| {
            Login::Password(Credentials {
                username: username.to_owned(),
                password: Secret::new(password),
            })
        };
        assert_eq!(
            logins.get("reg.example:5000"),
            Some(&password("ann", "pa:55"))
        );
        assert_eq!(logins.get("docker.io"), Some(&password("bob", "x")));
        assert_eq!(
            logins.get("token.example"),
            Some(&Login::Refresh(Secret::new("refresh")))
        );
        assert_eq!(logins.get("helper.example"), None);
        assert_eq!(
            Logins::parse(b"{\"auths\": {\"a\": \"secret\"}}")
                .unwrap_err()
                .to_string(),
            "invalid config format: line 1, column 24"
        );
    }
}
