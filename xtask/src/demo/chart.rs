//! Where the demo's chart comes from.

use std::{
    net::{TcpStream, ToSocketAddrs},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::process::workspace_root;

/// The host of the repository that `stacks/loki` names.
const REPOSITORY: &str = "grafana.github.io:443";
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// A chart with the values that `stacks/loki` sets.
pub(super) enum Chart {
    /// grafana/loki-stack, from its repository.
    Repository,
    /// A folder or an archive.
    Local(PathBuf),
}

impl Chart {
    /// The one asked for; else that of the repository if it can be reached, a
    /// copy of it beside the checkout, or the small one that comes with the demo.
    pub(super) fn find(given: Option<&Path>) -> anyhow::Result<Chart> {
        let copy = workspace_root().join("../shared/charts/loki-stack");
        Ok(match given {
            Some(path) => Chart::Local(std::path::absolute(path)?),
            None if is_reachable(REPOSITORY) => Chart::Repository,
            None if copy.join("Chart.yaml").is_file() => Chart::Local(copy),
            None => Chart::Local(workspace_root().join("xtask/demo/loki-stack")),
        })
    }

    /// What it is, for people.
    pub(super) fn describe(&self) -> String {
        match self {
            Chart::Repository => "grafana/loki-stack 2.10.2 from its repository".to_owned(),
            Chart::Local(path) if path.ends_with("xtask/demo/loki-stack") => {
                "a small chart in the manner of grafana/loki-stack".to_owned()
            }
            Chart::Local(_) => "a local copy of the chart".to_owned(),
        }
    }

    /// The variables of `stacks/loki` that choose it.
    pub(super) fn variables(&self) -> Vec<(&'static str, serde_json::Value)> {
        match self {
            Chart::Repository => Vec::new(),
            Chart::Local(path) => vec![
                ("chart", path.display().to_string().into()),
                ("chart_repository", serde_json::Value::Null),
                ("chart_version", serde_json::Value::Null),
            ],
        }
    }
}

fn is_reachable(address: &str) -> bool {
    let Ok(mut addresses) = address.to_socket_addrs() else {
        return false;
    };
    addresses.any(|address| TcpStream::connect_timeout(&address, PATIENCE).is_ok())
}
