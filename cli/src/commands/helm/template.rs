//! `trueup helm template`

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use trueup_helm::{
    Capabilities, Chart, Clock, Entropy, Given, KubeVersion, Limits, Options, Release, SchemaCheck,
    Selection, Sources, load, missing_dependencies, render,
};

use super::{
    Context,
    draw_flags::DrawFlags,
    source_flags::SourceFlags,
    unused::warnings,
    values_flags::{ValuesFlags, chart_error},
};
use crate::error::CommandError;

/// The Kubernetes version charts see unless another is given: Helm's.
pub(super) const KUBE_VERSION: &str = "v1.37.0";

/// Render a chart and print what Helm would print
///
/// Nothing is asked of a cluster: capabilities are those of the Kubernetes
/// version given, and lookups find nothing.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup helm template web ./chart -f prod.yaml --set image.tag=2"
)]
pub(crate) struct TemplateArgs {
    /// The release's name (may be left out) and the chart: a folder, a .tgz, a
    /// URL, oci://… or REPOSITORY/NAME
    #[arg(value_name = "NAME] [CHART", num_args = 1..)]
    name_and_chart: Vec<String>,

    #[command(flatten)]
    source: SourceFlags,

    /// Fetch what the chart needs and `charts/` doesn't have
    #[arg(long)]
    dependency_update: bool,

    #[command(flatten)]
    values: ValuesFlags,

    #[command(flatten)]
    draw: DrawFlags,

    /// The namespace of the release
    #[arg(short, long, default_value = "default")]
    namespace: String,

    /// Generate the name and leave NAME out
    #[arg(short, long)]
    generate_name: bool,

    /// The Kubernetes version that charts see
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,

    /// API versions that charts see beside the usual ones
    #[arg(short, long, value_name = "VERSIONS", value_delimiter = ',')]
    api_versions: Vec<String>,

    /// Print the chart's CRDs too
    #[arg(long)]
    include_crds: bool,

    /// Leave the chart's CRDs out, even with --include-crds
    #[arg(long)]
    skip_crds: bool,

    /// Leave tests out
    #[arg(long)]
    skip_tests: bool,

    /// Leave hooks out
    #[arg(long)]
    no_hooks: bool,

    /// Print only what these templates make; may be given several times
    #[arg(short, long, value_name = "TEMPLATE")]
    show_only: Vec<String>,

    /// Set .Release.IsUpgrade instead of .Release.IsInstall
    #[arg(long)]
    is_upgrade: bool,

    /// Don't check the values against the chart's JSON schema
    #[arg(long)]
    skip_schema_validation: bool,

    /// Keep values that are null, as Helm 3 does
    #[arg(long)]
    helm_3: bool,

    /// Warn of values that nothing in the chart reads
    #[arg(long)]
    warn_unused: bool,

    /// Write files below this folder instead of printing
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,

    /// Put the release's name between folder and files of --output-dir
    #[arg(long)]
    release_name: bool,
}

pub(crate) fn run(args: &TemplateArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let (name, chart) = name_and_chart(args)?;
    check_name(&name)?;
    let chart = loaded(args, chart, context)?;
    let given = args.values.given()?;
    let recorder = args.draw.recorder()?;
    let options = options(args, &name, &given, recorder.sources())?;
    let rendered = render(&chart, &options).map_err(chart_error)?;
    args.draw.keep(&recorder)?;
    for warning in &rendered.warnings {
        context.ui.complain(&format!("{warning}\n"));
    }
    if args.warn_unused {
        for warning in warnings(&chart, &options, &given)? {
            context.ui.complain(&format!("warning: {warning}\n"));
        }
    }
    let text = rendered.print(&selection(args)).map_err(chart_error)?;
    // The process ends: taking the parsed templates apart would only take time.
    std::mem::forget(chart);
    match &args.output_dir {
        None => context.ui.print(&text),
        Some(dir) if args.release_name => write_files(&dir.join(&name), &text, context),
        Some(dir) => write_files(dir, &text, context),
    }
}

/// The chart, with its dependencies fetched if that is wanted.
fn loaded(args: &TemplateArgs, chart: &str, context: &Context<'_>) -> Result<Chart, CommandError> {
    let path = args.source.locate(chart, context)?;
    let chart = load(&path).map_err(chart_error)?;
    if !args.dependency_update || missing_dependencies(&chart).is_empty() {
        return Ok(chart);
    }
    args.source.update_dependencies(&path, context)?;
    load(&path).map_err(chart_error)
}

fn options(
    args: &TemplateArgs,
    name: &str,
    given: &Given,
    sources: Sources,
) -> Result<Options, CommandError> {
    Ok(Options {
        release: Release {
            name: name.to_owned(),
            namespace: args.namespace.clone(),
            revision: 1,
            is_upgrade: args.is_upgrade,
        },
        values: given.values.clone(),
        capabilities: capabilities(args)?,
        sources,
        helm_3: args.helm_3,
        strict: false,
        schema: SchemaCheck::unless(args.skip_schema_validation),
        limits: Limits::default(),
    })
}

fn selection(args: &TemplateArgs) -> Selection {
    Selection {
        include_crds: args.include_crds && !args.skip_crds,
        skip_tests: args.skip_tests,
        no_hooks: args.no_hooks,
        show_only: args.show_only.clone(),
    }
}

/// The release's name and the chart, as Helm takes them apart.
fn name_and_chart(args: &TemplateArgs) -> Result<(String, &str), CommandError> {
    let refused = |text: &str| Err(CommandError::Helm(text.to_owned()));
    match &args.name_and_chart[..] {
        [_, _] if args.generate_name => {
            refused("cannot set --generate-name and also specify a name")
        }
        [chart] if args.generate_name => Ok((generated_name(chart), chart)),
        [chart] => Ok(("release-name".to_owned(), chart)),
        [name, chart] => Ok((name.clone(), chart)),
        [_, _, extra @ ..] => refused(&format!(
            "expected at most two arguments, unexpected arguments: {}",
            extra.join(", ")
        )),
        [] => refused("\"trueup helm template\" requires at least 1 argument"),
    }
}

/// The chart's base name with the time behind it.
fn generated_name(chart: &str) -> String {
    let base = Path::new(chart).file_name().map_or_else(
        || "chart".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    let base = base.split('.').next().unwrap_or_default();
    let (seconds, _) = SystemClock.now();
    format!("{base}-{seconds}")
}

fn check_name(name: &str) -> Result<(), CommandError> {
    let is_label = |label: &str| {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !label.is_empty()
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.len() <= 53 && name.split('.').all(is_label) {
        return Ok(());
    }
    Err(CommandError::Helm(format!(
        "release name check failed: release name \"{name}\": invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53"
    )))
}

fn capabilities(args: &TemplateArgs) -> Result<Capabilities, CommandError> {
    let version = args.kube_version.as_deref().unwrap_or(KUBE_VERSION);
    let version = KubeVersion::parse(version).map_err(|error| {
        CommandError::Helm(format!("invalid kube version '{version}': {error}"))
    })?;
    let mut capabilities = Capabilities::offline(version);
    capabilities
        .api_versions
        .extend(args.api_versions.iter().cloned());
    Ok(capabilities)
}

/// The system's randomness and time.
pub(super) fn sources() -> Sources {
    Sources {
        entropy: Arc::new(SystemEntropy),
        cluster: None,
        clock: Arc::new(SystemClock),
    }
}

/// Writes each manifest to the file its template is named after; several of
/// one template go to one file.
fn write_files(dir: &Path, text: &str, context: &Context<'_>) -> Result<(), CommandError> {
    let mut begun: BTreeSet<PathBuf> = BTreeSet::new();
    for manifest in text.split("---\n# Source: ").skip(1) {
        let (source, content) = manifest.split_once('\n').unwrap_or((manifest, ""));
        let path = dir.join(source);
        let mut whole = if begun.insert(path.clone()) {
            String::new()
        } else {
            fs::read_to_string(&path)
                .map_err(|error| CommandError::io("Failed to read", &path, error))?
        };
        whole.push_str(&format!("---\n# Source: {source}\n{content}"));
        let folder = path.parent().unwrap_or(dir);
        fs::create_dir_all(folder)
            .map_err(|error| CommandError::io("Failed to create", folder, error))?;
        fs::write(&path, whole)
            .map_err(|error| CommandError::io("Failed to write", &path, error))?;
        context.ui.print(&format!("wrote {}\n", path.display()))?;
    }
    Ok(())
}

struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // Predictable passwords would be worse than none at all.
            panic!("the system has no randomness: {error}");
        }
    }
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> (i64, u32) {
        let since = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        (
            i64::try_from(since.as_secs()).unwrap_or(0),
            since.subsec_nanos(),
        )
    }
}
