//! `cargo xtask bench job`: stacks/loki with the real chart, whole and its Kubernetes
//! half alone, in a sandbox with a load balancer controller.

use std::{fs, path::Path, time::Duration};

use anyhow::Context;
use serde_json::json;

use super::{
    drift::copy,
    inputs,
    sandboxed::{Job, measured, said, start, variables},
};
use crate::process::workspace_root;

pub(super) fn run(
    trueup: &Path,
    work: &Path,
    runs: usize,
    limit: Duration,
    charts: Option<&Path>,
) -> anyhow::Result<()> {
    let charts = charts.context("name the folder of charts that has loki-stack: --charts DIR")?;
    let charts = std::path::absolute(charts)?;
    let chart = charts.join("loki-stack");
    let sandbox = start(work)?;
    let controller = sandbox.load_balancer_controller(&[])?;
    let variables = variables(&sandbox);
    let front = work.join("front");
    fs::create_dir(&front)?;
    inputs::load_balancer(&front)?;
    fs::write(front.join("group.tf"), inputs::GROUP)?;
    let front = |arguments: &[&str]| said(trueup, &front, &variables, arguments);
    front(&["apply", "-auto-approve", "-input=false"])?;
    let listener = front(&["output", "-raw", "listener"])?;
    let group = front(&["output", "-raw", "group"])?;

    let whole = work.join("whole");
    copy(&workspace_root().join("stacks/loki"), &whole)?;
    let settings = json!({
        "cluster_name": "sandbox",
        "bucket_name": "bench-job",
        "bucket_force_destroy": true,
        "oidc_provider": "create",
        "listener_arn": listener,
        "listener_priority": 10,
        "grafana_host": "grafana.example.com",
        "chart": chart,
        "chart_repository": null,
        "chart_version": null,
    });
    let settings = serde_json::to_string_pretty(&settings)?;
    fs::write(whole.join("terraform.tfvars.json"), settings)?;

    let half = work.join("half");
    fs::create_dir(&half)?;
    let values = charts.join("loki-stack-seed-values.yaml");
    let kubeconfig = &sandbox.description().direct_kubeconfig;
    inputs::bound_release(&half, (&chart, &values), kubeconfig, &group)?;
    let job = |name: &str, dir, compared| Job {
        name: name.to_owned(),
        dir,
        compared,
        variables: variables.clone(),
    };
    let jobs = vec![
        job("its Kubernetes half", half, true),
        job("stacks/loki", whole, false),
    ];
    measured(trueup, jobs, runs, limit)?;
    drop(controller);
    sandbox.stop()
}
