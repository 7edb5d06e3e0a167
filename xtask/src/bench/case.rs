//! What is measured.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
};

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

/// What there is before every run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// No state.
    Nothing,
    /// The state of the configuration, applied.
    Applied,
}

/// One input and one command line, the same for both programs.
pub(crate) struct Case {
    /// What it is, in a few words.
    pub(crate) name: String,
    /// What it starts from.
    pub(crate) start: Start,
    /// The task and how much of it there is, where growth is of interest.
    pub(crate) size: Option<(&'static str, usize)>,
    /// Makes the input in a folder.
    pub(crate) prepare: Prepare,
    /// What both programs are given; trueup after `helm` where it is held
    /// against Helm.
    pub(crate) arguments: Vec<String>,
    /// The other program; none where only growth is of interest.
    pub(crate) other: Option<Program>,
    /// A shell script in the folder that is given the program and its
    /// arguments, to run it many times.
    pub(crate) script: Option<&'static str>,
}

/// The case of all charts of a folder.
pub(super) const ALL_CHARTS: &str = "helm template of all charts";

/// All cases, those of charts only if there are charts.
pub(crate) fn all(charts: Option<&Path>) -> Vec<Case> {
    let mut cases = vec![case("version", &["version"], TERRAFORM, |_| Ok(()))];
    cases.extend(formatting());
    cases.extend(validation());
    cases.extend(planning());
    cases.extend(growth());
    cases.extend(charts.into_iter().flat_map(chart_cases));
    cases
}

const TERRAFORM: Option<Program> = Some(Program::Terraform);
const FMT: &[&str] = &["fmt", "-write=false", "-list=false"];
const PLAN: &[&str] = &["plan", "-input=false"];
const APPLY: &[&str] = &["apply", "-auto-approve", "-input=false"];
const DESTROY: &[&str] = &["destroy", "-auto-approve", "-input=false"];

fn formatting() -> impl Iterator<Item = Case> {
    let sizes = [(1, None), (10, TERRAFORM), (100, None)];
    sizes.into_iter().map(|(size, other)| {
        let name = format!("fmt of {size} MB");
        let made = case(&name, FMT, other, move |dir| {
            inputs::spoiled_file(dir, size)
        });
        made.sized("fmt, megabytes", size)
    })
}

fn validation() -> Vec<Case> {
    let mut cases = Vec::new();
    for (count, other) in [(1_000, TERRAFORM), (10_000, TERRAFORM), (100_000, None)] {
        let name = format!("validate of {count} resources");
        let made = case(&name, &["validate"], other, move |dir| {
            inputs::resources(dir, count)?;
            initialized(dir, other)
        });
        cases.push(made.sized("validate, resources", count));
    }
    for (calls, other) in [(200, TERRAFORM), (2_000, TERRAFORM), (20_000, None)] {
        let name = format!("validate of {calls} module calls with 60 variables");
        let made = case(&name, &["validate"], other, move |dir| {
            inputs::module_calls(dir, calls, 60)?;
            initialized(dir, other)
        });
        cases.push(made.sized("validate, module calls", calls));
    }
    cases
}

/// What Terraform can be asked for in minutes.
fn planning() -> Vec<Case> {
    let counted = |count| move |dir: &Path| inputs::counted(dir, count);
    let chained = |count| move |dir: &Path| inputs::chain(dir, count);
    let referring = |count| move |dir: &Path| inputs::referring(dir, count);
    vec![
        case(
            "plan of 1 000 instances that refer to 1 000",
            PLAN,
            TERRAFORM,
            referring(1_000),
        ),
        case("plan of 5 000 instances", PLAN, TERRAFORM, counted(5_000)),
        case("apply of 1 000 instances", APPLY, TERRAFORM, counted(1_000)),
        case(
            "apply of a chain of 1 000",
            APPLY,
            TERRAFORM,
            chained(1_000),
        ),
        case(
            "no-op plan of 4 000 instances",
            PLAN,
            TERRAFORM,
            counted(4_000),
        )
        .applied(),
        case(
            "no-op plan of a chain of 1 000",
            PLAN,
            TERRAFORM,
            chained(1_000),
        )
        .applied(),
        case(
            "destroy of 1 000 instances",
            DESTROY,
            TERRAFORM,
            counted(1_000),
        )
        .applied(),
    ]
}

/// The same at sizes that only trueup is asked for.
fn growth() -> Vec<Case> {
    let mut cases = Vec::new();
    for count in [1_000, 10_000, 100_000] {
        let input = move |dir: &Path| inputs::counted(dir, count);
        let named = |what: &str| format!("{what} of {count} instances, alone");
        let fresh = |task, arguments| case(&named(task), arguments, None, input);
        cases.extend([
            fresh("plan", PLAN).sized("plan, instances", count),
            fresh("apply", APPLY).sized("apply, instances", count),
        ]);
        let applied: [(&str, &str, &[&str]); 4] = [
            ("no-op plan", "no-op plan, instances", PLAN),
            ("state list", "state list, instances", &["state", "list"]),
            ("show", "show, instances", &["show"]),
            ("destroy", "destroy, instances", DESTROY),
        ];
        for (task, family, arguments) in applied {
            cases.push(fresh(task, arguments).applied().sized(family, count));
        }
    }
    for count in [1_000, 10_000, 100_000] {
        let name = format!("plan of {count} instances that refer to as many, alone");
        let made = case(&name, PLAN, None, move |dir| inputs::referring(dir, count));
        cases.push(made.sized("plan, references", count));
    }
    for count in [1_000, 10_000] {
        let name = format!("apply of a chain of {count}, alone");
        let made = case(&name, APPLY, None, move |dir| inputs::chain(dir, count));
        cases.push(made.sized("apply, chain", count));
    }
    cases
}

fn case(
    name: &str,
    arguments: &[&str],
    other: Option<Program>,
    prepare: impl Fn(&Path) -> anyhow::Result<()> + 'static,
) -> Case {
    Case {
        name: name.to_owned(),
        start: Start::Nothing,
        size: None,
        prepare: Box::new(prepare),
        arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
        other,
        script: None,
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
    let name = "helm template of loki-stack";
    let mut cases = vec![case(name, &arguments, Some(Program::Helm), |_| Ok(()))];
    let list = charts.join("cases.json");
    if list.exists() {
        let charts = charts.to_owned();
        let prepare = move |dir: &Path| inputs::all_charts(&charts, dir);
        let all = case(ALL_CHARTS, &["template"], Some(Program::Helm), prepare);
        cases.push(Case {
            script: Some("all.sh"),
            ..all
        });
    }
    cases
}

impl Case {
    /// The same, starting from the applied state.
    fn applied(self) -> Case {
        let start = Start::Applied;
        Case { start, ..self }
    }

    /// The same as one of a family whose growth is shown.
    fn sized(self, family: &'static str, size: usize) -> Case {
        let size = Some((family, size));
        Case { size, ..self }
    }

    /// The program to start for trueup, and its arguments.
    pub(crate) fn our_command(&self, trueup: &Path) -> (OsString, Vec<String>) {
        let helm = matches!(self.other, Some(Program::Helm)).then(|| "helm".to_owned());
        let arguments = helm.into_iter().chain(self.arguments.clone());
        self.scripted(trueup.as_os_str(), arguments.collect())
    }

    /// The program to start for the other one, and its arguments.
    pub(crate) fn other_command(&self, other: Program) -> (OsString, Vec<String>) {
        self.scripted(other.name().as_ref(), self.arguments.clone())
    }

    fn scripted(&self, program: &OsStr, arguments: Vec<String>) -> (OsString, Vec<String>) {
        let Some(script) = self.script else {
            return (program.to_owned(), arguments);
        };
        let before = [script.to_owned(), program.to_string_lossy().into_owned()];
        ("sh".into(), before.into_iter().chain(arguments).collect())
    }
}
