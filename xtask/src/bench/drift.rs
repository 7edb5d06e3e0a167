//! `cargo xtask bench drift`: stacks like stacks/loki in the sandbox, checked for
//! drift one by one and all in one run.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;

use super::{
    measure,
    measure::Usage,
    report::figures,
    sandboxed::{said, start, variables},
};
use crate::process::workspace_root;

/// How many stacks there are.
const STACKS: usize = 50;

/// Measures checks of one stack and of all.
pub(super) fn run(trueup: &Path, work: &Path, runs: usize, limit: Duration) -> anyhow::Result<()> {
    let sandbox = start(work)?;
    let variables = variables(&sandbox);
    let folders: Vec<PathBuf> = (0..STACKS)
        .map(|number| stack(work, number))
        .collect::<anyhow::Result<_>>()?;
    for folder in &folders {
        let apply = ["apply", "-auto-approve", "-input=false"];
        said(trueup, folder, &variables, &apply)?;
    }
    for count in [1, STACKS] {
        let mut arguments = vec!["drift".to_owned()];
        let names = folders.iter().take(count);
        arguments.extend(names.map(|folder| folder.display().to_string()));
        let mut all: Vec<Usage> = Vec::new();
        for _ in 0..runs {
            let trueup = trueup.as_os_str();
            all.push(measure::run_with(
                trueup, &arguments, work, limit, &variables,
            )?);
        }
        let usage = Usage::median(&all);
        let name = format!("drift of {count} stacks like stacks/loki");
        println!(
            "{name:<40} {} {:>7.2} s of processor",
            figures(&usage),
            usage.cpu
        );
    }
    sandbox.stop()
}

/// A stack with names of its own, and a small chart in the place of the real one.
fn stack(work: &Path, number: usize) -> anyhow::Result<PathBuf> {
    let folder = work.join(format!("loki-{number}"));
    let root = workspace_root();
    copy(&root.join("stacks/loki"), &folder)?;
    let chart = root.join("providers/helm/provider/tests/chart");
    copy_all(&chart, &folder.join("shop"))?;
    let oidc = if number == 0 { "create" } else { "use" };
    let settings = format!(
        r#"cluster_name     = "sandbox"
region           = "eu-central-1"
bucket_name      = "bench-loki-{number}"
name_prefix      = "bench-loki-{number}"
namespace        = "bench-loki-{number}"
oidc_provider    = "{oidc}"
expose           = false
chart            = "./shop"
chart_repository = null
chart_version    = null
"#
    );
    fs::write(folder.join("terraform.tfvars"), settings)?;
    Ok(folder)
}

/// Copies the configuration in a folder.
pub(super) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    let entries = fs::read_dir(from).with_context(|| format!("could not read {}", from.display()));
    for entry in entries? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "tf")
            && let Some(name) = path.file_name()
        {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

/// Copies a folder with all that is in it.
fn copy_all(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    let entries = fs::read_dir(from).with_context(|| format!("could not read {}", from.display()));
    for entry in entries? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy_all(&entry.path(), &target)?,
            false => drop(fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}
