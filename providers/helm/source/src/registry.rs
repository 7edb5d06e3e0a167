//! Charts in OCI registries.
//!
//! A client of our own: Helm needs three requests (a manifest, a blob, a list of tags) and one
//! way to log in, and they share limits, retries and proxies with the repositories.

mod auth;
mod manifest;
mod reference;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::StatusCode;
use serde::Deserialize;
use trueup_helm_template::semver::Version;
use url::Url;

pub use auth::{Login, Logins};
pub use reference::{OciReference, is_oci};

use auth::Challenge;
use manifest::{ACCEPTED, Descriptor, MANIFEST, Manifest, Parts};

use crate::digest::Digest;
use crate::error::SourceError;
use crate::http::{Answer, Get, Http};
use crate::repository::{SizeLimits, basic, check_digest};
use crate::secret::{Credentials, Secret, redact};
use crate::version::{Wanted, sort_newest_first};

/// Most pages of tags that are asked for.
const MAX_PAGES: usize = 1000;
/// Most manifests of a list that are looked into.
const MAX_MANIFESTS: usize = 16;

/// A client of registries. Clones share the tokens they were given.
#[derive(Debug, Clone)]
pub struct Registry {
    http: Http,
    plain_http: bool,
    credentials: Option<Credentials>,
    logins: Logins,
    limits: SizeLimits,
    tokens: Arc<Mutex<HashMap<String, Secret>>>,
}

/// A chart as pulled.
#[derive(Debug)]
pub struct Pulled {
    /// The archive.
    pub archive: Vec<u8>,
    /// Its digest: that of the layer.
    pub digest: Digest,
    /// Digest of the manifest.
    pub manifest: Digest,
    /// The provenance file, if there is one and it was asked for.
    pub provenance: Option<Vec<u8>>,
}

impl Registry {
    /// A client with the logins to use. `plain_http` speaks without TLS.
    #[must_use]
    pub fn new(http: Http, plain_http: bool, logins: Logins) -> Self {
        Self {
            http,
            plain_http,
            credentials: None,
            logins,
            limits: SizeLimits::default(),
            tokens: Arc::default(),
        }
    }

    /// Uses these credentials with every registry, instead of the logins.
    #[must_use]
    pub fn credentials(mut self, credentials: Option<Credentials>) -> Self {
        self.credentials = credentials.filter(|one| !one.username.is_empty());
        self
    }

    /// Takes files up to these sizes.
    #[must_use]
    pub fn limits(mut self, limits: SizeLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Finds the reference with tag or digest that is meant by a reference and a version.
    ///
    /// # Errors
    /// In Helm's words: no such version, or a version that contradicts the tag.
    pub async fn resolve(&self, text: &str, version: &str) -> Result<OciReference, SourceError> {
        let mut reference = OciReference::parse(text)?;
        let version = match version.trim() {
            "" => reference.tag.clone(),
            version if !reference.tag.is_empty() && reference.tag != version => {
                return Err(SourceError::registry(format!(
                    "chart reference and version mismatch: {version} is not {}",
                    reference.tag
                )));
            }
            version => version.to_owned(),
        };
        if !reference.digest.is_empty() {
            if !version.is_empty() {
                self.check_tag(&reference, &version).await?;
            }
            reference.tag.clear();
            return Ok(reference);
        }
        let tag = if Version::parse(&version).is_ok() {
            version
        } else {
            self.choose_tag(&reference, text, &version).await?
        };
        reference.tag = tag.replace('+', "_");
        Ok(reference)
    }

    /// A tag beside a digest must name the same manifest, if it is there at all.
    async fn check_tag(&self, wanted: &OciReference, version: &str) -> Result<(), SourceError> {
        let tagged = OciReference {
            tag: version.replace('+', "_"),
            digest: String::new(),
            ..wanted.clone()
        };
        let Ok(text) = self.manifest(&tagged).await else {
            return Ok(());
        };
        let found = Digest::of(&text).to_string();
        if found == wanted.digest {
            return Ok(());
        }
        Err(SourceError::registry(format!(
            "chart reference digest mismatch: {found} is not {}",
            wanted.digest
        )))
    }

    async fn choose_tag(
        &self,
        reference: &OciReference,
        text: &str,
        version: &str,
    ) -> Result<String, SourceError> {
        let tags = self.tags(reference).await?;
        if tags.is_empty() {
            return Err(SourceError::registry(format!(
                "unable to locate any tags in provided repository: {text}"
            )));
        }
        let wanted = Wanted::new(version, false)
            .map_err(|error| SourceError::registry(error.to_string()))?;
        match wanted.choose(&tags, |tag| tag) {
            Some(tag) => Ok(tag.clone()),
            None => Err(SourceError::Registry {
                problem: format!(
                    "could not locate a version matching provided version string {version}"
                ),
                hint: tags
                    .first()
                    .map(|newest| format!("the newest version there is {newest}")),
            }),
        }
    }

    /// The tags that are full versions, the newest first, with `_` as `+`.
    ///
    /// # Errors
    /// No answer, or one that is no list of tags.
    pub async fn tags(&self, reference: &OciReference) -> Result<Vec<String>, SourceError> {
        #[derive(Deserialize)]
        struct Page {
            #[serde(default)]
            tags: Option<Vec<String>>,
        }
        let mut tags = Vec::new();
        let mut url = self.url(reference, "tags/list")?;
        for _ in 0..MAX_PAGES {
            let answer = self.get(reference, &url, "", self.limits.text).await?;
            let answer = expect_ok("GET", &url, answer)?;
            let next = answer.header("link").and_then(next_page).map(str::to_owned);
            let page: Page = serde_json::from_slice(&answer.body).map_err(|error| {
                SourceError::registry(format!("list of tags can't be read: {error}"))
            })?;
            let versions = page.tags.unwrap_or_default().into_iter();
            tags.extend(
                versions
                    .map(|tag| tag.replace('_', "+"))
                    .filter(|tag| is_strict(tag)),
            );
            let Some(next) = next.and_then(|next| url.join(&next).ok()) else {
                break;
            };
            if next.origin() != url.origin() {
                break;
            }
            url = next;
        }
        sort_newest_first(&mut tags, |tag| tag);
        Ok(tags)
    }

    /// Fetches the chart that a reference with tag or digest names, and checks every part against
    /// its digest.
    ///
    /// # Errors
    /// No such chart, no chart at all, a part that differs from its digest.
    pub async fn pull(
        &self,
        reference: &OciReference,
        with_provenance: bool,
    ) -> Result<Pulled, SourceError> {
        let text = self.manifest(reference).await?;
        let manifest = Manifest::parse(&text)?;
        let parts = self.parts(reference, &manifest).await?;
        self.blob(reference, &parts.config, self.limits.text)
            .await?;
        let archive = self
            .blob(reference, &parts.chart, self.limits.chart)
            .await?;
        let provenance = match &parts.provenance {
            Some(part) if with_provenance => {
                Some(self.blob(reference, part, self.limits.text).await?)
            }
            _ => None,
        };
        Ok(Pulled {
            digest: Digest::of(&archive),
            archive,
            manifest: Digest::of(&text),
            provenance,
        })
    }

    /// The parts of a manifest, or of the first chart in a list of manifests.
    async fn parts(
        &self,
        reference: &OciReference,
        manifest: &Manifest,
    ) -> Result<Parts, SourceError> {
        let inner = manifest
            .manifests
            .iter()
            .filter(|one| one.media_type == MANIFEST)
            .take(MAX_MANIFESTS);
        for descriptor in inner {
            let inner = OciReference {
                tag: String::new(),
                digest: descriptor.digest.clone(),
                ..reference.clone()
            };
            let text = self.manifest(&inner).await?;
            if let Ok(parts) = Manifest::parse(&text)?.parts() {
                return Ok(parts);
            }
        }
        manifest.parts()
    }

    async fn manifest(&self, reference: &OciReference) -> Result<Vec<u8>, SourceError> {
        let name = if reference.tag.is_empty() {
            &reference.digest
        } else {
            &reference.tag
        };
        let url = self.url(reference, &format!("manifests/{name}"))?;
        let answer = self
            .get(reference, &url, ACCEPTED, self.limits.text)
            .await?;
        let failed = |problem: &str| {
            let problem = format!("failed to perform \"FetchReference\" on source: {problem}");
            let hint = None;
            SourceError::Registry { problem, hint }
        };
        if answer.status == StatusCode::NOT_FOUND {
            return Err(failed(&format!("{reference}: not found")));
        }
        let answer = expect_ok("GET", &url, answer).map_err(|error| failed(&error.to_string()))?;
        if reference.tag.is_empty() {
            check_digest(
                &reference.to_string(),
                &answer.body,
                Digest::parse(&reference.digest),
            )?;
        }
        Ok(answer.body)
    }

    async fn blob(
        &self,
        reference: &OciReference,
        part: &Descriptor,
        limit: u64,
    ) -> Result<Vec<u8>, SourceError> {
        let Some(digest) = Digest::parse(&part.digest) else {
            return Err(SourceError::registry(format!(
                "invalid digest {:?} in the manifest of {reference}",
                part.digest
            )));
        };
        let url = self.url(reference, &format!("blobs/{digest}"))?;
        if part.size > limit {
            let url = url.into();
            return Err(SourceError::TooLarge { url, limit });
        }
        let answer = self.get(reference, &url, "", limit).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Err(SourceError::registry(format!("{digest}: not found")));
        }
        let answer = expect_ok("GET", &url, answer)?;
        check_digest(&format!("{reference}@{digest}"), &answer.body, Some(digest))?;
        Ok(answer.body)
    }

    fn url(&self, reference: &OciReference, rest: &str) -> Result<Url, SourceError> {
        let scheme = if self.plain_http { "http" } else { "https" };
        let (host, repository) = (reference.host(), &reference.repository);
        let url = format!("{scheme}://{host}/v2/{repository}/{rest}");
        Url::parse(&url).map_err(|error| SourceError::Url {
            url,
            problem: error.to_string(),
        })
    }

    /// Gets something, logging in when asked to.
    async fn get(
        &self,
        reference: &OciReference,
        url: &Url,
        accept: &str,
        limit: u64,
    ) -> Result<Answer, SourceError> {
        let key = format!("{}/{}", reference.host(), reference.repository);
        let known = self.tokens().get(&key).cloned();
        let request = |authorization: Option<Secret>| Get {
            url: url.as_str(),
            accept,
            authorization,
            form: None,
            limit,
        };
        let answer = self.http.get(request(known)).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let Some(authorization) = self.authorize(reference, url, &answer).await? else {
            return Ok(answer);
        };
        self.tokens().insert(key, authorization.clone());
        self.http.get(request(Some(authorization))).await
    }

    fn tokens(&self) -> std::sync::MutexGuard<'_, HashMap<String, Secret>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn login(&self, reference: &OciReference) -> Option<Login> {
        match &self.credentials {
            Some(credentials) => Some(Login::Password(credentials.clone())),
            None => self.logins.get(&reference.registry).cloned(),
        }
    }

    /// What to send as `Authorization` to a registry that answered so.
    async fn authorize(
        &self,
        reference: &OciReference,
        url: &Url,
        answer: &Answer,
    ) -> Result<Option<Secret>, SourceError> {
        let login = self.login(reference);
        let challenges = answer.headers.get_all("www-authenticate").iter();
        let challenge = challenges
            .filter_map(|header| header.to_str().ok())
            .find_map(Challenge::parse);
        match (challenge, login) {
            (None, _) | (Some(Challenge::Basic), None) => Ok(None),
            (Some(Challenge::Basic), Some(Login::Password(credentials))) => {
                Ok(Some(basic(&credentials)))
            }
            (Some(Challenge::Basic), Some(_)) => Ok(None),
            (Some(Challenge::Bearer { .. }), Some(Login::Bearer(token))) => {
                Ok(Some(bearer(&token)))
            }
            (
                Some(Challenge::Bearer {
                    realm,
                    service,
                    scope,
                }),
                login,
            ) => {
                let scope = if scope.is_empty() {
                    format!("repository:{}:pull", reference.repository)
                } else {
                    scope
                };
                let realm = token_server(&realm, url)?;
                let token = self.token(realm, &service, &scope, login.as_ref()).await?;
                Ok(Some(bearer(&token)))
            }
        }
    }

    /// Asks a token server for a token.
    async fn token(
        &self,
        mut realm: Url,
        service: &str,
        scope: &str,
        login: Option<&Login>,
    ) -> Result<Secret, SourceError> {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Token {
            token: String,
            access_token: String,
        }
        let mut authorization = None;
        let mut form = None;
        match login {
            Some(Login::Refresh(token)) => {
                let mut fields = url::form_urlencoded::Serializer::new(String::new());
                fields
                    .append_pair("grant_type", "refresh_token")
                    .append_pair("service", service)
                    .append_pair("scope", scope)
                    .append_pair("client_id", "trueup")
                    .append_pair("refresh_token", token.expose());
                form = Some(Secret::new(fields.finish()));
            }
            other => {
                if let Some(Login::Password(credentials)) = other {
                    authorization = Some(basic(credentials));
                }
                let mut query = realm.query_pairs_mut();
                if !service.is_empty() {
                    query.append_pair("service", service);
                }
                query.append_pair("scope", scope);
            }
        }
        let request = Get {
            url: realm.as_str(),
            accept: "",
            authorization,
            form,
            limit: self.limits.text,
        };
        let answer = self.http.get(request).await?;
        let answer = expect_ok("GET", &realm, answer)?;
        let found: Token = serde_json::from_slice(&answer.body).unwrap_or_default();
        let token = if found.access_token.is_empty() {
            found.token
        } else {
            found.access_token
        };
        if token.is_empty() {
            return Err(SourceError::registry(format!(
                "{}: empty token returned",
                redact(realm.as_str())
            )));
        }
        Ok(Secret::new(token))
    }
}

fn bearer(token: &Secret) -> Secret {
    Secret::new(format!("Bearer {}", token.expose()))
}

/// The token server that a registry names; one reached over TLS can't send us to one that isn't.
fn token_server(realm: &str, registry: &Url) -> Result<Url, SourceError> {
    let refuse = || SourceError::registry(format!("invalid token server {:?}", redact(realm)));
    let url = Url::parse(realm).map_err(|_| refuse())?;
    match (registry.scheme(), url.scheme()) {
        (_, "https") | ("http", "http") => Ok(url),
        _ => Err(refuse()),
    }
}

fn expect_ok(method: &str, url: &Url, answer: Answer) -> Result<Answer, SourceError> {
    if answer.status == StatusCode::OK {
        return Ok(answer);
    }
    let status = answer.status.as_u16();
    let reason = answer.status.canonical_reason().unwrap_or_default();
    let details = match refusal(&answer.body) {
        Some(details) => details,
        None => reason.to_owned(),
    };
    let hint = matches!(status, 401 | 403)
        .then(|| "log in to the registry, or check the name of the chart".to_owned());
    let url = redact(url.as_str());
    let problem = format!("{method} {url:?}: response status code {status}: {details}");
    Err(SourceError::Registry { problem, hint })
}

/// The errors in the body of an answer, as `code: message`.
fn refusal(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        errors: Vec<Item>,
    }
    #[derive(Deserialize)]
    struct Item {
        #[serde(default)]
        code: String,
        #[serde(default)]
        message: String,
    }
    let body: Body = serde_json::from_slice(body).ok()?;
    let texts: Vec<String> = body
        .errors
        .iter()
        .take(8)
        .map(|item| {
            let code = item.code.replace('_', " ").to_lowercase();
            if item.message.is_empty() {
                code
            } else {
                format!("{code}: {}", item.message)
            }
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// The target of `<…>; rel="next"`.
fn next_page(link: &str) -> Option<&str> {
    let (target, parameters) = link.strip_prefix('<')?.split_once('>')?;
    parameters.contains("next").then_some(target)
}

/// Whether it is a version with three numbers and without `v`.
fn is_strict(tag: &str) -> bool {
    let core = tag.split(['-', '+']).next().unwrap_or_default();
    core.split('.').count() == 3 && !core.starts_with('v') && Version::parse(tag).is_ok()
}
