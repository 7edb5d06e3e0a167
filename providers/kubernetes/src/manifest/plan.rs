//! What applying would do.

use std::sync::Arc;

use serde_json::Value as Json;
use trueup_sdk::{
    PlanRequest, PlanResponse, Problem,
    native::{Fields, problem},
};
use trueup_value::{Path, PathStep, Value};

use super::{
    Ownership,
    found::{object_of, object_value, stripped},
    wanted::{Wanted, identity},
};
use crate::{
    Session,
    client::{
        Cause, ClusterError, Complaint, Kind, ObjectRef, fields::ManagedFields, in_sync, mask,
        overlay,
    },
    report,
    value::{from_json, known_where, laid_over, means, path_in},
};

/// Plans one object. The server is asked what it would do; nothing changes.
pub(super) async fn plan(session: &Session, request: PlanRequest<'_>) -> PlanResponse {
    let (Some(config), Some(proposed)) = (request.config, request.proposed) else {
        return PlanResponse::default();
    };
    let planning = Planning {
        session,
        ownership: Ownership::of(session, &Fields::of(config)).over(request.prior),
        manifest: Fields::of(config).get("manifest").clone(),
        given: Fields::of(config).get("object").clone(),
        prior: request.prior.map(|prior| Fields::of(&prior.value)),
    };
    let outcome = planning.run().await;
    let facts = match request.shown {
        None => {
            session
                .nodes_for(&Wanted::of(&planning.manifest).document)
                .await
        }
        Some(_) => Vec::new(),
    };
    let mut planned = Fields::of(proposed);
    planned.set("object", outcome.object);
    PlanResponse {
        planned: (!outcome.problems.iter().any(Problem::is_error)).then(|| planned.into_value()),
        requires_replace: outcome.replace,
        sensitive: secrets(&planning.manifest),
        legacy: true,
        problems: outcome.problems,
        facts,
        ..PlanResponse::default()
    }
}

/// Where in the attributes a secret's data is. The whole of `object`, as it may
/// not be known yet what is in it.
fn secrets(manifest: &Value) -> Vec<Path> {
    if !mask::is_secret(&Wanted::of(manifest).document) {
        return Vec::new();
    }
    let manifest = || Path::new().attr("manifest");
    vec![
        manifest().attr("data"),
        manifest().attr("stringData"),
        Path::new().attr("object"),
    ]
}

struct Planning<'a> {
    session: &'a Session,
    ownership: Ownership,
    manifest: Value,
    /// What the configuration says of `object`: nothing, mostly.
    given: Value,
    prior: Option<Fields>,
}

struct Outcome {
    /// The value of `object`.
    object: Value,
    replace: Vec<Path>,
    problems: Vec<Problem>,
}

impl From<Value> for Outcome {
    fn from(object: Value) -> Self {
        Outcome {
            object,
            replace: Vec::new(),
            problems: Vec::new(),
        }
    }
}

impl From<Problem> for Outcome {
    fn from(problem: Problem) -> Self {
        Outcome {
            problems: vec![problem],
            ..Outcome::from(Value::dynamic())
        }
    }
}

impl From<&ClusterError> for Outcome {
    fn from(error: &ClusterError) -> Self {
        Outcome::from(report::problem(error))
    }
}

impl Planning<'_> {
    async fn run(&self) -> Outcome {
        let wanted = Wanted::of(&self.manifest);
        let mut outcome = match &self.prior {
            None => self.create(&wanted).await,
            Some(prior) => self.change(prior, &wanted).await,
        };
        if !self.given.is_null() {
            outcome.object = self.given.clone();
        }
        outcome
    }

    /// A new object: what the server would make of it, as far as it can be
    /// asked.
    async fn create(&self, wanted: &Wanted) -> Outcome {
        self.session.foreseen.note(&wanted.document);
        let Some(object) = wanted.object().filter(|_| wanted.whole) else {
            let refused = self.kind_refused(wanted).await;
            return refused.unwrap_or_else(|| Outcome::from(Value::dynamic()));
        };
        if let Some(outcome) = self.before_its_time(wanted, &object).await {
            return outcome;
        }
        let manager = self.ownership.manager();
        let asked = self.session.dry_run(&wanted.document, None, manager).await;
        let error = match asked {
            Ok(made) if made.is_new() => {
                let made = stripped(self.session, &made.object);
                return Outcome::from(known_where(&made, &self.manifest));
            }
            Ok(_) => None,
            Err(error) => match *error.cause {
                // Somebody has it, or it is to be replaced.
                Cause::Conflicts(_) | Cause::Immutable(_) => None,
                _ => Some(error),
            },
        };
        match error {
            Some(error) => self.without_dry_run(error, Value::dynamic()),
            None => self.existing(&object).await,
        }
    }

    /// There is an object of that name. Where it is ours it is to be replaced.
    async fn existing(&self, object: &ObjectRef) -> Outcome {
        let live = match self.session.cluster.get(object).await {
            Ok(Some(live)) => live,
            Ok(None) => return Outcome::from(Value::dynamic()),
            Err(error) => return Outcome::from(&error),
        };
        let name = self.ownership.name.as_str();
        let ours =
            ManagedFields::applied_by(&live, name).is_some() || self.session.was_read(object);
        match ours {
            true => Outcome::from(Value::dynamic()),
            false => Outcome::from(already_exists(object, &live, &identity(object))),
        }
    }

    /// Of an object that is not wholly known its kind mostly is: one that the
    /// cluster lacks and this plan does not bring cannot be created.
    async fn kind_refused(&self, wanted: &Wanted) -> Option<Outcome> {
        let kind = Kind::of(&wanted.document)?;
        let mut error = self.session.cluster.resource(&kind).await.err()?;
        let missing = matches!(*error.cause, Cause::NoSuchKind(_));
        let brought = self.session.foreseen.definition(&kind).is_some();
        if missing && brought {
            return None;
        }
        error.object = match wanted.object() {
            Some(object) => object.to_string(),
            None => kind.kind.clone(),
        };
        Some(Outcome::from(self.unknown_kind(&error, &kind)))
    }

    /// An object whose namespace or kind is to be created in the same plan.
    async fn before_its_time(&self, wanted: &Wanted, object: &ObjectRef) -> Option<Outcome> {
        let foreseen = &self.session.foreseen;
        let definition = foreseen.definition(&object.kind);
        match self.session.cluster.resource(&object.kind).await {
            Ok(_) => {}
            Err(error) => {
                let unknown = matches!(*error.cause, Cause::NoSuchKind(_));
                let Some(definition) = definition.filter(|_| unknown) else {
                    let mut error = error;
                    error.object = object.to_string();
                    return Some(Outcome::from(self.unknown_kind(&error, &object.kind)));
                };
                let complaints = definition.complaints(&wanted.document);
                return Some(match complaints.is_empty() {
                    true => Outcome::from(Value::dynamic()),
                    false => Outcome::from(not_as_defined(object, &definition.name, &complaints)),
                });
            }
        }
        let namespace = object.namespace.as_deref()?;
        foreseen.has_namespace(namespace).then_some(())?;
        let there = self.namespace_exists(namespace).await;
        (!there).then(|| Outcome::from(Value::dynamic()))
    }

    /// Says which definitions of the plan come close.
    fn unknown_kind(&self, error: &ClusterError, kind: &Kind) -> Problem {
        let mut problem = report::problem(error);
        let group = kind.group();
        let brought = self.session.foreseen.kinds_of(group);
        if !brought.is_empty() && matches!(*error.cause, Cause::NoSuchKind(_)) {
            problem.detail = format!(
                "{}\n\nThis plan brings to {group}: {}.",
                problem.detail,
                brought.join(", ")
            );
        }
        problem
    }

    async fn namespace_exists(&self, name: &str) -> bool {
        let namespace = ObjectRef {
            kind: Kind::new("v1", "Namespace"),
            namespace: None,
            name: name.to_owned(),
        };
        let found = self.session.cluster.get(&namespace).await;
        // Whoever may not read namespaces is told by the dry run.
        found.is_err() || found.is_ok_and(|found| found.is_some())
    }

    async fn change(&self, prior: &Fields, wanted: &Wanted) -> Outcome {
        let Some(object) = wanted.object().filter(|_| wanted.whole) else {
            let object = laid_over(prior.get("object"), &self.manifest);
            return Outcome {
                replace: self.other_object(prior, wanted),
                ..Outcome::from(object)
            };
        };
        let replace = self.other_object(prior, wanted);
        if !replace.is_empty() {
            return Outcome {
                replace,
                ..Outcome::from(Value::dynamic())
            };
        }
        let live = match self.live(&object).await {
            Ok(Some(live)) => live,
            // It went between reading and planning.
            Ok(None) => return Outcome::from(Value::dynamic()),
            Err(error) => return Outcome::from(&error),
        };
        if in_sync(&wanted.document, &live, &self.ownership.name) {
            return Outcome::from(object_value(self.session, &live, prior.get("object")));
        }
        let manager = self.ownership.manager();
        let asked = self
            .session
            .dry_run(&wanted.document, Some(&live), manager)
            .await;
        match asked {
            Ok(dry) => {
                let before = stripped(self.session, &live);
                let after = overlay(&live, &dry.object, &dry.manager);
                let after = stripped(self.session, &after);
                let planned = match after == before && means(prior.get("object"), Some(&after)) {
                    true => prior.get("object").clone(),
                    false => from_json(&after),
                };
                Outcome {
                    problems: report::taken(&object, &dry, manager),
                    ..Outcome::from(planned)
                }
            }
            Err(error) => match &*error.cause {
                Cause::Immutable(complaints) => Outcome {
                    replace: self.immutable(prior, complaints),
                    ..Outcome::from(Value::dynamic())
                },
                _ => {
                    let object = laid_over(prior.get("object"), &self.manifest);
                    self.without_dry_run(error, object)
                }
            },
        }
    }

    async fn live(&self, object: &ObjectRef) -> Result<Option<Arc<Json>>, ClusterError> {
        match self.session.last_seen(object) {
            Some(live) => Ok(Some(live)),
            None => Ok(self.session.cluster.get(object).await?.map(Arc::new)),
        }
    }

    /// A webhook that does not answer will be waited for when applying; until
    /// then the manifest must do.
    fn without_dry_run(&self, error: ClusterError, object: Value) -> Outcome {
        if !matches!(*error.cause, Cause::WebhookUnavailable { .. }) {
            return Outcome::from(&error);
        }
        let detail = format!(
            "{}\n\nThe plan is made from the manifest alone. Applying waits for the webhook for a while.",
            error.detail()
        );
        Outcome {
            problems: vec![Problem::warning(error.summary(), detail, Path::new())],
            ..Outcome::from(object)
        }
    }

    /// The fields that make it another object.
    fn other_object(&self, prior: &Fields, wanted: &Wanted) -> Vec<Path> {
        let Some(before) = object_of(prior) else {
            return Vec::new();
        };
        let manifest = prior.get("manifest");
        let text = |pointer: &str| wanted.document.pointer(pointer).and_then(Json::as_str);
        // Of a name the server was to make, the made one is as good as any.
        let generated =
            text("/metadata/name").is_none() && text("/metadata/generateName").is_some();
        let namespace = before.namespace.as_deref();
        let same_namespace = |wanted: Option<&str>| {
            wanted == namespace || (wanted.is_none() && namespace == Some("default"))
        };
        let whole = |pointer: &str| wanted.whole || text(pointer).is_some();
        let checks: [(bool, &[&str]); 4] = [
            (
                whole("/apiVersion") && text("/apiVersion") != Some(&before.kind.api_version),
                &["apiVersion"],
            ),
            (
                whole("/kind") && text("/kind") != Some(&before.kind.kind),
                &["kind"],
            ),
            (
                whole("/metadata/name")
                    && !generated
                    && text("/metadata/name") != Some(&before.name),
                &["metadata", "name"],
            ),
            (
                whole("/metadata/namespace") && !same_namespace(text("/metadata/namespace")),
                &["metadata", "namespace"],
            ),
        ];
        let other = checks.into_iter().filter(|(other, _)| *other);
        other
            .map(|(_, steps)| path_in("manifest", manifest, steps))
            .collect()
    }

    /// Where in the manifest the fields are that the server cannot change.
    fn immutable(&self, prior: &Fields, complaints: &[Complaint]) -> Vec<Path> {
        let manifest = prior.get("manifest");
        let paths = complaints.iter().map(|complaint| {
            let steps: Vec<&str> = complaint
                .field
                .split('.')
                .filter(|step| !step.is_empty())
                .collect();
            path_in("manifest", manifest, &steps)
        });
        let mut paths: Vec<Path> = paths.collect();
        paths.dedup();
        // What does not differ there cannot be what is to be replaced.
        let differs = |path: &Path| at(manifest, path) != at(&self.manifest, path);
        paths.retain(differs);
        match paths.is_empty() {
            true => vec![Path::new().attr("manifest")],
            false => paths,
        }
    }
}

/// What is at a path below the attribute it begins with.
fn at<'a>(value: &'a Value, path: &Path) -> Option<&'a Value> {
    let mut at = value;
    for step in path.steps().iter().skip(1) {
        let inner = at.unmarked().0;
        at = match step {
            PathStep::Attr(name) => inner.get(name)?,
            PathStep::Index(Value::String(key)) => inner.get(key)?,
            PathStep::Index(Value::Number(index)) => inner.values().nth(index.to_usize()?)?,
            PathStep::Index(_) => return None,
        };
    }
    Some(at)
}

/// An object that nobody has asked to be managed here; `id` is how it would be
/// imported.
pub(crate) fn already_exists(object: &ObjectRef, live: &Json, id: &str) -> Problem {
    let managers: Vec<String> = ManagedFields::of(live)
        .into_iter()
        .filter(|entry| entry.subresource.is_none())
        .map(|entry| format!("\"{}\"", entry.manager))
        .collect();
    let by = match managers.is_empty() {
        true => String::new(),
        false => format!(" It is managed by {}.", managers.join(", ")),
    };
    problem(
        "Kubernetes object already exists",
        format!(
            "{object} exists and was not created by this stack.{by}\n\nTo manage it here, import it: its fields are then taken over from kubectl, Helm or Terraform. The import ID is \"{id}\"."
        ),
    )
}

fn not_as_defined(object: &ObjectRef, definition: &str, complaints: &[Complaint]) -> Problem {
    let complaints: Vec<String> = complaints.iter().map(|c| format!("  {c}")).collect();
    problem(
        "Invalid Kubernetes object",
        format!(
            "{object} is not as the definition \"{definition}\" of this plan wants it:\n{}",
            complaints.join("\n")
        ),
    )
}
