//! What the cluster has against a release, told while planning.

use std::collections::BTreeMap;

use trueup_helm_release::operation::{ObjectAction, Planned, Preview};
use trueup_kubernetes::client::{Cause, ClusterError};
use trueup_sdk::{
    Problem,
    native::{attribute_problem, problem},
};

use super::parts::label;
use crate::{report::masked, session::Place};

/// What decides whether something is in the way.
pub(super) struct Refusals<'a> {
    pub(super) place: &'a Place,
    /// What cannot be changed is made anew.
    pub(super) force: bool,
    /// The objects there are go before.
    pub(super) replaced: bool,
    pub(super) secrets: &'a [String],
}

/// Objects that are refused for the same reason.
#[derive(Default)]
struct Group {
    lines: Vec<String>,
    hint: Option<String>,
}

impl Refusals<'_> {
    /// One message for each kind of reason, with all objects it is about.
    pub(super) fn problems(&self, preview: &Preview) -> Vec<Problem> {
        let refused = preview.objects.iter().filter_map(refusal);
        if let Some(missing) = refused.clone().find_map(|(_, error)| self.namespace(error)) {
            return vec![missing];
        }
        let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
        let mut add = |summary, line: String, hint: Option<String>| {
            let group = groups.entry(summary).or_default();
            group.lines.push(masked(&line, self.secrets));
            group.hint = group.hint.take().or(hint);
        };
        for (planned, error) in refused {
            let line = format!("{error} ({})", planned.template);
            add(error.summary(), line, error.hint());
        }
        for planned in &preview.objects {
            if let Some((summary, line, hint)) = self.obstacle(planned) {
                add(summary, line, Some(hint.to_owned()));
            }
        }
        let groups = groups.into_iter();
        groups
            .map(|(summary, group)| {
                let mut detail = group.lines.join("\n");
                if let Some(hint) = group.hint {
                    detail.push_str(&format!("\n\n{hint}"));
                }
                problem(summary, detail)
            })
            .collect()
    }

    /// The release's namespace is missing: that is all there is to say.
    fn namespace(&self, error: &ClusterError) -> Option<Problem> {
        let name = &self.place.namespace;
        let Cause::NotFound(reason) = &*error.cause else {
            return None;
        };
        if !reason.contains(&format!("namespaces \"{name}\" not found")) {
            return None;
        }
        let detail = format!(
            "There is no namespace \"{name}\".\n\nSet create_namespace = true, or let the release depend on the resource that creates it."
        );
        Some(attribute_problem(
            "namespace",
            "Namespace not found",
            detail,
        ))
    }

    fn obstacle(&self, planned: &Planned) -> Option<(&'static str, String, &'static str)> {
        let name = format!("{} ({})", label(&planned.object), planned.template);
        match &planned.action {
            ObjectAction::Foreign(why) if !self.replaced => Some((
                "Object of another release",
                format!("{name} exists and is not this release's: {why}."),
                "Set take_ownership = true to make it part of the release, give it another name in the values, or remove it.",
            )),
            ObjectAction::Replace(complaints) if !self.force => {
                let fields: Vec<String> = complaints.iter().map(|one| format!("  {one}")).collect();
                Some((
                    "Immutable field",
                    format!(
                        "{name} cannot be changed as the chart wants:\n{}",
                        fields.join("\n")
                    ),
                    "Set force_update = true to delete it and make it anew, or keep those fields as they are.",
                ))
            }
            _ => None,
        }
    }
}

fn refusal(planned: &Planned) -> Option<(&Planned, &ClusterError)> {
    match &planned.action {
        ObjectAction::Refused(error) => Some((planned, error)),
        _ => None,
    }
}
