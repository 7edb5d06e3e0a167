//! What labels and annotations have in common.

use serde_json::{Map, Value as Json, json};
use trueup_sdk::{
    Answer, Interrupted, Object, Problem, ReadResponse, Recovery,
    native::{
        Create, Delete, Deleted, Failure, Field, Fields, Made, Nested, ResourceType, Shape, Update,
        problem,
    },
};
use trueup_value::{Type, Value};

use crate::{
    Session,
    client::{ClusterError, Manager, ObjectRef, fields::ManagedFields},
    data::resource::object_of,
    manifest::wanted::{identity, parse_identity},
    report,
};

/// Whom the marks belong to unless a configuration says otherwise; as with
/// Terraform's provider, and another one than that of whole objects.
const MANAGER: &str = "Terraform";

/// Texts by key that an object has somewhere.
pub(super) struct Mark {
    /// The attribute.
    pub(super) name: &'static str,
    /// The field of metadata.
    pub(super) json: &'static str,
    /// Whether it is the metadata of the pods the object makes.
    pub(super) of_pods: bool,
}

/// A resource type for marks.
pub(super) struct Marking {
    pub(super) about: &'static str,
    pub(super) marks: &'static [Mark],
    pub(super) fields: fn() -> Vec<Field>,
}

/// Where the metadata of pods is in an object of the kind.
fn template(object: &ObjectRef) -> &'static [&'static str] {
    match object.kind.kind.as_str() {
        "CronJob" => &["spec", "jobTemplate", "spec", "template", "metadata"],
        _ => &["spec", "template", "metadata"],
    }
}

impl Mark {
    fn place(&self, object: &ObjectRef) -> &'static [&'static str] {
        match self.of_pods {
            true => template(object),
            false => &["metadata"],
        }
    }
}

fn manager(fields: &Fields) -> Manager<'_> {
    Manager {
        name: fields.text("field_manager").unwrap_or(MANAGER),
        force: fields.flag("force").unwrap_or(false),
        inherit: false,
    }
}

impl Marking {
    /// A manifest with nothing but the marks.
    fn manifest(&self, object: &ObjectRef, marks: Option<&Fields>) -> Json {
        let mut document = json!({
            "apiVersion": object.kind.api_version,
            "kind": object.kind.kind,
            "metadata": { "name": object.name },
        });
        if let Some(namespace) = &object.namespace {
            document["metadata"]["namespace"] = json!(namespace);
        }
        for mark in self.marks {
            let texts = marks
                .map(|marks| marks.texts(mark.name))
                .unwrap_or_default();
            let texts = texts
                .into_iter()
                .filter_map(|(key, text)| Some((key.as_str()?.to_owned(), Json::from(text))));
            let texts: Map<String, Json> = texts.collect();
            if texts.is_empty() {
                continue;
            }
            let mut at = &mut document;
            for step in mark.place(object) {
                at = &mut at[*step];
            }
            at[mark.json] = Json::Object(texts);
        }
        document
    }

    /// The marks an object has: those of the manager, and those before.
    fn found(&self, mut stored: Fields, object: &ObjectRef, live: &Json) -> Fields {
        let name = manager(&stored).name.to_owned();
        let owned = ManagedFields::applied_by(live, &name);
        for mark in self.marks {
            let mut at = Some(live);
            let mut owned = owned.as_ref();
            for step in mark.place(object) {
                at = at.and_then(|at| at.get(*step));
                owned = owned.and_then(|owned| owned.field(step));
            }
            let texts = at
                .and_then(|at| at.get(mark.json))
                .and_then(Json::as_object);
            let owned = owned.and_then(|owned| owned.field(mark.json));
            let before = stored.texts(mark.name);
            let kept = texts.into_iter().flatten().filter(|(key, _)| {
                before.iter().any(|(known, _)| known.as_str() == Some(key))
                    || owned.is_some_and(|owned| owned.field(key).is_some())
            });
            let kept =
                kept.filter_map(|(key, text)| Some((key.as_str(), Value::string(text.as_str()?))));
            let kept: Vec<_> = kept.collect();
            if !kept.is_empty() || !before.is_empty() {
                stored.set(mark.name, Value::map(Type::String, kept));
            }
        }
        stored.set_text("id", identity(object));
        stored
    }

    /// How many marks there are.
    fn count(&self, fields: &Fields) -> usize {
        let marks = self.marks.iter();
        marks.map(|mark| fields.texts(mark.name).len()).sum()
    }

    fn unmarked(&self, object: &ObjectRef) -> Problem {
        let kind = self.marks.first().map_or("marks", |mark| mark.json);
        problem(
            "Cannot import non-existent remote object",
            format!("{object} has no {kind} that the field manager \"{MANAGER}\" applied."),
        )
    }

    async fn applied(&self, session: &Session, planned: Fields) -> Made {
        let object = object_of(&planned);
        let cluster = &session.cluster;
        let live = cluster.get(&object).await.map_err(failure)?;
        if live.is_none() {
            let detail = format!("There is no {object} to mark.");
            return Err(Failure::from(problem(
                "Kubernetes object not found",
                detail,
            )));
        }
        let manifest = self.manifest(&object, Some(&planned));
        let applied = cluster.apply(&manifest, manager(&planned)).await;
        let applied = applied.map_err(failure)?;
        Ok(self.found(planned, &object, &applied).into())
    }

    async fn look(&self, session: &Session, object: Object) -> ReadResponse {
        let stored = Fields::of(&object.value);
        let wanted = object_of(&stored);
        match session.cluster.get(&wanted).await {
            Ok(Some(live)) => {
                let expected = self.count(&stored);
                let found = self.found(stored, &wanted, &live);
                match expected > 0 && self.count(&found) == 0 {
                    true => ReadResponse::absent(),
                    false => ReadResponse::found(Object {
                        value: found.into_value(),
                        private: object.private,
                    }),
                }
            }
            Ok(None) => ReadResponse::absent(),
            Err(error) => ReadResponse::failed(report::problems(&error)),
        }
    }
}

fn failure(error: ClusterError) -> Failure {
    Failure::from(report::problem(&error))
}

impl ResourceType<Session> for Marking {
    fn shape(&self) -> Shape {
        let text = |name: &str, about: &str| Field::required(name, Type::String).about(about);
        let mut fields = vec![
            text(
                "api_version",
                "The version of the object's API, such as `apps/v1`.",
            )
            .replaces(),
            text("kind", "The object's kind.").replaces(),
            Field::optional("field_manager", Type::String)
                .filled(Value::string(MANAGER))
                .about("Whom the marks belong to; `Terraform` unless given."),
            Field::optional("force", Type::Bool)
                .about("Whether marks that belong to other managers are taken over."),
            Field::optional("id", Type::String).or_computed(),
        ];
        fields.extend((self.fields)());
        Shape::new(self.about, fields).legacy().block(
            Nested::list(
                "metadata",
                [
                    text("name", "The object's name.").replaces(),
                    Field::optional("namespace", Type::String)
                        .about("The object's namespace.")
                        .replaces(),
                ],
            )
            .at_least(1)
            .at_most(1)
            .about("Which object."),
        )
    }

    fn read<'a>(&'a self, session: &'a Session, object: Object) -> Answer<'a, ReadResponse> {
        Box::pin(self.look(session, object))
    }

    fn identify(&self, _: &Session, planned: &Fields) -> Option<String> {
        Some(identity(&object_of(planned)))
    }

    fn create<'a>(&'a self, session: &'a Session, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(self.applied(session, create.planned))
    }

    fn update<'a>(&'a self, session: &'a Session, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(self.applied(session, update.planned))
    }

    fn delete<'a>(&'a self, session: &'a Session, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let stored = Fields::of(&delete.prior.value);
            let object = object_of(&stored);
            // Applying to what is not there would make it.
            if session
                .cluster
                .get(&object)
                .await
                .map_err(failure)?
                .is_some()
            {
                let manifest = self.manifest(&object, None);
                let applied = session.cluster.apply(&manifest, manager(&stored)).await;
                applied.map_err(failure)?;
            }
            Ok(Vec::new())
        })
    }

    fn import<'a>(
        &'a self,
        session: &'a Session,
        mut empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        Some(Box::pin(async move {
            let Some(object) = parse_identity(id) else {
                let detail = format!(
                    "{id:?} names no object. An ID is written as apiVersion=VERSION,kind=KIND,namespace=NAMESPACE,name=NAME."
                );
                return Err(Failure::from(problem("Invalid import ID", detail)));
            };
            set_object(&mut empty, &object);
            match session.cluster.get(&object).await.map_err(failure)? {
                Some(live) => {
                    let found = self.found(empty, &object, &live);
                    match self.count(&found) {
                        0 => Err(Failure::from(self.unmarked(&object))),
                        _ => Ok(found.into()),
                    }
                }
                None => Err(Failure::from(problem(
                    "Cannot import non-existent remote object",
                    format!("There is no {object}."),
                ))),
            }
        }))
    }

    fn recover<'a>(
        &'a self,
        session: &'a Session,
        action: Interrupted<'a>,
    ) -> Answer<'a, Recovery> {
        Box::pin(async move {
            let mut stored = match action.prior {
                Some(prior) => Fields::of(&prior.value),
                None => self.shape().empty(),
            };
            let object = match action.identity.and_then(parse_identity) {
                Some(object) if action.prior.is_none() => object,
                _ => object_of(&stored),
            };
            set_object(&mut stored, &object);
            let name = manager(&stored).name.to_owned();
            match session.cluster.get(&object).await {
                Ok(Some(live)) if ManagedFields::applied_by(&live, &name).is_some() => {
                    Recovery::Found(self.found(stored, &object, &live).into())
                }
                Ok(_) => Recovery::Absent,
                Err(_) => Recovery::Unknown,
            }
        })
    }
}

fn set_object(fields: &mut Fields, object: &ObjectRef) {
    fields.set_text("api_version", object.kind.api_version.as_str());
    fields.set_text("kind", object.kind.kind.as_str());
    if fields.text("field_manager").is_none() {
        fields.set_text("field_manager", MANAGER);
    }
    let mut metadata = Fields::default();
    metadata.set_text("name", object.name.as_str());
    metadata.set_optional("namespace", object.namespace.as_deref());
    let metadata = metadata.into_value();
    fields.set("metadata", Value::list(metadata.ty(), vec![metadata]));
}
