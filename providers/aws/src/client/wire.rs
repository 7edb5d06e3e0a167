//! What requests are sent with: one for all services of an account, so that
//! connections are kept and the certificates of the system read once, and only
//! when the first call is encrypted.

use std::{sync::OnceLock, time::Duration};

use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_http_client::{
    ConnectorBuilder,
    proxy::ProxyConfig,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    http::{
        HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector, http_client_fn,
    },
    orchestrator::HttpRequest,
};
use trueup_sdk::world::World;

/// What all services of an account are called with; `sleep` waits.
pub(super) fn connector(world: &World, sleep: Option<SharedAsyncSleep>) -> SharedHttpConnector {
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(60))
        .build();
    SharedHttpConnector::new(Wire::new(&settings, is_proxied(world), sleep))
}

/// An HTTP client for others, who say themselves how long they wait.
pub(super) fn client(world: &World) -> SharedHttpClient {
    let proxied = is_proxied(world);
    http_client_fn(move |settings, components| {
        let sleep = components.sleep_impl();
        SharedHttpConnector::new(Wire::new(settings, proxied, sleep))
    })
}

/// Whether the environment names a proxy for what is not encrypted.
fn is_proxied(world: &World) -> bool {
    let names = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
    names.iter().any(|name| world.variables.contains_key(*name))
}

/// Sends requests, with or without encryption.
#[derive(Debug)]
struct Wire {
    settings: HttpConnectorSettings,
    proxied: bool,
    sleep: Option<SharedAsyncSleep>,
    plain: OnceLock<SharedHttpConnector>,
    encrypted: OnceLock<SharedHttpConnector>,
}

impl Wire {
    fn new(
        settings: &HttpConnectorSettings,
        proxied: bool,
        sleep: Option<SharedAsyncSleep>,
    ) -> Self {
        Wire {
            settings: settings.clone(),
            proxied,
            sleep,
            plain: OnceLock::new(),
            encrypted: OnceLock::new(),
        }
    }

    fn builder(&self, proxy: ProxyConfig) -> ConnectorBuilder {
        let mut builder = ConnectorBuilder::default()
            .connector_settings(self.settings.clone())
            .proxy_config(proxy);
        builder.set_sleep_impl(self.sleep.clone());
        builder
    }

    fn plain(&self) -> &SharedHttpConnector {
        let without = || self.builder(ProxyConfig::disabled()).build_http();
        self.plain
            .get_or_init(|| SharedHttpConnector::new(without()))
    }

    fn encrypted(&self) -> &SharedHttpConnector {
        self.encrypted.get_or_init(|| {
            let tls = Provider::Rustls(CryptoMode::AwsLc);
            let builder = self.builder(ProxyConfig::from_env());
            SharedHttpConnector::new(builder.tls_provider(tls).build())
        })
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // A proxy may want encryption where the endpoint does not.
        let plain = request.uri().starts_with("http:") && !self.proxied;
        let connector = match plain {
            true => self.plain(),
            false => self.encrypted(),
        };
        connector.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn certificates_are_read_with_the_first_encrypted_call() {
        for (url, proxied, encrypted) in [
            ("http://127.0.0.1:0/", false, false),
            ("http://127.0.0.1:0/", true, true),
            ("https://127.0.0.1:0/", false, true),
        ] {
            let wire = Wire::new(&HttpConnectorSettings::builder().build(), proxied, None);
            // Nobody listens there.
            assert!(wire.call(HttpRequest::get(url).unwrap()).await.is_err());
            let made = (wire.plain.get().is_some(), wire.encrypted.get().is_some());
            assert_eq!(made, (!encrypted, encrypted), "{url}");
        }
    }
}
