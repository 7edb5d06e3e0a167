//! `trueup helm lint`

use std::path::Path;

use trueup_helm::{Chart, Given, Options, render};

use super::{Context, chart::ChartFlags, unused::warnings};
use crate::error::CommandError;

/// Check a chart: its metadata, its templates, and values that nothing reads
///
/// Lines and exit codes are those of helm lint; values without effect are
/// warnings of trueup's own.
#[derive(clap::Args, Debug)]
pub(crate) struct LintArgs {
    #[command(flatten)]
    chart: ChartFlags,

    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
}

/// What was found, one line each, and whether it is enough to fail.
#[derive(Default)]
struct Findings {
    lines: Vec<String>,
    warnings: usize,
    errors: usize,
}

impl Findings {
    fn info(&mut self, text: &str) {
        self.lines.push(format!("[INFO] {text}"));
    }

    fn warning(&mut self, text: &str) {
        self.warnings += 1;
        self.lines.push(format!("[WARNING] {text}"));
    }

    fn error(&mut self, text: &str) {
        self.errors += 1;
        self.lines.push(format!("[ERROR] {text}"));
    }
}

pub(crate) fn run(args: &LintArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let given = args.chart.given()?;
    let options = args.chart.options("test-release", &given)?;
    let mut findings = Findings::default();
    match args.chart.load(context) {
        Ok(chart) => check(&chart, args.chart.path(), &options, &given, &mut findings)?,
        Err(error) => findings.error(&format!(": unable to load chart\n\t{error}")),
    }
    let failed = findings.errors > 0 || (args.strict && findings.warnings > 0);
    let mut text = format!("==> Linting {}\n", args.chart.path());
    for line in &findings.lines {
        text.push_str(&format!("{line}\n"));
    }
    text.push('\n');
    if failed {
        context.ui.print(&text)?;
        return Err(CommandError::Helm(
            "1 chart(s) linted, 1 chart(s) failed".to_owned(),
        ));
    }
    text.push_str("1 chart(s) linted, 0 chart(s) failed\n");
    context.ui.print(&text)
}

fn check(
    chart: &Chart,
    path: &str,
    options: &Options,
    given: &Given,
    findings: &mut Findings,
) -> Result<(), CommandError> {
    if chart.metadata.icon.is_empty() {
        findings.info("Chart.yaml: icon is recommended");
    }
    let folder = Path::new(path);
    if folder.is_dir() && !folder.join("values.yaml").exists() {
        findings.info("values.yaml: file does not exist");
    }
    if chart.templates.is_empty() && !chart.metadata.is_library() {
        findings.warning("templates/: directory does not exist");
    }
    if chart.metadata.is_library() {
        return Ok(());
    }
    if let Err(error) = render(chart, options) {
        let message = error.to_string();
        // As in Helm, `fail` and `required` are no mistakes of the chart.
        if !message.starts_with("execution error at") {
            findings.error(&format!("templates/: {message}"));
            return Ok(());
        }
    }
    for warning in warnings(chart, options, given)? {
        findings.warning(&warning);
    }
    Ok(())
}
