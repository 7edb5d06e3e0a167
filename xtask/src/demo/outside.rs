//! What others do to the demo's account and cluster.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::process::workspace_root;

/// Runs `xtask/demo/outside.py` in the sandbox.
pub(super) struct Outside {
    pub(super) python: PathBuf,
    pub(super) environment: BTreeMap<&'static str, String>,
}

/// What was in the account before.
#[derive(Deserialize)]
pub(super) struct Prepared {
    /// The listener of a load balancer.
    pub(super) listener_arn: String,
}

impl Outside {
    /// Makes a load balancer with a listener.
    pub(super) fn prepare(&self) -> anyhow::Result<Prepared> {
        Ok(serde_json::from_str(&self.run("prepare")?)?)
    }

    /// Scales Grafana, as somebody with `kubectl` would; what was done.
    pub(super) fn edit(&self) -> anyhow::Result<String> {
        self.run("edit")
    }

    /// What there is in the account and the cluster that a stack may have made,
    /// one object a line.
    pub(super) fn left(&self) -> anyhow::Result<String> {
        self.run("left")
    }

    fn run(&self, task: &str) -> anyhow::Result<String> {
        let script = workspace_root().join("xtask/demo/outside.py");
        let output = Command::new(&self.python)
            .arg("-B")
            .arg(&script)
            .arg(task)
            .envs(&self.environment)
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("could not start {}", self.python.display()))?;
        ensure!(
            output.status.success(),
            "{} {task} failed",
            script.display()
        );
        Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
    }
}
