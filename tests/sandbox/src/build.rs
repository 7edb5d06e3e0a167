//! Building the parts.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};

use crate::Cache;

/// The parts, ready to be started.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The control plane, the proxy and the load balancer controller.
    pub server: PathBuf,
    /// Python with the emulator's packages.
    pub python: PathBuf,
    /// The emulator itself.
    pub emulator: PathBuf,
}

/// The version of Kubernetes in `server/go.mod`.
const KUBERNETES: (&str, &str, &str) = ("v1.36.3", "1", "36");

/// Builds what is not in the cache yet. The control plane takes minutes and
/// some gigabytes the first time.
///
/// # Errors
/// A build that fails, with the program's own words on standard error.
pub fn build(cache: &Cache) -> anyhow::Result<Programs> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
    let server_sources = sources.join("server");
    let server = cache.get("server", &server_sources, |out| {
        build_server(&server_sources, &out.join("sandbox"))
    })?;
    let emulator = sources.join("emulator");
    let requirements = emulator.join("requirements");
    let environment = cache.get("emulator", &requirements, |out| {
        build_environment(&requirements.join("locked.txt"), out)
    })?;
    Ok(Programs {
        server: server.join("sandbox"),
        python: environment.join("bin/python"),
        emulator: emulator.join("serve.py"),
    })
}

fn build_server(sources: &Path, out: &Path) -> anyhow::Result<()> {
    let (version, major, minor) = KUBERNETES;
    let stamps = [
        "k8s.io/component-base/version",
        "k8s.io/client-go/pkg/version",
    ]
    .map(|package| {
        format!(
            "-X {package}.gitVersion={version} -X {package}.gitMajor={major} \
             -X {package}.gitMinor={minor} -X {package}.gitTreeState=clean \
             -X {package}.gitCommit={version} -X {package}.buildDate=2026-01-01T00:00:00Z"
        )
    });
    let mut go = Command::new("go");
    go.args(["build", "-trimpath", "-buildvcs=false", "-ldflags"])
        .arg(format!("-s -w {}", stamps.join(" ")))
        .arg("-o")
        .args([out, Path::new(".")])
        .env("CGO_ENABLED", "0")
        .current_dir(sources);
    run(&mut go)
}

/// A virtual environment knows its own path, so its programs are called by
/// `python -m` and it may be renamed.
fn build_environment(requirements: &Path, out: &Path) -> anyhow::Result<()> {
    run(Command::new("python3").args(["-m", "venv"]).arg(out))?;
    let mut pip = Command::new(out.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ])
    .args(["--require-hashes", "--requirement"])
    .arg(requirements);
    run(&mut pip)
}

/// What programs print goes to standard error: standard output is the caller's.
fn run(command: &mut Command) -> anyhow::Result<()> {
    command.stdout(std::io::stderr());
    let program = command.get_program().to_owned();
    let status = command
        .status()
        .with_context(|| format!("could not start {}", program.display()))?;
    if !status.success() {
        bail!("{} failed: {status}", program.display());
    }
    Ok(())
}
