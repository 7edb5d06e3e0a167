//! A run for programs: a JSON object on a line for each event.

use std::path::Path;

use serde_json::{Map, Value as Json, json};
use trueup_core::{
    address::ResourceMode,
    load::Config,
    plan::{Action, Finding, Mode, Plan, ResourceChange, reason_word},
    progress::Observer,
};
use trueup_state::Snapshot;
use trueup_syntax::{Diagnostic, Diagnostics, Severity, SourceMap, render::Renderer};
use trueup_value::Marks;

use super::View;
use crate::{
    commands::{Context, version::TERRAFORM_VERSION},
    error::CommandError,
    operation::{
        Applied,
        progress::{Stream, Tracker},
        stream,
    },
    project::Project,
    ui::Ui,
};

/// Terraform's machine-readable stream.
pub(super) struct JsonView<'a> {
    ui: &'a Ui,
    progress: Tracker<Stream>,
}

impl<'a> JsonView<'a> {
    /// Begins the stream.
    pub(super) fn new(context: &'a Context<'a>) -> Result<Self, CommandError> {
        let view = JsonView {
            ui: &context.ui,
            progress: Tracker::new(Stream::new(&context.ui)),
        };
        view.event(
            "info",
            &format!("Terraform {TERRAFORM_VERSION}"),
            "version",
            json!({ "terraform": TERRAFORM_VERSION, "ui": "1.2" }),
        )?;
        Ok(view)
    }

    fn event(
        &self,
        level: &str,
        message: &str,
        kind: &str,
        more: Json,
    ) -> Result<(), CommandError> {
        self.ui.print(&stream::event(level, message, kind, more))
    }

    fn summary(&self, counts: Applied, operation: &str) -> Result<(), CommandError> {
        let Applied {
            imported,
            added,
            changed,
            destroyed,
        } = counts;
        let imports = |text: &str| match imported {
            0 => String::new(),
            count => format!("{count} {text}, "),
        };
        let message = match operation {
            "plan" => format!(
                "Plan: {}{added} to add, {changed} to change, {destroyed} to destroy.",
                imports("to import")
            ),
            "destroy" => format!("Destroy complete! Resources: {destroyed} destroyed."),
            _ => format!(
                "Apply complete! Resources: {}{added} added, {changed} changed, {destroyed} destroyed.",
                imports("imported")
            ),
        };
        let changes = json!({
            "add": added,
            "change": changed,
            "import": imported,
            "remove": destroyed,
            "operation": operation,
        });
        let more = json!({ "changes": changes });
        self.event("info", &message, "change_summary", more)
    }

    /// What becomes or has become of an object.
    fn change(&self, change: &ResourceChange, kind: &str, what: &str) -> Result<(), CommandError> {
        let mut shown = Map::new();
        shown.insert("resource".into(), stream::resource(&change.address));
        let mut action = action_word(change.action);
        if let Some(previous) = change
            .previous_address
            .as_ref()
            .filter(|_| change.has_moved())
        {
            shown.insert("previous_resource".into(), stream::resource(previous));
            if change.action == Action::NoOp {
                action = "move";
            }
        }
        if let Some(id) = &change.importing {
            shown.insert("importing".into(), json!({ "id": id.as_str() }));
            if action == "noop" {
                action = "import";
            }
        }
        shown.insert("action".into(), json!(action));
        if let Some(reason) = change.reason {
            let word = reason_word(reason);
            let word = word
                .strip_prefix("replace_because_")
                .or_else(|| word.strip_prefix("replace_by_"))
                .unwrap_or(word);
            let word = match word {
                "request" => "requested",
                "triggers" => "replace_triggered_by",
                word => word,
            };
            shown.insert("reason".into(), json!(word));
        }
        if let Some(config) = &change.generated_config {
            shown.insert("generated_config".into(), json!(config));
        }
        let message = match kind {
            "resource_drift" => format!("{}: {what} ({action})", change.address),
            _ => format!("{}: {what} {action}", change.address),
        };
        self.event("info", &message, kind, json!({ "change": shown }))
    }

    fn planned_outputs(&self, plan: &Plan) -> Result<(), CommandError> {
        if plan.outputs.is_empty() {
            return Ok(());
        }
        let outputs = plan.outputs.iter().map(|(name, change)| {
            let marks = change.before.deep_marks() | change.after.deep_marks();
            let shown = json!({
                "sensitive": marks.contains(Marks::SENSITIVE),
                "action": action_word(change.action),
            });
            (name.to_string(), shown)
        });
        let outputs: Map<String, Json> = outputs.collect();
        let message = format!("Outputs: {}", outputs.len());
        let more = json!({ "outputs": outputs });
        self.event("info", &message, "outputs", more)
    }

    /// A finding, with the place and the source that a diagnostic has.
    fn finding(
        &self,
        finding: &Finding,
        config: &Config,
        renderer: &mut Renderer<'_>,
    ) -> Result<(), CommandError> {
        let (level, word) = match finding.severity {
            _ if finding.ignored.is_some() => ("info", "Ignored"),
            Severity::Error => ("error", "Error"),
            Severity::Warning => ("warn", "Warning"),
        };
        let diagnostic = trueup_lints::diagnostic(finding, config);
        let placed = serde_json::to_value(renderer.json(&diagnostic)).unwrap_or(Json::Null);
        let mut shown = finding.json();
        for name in ["range", "snippet"] {
            let value = placed.get(name).cloned();
            shown.extend(value.map(|value| (name.to_owned(), value)));
        }
        let message = format!("{word}: {}", diagnostic.summary);
        self.event(level, &message, "finding", json!({ "finding": shown }))
    }

    fn diagnostic(
        &self,
        diagnostic: &Diagnostic,
        renderer: &mut Renderer<'_>,
    ) -> Result<(), CommandError> {
        let (level, word) = match diagnostic.severity {
            Severity::Error => ("error", "Error"),
            Severity::Warning => ("warn", "Warning"),
        };
        let message = format!("{word}: {}", diagnostic.summary);
        let shown = serde_json::to_value(renderer.json(diagnostic)).unwrap_or(Json::Null);
        let more = json!({ "diagnostic": shown });
        self.event(level, &message, "diagnostic", more)
    }
}

impl View for JsonView<'_> {
    fn is_for_programs(&self) -> bool {
        true
    }

    fn saved(&self, plan: &Plan) -> Result<(), CommandError> {
        let changes = plan.changes.iter();
        for change in changes.filter(|change| change.action != Action::NoOp) {
            self.change(change, "planned_change", "Plan to")?;
        }
        Ok(())
    }

    fn observer(&self) -> &dyn Observer {
        &self.progress
    }

    fn diagnostics(&self, found: &Diagnostics, sources: &SourceMap) -> Result<(), CommandError> {
        let mut renderer = Renderer::new(sources);
        for diagnostic in &found.0 {
            self.diagnostic(diagnostic, &mut renderer)?;
        }
        Ok(())
    }

    fn plan(&self, plan: &Plan, _: &Project) -> Result<(), CommandError> {
        for change in &plan.drift {
            if change.action != Action::NoOp || plan.mode == Mode::RefreshOnly {
                self.change(change, "resource_drift", "Drift detected")?;
            }
        }
        let mut counts = Applied::default();
        for change in plan
            .changes
            .iter()
            .filter(|change| !is_dropped_data(change))
        {
            counts.count(change.action);
            counts.imported += usize::from(change.importing.is_some());
            let noted = change.has_moved() || change.importing.is_some();
            if change.action != Action::NoOp || noted {
                self.change(change, "planned_change", "Plan to")?;
            }
        }
        self.summary(counts, "plan")?;
        self.planned_outputs(plan)
    }

    fn findings(&self, findings: &[Finding], config: &Config) -> Result<(), CommandError> {
        let mut renderer = Renderer::new(config.sources());
        for finding in findings {
            self.finding(finding, config, &mut renderer)?;
        }
        Ok(())
    }

    fn next_step(&self, _: Option<&Path>, _: Option<&Path>) -> Result<(), CommandError> {
        Ok(())
    }

    fn log(&self, text: &str) -> Result<(), CommandError> {
        self.event("info", text, "log", Json::Null)
    }

    fn applied(
        &self,
        applied: Applied,
        destroy: bool,
        _: Option<&Path>,
    ) -> Result<(), CommandError> {
        self.summary(applied, if destroy { "destroy" } else { "apply" })
    }

    fn outputs(&self, snapshot: &Snapshot) -> Result<(), CommandError> {
        let outputs = snapshot.outputs.iter().map(|(name, output)| {
            let mut shown = Map::new();
            shown.insert("sensitive".into(), json!(output.sensitive));
            shown.insert("type".into(), json!(output.ty));
            if !output.sensitive {
                shown.insert("value".into(), json!(output.value));
            }
            (name.clone(), Json::Object(shown))
        });
        let outputs: Map<String, Json> = outputs.collect();
        let message = format!("Outputs: {}", outputs.len());
        let more = json!({ "outputs": outputs });
        self.event("info", &message, "outputs", more)
    }

    fn failed(&self, error: CommandError) -> CommandError {
        let Some((summary, detail)) = error.message() else {
            return error;
        };
        let diagnostic = Diagnostic::without_place(Severity::Error, summary, detail);
        let shown = self.diagnostics(&Diagnostics(vec![diagnostic]), &SourceMap::default());
        shown.err().unwrap_or(CommandError::Reported)
    }
}

/// Data sources leave the state without a word.
fn is_dropped_data(change: &ResourceChange) -> bool {
    let data = change.address.resource.resource.mode != ResourceMode::Managed;
    data && change.action == Action::Delete
}

fn action_word(action: Action) -> &'static str {
    match action {
        Action::NoOp => "noop",
        Action::Create => "create",
        Action::Read => "read",
        Action::Update => "update",
        Action::DeleteThenCreate | Action::CreateThenDelete => "replace",
        Action::Delete => "delete",
        Action::Forget => "remove",
    }
}
