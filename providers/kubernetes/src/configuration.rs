//! The provider's configuration.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use regex::Regex;
use trueup_sdk::{
    Answer, Problem,
    native::{Configure, Field, Fields, Nested, Shape, attribute_problem},
    ready,
    world::World,
};
use trueup_value::Type;

use crate::{
    Surroundings,
    client::{Cluster, EksCluster, Exec, Settings},
    session::{Ignored, Session, Ties},
};

pub(crate) struct Configuration {
    world: World,
    surroundings: Surroundings,
    /// The clusters so far: what is configured alike, once for planning and
    /// once for applying say, shares connections.
    ties: Mutex<Vec<(Settings, Ties)>>,
}

impl Configuration {
    pub(crate) fn new(world: &World, surroundings: &Surroundings) -> Self {
        Configuration {
            world: world.clone(),
            surroundings: surroundings.clone(),
            ties: Mutex::default(),
        }
    }

    fn ties(&self, settings: Settings) -> Ties {
        let mut all = self.ties.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = all.iter().find(|(known, _)| *known == settings) {
            return known.clone();
        }
        let eks = self.surroundings.eks.clone();
        let cluster = Cluster::among(
            &self.surroundings.connections,
            settings.clone(),
            eks,
            &self.world,
        );
        let ties = Ties {
            cluster: Arc::new(cluster),
            foretold: Arc::default(),
        };
        all.push((settings, ties.clone()));
        ties
    }

    fn settings(&self, config: &Fields) -> Settings {
        let text = |name: &str| {
            let text = config.text(name).filter(|text| !text.is_empty());
            text.map(str::to_owned)
        };
        let paths = config
            .texts("config_paths")
            .into_iter()
            .map(|(_, path)| path);
        let mut paths: Vec<PathBuf> = paths.map(PathBuf::from).collect();
        paths.extend(text("config_path").map(PathBuf::from));
        let settings = Settings {
            host: text("host"),
            username: text("username"),
            password: text("password"),
            insecure: config.flag("insecure"),
            tls_server_name: text("tls_server_name"),
            client_certificate: text("client_certificate"),
            client_key: text("client_key"),
            cluster_ca_certificate: text("cluster_ca_certificate"),
            config_paths: paths,
            context: text("config_context"),
            context_user: text("config_context_auth_info"),
            context_cluster: text("config_context_cluster"),
            token: text("token"),
            proxy_url: text("proxy_url"),
            exec: config.object("exec").map(|exec| exec_of(&exec)),
            eks: config.object("eks").map(|eks| eks_of(&eks)),
            in_cluster: None,
        };
        let variables = &self.world.variables;
        let home = variables.get("HOME").map(String::as_str);
        let settings = settings.or_variables(variables);
        settings.resolve_paths(&self.world.working_dir, home)
    }
}

fn exec_of(exec: &Fields) -> Exec {
    let text = |name: &str| exec.text(name).unwrap_or_default().to_owned();
    let env = exec.texts("env").into_iter();
    Exec {
        api_version: text("api_version"),
        command: text("command"),
        args: exec
            .texts("args")
            .into_iter()
            .map(|(_, text)| text)
            .collect(),
        env: env
            .filter_map(|(name, value)| Some((name.as_str()?.to_owned(), value)))
            .collect(),
    }
}

fn eks_of(eks: &Fields) -> EksCluster {
    let text = |name: &str| eks.text(name).map(str::to_owned);
    EksCluster {
        name: text("cluster").unwrap_or_default(),
        region: text("region"),
        profile: text("profile"),
        role_arn: text("role_arn"),
    }
}

impl Configure<Session> for Configuration {
    fn shape(&self) -> Shape {
        shape()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let mut problems = Vec::new();
        for name in ["ignore_annotations", "ignore_labels"] {
            for (_, expression) in config.texts(name) {
                if let Err(error) = Regex::new(&expression) {
                    let detail = format!("{expression:?} is no regular expression: {error}");
                    problems.push(attribute_problem(
                        name,
                        "Invalid regular expression",
                        detail,
                    ));
                }
            }
        }
        let given = |name: &str| config.object(name).is_some();
        if given("exec") && given("eks") {
            let detail = "An eks block logs in by itself; there is nothing for an exec block to do beside it.";
            problems.push(attribute_problem(
                "eks",
                "Conflicting configuration",
                detail,
            ));
        }
        problems
    }

    fn configure<'a>(&'a self, config: Fields) -> Answer<'a, Result<Session, Vec<Problem>>> {
        let ties = self.ties(self.settings(&config));
        let expressions = |name: &str| {
            let texts = config.texts(name).into_iter();
            texts
                .filter_map(|(_, text)| Regex::new(&text).ok())
                .collect()
        };
        let ignored = Ignored {
            labels: expressions("ignore_labels"),
            annotations: expressions("ignore_annotations"),
        };
        let foreseen = Arc::clone(&self.surroundings.foreseen);
        let random = Arc::clone(&self.world.random);
        let manager = config.object("field_manager").unwrap_or_default();
        let force = manager.flag("force_conflicts");
        let force = force.unwrap_or(self.surroundings.reclaim);
        ready(Ok(Session::new(ties, foreseen, random, ignored, force)))
    }
}

fn shape() -> Shape {
    let text = |name: &str, about: &str| Field::optional(name, Type::String).about(about);
    let texts =
        |name: &str, about: &str| Field::optional(name, Type::list(Type::String)).about(about);
    Shape::new(
        "",
        [
            text("host", "Address of the API server. Also `KUBE_HOST`."),
            text("username", "User name for basic authentication. Also `KUBE_USER`."),
            text("password", "Password for basic authentication. Also `KUBE_PASSWORD`."),
            Field::optional("insecure", Type::Bool)
                .about("Whether any certificate of the server will do. Also `KUBE_INSECURE`."),
            text("tls_server_name", "The name the server's certificate must have. Also `KUBE_TLS_SERVER_NAME`."),
            text("client_certificate", "Certificate to log in with, PEM. Also `KUBE_CLIENT_CERT_DATA`."),
            text("client_key", "Key of `client_certificate`, PEM. Also `KUBE_CLIENT_KEY_DATA`."),
            text("cluster_ca_certificate", "Certificates the server can be known by, PEM. Also `KUBE_CLUSTER_CA_CERT_DATA`."),
            texts("config_paths", "Kubeconfig files; what comes first wins. Also `KUBE_CONFIG_PATHS`."),
            text("config_path", "A kubeconfig file. Also `KUBE_CONFIG_PATH`, `KUBECONFIG`."),
            text("config_context", "The context of the kubeconfig; by default its current one. Also `KUBE_CTX`."),
            text("config_context_auth_info", "The user of the kubeconfig, in place of the context's. Also `KUBE_CTX_AUTH_INFO`."),
            text("config_context_cluster", "The cluster of the kubeconfig, in place of the context's. Also `KUBE_CTX_CLUSTER`."),
            text("token", "A bearer token. Also `KUBE_TOKEN`."),
            text("proxy_url", "A proxy for all calls to the cluster. Also `KUBE_PROXY_URL`."),
            texts("ignore_annotations", "Regular expressions: annotations whose keys match are left alone."),
            texts("ignore_labels", "Regular expressions: labels whose keys match are left alone."),
        ],
    )
    .block(
        Nested::list(
            "exec",
            [
                Field::required("api_version", Type::String)
                    .about("The version of the credentials it prints, such as `client.authentication.k8s.io/v1`."),
                Field::required("command", Type::String).about("The program."),
                Field::optional("args", Type::list(Type::String)).about("Its arguments."),
                Field::optional("env", Type::map(Type::String)).about("Variables it gets beside those it inherits."),
            ],
        )
        .about("A program that logs in, such as `aws eks get-token`."),
    )
    .block(
        Nested::list(
            "experiments",
            [Field::optional("manifest_resource", Type::Bool)
                .about("Has no effect: kubernetes_manifest is always there.")
                .deprecated()],
        )
        .about("Nothing here has an effect any more."),
    )
    .block(
        Nested::list(
            "eks",
            [
                Field::required("cluster", Type::String).about("The name of the EKS cluster."),
                Field::optional("region", Type::String).about("Its region; by default that of the AWS configuration."),
                Field::optional("profile", Type::String).about("The profile of the AWS configuration."),
                Field::optional("role_arn", Type::String).about("A role to assume first."),
            ],
        )
        .at_most(1)
        .about("An EKS cluster to be found by its name. Address, certificates and token are looked up; no other program is needed."),
    )    .block(
        Nested::list(
            "field_manager",
            [Field::optional("force_conflicts", Type::Bool)
                .about("Whether fields that belong to other managers are taken over, by all resources that do not say otherwise themselves.")],
        )
        .at_most(1)
        .about("How objects are applied."),
    )
}
