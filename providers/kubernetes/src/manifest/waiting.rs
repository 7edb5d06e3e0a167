//! What the block `wait` asks for.

use std::time::Duration;

use regex::Regex;
use serde_json::Value as Json;
use trueup_sdk::native::Fields;

use crate::{
    Session,
    client::{ClusterError, Kind, ObjectRef, Readiness, condition, readiness},
};

/// What to wait for.
#[derive(Default)]
pub(super) struct Waiting {
    rollout: bool,
    conditions: Vec<(String, String)>,
    fields: Vec<(String, String)>,
}

impl Waiting {
    pub(super) fn of(config: &Fields) -> Waiting {
        let block = config.object("wait").unwrap_or_default();
        let old = Fields::of(config.get("wait_for"));
        let texts = |fields: &Fields| -> Vec<(String, String)> {
            let texts = fields.texts("fields").into_iter();
            texts
                .filter_map(|(path, text)| Some((path.as_str()?.to_owned(), text)))
                .collect()
        };
        let conditions = block.objects("condition").into_iter().map(|condition| {
            let text = |name: &str| condition.text(name).unwrap_or_default().to_owned();
            (text("type"), text("status"))
        });
        let mut fields = texts(&block);
        fields.extend(texts(&old));
        Waiting {
            rollout: block.flag("rollout").unwrap_or(false),
            conditions: conditions.collect(),
            fields,
        }
    }

    fn is_nothing(&self) -> bool {
        !self.rollout && self.conditions.is_empty() && self.fields.is_empty()
    }

    /// How far an object is.
    fn look(&self, live: &Json) -> Readiness {
        if self.rollout {
            match readiness(live) {
                Readiness::Ready => {}
                other => return other,
            }
        }
        for (kind, status) in &self.conditions {
            match condition(live, kind) {
                Some((is, _)) if is == status => {}
                Some((is, words)) => {
                    let missing = format!("its condition {kind} is {is}, not {status} ({words})");
                    return Readiness::InProgress(missing);
                }
                None => {
                    return Readiness::InProgress(format!("it has no condition {kind} yet"));
                }
            }
        }
        for (path, wanted) in &self.fields {
            match at(live, path).map(text) {
                Some(is) if matches(&is, wanted) => {}
                Some(is) => {
                    let missing = format!("{path} is {is:?}, not {wanted:?}");
                    return Readiness::InProgress(missing);
                }
                None => return Readiness::InProgress(format!("it has no {path} yet")),
            }
        }
        Readiness::Ready
    }
}

/// Waits as asked; definitions of kinds are always waited for, as nothing of
/// the kind can be made before.
pub(super) async fn wait(
    session: &Session,
    waiting: &Waiting,
    object: &ObjectRef,
    applied: Json,
    limit: Duration,
) -> Result<Json, ClusterError> {
    let defines = is_definition(&object.kind);
    if waiting.is_nothing() && !defines {
        return Ok(applied);
    }
    let look = |live: &Json| match waiting.look(live) {
        Readiness::Ready if defines => readiness(live),
        other => other,
    };
    if look(&applied) == Readiness::Ready {
        return Ok(applied);
    }
    session.cluster.wait_for(object, limit, &look).await
}

/// Whether objects of the kind bring new kinds.
pub(super) fn is_definition(kind: &Kind) -> bool {
    matches!(
        (kind.group(), kind.kind.as_str()),
        ("apiextensions.k8s.io", "CustomResourceDefinition")
            | ("apiregistration.k8s.io", "APIService")
    )
}

/// A path as Terraform writes it: `status.loadBalancer.ingress[0].ip`,
/// `status.conditions["Ready"]`.
fn at<'a>(live: &'a Json, path: &str) -> Option<&'a Json> {
    let mut at = live;
    for step in path.split('.') {
        let mut parts = step.split('[');
        let name = parts.next().unwrap_or_default();
        if !name.is_empty() {
            at = at.get(name)?;
        }
        for index in parts {
            let index = index.trim_end_matches(']').trim_matches('"');
            at = match index.parse::<usize>() {
                Ok(index) => at.get(index)?,
                Err(_) => at.get(index)?,
            };
        }
    }
    Some(at)
}

fn text(json: &Json) -> String {
    json.as_str()
        .map_or_else(|| json.to_string(), str::to_owned)
}

/// `*` is any value; other texts are regular expressions.
fn matches(is: &str, wanted: &str) -> bool {
    is == wanted || wanted == "*" || Regex::new(wanted).is_ok_and(|regex| regex.is_match(is))
}
