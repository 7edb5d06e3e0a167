//! From settings to a client.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use serde_json::{Map, Value as Json, json};

use super::{
    Action, Cause, ClusterError,
    eks::{EksAccess, EksEndpoint},
    exec,
    expiry::Expiry,
    http,
    settings::Settings,
    transport,
};

/// Where a pod finds its credentials.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// Nobody wants to wait longer for a cluster that is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// An answer that is not there by then is lost.
const READ_TIMEOUT: Duration = Duration::from_secs(70);
/// The name of the context made of settings.
const OWN: &str = "trueup";

/// A client and what it leads to.
pub(crate) struct Connection {
    pub(crate) client: Client,
    /// The address, for messages.
    pub(crate) endpoint: String,
    /// The namespace of objects that name none.
    pub(crate) default_namespace: String,
    /// When the credentials end, in seconds since 1970, if they do.
    pub(crate) expires: Option<i64>,
    /// When the credentials end by what they say themselves.
    pub(crate) expiry: Option<Expiry>,
    /// Whether logging in again may give other credentials: those of a program,
    /// of a file, or of EKS.
    renewable: bool,
    /// Whether it took the place of one whose credentials were not taken.
    renewed: bool,
    /// Whether the API server has ever answered.
    reached: AtomicBool,
    /// Whether it has ever taken the credentials.
    accepted: AtomicBool,
}

impl Connection {
    /// What there is about a client that is there already.
    pub(crate) fn over(client: Client) -> Connection {
        Connection {
            client,
            endpoint: "the cluster".to_owned(),
            default_namespace: "default".to_owned(),
            expires: None,
            expiry: None,
            renewable: false,
            renewed: false,
            reached: AtomicBool::new(true),
            accepted: AtomicBool::new(true),
        }
    }

    /// Whether it is worth while to log in again after credentials were not
    /// taken. Where others were had a moment ago and never taken, it is not.
    pub(crate) fn is_renewable(&self) -> bool {
        let first = !self.renewed || self.accepted.load(Ordering::Relaxed);
        self.renewable && first
    }

    /// The same, as one that took the place of another.
    pub(crate) fn renewed(self) -> Connection {
        Connection {
            renewed: true,
            ..self
        }
    }

    /// The API server takes the credentials.
    pub(crate) fn accepted(&self) {
        self.accepted.store(true, Ordering::Relaxed);
    }

    pub(crate) fn was_reached(&self) -> bool {
        self.reached.load(Ordering::Relaxed)
    }

    pub(crate) fn reached(&self) {
        self.reached.store(true, Ordering::Relaxed);
    }
}

/// Makes a client. Nothing is sent to the cluster yet.
pub(crate) async fn connect(
    settings: &Settings,
    eks: Option<&dyn EksAccess>,
) -> Result<Connection, ClusterError> {
    let found = kubeconfig(settings, eks).await?;
    let Found {
        kubeconfig,
        expires,
        expiry,
        renewable,
    } = found;
    let options = KubeConfigOptions {
        context: Some(OWN.to_owned()),
        ..KubeConfigOptions::default()
    };
    let proxy = kubeconfig
        .clusters
        .iter()
        .find(|cluster| cluster.name == OWN)
        .and_then(|cluster| cluster.cluster.as_ref()?.proxy_url.clone());
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    let mut config = config.map_err(|error| failed(transport::words(&error)))?;
    if proxy.is_none() {
        // A library reads no environment; proxies are configured.
        config.proxy_url = None;
    }
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    config.read_timeout = Some(READ_TIMEOUT);
    config.reset_reader_on_write = true;
    config.default_retry = false;
    let endpoint = config.cluster_url.to_string();
    let endpoint = endpoint.trim_end_matches('/').to_owned();
    let default_namespace = config.default_namespace.clone();
    let client = http::client(config)
        .map_err(|error| transport::failure(Action::Connect, "the cluster", &endpoint, error))?;
    Ok(Connection {
        client,
        endpoint,
        default_namespace,
        expires,
        expiry,
        renewable,
        renewed: false,
        reached: AtomicBool::new(false),
        accepted: AtomicBool::new(false),
    })
}

fn failed(reason: impl Into<String>) -> ClusterError {
    ClusterError::new(
        Action::Connect,
        "the Kubernetes cluster",
        Cause::Configuration(reason.into()),
    )
}

/// A kubeconfig with one context of what the settings and the files say.
async fn kubeconfig(
    settings: &Settings,
    eks: Option<&dyn EksAccess>,
) -> Result<Found, ClusterError> {
    let mut expires = None;
    let (mut cluster, mut user, namespace) = match (&settings.eks, settings.config_paths.is_empty())
    {
        (Some(wanted), _) => {
            let access = eks.ok_or_else(|| failed("EKS clusters cannot be looked up here"))?;
            let found = access.find(wanted).await;
            let found = found.map_err(|reason| {
                failed(format!(
                    "the EKS cluster \"{}\" could not be looked up: {reason}",
                    wanted.name
                ))
            })?;
            expires = Some(found.expires);
            of_eks(&found)
        }
        (None, false) => of_files(settings)?,
        (None, true) if settings.host.is_some() => (Map::new(), Map::new(), None),
        (None, true) => match &settings.in_cluster {
            Some(address) => of_pod(address)?,
            None => return Err(failed(NOTHING)),
        },
    };
    overlay(settings, &mut cluster, &mut user);
    if let Some(command) = user.get("exec").and_then(|exec| exec.get("command")) {
        let present = command.as_str().is_some_and(|command| !command.is_empty());
        if !present {
            return Err(failed("the exec plugin has no command"));
        }
    }
    let renewable = expires.is_some()
        || ["exec", "tokenFile"]
            .iter()
            .any(|key| user.contains_key(*key));
    let ends = exec::log_in(&mut user, &cluster).await?;
    let expires = expires.or(ends);
    let expiry = Expiry::of(&user);
    let document = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{ "name": OWN, "cluster": cluster }],
        "users": [{ "name": OWN, "user": user }],
        "contexts": [{ "name": OWN, "context": { "cluster": OWN, "user": OWN, "namespace": namespace } }],
        "current-context": OWN,
    });
    // The document holds credentials; what serde says of it may, too.
    let kubeconfig = serde_json::from_value(document)
        .map_err(|_| failed("cluster and user of the kubeconfig are not understood"))?;
    Ok(Found {
        kubeconfig,
        expires,
        expiry,
        renewable,
    })
}

/// What the settings lead to.
struct Found {
    kubeconfig: Kubeconfig,
    expires: Option<i64>,
    expiry: Option<Expiry>,
    renewable: bool,
}

const NOTHING: &str = "no cluster is configured. Give the provider a config_path (and config_context), a host, or an eks block, or set KUBE_CONFIG_PATH or KUBECONFIG";

type Parts = (Map<String, Json>, Map<String, Json>, Option<String>);

fn of_eks(found: &EksEndpoint) -> Parts {
    let cluster = Map::from_iter([
        ("server".to_owned(), json!(found.endpoint)),
        (
            "certificate-authority-data".to_owned(),
            json!(found.certificate_authority_data),
        ),
    ]);
    let user = Map::from_iter([("token".to_owned(), json!(found.token))]);
    (cluster, user, None)
}

fn of_pod(address: &str) -> Result<Parts, ClusterError> {
    let namespace = std::fs::read_to_string(format!("{SERVICE_ACCOUNT}/namespace"));
    let namespace = namespace.map_err(|error| {
        failed(format!(
            "{NOTHING}. This looks like a pod, but {SERVICE_ACCOUNT}/namespace cannot be read: {error}"
        ))
    })?;
    let cluster = Map::from_iter([
        ("server".to_owned(), json!(format!("https://{address}"))),
        (
            "certificate-authority".to_owned(),
            json!(format!("{SERVICE_ACCOUNT}/ca.crt")),
        ),
    ]);
    let user = Map::from_iter([(
        "tokenFile".to_owned(),
        json!(format!("{SERVICE_ACCOUNT}/token")),
    )]);
    Ok((cluster, user, Some(namespace.trim().to_owned())))
}

fn of_files(settings: &Settings) -> Result<Parts, ClusterError> {
    let mut merged = Kubeconfig::default();
    for path in &settings.config_paths {
        let read = read(path)?;
        merged = merged
            .merge(read)
            .map_err(|error| failed(format!("{}: {error}", path.display())))?;
    }
    let files = settings.config_paths.iter();
    let files: Vec<String> = files.map(|path| path.display().to_string()).collect();
    let files = files.join(", ");
    let names = merged.contexts.iter().map(|context| context.name.clone());
    let names: Vec<String> = names.collect();
    let wanted = settings.context.clone().or(merged.current_context);
    let wanted = match (wanted, &settings.context_cluster) {
        (Some(wanted), _) => Some(wanted),
        (None, Some(_)) => None,
        (None, None) => {
            return Err(failed(format!(
                "{files} has no current context; choose one with config_context{}",
                listed(&names)
            )));
        }
    };
    let context = match &wanted {
        Some(wanted) => {
            let mut contexts = merged.contexts.iter();
            let found = contexts.find(|context| context.name == *wanted);
            let found = found.and_then(|context| context.context.clone());
            Some(found.ok_or_else(|| {
                failed(format!(
                    "{files} has no context \"{wanted}\"{}",
                    listed(&names)
                ))
            })?)
        }
        None => None,
    };
    let cluster_name = settings
        .context_cluster
        .clone()
        .or_else(|| context.as_ref().map(|context| context.cluster.clone()))
        .unwrap_or_default();
    let cluster = merged.clusters.iter().find(|c| c.name == cluster_name);
    let cluster = cluster.and_then(|cluster| cluster.cluster.clone());
    let cluster =
        cluster.ok_or_else(|| failed(format!("{files} has no cluster \"{cluster_name}\"")))?;
    let user_name = settings.context_user.clone();
    let user_name = user_name.or_else(|| context.as_ref().and_then(|c| c.user.clone()));
    let user = user_name.as_ref().and_then(|name| {
        let mut users = merged.auth_infos.iter();
        users.find(|user| user.name == *name)?.auth_info.clone()
    });
    let object = |json: serde_json::Result<Json>| match json {
        Ok(Json::Object(object)) => Ok(object),
        _ => Err(failed(format!("{files} is not understood"))),
    };
    let cluster = object(serde_json::to_value(cluster))?;
    let user = match user {
        Some(user) => object(serde_json::to_value(user))?,
        None => Map::new(),
    };
    let namespace = context.and_then(|context| context.namespace);
    Ok((cluster, user, namespace))
}

fn listed(names: &[String]) -> String {
    match names.is_empty() {
        true => ". It has no contexts at all".to_owned(),
        false => format!(". It has: {}", names.join(", ")),
    }
}

fn read(path: &Path) -> Result<Kubeconfig, ClusterError> {
    use kube::config::KubeconfigError::{Parse, ReadConfig};
    Kubeconfig::read_from(path).map_err(|error| {
        failed(match error {
            ReadConfig(error, _) => {
                format!("the kubeconfig {} cannot be read: {error}", path.display())
            }
            // What the parser cites may be a credential.
            Parse(_) => format!("{} is no valid kubeconfig", path.display()),
            other => format!("{}: {other}", path.display()),
        })
    })
}

/// Settings win over the kubeconfig.
fn overlay(settings: &Settings, cluster: &mut Map<String, Json>, user: &mut Map<String, Json>) {
    let data = |pem: &String| json!(STANDARD.encode(pem));
    let mut set = |key: &str, value: Option<Json>| {
        if let Some(value) = value {
            cluster.insert(key.to_owned(), value);
        }
    };
    set(
        "server",
        settings
            .host
            .as_deref()
            .map(|host| json!(server(host, settings))),
    );
    set(
        "insecure-skip-tls-verify",
        settings.insecure.map(Json::Bool),
    );
    set(
        "tls-server-name",
        settings.tls_server_name.as_ref().map(|name| json!(name)),
    );
    set(
        "certificate-authority-data",
        settings.cluster_ca_certificate.as_ref().map(data),
    );
    set(
        "proxy-url",
        settings.proxy_url.as_ref().map(|url| json!(url)),
    );
    let mut set = |key: &str, value: Option<Json>| {
        if let Some(value) = value {
            user.insert(key.to_owned(), value);
        }
    };
    set(
        "username",
        settings.username.as_ref().map(|name| json!(name)),
    );
    set(
        "password",
        settings.password.as_ref().map(|word| json!(word)),
    );
    set(
        "client-certificate-data",
        settings.client_certificate.as_ref().map(data),
    );
    set("client-key-data", settings.client_key.as_ref().map(data));
    if let Some(exec) = &settings.exec {
        for key in [
            "token",
            "tokenFile",
            "client-certificate-data",
            "client-key-data",
        ] {
            user.remove(key);
        }
        let env = exec
            .env
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }));
        let env: Vec<Json> = env.collect();
        user.insert(
            "exec".to_owned(),
            json!({
                "apiVersion": exec.api_version,
                "command": exec.command,
                "args": exec.args,
                "env": env,
                "interactiveMode": "Never",
            }),
        );
    }
    if let Some(token) = &settings.token {
        user.remove("exec");
        user.remove("tokenFile");
        user.insert("token".to_owned(), json!(token));
    }
}

/// An address without a scheme is `https` where there is anything about TLS,
/// as clients of Kubernetes have it.
fn server(host: &str, settings: &Settings) -> String {
    if host.contains("://") {
        return host.to_owned();
    }
    let tls = settings.cluster_ca_certificate.is_some()
        || settings.client_certificate.is_some()
        || settings.token.is_some()
        || settings.insecure == Some(true)
        || host.ends_with(":443")
        || host.ends_with(":6443");
    format!("{}://{host}", if tls { "https" } else { "http" })
}
