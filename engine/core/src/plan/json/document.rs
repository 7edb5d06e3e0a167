//! The whole document, as `show -json` prints it of a plan file.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use trueup_value::{PathStep, Str, Value};

use super::{
    change::{changes_json, outputs_json, value_json},
    checks::checks,
    configuration::configuration,
    values::{planned, prior},
};
use crate::{
    address::ResourceMode,
    load::Config,
    plan::{Action, Mode, Plan, ResourceChange, deferred_json},
    validate::Schemas,
};

/// Where the findings of the review are: a word Terraform will never take.
const FINDINGS: &str = "trueup_findings";

/// What a document tells besides the plan itself.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// The configuration the plan was made of.
    pub config: &'a Config,
    /// The providers.
    pub schemas: &'a dyn Schemas,
    /// The values given to the root module's variables.
    pub inputs: &'a BTreeMap<Str, Value>,
    /// The version of Terraform to name.
    pub terraform_version: &'a str,
    /// When the plan was made, RFC 3339.
    pub timestamp: &'a str,
}

/// A plan as a document of format version 1.2.
///
/// As in Terraform, values are in it whether they are sensitive or not, with
/// marks beside them; it is not meant to be shown.
pub fn document(plan: &Plan, about: &About<'_>) -> Json {
    let mut document = Map::new();
    document.insert("format_version".into(), json!("1.2"));
    document.insert("terraform_version".into(), json!(about.terraform_version));
    put(&mut document, "variables", variables(about));
    document.insert("planned_values".into(), planned(plan, about.schemas));
    let drift = plan.drift.iter();
    let drift =
        drift.filter(|change| change.action != Action::NoOp || plan.mode == Mode::RefreshOnly);
    put(&mut document, "resource_drift", changes(drift));
    put(
        &mut document,
        "resource_changes",
        changes(plan.changes.iter()),
    );
    put(
        &mut document,
        "deferred_changes",
        deferred_json(&plan.deferred),
    );
    put(&mut document, "output_changes", outputs_json(plan));
    put(&mut document, "prior_state", prior(plan, about));
    document.insert("configuration".into(), configuration(about));
    put(&mut document, "relevant_attributes", relevant(plan));
    put(&mut document, "checks", checks(&plan.checks));
    let findings = plan.findings.iter();
    let findings = findings.map(|finding| Json::Object(finding.json()));
    put(&mut document, FINDINGS, findings.collect());
    document.insert("timestamp".into(), json!(about.timestamp));
    document.insert("applyable".into(), json!(plan.applyable()));
    let whole = plan.targets.is_empty() && plan.excludes.is_empty();
    let complete = whole && plan.deferred.is_empty() && !plan.errored;
    document.insert("complete".into(), json!(complete));
    document.insert("errored".into(), json!(plan.errored));
    Json::Object(document)
}

/// Adds what is not empty.
pub(super) fn put(object: &mut Map<String, Json>, name: &str, value: Json) {
    let empty = match &value {
        Json::Null => true,
        Json::Array(elements) => elements.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        Json::String(text) => text.is_empty(),
        _ => false,
    };
    if !empty {
        object.insert(name.to_owned(), value);
    }
}

/// Changes but for data sources that leave the state.
fn changes<'a>(changes: impl Iterator<Item = &'a ResourceChange>) -> Json {
    let shown = changes.filter(|change| {
        let data = change.address.resource.resource.mode != ResourceMode::Managed;
        !(data && change.action == Action::Delete)
    });
    let shown: Vec<ResourceChange> = shown.cloned().collect();
    changes_json(&shown)
}

fn variables(about: &About<'_>) -> Json {
    let declared = &about.config.node(about.config.root()).module.variables;
    let values = declared.iter().filter_map(|(name, variable)| {
        // What an ephemeral one was set to is not kept; its default is.
        let input = about.inputs.get(name).filter(|_| !variable.ephemeral);
        let value = input.or(variable.default.as_ref())?;
        Some((name.to_string(), json!({ "value": value_json(value) })))
    });
    Json::Object(values.collect())
}

fn relevant(plan: &Plan) -> Json {
    let attributes = plan.relevant.iter().map(|attribute| {
        let steps = attribute.path.steps().iter().map(|step| match step {
            PathStep::Attr(name) => json!(name.as_str()),
            PathStep::Index(key) => value_json(key),
        });
        let steps: Vec<Json> = steps.collect();
        json!({ "resource": attribute.resource, "attribute": steps })
    });
    Json::Array(attributes.collect())
}
