//! What is measured.

use std::path::Path;

use super::inputs;
use crate::process;

/// A program trueup is held against.
#[derive(Clone, Copy)]
pub(crate) enum Program {
    /// `terraform`
    Terraform,
    /// `helm`
    Helm,
}

/// Makes the input of a case in a folder.
pub(crate) type Prepare = Box<dyn Fn(&Path) -> anyhow::Result<()>>;

/// One input and one command line, the same for both programs.
pub(crate) struct Case {
    /// What it is, in a few words.
    pub(crate) name: String,
    /// Makes the input in a folder.
    pub(crate) prepare: Prepare,
    /// What both programs are given; trueup after `helm` where it is held
    /// against Helm.
    pub(crate) arguments: Vec<String>,
    /// The other program; none where only growth is of interest.
    pub(crate) other: Option<Program>,
}

/// All cases, those of charts only if there are charts.
pub(crate) fn all(charts: Option<&Path>) -> Vec<Case> {
    let terraform = Some(Program::Terraform);
    let mut cases = vec![
        case("version", &["version"], terraform, |_| Ok(())),
        case("fmt of 1 MB", FMT, None, |dir| inputs::spoiled_file(dir, 1)),
        case("fmt of 10 MB", FMT, terraform, |dir| {
            inputs::spoiled_file(dir, 10)
        }),
        case("fmt of 100 MB", FMT, None, |dir| {
            inputs::spoiled_file(dir, 100)
        }),
    ];
    for (count, other) in [(1_000, terraform), (10_000, terraform), (100_000, None)] {
        let name = format!("validate of {count} resources");
        cases.push(case(&name, &["validate"], other, move |dir| {
            inputs::resources(dir, count)?;
            initialized(dir, other)
        }));
    }
    for (calls, other) in [(200, terraform), (2_000, terraform), (20_000, None)] {
        let name = format!("validate of {calls} module calls with 60 variables");
        cases.push(case(&name, &["validate"], other, move |dir| {
            inputs::module_calls(dir, calls, 60)?;
            initialized(dir, other)
        }));
    }
    cases.extend(charts.into_iter().flat_map(chart_cases));
    cases
}

const FMT: &[&str] = &["fmt", "-write=false", "-list=false"];

fn case(
    name: &str,
    arguments: &[&str],
    other: Option<Program>,
    prepare: impl Fn(&Path) -> anyhow::Result<()> + 'static,
) -> Case {
    Case {
        name: name.to_owned(),
        prepare: Box::new(prepare),
        arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
        other,
    }
}

/// Terraform wants `init` first; trueup doesn't.
fn initialized(dir: &Path, other: Option<Program>) -> anyhow::Result<()> {
    if other.is_none() || !process::is_installed("terraform", "version") {
        return Ok(());
    }
    let mut init = std::process::Command::new("terraform");
    init.args(["init", "-backend=false"]).current_dir(dir);
    init.stdout(std::process::Stdio::null());
    process::run(&mut init)
}

fn chart_cases(charts: &Path) -> Vec<Case> {
    let chart = charts.join("loki-stack").display().to_string();
    let values = charts
        .join("loki-stack-seed-values.yaml")
        .display()
        .to_string();
    let arguments = ["template", "rel", &chart, "-n", "monitoring", "-f", &values];
    vec![Case {
        name: "helm template of loki-stack".to_owned(),
        prepare: Box::new(|_| Ok(())),
        arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
        other: Some(Program::Helm),
    }]
}

impl Case {
    /// The arguments for trueup.
    pub(crate) fn our_arguments(&self) -> Vec<String> {
        let helm = matches!(self.other, Some(Program::Helm)).then(|| "helm".to_owned());
        helm.into_iter().chain(self.arguments.clone()).collect()
    }
}
