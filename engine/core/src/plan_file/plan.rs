//! The plan itself.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use trueup_sdk::{Explanation, PartChange};
use trueup_state::snapshot::CheckResults;
use trueup_value::{Path, Str};

use super::{
    PlanFileError,
    address::{self, StoredAddress},
    finding::{self, StoredFinding},
    state::{self, StoredState},
    value::{Reader, Stored, StoredPath, Writer, nonsense},
};
use crate::plan::{
    Action, ActionReason, Deferred, DeferredReason, Mode, OutputChange, Plan, RelevantAttribute,
    ResourceChange,
};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredPlan {
    mode: Mode,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    targets: Vec<StoredAddress>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    excludes: Vec<StoredAddress>,
    changes: Vec<StoredChange>,
    drift: Vec<StoredChange>,
    outputs: Vec<StoredOutput>,
    checks: Vec<CheckResults>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deferred: Vec<StoredDeferred>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    relevant: Vec<StoredAttribute>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    findings: Vec<StoredFinding>,
    prior: StoredState,
    #[serde(default)]
    refreshed: bool,
    errored: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredChange {
    address: StoredAddress,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous: Option<StoredAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deposed: Option<String>,
    provider: String,
    action: Action,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<ActionReason>,
    before: Stored,
    after: Stored,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<StoredPart>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changed_by: Vec<StoredExplanation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    replace_paths: Vec<StoredPath>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    importing: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    generated_config: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    private: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredPart {
    kind: String,
    name: String,
    before: Stored,
    after: Stored,
    #[serde(default)]
    replaced: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredExplanation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    what: Option<StoredPath>,
    who: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    how: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredOutput {
    name: String,
    action: Action,
    before: Stored,
    after: Stored,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredAttribute {
    resource: String,
    path: StoredPath,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredDeferred {
    resource: StoredAddress,
    provider: String,
    reason: DeferredReason,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    waits_for: Vec<String>,
}

pub(super) fn write(plan: &Plan, writer: &mut Writer) -> Result<StoredPlan, PlanFileError> {
    // Named one by one: what is added to a plan must be saved, too.
    let Plan {
        mode,
        targets,
        excludes,
        changes,
        drift,
        outputs,
        checks,
        deferred,
        relevant,
        // Those who judge the plan have judged it.
        facts: _,
        findings,
        prior,
        refreshed,
        errored,
        refused: _,
    } = plan;
    let mut write_all = |changes: &[ResourceChange]| {
        let stored = changes.iter().map(|change| write_change(change, writer));
        stored.collect::<Result<Vec<_>, _>>()
    };
    let (changes, drift) = (write_all(changes)?, write_all(drift)?);
    let outputs = outputs.iter().map(|(name, output)| {
        let what = || format!("output.{name}");
        Ok(StoredOutput {
            name: name.to_string(),
            action: output.action,
            before: writer.value(&output.before, &what)?,
            after: writer.value(&output.after, &what)?,
        })
    });
    let outputs = outputs.collect::<Result<_, PlanFileError>>()?;
    let relevant = relevant.iter().map(|attribute| {
        let RelevantAttribute { resource, path } = attribute;
        Ok(StoredAttribute {
            resource: resource.clone(),
            path: writer.path(path)?,
        })
    });
    let relevant = relevant.collect::<Result<_, PlanFileError>>()?;
    Ok(StoredPlan {
        mode: *mode,
        targets: targets.iter().map(address::target).collect(),
        excludes: excludes.iter().map(address::target).collect(),
        changes,
        drift,
        outputs,
        checks: checks.clone(),
        deferred: deferred.iter().map(write_deferred).collect(),
        relevant,
        findings: finding::write(findings, writer)?,
        prior: state::write(prior, writer)?,
        refreshed: *refreshed,
        errored: *errored,
    })
}

fn write_deferred(deferred: &Deferred) -> StoredDeferred {
    let Deferred {
        resource,
        provider,
        reason,
        waits_for,
    } = deferred;
    StoredDeferred {
        resource: address::resource(resource),
        provider: provider.to_string(),
        reason: *reason,
        waits_for: waits_for.iter().map(ToString::to_string).collect(),
    }
}

fn write_change(
    change: &ResourceChange,
    writer: &mut Writer,
) -> Result<StoredChange, PlanFileError> {
    let ResourceChange {
        address,
        previous_address,
        deposed,
        provider,
        action,
        reason,
        before,
        after,
        parts,
        changed_by,
        replace_paths,
        importing,
        generated_config,
        private,
    } = change;
    let what = || address.to_string();
    let parts = parts.iter().map(|part| write_part(part, writer, &what));
    let parts = parts.collect::<Result<_, _>>()?;
    let changed_by = changed_by
        .iter()
        .map(|told| write_explanation(told, writer));
    let changed_by = changed_by.collect::<Result<_, _>>()?;
    let paths = replace_paths.iter().map(|path| writer.path(path));
    Ok(StoredChange {
        replace_paths: paths.collect::<Result<_, _>>()?,
        address: address::instance(address),
        previous: previous_address.as_ref().map(address::instance),
        deposed: deposed.as_ref().map(ToString::to_string),
        provider: provider.to_string(),
        action: *action,
        reason: *reason,
        before: writer.value(before, &what)?,
        after: writer.value(after, &what)?,
        parts,
        changed_by,
        importing: importing.as_ref().map(ToString::to_string),
        generated_config: generated_config.clone(),
        private: STANDARD.encode(private),
    })
}

fn write_explanation(
    told: &Explanation,
    writer: &mut Writer,
) -> Result<StoredExplanation, PlanFileError> {
    let Explanation {
        what,
        who,
        when,
        how,
    } = told;
    let what = (!what.is_empty()).then(|| writer.path(what));
    Ok(StoredExplanation {
        what: what.transpose()?,
        who: who.clone(),
        when: when.clone(),
        how: how.clone(),
    })
}

fn read_explanation(
    stored: StoredExplanation,
    reader: &Reader,
) -> Result<Explanation, PlanFileError> {
    let what = stored.what.map(|what| reader.path(&what)).transpose()?;
    Ok(Explanation {
        what: what.unwrap_or_default(),
        who: stored.who,
        when: stored.when,
        how: stored.how,
    })
}

fn write_part(
    part: &PartChange,
    writer: &mut Writer,
    what: &dyn Fn() -> String,
) -> Result<StoredPart, PlanFileError> {
    let PartChange {
        kind,
        name,
        before,
        after,
        replaced,
        notes,
    } = part;
    Ok(StoredPart {
        kind: kind.to_string(),
        name: name.to_string(),
        before: writer.value(before, what)?,
        after: writer.value(after, what)?,
        replaced: *replaced,
        notes: notes.clone(),
    })
}

fn read_part(stored: StoredPart, reader: &Reader) -> Result<PartChange, PlanFileError> {
    Ok(PartChange {
        kind: stored.kind.into(),
        name: stored.name.into(),
        before: reader.value(&stored.before)?,
        after: reader.value(&stored.after)?,
        replaced: stored.replaced,
        notes: stored.notes,
    })
}

pub(super) fn read(stored: StoredPlan, reader: &Reader) -> Result<Plan, PlanFileError> {
    let read_all = |changes: Vec<StoredChange>| {
        let changes = changes
            .into_iter()
            .map(|change| read_change(change, reader));
        changes.collect::<Result<Vec<_>, _>>()
    };
    let targets = |targets: Vec<StoredAddress>| {
        let targets = targets.into_iter().map(StoredAddress::read_target);
        targets.collect::<Result<Vec<_>, _>>()
    };
    let outputs = stored.outputs.into_iter().map(|output| {
        let change = OutputChange {
            action: output.action,
            before: reader.value(&output.before)?,
            after: reader.value(&output.after)?,
        };
        Ok((Str::from(output.name), change))
    });
    Ok(Plan {
        mode: stored.mode,
        targets: targets(stored.targets)?,
        excludes: targets(stored.excludes)?,
        changes: read_all(stored.changes)?,
        drift: read_all(stored.drift)?,
        outputs: outputs.collect::<Result<_, PlanFileError>>()?,
        checks: stored.checks,
        deferred: stored
            .deferred
            .into_iter()
            .map(read_deferred)
            .collect::<Result<_, _>>()?,
        relevant: stored
            .relevant
            .into_iter()
            .map(|stored| {
                Ok(RelevantAttribute {
                    path: reader.path(&stored.path)?,
                    resource: stored.resource,
                })
            })
            .collect::<Result<_, PlanFileError>>()?,
        facts: BTreeMap::new(),
        findings: finding::read(stored.findings, reader)?,
        prior: state::read(stored.prior, reader)?,
        refreshed: stored.refreshed,
        errored: stored.errored,
        refused: false,
    })
}

fn read_deferred(stored: StoredDeferred) -> Result<Deferred, PlanFileError> {
    Ok(Deferred {
        resource: stored.resource.read_resource()?,
        provider: stored.provider.into(),
        reason: stored.reason,
        waits_for: stored.waits_for.into_iter().map(Into::into).collect(),
    })
}

fn read_change(stored: StoredChange, reader: &Reader) -> Result<ResourceChange, PlanFileError> {
    let paths = stored.replace_paths.iter().map(|path| reader.path(path));
    let replace_paths: Vec<Path> = paths.collect::<Result<_, _>>()?;
    let previous = stored.previous.map(StoredAddress::read_instance);
    let parts = stored.parts.into_iter().map(|part| read_part(part, reader));
    let changed_by = stored.changed_by.into_iter();
    let changed_by = changed_by.map(|told| read_explanation(told, reader));
    Ok(ResourceChange {
        address: stored.address.read_instance()?,
        previous_address: previous.transpose()?,
        deposed: stored.deposed.map(Str::from),
        provider: stored.provider.into(),
        action: stored.action,
        reason: stored.reason,
        before: reader.value(&stored.before)?,
        after: reader.value(&stored.after)?,
        parts: parts.collect::<Result<_, _>>()?,
        changed_by: changed_by.collect::<Result<_, _>>()?,
        replace_paths,
        importing: stored.importing.map(Str::from),
        generated_config: stored.generated_config,
        private: STANDARD.decode(stored.private).map_err(nonsense)?,
    })
}
