//! A request, tried as often as it may be, and the answer.

use std::{collections::BTreeMap, error::Error, sync::Arc, time::Duration};

use reqwest::{
    Certificate, Client, Identity, Method, NoProxy, Proxy, Response, StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    redirect,
};

/// A request with all that decides how it is made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exchange {
    pub(crate) url: String,
    pub(crate) method: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
    /// Of one attempt, answer included.
    pub(crate) timeout: Option<Duration>,
    /// Trusted in place of the system's.
    pub(crate) ca: Option<String>,
    /// Certificate and key.
    pub(crate) identity: Option<(String, String)>,
    pub(crate) insecure: bool,
    /// How often it is tried again.
    pub(crate) retries: u32,
    pub(crate) first_pause: Duration,
    pub(crate) longest_pause: Duration,
    /// `HTTP_PROXY` and its kin.
    pub(crate) variables: Arc<BTreeMap<String, String>>,
}

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) summary: &'static str,
    pub(crate) detail: String,
}

/// More than this is not kept in a state.
const LARGEST: usize = 64 << 20;

const REQUEST: &str = "Error making request";
const TLS: &str = "Error configuring TLS client";

fn refusal(summary: &'static str, detail: impl Into<String>) -> Refusal {
    let detail = detail.into();
    Refusal { summary, detail }
}

impl Exchange {
    /// Makes the request, as often as it takes; needs a runtime of tokio.
    pub(crate) async fn make(&self) -> Result<Answered, Refusal> {
        let client = self.client()?;
        let mut attempt = 0;
        loop {
            let (pause, failed) = match self.once(&client).await {
                Ok(response) if again(response.status()) => {
                    let status = response.status();
                    (asked(&response), format!("the server answered {status}"))
                }
                Ok(response) => return self.read(response).await,
                Err(error) if error.is_builder() || error.is_redirect() || lasting(&error) => {
                    return Err(self.failed(&error));
                }
                Err(error) if attempt == self.retries => return Err(self.failed(&error)),
                Err(_) => (None, String::new()),
            };
            if attempt == self.retries {
                let detail = format!(
                    "Error making request: {} {} giving up after {} attempt(s): {failed}.",
                    self.method,
                    shown(&self.url),
                    attempt + 1
                );
                return Err(refusal(REQUEST, detail));
            }
            tokio::time::sleep(pause.unwrap_or_else(|| self.pause(attempt))).await;
            attempt += 1;
        }
    }

    /// Doubles with every attempt.
    fn pause(&self, attempt: u32) -> Duration {
        let factor = 2_u32.saturating_pow(attempt);
        self.first_pause
            .saturating_mul(factor)
            .min(self.longest_pause)
    }

    fn client(&self) -> Result<Client, Refusal> {
        let mut builder = Client::builder()
            .user_agent(concat!("trueup/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::limited(10))
            .referer(false)
            .no_proxy();
        if let Some(timeout) = self.timeout {
            builder = builder.timeout(timeout);
        }
        if let Some(pem) = &self.ca {
            let found = Certificate::from_pem_bundle(pem.as_bytes()).unwrap_or_default();
            if found.is_empty() {
                return Err(refusal(
                    TLS,
                    "Error tls: Can't add the CA certificate to certificate pool. Only PEM encoded certificates are supported.",
                ));
            }
            builder = builder.tls_certs_only(found);
        }
        if let Some((certificate, key)) = &self.identity {
            let pem = format!("{certificate}\n{key}");
            let identity = Identity::from_pem(pem.as_bytes()).map_err(|error| {
                let detail = format!(
                    "error creating x509 key pair from provided pem blocks\n\nError: {}",
                    causes(&error)
                );
                refusal("error creating x509 key pair", detail)
            })?;
            builder = builder.identity(identity);
        }
        if self.insecure {
            builder = builder.tls_danger_accept_invalid_certs(true);
        }
        for proxy in self.proxies()? {
            builder = builder.proxy(proxy);
        }
        let built = builder.build();
        built.map_err(|error| refusal(TLS, format!("{}.", causes(&error))))
    }

    /// What the environment says of proxies. This machine needs none.
    fn proxies(&self) -> Result<Vec<Proxy>, Refusal> {
        let variable = |name: &str| {
            let found = self.variables.get(name);
            let found = found.or_else(|| self.variables.get(&name.to_lowercase()));
            found.filter(|text| !text.is_empty())
        };
        let except = variable("NO_PROXY").map_or("", String::as_str);
        let except = NoProxy::from_string(&format!("localhost,127.0.0.1,::1,{except}"));
        let http = variable("HTTP_PROXY").map(Proxy::http);
        let https = variable("HTTPS_PROXY").map(Proxy::https);
        let proxies = http.into_iter().chain(https).map(|proxy| match proxy {
            Ok(proxy) => Ok(proxy.no_proxy(except.clone())),
            // The error would show the URL, and with it a password.
            Err(_) => Err(refusal(REQUEST, "HTTP_PROXY or HTTPS_PROXY is not a URL.")),
        });
        proxies.collect()
    }

    async fn once(&self, client: &Client) -> reqwest::Result<Response> {
        let method = Method::from_bytes(self.method.as_bytes()).unwrap_or(Method::GET);
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            // Names and values were judged before.
            if let (Ok(name), Ok(value)) = (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_bytes(value.as_bytes()),
            ) {
                headers.insert(name, value);
            }
        }
        let mut request = client.request(method, &self.url).headers(headers);
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        request.send().await
    }

    async fn read(&self, mut response: Response) -> Result<Answered, Refusal> {
        const READING: &str = "Error reading response body";
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in response.headers() {
            let value = String::from_utf8_lossy(value.as_bytes());
            let joined = headers.entry(canonical(name.as_str()));
            let joined = joined.and_modify(|all| {
                all.push_str(", ");
                all.push_str(&value);
            });
            joined.or_insert_with(|| value.into_owned());
        }
        let status = response.status().as_u16();
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST => {
                    body.extend_from_slice(&chunk);
                }
                Ok(Some(_)) => {
                    let detail = format!("The body has more than {LARGEST} bytes.");
                    return Err(refusal(READING, detail));
                }
                Err(error) if error.is_timeout() => return Err(self.failed(&error)),
                Err(error) => {
                    let detail = format!("Error reading response body: {}", causes(&error));
                    return Err(refusal(READING, detail));
                }
            }
        }
        Ok(Answered {
            status,
            headers,
            body,
        })
    }

    fn failed(&self, error: &reqwest::Error) -> Refusal {
        let why = causes(error);
        let what = format!("{} {}", self.method, shown(&self.url));
        let detail = match self.timeout {
            Some(timeout) if error.is_timeout() => format!(
                "request exceeded the specified timeout: {}ms, err: {what}: {why}",
                timeout.as_millis()
            ),
            _ => format!("Error making request: {what}: {why}"),
        };
        refusal(REQUEST, detail)
    }
}

/// Whether a server may answer otherwise later.
fn again(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS
        || status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
}

/// How long the server asks to wait.
fn asked(response: &Response) -> Option<Duration> {
    let status = response.status();
    let listens =
        status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE;
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    let seconds = text.parse().ok().filter(|_| listens)?;
    Some(Duration::from_secs(seconds))
}

/// A certificate is no better the next time.
fn lasting(error: &reqwest::Error) -> bool {
    causes(error).contains("certificate")
}

/// The causes of an error, without the URL: it may hold a secret.
fn causes(error: &reqwest::Error) -> String {
    let mut text = match error {
        error if error.is_timeout() => "the time is over".to_owned(),
        error if error.is_connect() => "there is no connection".to_owned(),
        error if error.is_builder() => "the request cannot be made".to_owned(),
        error if error.is_redirect() => "too many redirects".to_owned(),
        _ => "the exchange broke off".to_owned(),
    };
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if error.source().is_none() && !said.contains("://") {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

/// A URL without what may be secret in it: user, query and fragment.
fn shown(url: &str) -> String {
    match reqwest::Url::parse(url) {
        Ok(mut url) => {
            // Not all kinds of URL have them.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.set_query(None);
            url.set_fragment(None);
            url.to_string()
        }
        Err(_) => "the URL".to_owned(),
    }
}

/// A header name as Go writes it: `Content-Type`.
fn canonical(name: &str) -> String {
    let mut begins = true;
    let letters = name.chars().map(|c| {
        let letter = if begins { c.to_ascii_uppercase() } else { c };
        begins = c == '-';
        letter
    });
    letters.collect()
}
