//! `trueup helm lint`

use std::{
    fs,
    path::{Path, PathBuf},
};

use trueup_helm::{
    Capabilities, Given, KubeVersion, Limits, Options, Release, SchemaCheck,
    lint::{Finding, Severity, Subject, lint},
    load,
};

use super::{
    Context,
    template::{KUBE_VERSION, sources},
    unused::warnings,
    values_flags::ValuesFlags,
};
use crate::error::CommandError;

/// Check charts: metadata, templates, objects, and values that nothing reads
///
/// Rules, lines and exit codes are those of helm lint; values without effect
/// are warnings of trueup's own.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup helm lint ./chart -f prod.yaml --strict")]
pub(crate) struct LintArgs {
    /// The charts: folders or .tgz archives
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    values: ValuesFlags,

    /// The namespace of the release
    #[arg(short, long, default_value = "default")]
    namespace: String,

    /// The Kubernetes version that charts see and deprecations are told of
    #[arg(long, value_name = "VERSION", default_value = KUBE_VERSION)]
    kube_version: String,

    /// Fail on warnings too
    #[arg(long)]
    strict: bool,

    /// Print only warnings and errors
    #[arg(long)]
    quiet: bool,

    /// Check the charts below `charts/` too
    #[arg(long)]
    with_subcharts: bool,

    /// Don't check the values against the charts' JSON schemas
    #[arg(long)]
    skip_schema_validation: bool,
}

pub(crate) fn run(args: &LintArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let mut paths = args.paths.clone();
    if args.with_subcharts {
        for path in &args.paths {
            subcharts(&path.join("charts"), &mut paths);
        }
    }
    let given = args.values.given()?;
    let options = options(args, &given)?;
    let bar = match args.strict {
        true => Severity::Warning,
        false => Severity::Error,
    };
    let (mut failed, mut noticed, mut text) = (0, false, String::new());
    for path in &paths {
        let checked = Checked::new(path, &options, &given);
        let worst = checked.worst();
        failed += usize::from(worst >= Some(bar));
        noticed |= worst >= Some(Severity::Warning);
        if worst >= Some(Severity::Warning) || !args.quiet {
            text.push_str(&checked.page(path, args.quiet));
        }
    }
    let summary = format!("{} chart(s) linted, {failed} chart(s) failed", paths.len());
    if failed == 0 && (noticed || !args.quiet) {
        text.push_str(&format!("{summary}\n"));
    }
    context.ui.print(&text)?;
    if failed > 0 {
        return Err(CommandError::Helm(summary));
    }
    Ok(())
}

/// What there is to say about a chart.
#[derive(Default)]
struct Checked {
    found: Vec<Finding>,
    /// Values without effect, a line each.
    ignored: Vec<String>,
    /// Why it is no chart at all.
    refused: Option<String>,
}

impl Checked {
    fn new(path: &Path, options: &Options, given: &Given) -> Self {
        let found = Subject::at(path.to_owned()).and_then(|subject| lint(&subject, options));
        match found {
            Ok(found) => Checked {
                found,
                ignored: ignored(path, options, given),
                refused: None,
            },
            Err(error) => Checked {
                refused: Some(error.to_string()),
                ..Checked::default()
            },
        }
    }

    fn worst(&self) -> Option<Severity> {
        let found = self.found.iter().map(|finding| finding.severity);
        let ignored = self.ignored.iter().map(|_| Severity::Warning);
        let refused = self.refused.iter().map(|_| Severity::Error);
        found.chain(ignored).chain(refused).max()
    }

    /// What is printed.
    fn page(&self, path: &Path, quiet: bool) -> String {
        let mut text = format!("==> Linting {}\n", path.display());
        if let Some(refused) = &self.refused {
            text.push_str(&format!("Error {refused}\n"));
        }
        let shown = |finding: &&Finding| !quiet || finding.severity > Severity::Info;
        for finding in self.found.iter().filter(shown) {
            text.push_str(&format!("{finding}\n"));
        }
        for ignored in &self.ignored {
            text.push_str(&format!("[WARNING] {ignored}\n"));
        }
        text + "\n"
    }
}

/// The values that nothing reads; none of a chart that can't be rendered, of which more is said.
fn ignored(path: &Path, options: &Options, given: &Given) -> Vec<String> {
    match load(path) {
        Ok(chart) if !given.values.is_empty() && !chart.metadata.is_library() => {
            warnings(&chart, options, given).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn options(args: &LintArgs, given: &Given) -> Result<Options, CommandError> {
    let version = KubeVersion::parse(&args.kube_version).map_err(|error| {
        let version = &args.kube_version;
        CommandError::Helm(format!("invalid kube version '{version}': {error}"))
    })?;
    Ok(Options {
        release: Release {
            name: "test-release".to_owned(),
            namespace: args.namespace.clone(),
            revision: 1,
            is_upgrade: false,
        },
        values: given.values.clone(),
        capabilities: Capabilities::offline(version),
        sources: sources(),
        helm_3: false,
        strict: false,
        schema: SchemaCheck::unless(args.skip_schema_validation),
        limits: Limits::default(),
    })
}

/// The charts below a folder, archives too, in the order of names.
fn subcharts(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.to_string_lossy();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            subcharts(&path, into);
        } else if name.ends_with("/Chart.yaml") {
            into.push(folder.to_owned());
        } else if name.ends_with(".tgz") || name.ends_with(".tar.gz") {
            into.push(path);
        }
    }
}
