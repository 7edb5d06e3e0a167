//! HTTP to a cluster: where the server speaks HTTP/2, all requests share a connection.
//! kube's own client opens one for each request on its way, each with a handshake.

use hyper_rustls::{FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder};
use hyper_timeout::TimeoutConnector;
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use kube::{
    Client, Config, Error,
    client::{Body, ConfigExt},
};
use tower::{BoxError, Layer, ServiceExt, util::option_layer};

/// A client for a configuration. Nothing is sent yet.
///
/// # Errors
/// Certificates, keys or credentials are none.
pub(crate) fn client(config: Config) -> Result<Client, Error> {
    if config.proxy_url.is_some() {
        return Client::try_from(config);
    }
    let mut connector = TimeoutConnector::new(connector(&config)?);
    connector.set_connect_timeout(config.connect_timeout);
    connector.set_read_timeout(config.read_timeout);
    connector.set_write_timeout(config.write_timeout);
    connector.set_reset_reader_on_write(config.reset_reader_on_write);
    let client: legacy::Client<_, Body> =
        legacy::Client::builder(TokioExecutor::new()).build(connector);
    let client = ServiceExt::map_err(client, BoxError::from);
    let client = config.extra_headers_layer()?.layer(client);
    let client = option_layer(config.auth_layer()?).layer(client);
    let client = config.base_uri_layer().layer(client);
    Ok(Client::new(client, config.default_namespace))
}

/// As kube's, but for the protocols it offers.
fn connector(config: &Config) -> Result<HttpsConnector<HttpConnector>, Error> {
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    // Frames of a request are written one by one: each would wait for the server to
    // acknowledge the one before, 40 ms.
    http.set_nodelay(true);
    let builder = HttpsConnectorBuilder::new()
        .with_tls_config(config.rustls_client_config()?)
        .https_or_http();
    let Some(name) = &config.tls_server_name else {
        return Ok(builder.enable_all_versions().wrap_connector(http));
    };
    let name = name.clone().try_into();
    let name = name.map_err(|error| Error::Service(Box::new(error)))?;
    Ok(builder
        .with_server_name_resolver(FixedServerNameResolver::new(name))
        .enable_all_versions()
        .wrap_connector(http))
}
