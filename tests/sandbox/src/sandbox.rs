//! A running sandbox.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use anyhow::{Context, anyhow};
use serde::{Deserialize, Serialize};

use crate::{Faults, Part, Programs, emulator::census, faults::request};

/// What is in a sandbox.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many simulated nodes there are.
    pub nodes: u32,
    /// Labels of every node, `key=value,key=value`.
    pub node_labels: String,
    /// The region its EKS cluster stands in.
    pub region: String,
    /// The name of its EKS cluster.
    pub cluster_name: String,
    /// The folder is deleted when everything has stopped.
    pub ephemeral: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            nodes: 1,
            node_labels: "node-type=mgmt".to_owned(),
            region: "eu-central-1".to_owned(),
            cluster_name: "sandbox".to_owned(),
            ephemeral: false,
        }
    }
}

/// Where everything is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Description {
    /// A kubeconfig whose calls go through the proxy.
    pub kubeconfig: PathBuf,
    /// A kubeconfig past the proxy, for what tests do behind the program's back.
    pub direct_kubeconfig: PathBuf,
    /// The emulator behind the proxy.
    pub aws_endpoint: String,
    /// The emulator itself.
    pub direct_aws_endpoint: String,
    /// The issuer of service account tokens.
    pub issuer: String,
    /// The region of the EKS cluster.
    pub region: String,
    /// The name of the EKS cluster.
    pub cluster_name: String,
    /// The faults of Kubernetes calls.
    pub kubernetes_faults: Faults,
    /// The faults of AWS calls.
    pub aws_faults: Faults,
}

/// A running sandbox; it ends when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    description: Description,
    pub(crate) programs: Programs,
    pub(crate) dir: PathBuf,
    pub(crate) cluster: ControlPlane,
    // In the order in which they stop: those that call before those called.
    parts: Vec<Part>,
}

#[derive(Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) endpoint: String,
}

#[derive(Deserialize)]
pub(crate) struct Proxy {
    pub(crate) endpoint: String,
    pub(crate) control: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ControlPlane {
    kubeconfig: PathBuf,
    pub(crate) server: String,
    pub(crate) ca: PathBuf,
    issuer: String,
}

impl Sandbox {
    /// Starts a sandbox whose files are in `dir`; it must be empty or that of
    /// a sandbox before, whose objects in the cluster are kept then.
    ///
    /// # Errors
    /// A part that does not start, with its log.
    pub fn start(programs: Programs, dir: &Path, options: &Options) -> anyhow::Result<Sandbox> {
        fs::create_dir_all(dir).with_context(|| format!("could not create {}", dir.display()))?;
        let sts = dir.join("sts-endpoint");
        let (aws, kubernetes) = thread::scope(|scope| {
            let kubernetes = scope.spawn(|| start_kubernetes(&programs, dir, options, &sts));
            (start_aws(&programs, dir, &sts), kubernetes.join())
        });
        let (emulator, aws, aws_proxy, aws_front) = aws?;
        let kubernetes = kubernetes.map_err(|_| anyhow!("starting the control plane panicked"))?;
        let (plane, cluster, proxy, front) = kubernetes?;
        let description = Description {
            kubeconfig: kubeconfig_through(&cluster, &front.endpoint, "kubeconfig-through-proxy")?,
            direct_kubeconfig: cluster.kubeconfig.clone(),
            aws_endpoint: aws_front.endpoint,
            direct_aws_endpoint: aws.endpoint,
            issuer: cluster.issuer.clone(),
            region: options.region.clone(),
            cluster_name: options.cluster_name.clone(),
            kubernetes_faults: Faults {
                control: front.control,
            },
            aws_faults: Faults {
                control: aws_front.control,
            },
        };
        register_cluster(&description, &cluster, &front.endpoint)?;
        Ok(Sandbox {
            description,
            programs,
            dir: dir.to_owned(),
            cluster,
            parts: vec![proxy, aws_proxy, plane, emulator],
        })
    }

    /// Where everything is.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// How many objects of one of Terraform's types the account has whose names
    /// have `text` in them; `None` where the emulator cannot tell.
    ///
    /// # Errors
    /// The emulator cannot be reached.
    pub fn census(&self, kind: &str, text: &str) -> anyhow::Result<Option<usize>> {
        let Description {
            direct_aws_endpoint,
            region,
            ..
        } = self.description();
        census(direct_aws_endpoint, region, kind, text)
    }

    /// The processes it consists of.
    pub fn pids(&self) -> impl Iterator<Item = u32> {
        self.parts.iter().map(Part::pid)
    }

    /// Installs the stand-in for the AWS load balancer controller. It stops
    /// with what is returned; its webhooks stay registered.
    ///
    /// # Errors
    /// It does not start, with its log.
    pub fn load_balancer_controller(&self, flags: &[&str]) -> anyhow::Result<Part> {
        let mut command = server(&self.programs, "load-balancer-controller");
        let at = |name: &str| self.dir.join("cluster").join(name);
        command
            .arg("--kubeconfig")
            .arg(&self.description.direct_kubeconfig)
            .arg("--cert")
            .arg(at("server.crt"))
            .arg("--key")
            .arg(at("server.key"))
            .args(["--region", &self.description.region])
            .args(["--elb-endpoint", &self.description.direct_aws_endpoint])
            .args(flags);
        let (part, _): (_, BTreeMap<String, String>) =
            Part::start("load-balancer-controller", command, &self.dir)?;
        Ok(part)
    }

    /// Stops everything, callers first.
    ///
    /// # Errors
    /// A part that had to be killed.
    pub fn stop(self) -> anyhow::Result<()> {
        self.parts.into_iter().try_for_each(Part::stop)
    }
}

impl Description {
    /// The environment in which programs use the sandbox.
    pub fn environment(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("KUBECONFIG", self.kubeconfig.display().to_string()),
            ("KUBE_CONFIG_PATH", self.kubeconfig.display().to_string()),
            ("AWS_ENDPOINT_URL", self.aws_endpoint.clone()),
            ("AWS_REGION", self.region.clone()),
            ("AWS_DEFAULT_REGION", self.region.clone()),
            ("AWS_ACCESS_KEY_ID", "sandbox".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "sandbox".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ])
    }
}

/// The emulator and its proxy. `sts` will say where it is.
fn start_aws(
    programs: &Programs,
    dir: &Path,
    sts: &Path,
) -> anyhow::Result<(Part, Endpoint, Part, Proxy)> {
    let (emulator, aws): (_, Endpoint) = Part::start("emulator", emulator(programs, dir), dir)?;
    fs::write(sts, &aws.endpoint)?;
    let command = proxy(programs, &aws.endpoint, None);
    let (proxy, front) = Part::start("aws-faults", command, dir)?;
    Ok((emulator, aws, proxy, front))
}

/// The control plane and its proxy.
fn start_kubernetes(
    programs: &Programs,
    dir: &Path,
    options: &Options,
    sts: &Path,
) -> anyhow::Result<(Part, ControlPlane, Part, Proxy)> {
    let command = control_plane(programs, dir, options, sts);
    let (plane, cluster): (_, ControlPlane) = Part::start("control-plane", command, dir)?;
    let command = proxy(programs, &cluster.server, Some(&cluster.ca));
    let (proxy, front) = Part::start("kubernetes-faults", command, dir)?;
    Ok((plane, cluster, proxy, front))
}

fn server(programs: &Programs, part: &str) -> Command {
    let mut command = Command::new(&programs.server);
    command.args(["--lifeline", part]);
    command
}

pub(crate) fn emulator(programs: &Programs, dir: &Path) -> Command {
    let mut command = Command::new(&programs.python);
    command
        .arg("-B")
        .arg(&programs.emulator)
        .arg("--lifeline")
        .arg("--log")
        .arg(dir.join("gunicorn.log"));
    command
}

fn control_plane(programs: &Programs, dir: &Path, options: &Options, sts: &Path) -> Command {
    let mut command = server(programs, "control-plane");
    command
        .arg("--data-dir")
        .arg(dir.join("cluster"))
        .args(["--nodes", &options.nodes.to_string()])
        .args(["--node-labels", &options.node_labels])
        .args(["--cluster-name", &options.cluster_name])
        .arg("--sts-endpoint-file")
        .arg(sts);
    if options.ephemeral {
        command.arg("--remove-at-end").arg(dir);
    }
    command
}

/// With a certificate authority the proxy is served with TLS, by the
/// certificate that lies beside it.
pub(crate) fn proxy(programs: &Programs, target: &str, ca: Option<&Path>) -> Command {
    let mut command = server(programs, "faults");
    command.args(["--target", target]);
    if let Some(ca) = ca {
        command.arg("--target-ca").arg(ca);
        command.arg("--cert").arg(ca.with_file_name("server.crt"));
        command.arg("--key").arg(ca.with_file_name("server.key"));
    }
    command
}

/// The cluster's kubeconfig with a proxy in the place of the server, in a file
/// beside it.
pub(crate) fn kubeconfig_through(
    cluster: &ControlPlane,
    proxy: &str,
    name: &str,
) -> anyhow::Result<PathBuf> {
    let text = fs::read_to_string(&cluster.kubeconfig)?;
    let path = cluster.kubeconfig.with_file_name(name);
    fs::write(&path, text.replace(&cluster.server, proxy))?;
    Ok(path)
}

/// Makes the cluster known to the emulator as one of EKS.
fn register_cluster(
    description: &Description,
    cluster: &ControlPlane,
    endpoint: &str,
) -> anyhow::Result<()> {
    let kubeconfig = fs::read_to_string(&cluster.kubeconfig)?;
    let ca = kubeconfig
        .lines()
        .find_map(|line| line.trim().strip_prefix("certificate-authority-data: "))
        .context("the kubeconfig has no certificate authority")?;
    let settings = serde_json::json!({
        "region": description.region,
        "endpoint": endpoint,
        "ca": ca,
        "issuer": cluster.issuer,
        "version": "1.36",
    });
    let url = format!(
        "{}/_sandbox/eks-clusters/{}",
        description.direct_aws_endpoint, description.cluster_name
    );
    request(&url, "PUT", &settings.to_string())?;
    Ok(())
}
