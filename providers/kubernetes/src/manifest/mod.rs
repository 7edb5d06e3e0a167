//! `kubernetes_manifest`: an object of any kind.

pub(crate) mod apply;
pub(crate) mod found;
pub(crate) mod plan;
mod waiting;
pub(crate) mod wanted;

use std::{sync::Arc, time::Duration};

use serde_json::{Value as Json, json};
use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{Create, Delete, Deleted, Field, Fields, Made, Nested, ResourceType, Shape, Update},
};
use trueup_value::Type;

use crate::{
    Session,
    client::{Foreseen, Manager},
    session::{FIELD_MANAGER, READS_AT_ONCE},
};
use wanted::Wanted;

pub(crate) struct Manifest {
    foreseen: Arc<Foreseen>,
}

impl Manifest {
    pub(crate) fn new(foreseen: Arc<Foreseen>) -> Self {
        Manifest { foreseen }
    }
}

/// How an object is applied: what the block `field_manager` says.
struct Ownership {
    name: String,
    force: bool,
    /// Whether it was never applied by us, so that it is taken over.
    inherit: bool,
}

impl Ownership {
    fn of(session: &Session, config: &Fields) -> Self {
        let block = config.object("field_manager").unwrap_or_default();
        Ownership {
            name: block.text("name").unwrap_or(FIELD_MANAGER).to_owned(),
            force: block.flag("force_conflicts").unwrap_or(session.force),
            inherit: false,
        }
    }

    /// The same for an object there is already.
    fn over(self, prior: Option<&Object>) -> Self {
        Ownership {
            inherit: prior.is_some_and(|prior| !was_applied(&prior.private)),
            ..self
        }
    }

    fn manager(&self) -> Manager<'_> {
        Manager {
            name: &self.name,
            force: self.force,
            inherit: self.inherit,
        }
    }
}

/// What is kept with an object that was applied.
pub(crate) fn private(applied: &Json) -> Vec<u8> {
    let uid = applied.pointer("/metadata/uid").cloned();
    json!({ "uid": uid }).to_string().into_bytes()
}

/// Whether the stored object was applied by us, not imported or taken over
/// from a state of Terraform.
pub(crate) fn was_applied(private: &[u8]) -> bool {
    apply::uid(private).is_some()
}

/// How long an operation may take: ten minutes unless the block `timeouts`
/// says otherwise.
fn limit(object: &Fields, operation: &str) -> Duration {
    let timeouts = object.object("timeouts").unwrap_or_default();
    let given = timeouts.text(operation).and_then(duration);
    given.unwrap_or(Duration::from_secs(600))
}

/// A duration as Go writes it: `1h30m`, `45s`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let mut seconds = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let unit = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let scale = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 0.001,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * scale;
        rest = after;
    }
    Duration::try_from_secs_f64(seconds).ok()
}

impl ResourceType<Session> for Manifest {
    fn shape(&self) -> Shape {
        shape()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let manifest = config.get("manifest");
        // What a stack is going to create is known from here on, in whatever
        // order its resources are planned.
        self.foreseen.note(&Wanted::of(manifest).document);
        wanted::validate(manifest)
    }

    fn plan<'a>(
        &'a self,
        session: &'a Session,
        _: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        Box::pin(plan::plan(session, request))
    }

    fn read<'a>(&'a self, session: &'a Session, object: Object) -> Answer<'a, ReadResponse> {
        Box::pin(async move {
            let mut answers = found::read_all(session, vec![object]).await;
            answers.pop().unwrap_or_default()
        })
    }

    fn read_all<'a>(
        &'a self,
        session: &'a Session,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(found::read_all(session, objects))
    }

    fn reads_at_once(&self) -> usize {
        READS_AT_ONCE
    }

    fn identify(&self, session: &Session, planned: &Fields) -> Option<String> {
        Wanted::of(planned.get("manifest")).identify(&*session.random)
    }

    fn create<'a>(&'a self, session: &'a Session, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(apply::create(session, create))
    }

    fn update<'a>(&'a self, session: &'a Session, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(apply::update(session, update))
    }

    fn delete<'a>(&'a self, session: &'a Session, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(apply::delete(session, delete))
    }

    fn import<'a>(
        &'a self,
        session: &'a Session,
        empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        Some(Box::pin(found::import(session, empty, id)))
    }

    fn recover<'a>(
        &'a self,
        session: &'a Session,
        action: Interrupted<'a>,
    ) -> Answer<'a, Recovery> {
        Box::pin(found::recover(session, shape().empty(), action))
    }

    fn explain<'a>(
        &'a self,
        session: &'a Session,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        Box::pin(found::explain(session, drift))
    }
}

fn shape() -> Shape {
    let text = |name: &str, about: &str| Field::optional(name, Type::String).about(about);
    let fields = Type::map(Type::String);
    Shape::new(
        "An object of any kind, custom resources included. Plans are made by the API server: a dry run says what applying would change, and only changes of fields this resource manages are planned.",
        [
            Field::required("manifest", Type::Dynamic).about("The object, as in a manifest."),
            Field::optional("object", Type::Dynamic)
                .or_computed()
                .about("The object as the cluster has it, without status and what only the server writes."),
            Field::optional("computed_fields", Type::list(Type::String))
                .about("Paths of fields whose values others may decide; by default `metadata.labels` and `metadata.annotations`."),
            Field::optional("wait_for", Type::object([("fields", fields.clone())]))
            .about("The old form of `wait`.")
            .deprecated(),
        ],
    )
    .version(1)
    .legacy()
    .block(
        Nested::list(
            "field_manager",
            [
                text("name", "Whom the fields belong to; `trueup` by default."),
                Field::optional("force_conflicts", Type::Bool)
                    .about("Whether fields that belong to other managers are taken over."),
            ],
        )
        .at_most(1)
        .about("How the object is applied."),
    )
    .block(
        Nested::list(
            "wait",
            [
                Field::optional("rollout", Type::Bool)
                    .about("Whether to wait until the object is ready by the rules of its kind."),
                Field::optional("fields", fields)
                    .about("Paths of fields and the values to wait for: a text, a regular expression, or `*` for any value."),
            ],
        )
        .block(
            Nested::list(
                "condition",
                [
                    text("status", "The status to wait for: `True`, `False` or `Unknown`."),
                    text("type", "The type of the condition."),
                ],
            )
            .about("A condition to wait for."),
        )
        .at_most(1)
        .about("What to wait for after applying."),
    )
    .block(
        Nested::list(
            "timeouts",
            [
                text("create", "How long to wait for a new object, such as `5m`."),
                text("update", "How long to wait for a changed object."),
                text("delete", "How long to wait until the object is gone."),
            ],
        )
        .at_most(1),
    )
}
