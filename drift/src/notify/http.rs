//! Messages sent by HTTP.

use std::error::Error;

use reqwest::{
    Client, NoProxy, Proxy, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
    redirect,
};

use super::{Answer, Outgoing, PATIENCE, Refusal};

/// Sends messages by HTTP. Redirects are not followed: what is signed for one
/// receiver is for no other.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
}

impl Http {
    /// A sender that goes through the proxies that HTTP_PROXY, HTTPS_PROXY and
    /// NO_PROXY name among the variables.
    ///
    /// # Errors
    /// Why there is no sender: no TLS, or an invalid proxy.
    pub fn new(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let client = Client::builder()
            .user_agent("trueup-watch")
            .redirect(redirect::Policy::none())
            .timeout(PATIENCE)
            .no_proxy();
        let client = proxies(variable).map(|proxies| {
            let proxies = proxies.into_iter();
            proxies.fold(client, |client, proxy| client.proxy(proxy))
        });
        let client = client.and_then(|client| client.build());
        client
            .map(|client| Http { client })
            .map_err(|error| causes(&error.without_url()))
    }

    /// Sends a message once.
    pub async fn deliver(&self, message: &Outgoing) -> Answer {
        let request = self
            .client
            .post(message.url.expose())
            .headers(headers(message))
            .body(message.body.clone());
        match request.send().await {
            Ok(response) => answer(response.status()),
            Err(error) => Answer::Refused(Refusal {
                reason: causes(&error.without_url()),
                just_this: false,
            }),
        }
    }
}

fn proxies(variable: &dyn Fn(&str) -> Option<String>) -> reqwest::Result<Vec<Proxy>> {
    let named = |name: &str| {
        let either = variable(name).or_else(|| variable(&name.to_ascii_lowercase()));
        either.filter(|value| !value.is_empty())
    };
    let except = named("NO_PROXY").and_then(|except| NoProxy::from_string(&except));
    let http = named("HTTP_PROXY").map(Proxy::http);
    let https = named("HTTPS_PROXY").map(Proxy::https);
    let proxies = [http, https].into_iter().flatten();
    proxies
        .map(|proxy| proxy.map(|proxy| proxy.no_proxy(except.clone())))
        .collect()
}

fn headers(message: &Outgoing) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in &message.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers
}

fn answer(status: StatusCode) -> Answer {
    if status.is_success() {
        return Answer::Taken;
    }
    let later = [
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_EARLY,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    Answer::Refused(Refusal {
        reason: status.to_string(),
        just_this: status.is_client_error() && !later.contains(&status),
    })
}

/// The innermost cause says most.
fn causes(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    match error.is_timeout() {
        true => format!("no answer within {} s", PATIENCE.as_secs()),
        false => innermost.to_string(),
    }
}
