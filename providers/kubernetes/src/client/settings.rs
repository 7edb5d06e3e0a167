//! Which cluster, and who we are there.

use std::{collections::BTreeMap, path::PathBuf};

/// How to reach a cluster. What is given here wins over the kubeconfig.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Address of the API server.
    pub host: Option<String>,
    /// For basic authentication.
    pub username: Option<String>,
    /// For basic authentication.
    pub password: Option<String>,
    /// Whether any certificate of the server will do.
    pub insecure: Option<bool>,
    /// The name the server's certificate must have.
    pub tls_server_name: Option<String>,
    /// PEM.
    pub client_certificate: Option<String>,
    /// PEM.
    pub client_key: Option<String>,
    /// PEM.
    pub cluster_ca_certificate: Option<String>,
    /// Kubeconfig files; what comes first wins.
    pub config_paths: Vec<PathBuf>,
    /// The context of the kubeconfig.
    pub context: Option<String>,
    /// The user in place of the context's.
    pub context_user: Option<String>,
    /// The cluster in place of the context's.
    pub context_cluster: Option<String>,
    /// A bearer token.
    pub token: Option<String>,
    /// A proxy for all calls.
    pub proxy_url: Option<String>,
    /// A program that logs in.
    pub exec: Option<Exec>,
    /// An EKS cluster to be found by its name.
    pub eks: Option<EksCluster>,
    /// Address of the API server as seen from a pod, `HOST:PORT`; the pod's
    /// service account is used where nothing else is configured.
    pub in_cluster: Option<String>,
}

/// A program that prints credentials (`ExecCredential`).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Exec {
    /// `client.authentication.k8s.io/v1`, mostly.
    pub api_version: String,
    /// The program.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables it gets beside those it inherits.
    pub env: BTreeMap<String, String>,
}

/// An EKS cluster by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EksCluster {
    /// The cluster's name.
    pub name: String,
    /// Its region, if not the default one.
    pub region: Option<String>,
    /// The profile of the AWS configuration, if not the default one.
    pub profile: Option<String>,
    /// A role to assume first.
    pub role_arn: Option<String>,
}

impl Settings {
    /// Takes what is not given from the variables the provider of Terraform
    /// reads, and from `KUBECONFIG`.
    #[must_use]
    pub fn or_variables(mut self, variables: &BTreeMap<String, String>) -> Settings {
        let variable = |name: &str| {
            let value = variables.get(name)?;
            (!value.is_empty()).then(|| value.clone())
        };
        let texts: [(&mut Option<String>, &str); 11] = [
            (&mut self.host, "KUBE_HOST"),
            (&mut self.username, "KUBE_USER"),
            (&mut self.password, "KUBE_PASSWORD"),
            (&mut self.tls_server_name, "KUBE_TLS_SERVER_NAME"),
            (&mut self.client_certificate, "KUBE_CLIENT_CERT_DATA"),
            (&mut self.client_key, "KUBE_CLIENT_KEY_DATA"),
            (
                &mut self.cluster_ca_certificate,
                "KUBE_CLUSTER_CA_CERT_DATA",
            ),
            (&mut self.context, "KUBE_CTX"),
            (&mut self.context_user, "KUBE_CTX_AUTH_INFO"),
            (&mut self.context_cluster, "KUBE_CTX_CLUSTER"),
            (&mut self.token, "KUBE_TOKEN"),
        ];
        for (setting, name) in texts {
            if setting.is_none() {
                *setting = variable(name);
            }
        }
        if self.proxy_url.is_none() {
            self.proxy_url = variable("KUBE_PROXY_URL");
        }
        if self.insecure.is_none() {
            self.insecure = variable("KUBE_INSECURE").map(|value| value == "true" || value == "1");
        }
        if self.in_cluster.is_none() {
            let address =
                variable("KUBERNETES_SERVICE_HOST").zip(variable("KUBERNETES_SERVICE_PORT"));
            self.in_cluster = address.map(|(host, port)| match host.contains(':') {
                true => format!("[{host}]:{port}"),
                false => format!("{host}:{port}"),
            });
        }
        let named = !self.config_paths.is_empty() || self.host.is_some() || self.eks.is_some();
        if !named {
            let list = variable("KUBE_CONFIG_PATHS").or_else(|| variable("KUBE_CONFIG_PATH"));
            let list = list.or_else(|| variable("KUBECONFIG"));
            let paths = list.unwrap_or_default();
            let paths = paths.split(':').filter(|path| !path.is_empty());
            self.config_paths = paths.map(PathBuf::from).collect();
        }
        self
    }

    /// Makes paths of the user's those of the file system: `~` is the home
    /// folder, relative ones start at `working_dir`.
    #[must_use]
    pub fn resolve_paths(mut self, working_dir: &std::path::Path, home: Option<&str>) -> Settings {
        for path in &mut self.config_paths {
            if let (Some(home), Ok(rest)) = (home, path.strip_prefix("~")) {
                *path = PathBuf::from(home).join(rest);
            }
            *path = working_dir.join(&path);
        }
        self
    }
}
