//! The way back: what has drifted becomes what it was, and nothing else changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use trueup_core::{
    address::Target,
    plan::{
        Action, FieldChange, Mode, Options, Plan, ResourceChange, field_changes, parse_provider,
    },
    run::schema_of,
    validate::Schemas,
};
use trueup_drift::{
    config::Allowed,
    report::{Problem, Report},
};
use trueup_sdk::{Attribute, Block};
use trueup_value::{PathStep, Value};

use super::CheckArgs;
use crate::{
    commands::Context,
    error::CommandError,
    operation::{Applied, Approval, Command, Opening, Run, approve, view::View},
    states::address,
};

/// On what terms is repaired.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// Whether nobody is asked.
    pub(crate) auto_approve: bool,
    /// What may be done besides changing fields back.
    pub(crate) allowed: Allowed,
}

/// What became of a repair.
#[derive(Debug, Default)]
pub(crate) struct Repaired {
    /// What was done; nothing if there was no way back or it was refused.
    pub(crate) applied: Option<Applied>,
    /// The addresses of the objects that were changed back.
    pub(crate) addresses: Vec<String>,
    /// What has drifted and was left, and why.
    pub(crate) left: Vec<Problem>,
}

/// Plans the way back of what a report tells, in the folder of the context;
/// shows it, asks, and does it.
///
/// # Errors
/// If it cannot be planned, nobody answers, or something could not be done.
pub(super) fn repair(
    report: &Report,
    args: &CheckArgs,
    terms: Terms,
    context: &Context<'_>,
    view: &dyn View,
) -> Result<Repaired, CommandError> {
    let opening = Opening {
        command: Command::Apply,
        dir: Path::new("."),
        mode: Mode::Normal,
        flags: &args.run,
        variables: &args.variables,
    };
    let mut run = Run::open(&opening, context, view)?;
    run.hush();
    let repaired = mend(&mut run, report, args, terms, context, view);
    run.close()?;
    repaired
}

fn mend(
    run: &mut Run<'_>,
    report: &Report,
    args: &CheckArgs,
    terms: Terms,
    context: &Context<'_>,
    view: &dyn View,
) -> Result<Repaired, CommandError> {
    let parallelism = args.run.parallelism()?;
    let mut way = Way::new(report, parallelism);
    let mut repaired = Repaired::default();
    let plan = way.find(run, terms.allowed, &mut repaired.left)?;
    let Some(plan) = plan.filter(Plan::applyable) else {
        return Ok(repaired);
    };
    view.plan(&plan, &run.project)?;
    if !terms.auto_approve
        && approve(Mode::Normal, run.workspace(), &context.ui, view)? == Approval::Refused
    {
        return Ok(repaired);
    }
    let (applied, _) = run.apply(&plan, parallelism)?;
    view.applied(applied, false, None)?;
    repaired.applied = Some(applied);
    repaired.addresses = way.targets.into_keys().collect();
    Ok(repaired)
}

/// The objects that are brought back.
struct Way {
    targets: BTreeMap<String, Target>,
    parallelism: usize,
}

impl Way {
    fn new(report: &Report, parallelism: usize) -> Self {
        let objects = report.objects().iter();
        let targets = objects.filter_map(|object| {
            let target = address::parse(&object.address).ok()?;
            Some((object.address.clone(), target))
        });
        Way {
            targets: targets.collect(),
            parallelism,
        }
    }

    /// A plan that does nothing but lead back, and what it leaves; none if there
    /// is no such way.
    fn find(
        &mut self,
        run: &mut Run<'_>,
        allowed: Allowed,
        left: &mut Vec<Problem>,
    ) -> Result<Option<Plan>, CommandError> {
        while !self.targets.is_empty() {
            let plan = plan(
                run,
                self.targets.values().cloned().collect(),
                self.parallelism,
            )?;
            let wrong = self.wrong(&plan, run.project.environment().schemas, allowed);
            let foreign = match wrong.is_empty() {
                true => self.foreign(&plan),
                false => BTreeSet::new(),
            };
            if wrong.is_empty() && foreign.is_empty() {
                self.leave_idle(&plan, left);
                return Ok(Some(plan));
            }
            for (address, why) in wrong {
                self.leave(&address, &why, left);
            }
            if !foreign.is_empty() {
                self.leave_dependents(run, left)?;
            }
        }
        Ok(None)
    }

    fn leave(&mut self, address: &str, why: &str, left: &mut Vec<Problem>) {
        self.targets.remove(address);
        left.push(Problem {
            summary: format!("{address} is left as it is"),
            detail: why.to_owned(),
        });
    }

    /// Tells of what a plan does nothing about.
    fn leave_idle(&mut self, plan: &Plan, left: &mut Vec<Problem>) {
        let changes = plan.changes.iter().filter(|change| acts(change));
        let done: BTreeSet<String> = changes.map(|change| change.address.to_string()).collect();
        let all: Vec<String> = self.targets.keys().cloned().collect();
        for address in all.iter().filter(|address| !done.contains(*address)) {
            let why = "The configuration does not say what it should be. \"trueup apply -refresh-only\" accepts what it is.";
            self.leave(address, why, left);
        }
    }

    /// What would be done to targets that is no way back.
    fn wrong(&self, plan: &Plan, schemas: &dyn Schemas, allowed: Allowed) -> Vec<(String, String)> {
        let drift = plan.drift.iter();
        let drift: BTreeMap<String, &ResourceChange> = drift
            .map(|change| (change.address.to_string(), change))
            .collect();
        let changes = plan.changes.iter().filter(|change| acts(change));
        let changes = changes.filter_map(|change| {
            let address = change.address.to_string();
            self.targets.get(&address)?;
            let why = astray(change, drift.get(&address).copied(), schemas, allowed)?;
            Some((address, why))
        });
        changes.collect()
    }

    /// What else a plan would change.
    fn foreign(&self, plan: &Plan) -> BTreeSet<String> {
        let changes = plan.changes.iter().filter(|change| acts(change));
        let addresses = changes.map(|change| change.address.to_string());
        addresses
            .filter(|address| !self.targets.contains_key(address))
            .collect()
    }

    /// Leaves what cannot be planned without changing something else.
    fn leave_dependents(
        &mut self,
        run: &mut Run<'_>,
        left: &mut Vec<Problem>,
    ) -> Result<(), CommandError> {
        let all: Vec<(String, Target)> = self.targets.clone().into_iter().collect();
        let before = left.len();
        for (address, target) in &all {
            let plan = plan(run, vec![target.clone()], self.parallelism)?;
            if let Some(other) = self.foreign(&plan).first() {
                let why = format!(
                    "It depends on {other}, whose configuration has changed. \"trueup apply\" brings both to what is configured."
                );
                self.leave(address, &why, left);
            }
        }
        // What only comes together is left together.
        if left.len() == before {
            for (address, _) in all {
                self.leave(&address, "Other objects would be changed, too.", left);
            }
        }
        Ok(())
    }
}

fn plan(run: &mut Run<'_>, targets: Vec<Target>, parallelism: usize) -> Result<Plan, CommandError> {
    let options = Options {
        targets,
        parallelism,
        ..Options::default()
    };
    let plan = run.plan(&options);
    // The check has shown them.
    run.forget_warnings();
    run.tell()?;
    Ok(plan)
}

fn acts(change: &ResourceChange) -> bool {
    !matches!(change.action, Action::NoOp | Action::Read)
}

/// Why a change of an object that has drifted leads somewhere else.
fn astray(
    change: &ResourceChange,
    drift: Option<&ResourceChange>,
    schemas: &dyn Schemas,
    allowed: Allowed,
) -> Option<String> {
    let Some(drift) = drift else {
        return Some("It has not drifted any more, and its configuration has changed.".to_owned());
    };
    match change.action {
        Action::Delete | Action::Forget => {
            return Some("It is not configured any more.".to_owned());
        }
        action if action.is_replace() && !allowed.destroy => {
            return Some("It can only be brought back by replacing it.".to_owned());
        }
        Action::Create if !allowed.create => {
            return Some("It is gone, and nothing may be created.".to_owned());
        }
        _ => {}
    }
    let provider = parse_provider(&change.provider);
    let provider = provider.and_then(|(_, source, _)| schemas.provider(&source))?;
    let schema = schema_of(provider, &change.address.resource.resource)?;
    let other = elsewhere(&schema.block, &drift.before, &drift.after, &change.after)?;
    Some(format!(
        "Its configuration has changed as well, at {}. \"trueup apply\" brings it to what is configured.",
        other.path.to_string().trim_start_matches('.')
    ))
}

/// A field planned to be neither what it was nor what it is.
fn elsewhere(block: &Block, state: &Value, found: &Value, planned: &Value) -> Option<FieldChange> {
    let bare = |value: &Value| value.unmark_deep().0;
    let (state, found, planned) = (bare(state), bare(found), bare(planned));
    let is = field_changes(&found, &planned);
    let stays = |path: &trueup_value::Path| {
        let meets =
            |other: &FieldChange| other.path.starts_with(path) || path.starts_with(&other.path);
        !found.is_null() && !is.iter().any(meets)
    };
    let mut changes = field_changes(&state, &planned).into_iter();
    changes.find(|change| {
        let known = change.after.as_ref().is_none_or(Value::is_wholly_known);
        let nothing = [&change.before, &change.after];
        let nothing = nothing.iter().all(|v| v.as_ref().is_none_or(is_nothing));
        known && !nothing && may_be_given(block, &change.path) && !stays(&change.path)
    })
}

/// Whether a configuration can say what a field is.
fn may_be_given(block: &Block, path: &trueup_value::Path) -> bool {
    let Some(PathStep::Attr(name)) = path.steps().first() else {
        return true;
    };
    let given = |attribute: &Attribute| attribute.required || attribute.optional;
    block.attributes.get(name).is_none_or(given)
}

/// What some providers write for what is not there.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Bool(set) => !set,
        Value::List(_) | Value::Set(_) | Value::Map(_) | Value::Tuple(_) => {
            value.values().next().is_none()
        }
        other => other.is_null() || *other == Value::number(0),
    }
}
