//! `cargo xtask differential`

use std::{path::PathBuf, process::Command};

use anyhow::bail;

use crate::process::{self, cargo, is_installed, workspace_root};

/// Plan and apply random stacks with Terraform and with trueup, and show where
/// they differ
///
/// Needs Go and Python: Terraform's core is built from its module.
#[derive(clap::Args)]
pub(crate) struct DifferentialArgs {
    /// The stacks to try, as a range of seeds
    #[arg(long, value_name = "A..B", default_value = "0..100")]
    seeds: String,
    /// How often each stack is changed and applied
    #[arg(long, default_value_t = 4)]
    steps: u32,
    /// With resources of a provider with a random schema
    #[arg(long)]
    mock: bool,
    /// Compare the programs' command lines, with `terraform` from the path
    #[arg(long)]
    cli: bool,
    /// With --cli: compare what is said with -json, message by message
    #[arg(long, requires = "cli")]
    streams: bool,
    /// Keep the requests that were answered differently in this folder
    #[arg(long, value_name = "FOLDER")]
    save: Option<PathBuf>,
    /// Ask again what was kept in this file
    #[arg(long, value_name = "FILE")]
    request: Option<PathBuf>,
    /// Render random templates with Helm and with trueup instead
    #[arg(long)]
    helm: bool,
    /// With --helm: only these families of templates
    #[arg(long, value_name = "NAME", requires = "helm")]
    family: Vec<String>,
    /// With --helm: the charts of this folder of texts instead of random
    /// templates
    #[arg(long, value_name = "FOLDER", requires = "helm")]
    charts: Option<PathBuf>,
    /// With --charts: keep Helm's answers in the texts
    #[arg(long, requires = "charts")]
    write: bool,
}

pub(crate) fn run(args: &DifferentialArgs) -> anyhow::Result<()> {
    for program in ["go", "python3"] {
        let probe = if program == "go" {
            "version"
        } else {
            "--version"
        };
        if !is_installed(program, probe) {
            bail!("the differential test compared NOTHING: {program} is not installed");
        }
    }
    if args.helm {
        return helm(args);
    }
    let folder = workspace_root().join("tests/differential");
    let target = process::target_folder();
    let oracle = target.join("differential/oracle");
    if !oracle.exists() {
        println!("building Terraform's core, which takes minutes");
        process::run(Command::new(folder.join("oracle/build.sh")).arg(&oracle))?;
    }
    let trueup = match args.cli {
        true => {
            if !is_installed("terraform", "version") {
                bail!("the differential test compared NOTHING: terraform is not installed");
            }
            build(&["--package", "trueup", "--features", "test-provider"])?;
            "debug/trueup"
        }
        false => {
            build(&["--package", "trueup-core", "--example", "differential"])?;
            "debug/examples/differential"
        }
    };
    let mut compare = Command::new("python3");
    compare.arg(folder.join("differential.py"));
    compare.arg("--oracle").arg(&oracle);
    compare.arg("--trueup").arg(target.join(trueup));
    if args.cli {
        compare.args(["--cli", "terraform"]);
    }
    compare.args(["--seeds", &args.seeds, "--steps", &args.steps.to_string()]);
    if args.mock {
        compare.arg("--mock");
    }
    if args.streams {
        compare.arg("--streams");
    }
    if let Some(save) = &args.save {
        compare.arg("--save").arg(save);
    }
    if let Some(request) = &args.request {
        compare.arg("--request").arg(request);
    }
    process::run(&mut compare)
}

fn helm(args: &DifferentialArgs) -> anyhow::Result<()> {
    let folder = workspace_root().join("tests/differential/helm");
    let target = process::target_folder();
    let oracle = target.join("differential/helm-oracle");
    if !oracle.exists() {
        println!("building Helm's engine");
        std::fs::create_dir_all(target.join("differential"))?;
        process::run(Command::new(folder.join("oracle/build.sh")).arg(&oracle))?;
    }
    process::run(
        cargo()
            .args(["build", "--quiet", "--package", "trueup-helm"])
            .args(["--package", "trueup-helm-release"])
            .args(["--example", "helm_differential", "--example", "helm_record"]),
    )?;
    let examples = target.join("debug/examples");
    let mut compare = Command::new("python3");
    compare.arg(folder.join("helm.py"));
    compare.arg("--oracle").arg(&oracle);
    compare
        .arg("--trueup")
        .arg(examples.join("helm_differential"));
    compare.arg("--record").arg(examples.join("helm_record"));
    compare.args(["--seeds", &args.seeds]);
    for family in &args.family {
        compare.arg("--family").arg(family);
    }
    if let Some(charts) = &args.charts {
        compare.arg("--charts").arg(charts);
    }
    if args.write {
        compare.arg("--write");
    }
    if let Some(save) = &args.save {
        compare.arg("--save").arg(save);
    }
    process::run(&mut compare)
}

fn build(what: &[&str]) -> anyhow::Result<()> {
    process::run(cargo().args(["build", "--quiet"]).args(what))
}
