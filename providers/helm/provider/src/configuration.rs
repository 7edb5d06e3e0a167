//! The provider's configuration.

use std::path::PathBuf;

use trueup_kubernetes::{
    Surroundings,
    client::{Cluster, EksCluster, Exec, Settings},
};
use trueup_sdk::{
    Answer, Problem,
    native::{Configure, Fields, Shape, attribute_problem},
    ready,
    world::World,
};

use crate::{
    charts::{Charts, Known, Origins, RegistryLogin},
    schema,
    session::Session,
};

pub(crate) struct Configuration {
    world: World,
    surroundings: Surroundings,
    charts: Known,
}

impl Configuration {
    pub(crate) fn new(world: &World, surroundings: &Surroundings) -> Self {
        Configuration {
            world: world.clone(),
            surroundings: surroundings.clone(),
            charts: Known::default(),
        }
    }

    fn cluster(&self, config: &Fields) -> Cluster {
        let kubernetes = config.object("kubernetes").unwrap_or_default();
        let variables = &self.world.variables;
        let home = variables.get("HOME").map(String::as_str);
        let settings = settings(&kubernetes).or_variables(variables);
        let settings = settings.resolve_paths(&self.world.working_dir, home);
        let Surroundings {
            eks, connections, ..
        } = &self.surroundings;
        Cluster::among(connections, settings, eks.clone(), &self.world)
    }

    fn origins(&self, config: &Fields) -> Origins {
        let path = |name: &str| given(config, name).map(|path| self.world.path(path));
        let logins = config.objects("registries").into_iter().map(|registry| {
            let text = |name: &str| registry.text(name).unwrap_or_default().to_owned();
            RegistryLogin {
                url: text("url"),
                username: text("username"),
                password: text("password"),
            }
        });
        Origins {
            repositories: path("repository_config_path"),
            logins_file: path("registry_config_path"),
            logins: logins.collect(),
            world: self.world.clone(),
        }
    }
}

fn given(fields: &Fields, name: &str) -> Option<String> {
    let text = fields.text(name).filter(|text| !text.is_empty());
    text.map(str::to_owned)
}

/// How the object `kubernetes` leads to a cluster.
fn settings(kubernetes: &Fields) -> Settings {
    let text = |name: &str| given(kubernetes, name);
    let paths = kubernetes.texts("config_paths").into_iter();
    let mut paths: Vec<PathBuf> = paths.map(|(_, path)| PathBuf::from(path)).collect();
    paths.extend(text("config_path").map(PathBuf::from));
    Settings {
        host: text("host"),
        username: text("username"),
        password: text("password"),
        insecure: kubernetes.flag("insecure"),
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
        exec: kubernetes.object("exec").map(|exec| exec_of(&exec)),
        eks: kubernetes.object("eks").map(|eks| eks_of(&eks)),
        in_cluster: None,
    }
}

fn exec_of(exec: &Fields) -> Exec {
    let text = |name: &str| exec.text(name).unwrap_or_default().to_owned();
    let args = exec.texts("args").into_iter();
    let env = exec.texts("env").into_iter();
    Exec {
        api_version: text("api_version"),
        command: text("command"),
        args: args.map(|(_, text)| text).collect(),
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
        Shape::of(&schema::provider())
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(driver) = config.text("helm_driver")
            && !matches!(driver, "secret" | "secrets" | "")
        {
            let detail = format!(
                "Releases are kept in Secrets, where Helm looks for them by default. The driver {driver:?} is not supported: leave helm_driver out, or move the releases with `helm mapkubeapis` or a script that copies each record."
            );
            problems.push(attribute_problem(
                "helm_driver",
                "Unsupported storage of releases",
                detail,
            ));
        }
        let kubernetes = config.object("kubernetes").unwrap_or_default();
        if kubernetes.object("exec").is_some() && kubernetes.object("eks").is_some() {
            let detail =
                "The object eks logs in by itself; there is nothing for exec to do beside it.";
            problems.push(attribute_problem(
                "kubernetes",
                "Conflicting configuration",
                detail,
            ));
        }
        problems
    }

    fn configure<'a>(&'a self, config: Fields) -> Answer<'a, Result<Session, Vec<Problem>>> {
        let experiments = config.object("experiments").unwrap_or_default();
        let session = Session::new(
            self.cluster(&config),
            self.surroundings.foreseen.clone(),
            self.world.clone(),
            Charts::new(self.origins(&config), self.charts.clone()),
            experiments.flag("manifest").unwrap_or(false),
        );
        ready(Ok(session))
    }
}
