//! Fetching over HTTP: bounded in size, time, redirects and attempts.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, Client, Identity, NoProxy, Proxy, StatusCode, redirect};

use crate::error::SourceError;
use crate::secret::{Secret, redact};

/// How servers are reached. Nothing is read from the environment: proxies and certificates are
/// those given here, beside the roots that the system trusts.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// PEM certificates to trust instead of the system's.
    pub ca_certificates: Option<Vec<u8>>,
    /// Certificate and key to show to servers.
    pub client_certificate: Option<ClientCertificate>,
    /// Whether any certificate will do.
    pub insecure_skip_tls_verify: bool,
    /// Proxies by scheme of the URL.
    pub proxies: Proxies,
    /// Most time that one attempt may take, body included.
    pub timeout: Duration,
    /// Most time until a connection stands.
    pub connect_timeout: Duration,
    /// How the client names itself.
    pub user_agent: String,
    /// What happens when an attempt fails.
    pub retry: Retry,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            ca_certificates: None,
            client_certificate: None,
            insecure_skip_tls_verify: false,
            proxies: Proxies::default(),
            timeout: Duration::from_secs(120),
            connect_timeout: Duration::from_secs(10),
            user_agent: concat!("trueup/", env!("CARGO_PKG_VERSION")).to_owned(),
            retry: Retry::default(),
        }
    }
}

/// A certificate with its key, both PEM.
#[derive(Debug, Clone)]
pub struct ClientCertificate {
    /// Certificate, then those it is signed by.
    pub certificate: Vec<u8>,
    /// Its key.
    pub key: Secret,
}

/// Proxies: what `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say, read by the caller.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// For `http://`.
    pub http: Option<Secret>,
    /// For `https://`.
    pub https: Option<Secret>,
    /// Hosts that are reached directly, separated by commas.
    pub no_proxy: String,
}

/// How often and after which pause a request is tried anew: after 408, 429 and 5xx other than 501,
/// and when an answer breaks off or is late.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Most attempts, the first included.
    pub attempts: u32,
    /// Pause after the first attempt; it doubles each time.
    pub first_pause: Duration,
    /// Longest pause, also when the server asks for a longer one.
    pub longest_pause: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 5,
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(10),
        }
    }
}

impl Retry {
    fn pause(&self, failed: u32, asked: Option<Duration>) -> Duration {
        let doubled = 2_u32.saturating_pow(failed.saturating_sub(1));
        let own = self.first_pause.saturating_mul(doubled);
        asked.unwrap_or(own).min(self.longest_pause)
    }
}

/// A client with its rule for trying anew. Dropping a future of it cancels the request.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client,
    retry: Retry,
}

/// Most redirects followed, as Go's client does.
const MAX_REDIRECTS: usize = 10;

impl Http {
    /// A client made of settings.
    ///
    /// # Errors
    /// Certificates and proxies that are none.
    pub fn new(settings: &HttpSettings) -> Result<Self, SourceError> {
        let refuse = |what: &str, error: &reqwest::Error| {
            SourceError::Client(format!("{what}: {}", causes(error)))
        };
        let mut builder = Client::builder()
            .user_agent(&settings.user_agent)
            .timeout(settings.timeout)
            .connect_timeout(settings.connect_timeout)
            .referer(false)
            .redirect(redirect::Policy::custom(follow))
            .no_proxy();
        if let Some(pem) = &settings.ca_certificates {
            let found = Certificate::from_pem_bundle(pem)
                .map_err(|error| refuse("CA certificates", &error))?;
            if found.is_empty() {
                let problem = "no certificates in the CA file".to_owned();
                return Err(SourceError::Client(problem));
            }
            builder = builder.tls_certs_only(found);
        }
        if let Some(ClientCertificate { certificate, key }) = &settings.client_certificate {
            let mut pem = certificate.clone();
            pem.push(b'\n');
            pem.extend_from_slice(key.expose().as_bytes());
            let identity =
                Identity::from_pem(&pem).map_err(|error| refuse("client certificate", &error))?;
            builder = builder.identity(identity);
        }
        if settings.insecure_skip_tls_verify {
            builder = builder.tls_danger_accept_invalid_certs(true);
        }
        let Proxies {
            http,
            https,
            no_proxy,
        } = &settings.proxies;
        let except = NoProxy::from_string(no_proxy);
        let http = http.as_ref().map(|proxy| Proxy::http(proxy.expose()));
        let https = https.as_ref().map(|proxy| Proxy::https(proxy.expose()));
        for proxy in [http, https].into_iter().flatten() {
            // The error would show the URL, and with it a password.
            let proxy = proxy.map_err(|_| SourceError::Client("proxy: not a URL".to_owned()))?;
            builder = builder.proxy(proxy.no_proxy(except.clone()));
        }
        let client = builder.build().map_err(|error| refuse("TLS", &error))?;
        Ok(Self::with_client(client, settings.retry))
    }

    /// A client that was made elsewhere. It should follow redirects and have time limits.
    #[must_use]
    pub fn with_client(client: Client, retry: Retry) -> Self {
        Self { client, retry }
    }

    /// Gets a file, or whatever else the server answers: see [`Answer::file`].
    pub(crate) async fn get(&self, request: Get<'_>) -> Result<Answer, SourceError> {
        let attempts = self.retry.attempts.max(1);
        let mut attempt = 1;
        loop {
            let asked = match self.once(&request, attempt).await {
                Ok(answer) if attempt < attempts && again(answer.status) => answer.retry_after(),
                Err(Failure::Passing(_)) if attempt < attempts => None,
                Ok(answer) => return Ok(answer),
                Err(Failure::Passing(error) | Failure::Lasting(error)) => return Err(error),
            };
            tokio::time::sleep(self.retry.pause(attempt, asked)).await;
            attempt += 1;
        }
    }

    async fn once(&self, request: &Get<'_>, attempts: u32) -> Result<Answer, Failure> {
        let shown = redact(request.url);
        let transport = |error: reqwest::Error| {
            let error = error.without_url();
            let passing = error.is_timeout() || error.is_body() || broke_off(&error);
            let problem = causes(&error);
            let url = shown.clone();
            let error = SourceError::Transport {
                url,
                problem,
                attempts,
            };
            if passing {
                Failure::Passing(error)
            } else {
                Failure::Lasting(error)
            }
        };
        let mut outgoing = match &request.form {
            None => self.client.get(request.url),
            Some(form) => self
                .client
                .post(request.url)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.expose().to_owned()),
        };
        if !request.accept.is_empty() {
            outgoing = outgoing.header(ACCEPT, request.accept);
        }
        if let Some(authorization) = &request.authorization {
            let mut value = HeaderValue::from_str(authorization.expose()).map_err(|_| {
                Failure::Lasting(SourceError::Client(
                    "credentials with line breaks can't be sent".to_owned(),
                ))
            })?;
            value.set_sensitive(true);
            outgoing = outgoing.header(AUTHORIZATION, value);
        }
        let mut response = outgoing.send().await.map_err(transport)?;
        let too_large = || {
            Failure::Lasting(SourceError::TooLarge {
                url: shown.clone(),
                limit: request.limit,
            })
        };
        let announced = response.content_length().unwrap_or(0);
        if announced > request.limit {
            return Err(too_large());
        }
        let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or(0).min(1 << 20));
        while let Some(chunk) = response.chunk().await.map_err(transport)? {
            if (body.len() + chunk.len()) as u64 > request.limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body,
            url: shown.clone(),
            attempts,
        })
    }
}

/// What to get, and how much of it at most.
pub(crate) struct Get<'a> {
    pub(crate) url: &'a str,
    pub(crate) accept: &'a str,
    pub(crate) authorization: Option<Secret>,
    /// A form to post.
    pub(crate) form: Option<Secret>,
    pub(crate) limit: u64,
}

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    url: String,
    attempts: u32,
}

impl Answer {
    /// The body, if the server answered with 200.
    pub(crate) fn file(self) -> Result<Vec<u8>, SourceError> {
        if self.status == StatusCode::OK {
            return Ok(self.body);
        }
        Err(SourceError::Status {
            url: self.url,
            status: self.status.as_u16(),
            reason: self
                .status
                .canonical_reason()
                .unwrap_or_default()
                .to_owned(),
            attempts: self.attempts,
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn retry_after(&self) -> Option<Duration> {
        let seconds = self.headers.get(RETRY_AFTER)?.to_str().ok()?;
        seconds.trim().parse().ok().map(Duration::from_secs)
    }
}

enum Failure {
    /// Worth another attempt.
    Passing(SourceError),
    Lasting(SourceError),
}

fn again(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
    ) || status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
}

fn follow(attempt: redirect::Attempt<'_>) -> redirect::Action {
    if attempt.previous().len() >= MAX_REDIRECTS {
        return attempt.error(format!("stopped after {MAX_REDIRECTS} redirects"));
    }
    // Content that was asked for over TLS doesn't come over a wire that anyone may write to.
    let secure = attempt.previous().iter().any(|url| url.scheme() == "https");
    if secure && attempt.url().scheme() != "https" {
        return attempt.error("redirect from https to a URL that is not secure");
    }
    attempt.follow()
}

/// Whether an established connection was lost.
fn broke_off(error: &reqwest::Error) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    if error.is_connect() || error.is_builder() || error.is_redirect() {
        return false;
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return matches!(
                io.kind(),
                ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof
            );
        }
        cause = inner.source();
    }
    error.is_request()
}

/// The error and its causes, without what a cause only repeats.
fn causes(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.ends_with(&inner_text) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    if text.is_empty() {
        error.to_string()
    } else {
        text
    }
}
