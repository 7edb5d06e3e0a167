//! What all types that stand for one kind have in common.

use std::time::Duration;

use serde_json::{Map, Value as Json};
use trueup_sdk::{
    Answer, Attribute, Block, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse,
    Problem, ReadResponse, Recovery, ResourceSchema,
    native::{
        Create, Delete, Deleted, Done, Failure, Field, Fields, Made, Nested, ResourceType, Shape,
        Update, problem,
    },
};
use trueup_value::{Path, Str, Type, Value};

use super::{
    blank, convert,
    metadata::Metadata,
    outline::{Form, Node, block, outline, rules},
};
use crate::{
    Session,
    client::{
        Cause, ClusterError, Complaint, Kind, Manager, ObjectRef, Readiness, fields::ManagedFields,
    },
    manifest::{apply::gone, duration, plan::already_exists, private, wanted, was_applied},
    report,
    session::FIELD_MANAGER,
};

/// An attribute of a type that is none of the API's.
pub(crate) struct Extra {
    pub(crate) name: &'static str,
    pub(crate) attribute: Attribute,
    /// The value where none is given.
    pub(crate) default: Option<Value>,
}

/// A resource type that stands for one kind.
pub(crate) struct Typed {
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) metadata: Metadata,
    pub(crate) about: &'static str,
    /// The version of its schema.
    pub(crate) version: u64,
    /// Which fields of the kind it has.
    pub(crate) outline: &'static str,
    pub(crate) extras: fn() -> Vec<Extra>,
    /// The operations that can be bounded in time.
    pub(crate) timeouts: &'static [&'static str],
    /// Fields of the API as they are in a configuration, and back.
    pub(crate) coding: Option<Coding>,
    /// What to wait for after applying.
    pub(crate) ready: Option<fn(&Fields, &Json) -> Readiness>,
}

/// How fields of the API differ from those of a configuration.
#[derive(Clone, Copy)]
pub(crate) struct Coding {
    /// From a configuration, with the rest of it, to the API.
    pub(crate) encode: fn(&mut Map<String, Json>, &Fields),
    /// From the API.
    pub(crate) decode: fn(&mut Json),
    /// Computed attributes that are none of the API's.
    pub(crate) fill: fn(&mut Fields, &Json, &Fields),
}

impl Extra {
    /// A flag to wait for something.
    pub(crate) fn flag(name: &'static str, default: bool, about: &str) -> Extra {
        let attribute = Attribute {
            description: Str::new(about),
            ..Attribute::optional(Type::Bool)
        };
        Extra {
            name,
            attribute,
            default: Some(Value::bool(default)),
        }
    }
}

/// No attributes but those of the API.
pub(crate) fn no_extras() -> Vec<Extra> {
    Vec::new()
}

/// How whom the fields belong to is said.
const MANAGER: Manager<'static> = Manager {
    name: FIELD_MANAGER,
    force: false,
    inherit: false,
};

/// The same for an object there is already. These types have no way to ask for
/// force, and Terraform's provider overwrites: so do they, after a warning.
fn overwriting(prior: &Object) -> Manager<'static> {
    Manager {
        force: true,
        ..asking(prior)
    }
}

fn asking(prior: &Object) -> Manager<'static> {
    Manager {
        inherit: !was_applied(&prior.private),
        ..MANAGER
    }
}

impl Typed {
    fn nodes(&self) -> Vec<Node> {
        outline(self.kind, self.outline)
    }

    /// The manifest a configuration stands for.
    fn manifest(&self, config: &Fields) -> Json {
        let mut document = Map::new();
        document.insert("apiVersion".to_owned(), Json::from(self.api_version));
        document.insert("kind".to_owned(), Json::from(self.kind));
        let metadata = self.metadata.write(config);
        document.insert("metadata".to_owned(), Json::Object(metadata));
        let mut fields = convert::to_json(&config.clone().into_value(), &self.nodes());
        if let Some(coding) = self.coding {
            (coding.encode)(&mut fields, config);
        }
        document.extend(fields);
        Json::Object(document)
    }

    /// The manifest a stored object came from; what the server decided is
    /// left out.
    fn former(&self, stored: &Fields) -> Json {
        let mut stored = stored.clone();
        for node in self.nodes().iter().filter(|node| node.flags.computed) {
            stored.set(&node.name, Value::null(node.ty()));
        }
        self.manifest(&stored)
    }

    /// The object of a stored value.
    fn object(&self, stored: &Fields) -> Option<ObjectRef> {
        let metadata = stored.object("metadata")?;
        let namespace = metadata.text("namespace").unwrap_or("default");
        Some(ObjectRef {
            kind: Kind::new(self.api_version, self.kind),
            namespace: self.metadata.namespaced.then(|| namespace.to_owned()),
            name: metadata
                .text("name")
                .filter(|name| !name.is_empty())?
                .to_owned(),
        })
    }

    /// The object an ID, `NAMESPACE/NAME` or `NAME`, stands for.
    fn by_id(&self, id: &str) -> Option<ObjectRef> {
        let (namespace, name) = match (self.metadata.namespaced, id.split_once('/')) {
            (true, Some((namespace, name))) => (Some(namespace.to_owned()), name),
            (true, None) => return None,
            (false, None) => (None, id),
            (false, Some(_)) => return None,
        };
        (!name.is_empty() && !name.contains('/')).then(|| ObjectRef {
            kind: Kind::new(self.api_version, self.kind),
            namespace,
            name: name.to_owned(),
        })
    }

    /// The value of an object, given what was stored of it.
    fn value(&self, session: &Session, live: &Json, stored: &Fields) -> Fields {
        let mut decoded = live.clone();
        if let Some(coding) = self.coding {
            (coding.decode)(&mut decoded);
        }
        let mut value = stored.clone();
        let fields = convert::from_json(&decoded, &self.nodes(), &stored.clone().into_value());
        for (name, field) in Fields::of(&fields).iter() {
            value.set(name, field.clone());
        }
        let metadata = self.metadata.read(live, stored, &session.ignored);
        value.set("metadata", metadata);
        let text = |pointer: &str| {
            live.pointer(pointer)
                .and_then(Json::as_str)
                .unwrap_or_default()
        };
        let name = text("/metadata/name");
        value.set_text(
            "id",
            match self.metadata.namespaced {
                true => format!("{}/{name}", text("/metadata/namespace")),
                false => name.to_owned(),
            },
        );
        if let Some(coding) = self.coding {
            (coding.fill)(&mut value, live, stored);
        }
        value
    }

    /// A stored value for an object that was found.
    fn found(&self, session: &Session, empty: Fields, live: &Json) -> Fields {
        let mut value = self.value(session, live, &empty);
        for extra in (self.extras)() {
            if let Some(default) = extra.default {
                value.set(extra.name, default);
            }
        }
        value
    }

    fn limit(&self, stored: &Fields, operation: &str) -> Duration {
        let timeouts = Fields::of(stored.get("timeouts"));
        let given = timeouts.text(operation).and_then(duration);
        given.unwrap_or(Duration::from_secs(600))
    }

    async fn plan(
        &self,
        session: &Session,
        shape: &Shape,
        request: PlanRequest<'_>,
    ) -> PlanResponse {
        let mut response = self.by_rules(shape, &request);
        let (Some(config), Some(planned)) = (request.config, &response.planned) else {
            return response;
        };
        let unchanged = request.prior.is_some_and(|prior| prior.value == *planned);
        let config = Fields::of(config);
        let manifest = self.manifest(&config);
        if request.prior.is_none() {
            session.foreseen.note(&manifest);
        }
        let known = config.iter().all(|(_, value)| value.is_wholly_known());
        let object = ObjectRef::of(&manifest).filter(|_| known);
        let Some(object) = object.filter(|_| !unchanged && response.requires_replace.is_empty())
        else {
            return response;
        };
        match request.prior {
            Some(prior) => {
                let manager = asking(prior);
                self.ask_to_change(session, &object, &manifest, manager, &mut response)
                    .await;
            }
            None => {
                if let Err(problem) = self.ask_to_create(session, &object, &manifest).await {
                    response.problems.push(problem);
                }
            }
        }
        if response.problems.iter().any(Problem::is_error) {
            response.planned = None;
        }
        response
    }

    /// What the rules of the shape say, with no differences where states of
    /// Terraform's provider have something empty.
    fn by_rules(&self, shape: &Shape, request: &PlanRequest<'_>) -> PlanResponse {
        let (Some(prior), Some(proposed)) = (request.prior, request.proposed) else {
            return shape.plan(request);
        };
        let plain = Object {
            value: blank::without(&prior.value, proposed),
            private: prior.private.clone(),
        };
        let mut response = shape.plan(&PlanRequest {
            prior: Some(&plain),
            ..*request
        });
        let planned = response.planned.take();
        response.planned = planned.map(|planned| blank::restored(&planned, &prior.value));
        response
    }

    async fn ask_to_change(
        &self,
        session: &Session,
        object: &ObjectRef,
        manifest: &Json,
        manager: Manager<'_>,
        response: &mut PlanResponse,
    ) {
        let live = match session.last_seen(object) {
            Some(live) => Ok(Some(live)),
            None => session
                .cluster
                .get(object)
                .await
                .map(|live| live.map(Into::into)),
        };
        let asked = match live {
            Ok(Some(live)) => {
                let cluster = &session.cluster;
                cluster
                    .dry_run_over(manifest, Some(&*live), manager)
                    .await
                    .map(drop)
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        let Err(error) = asked else { return };
        match &*error.cause {
            Cause::Immutable(complaints) => response.requires_replace = self.immutable(complaints),
            Cause::WebhookUnavailable { .. } => {
                let warning = Problem::warning(error.summary(), error.detail(), Path::new());
                response.problems.push(warning);
            }
            Cause::Conflicts(_) => {
                let detail = format!("{}\n\nApplying takes them over.", error.cause);
                let warning = Problem::warning(error.summary(), detail, Path::new());
                response.problems.push(warning);
            }
            _ => response.problems.push(report::problem(&error)),
        }
    }

    /// Asks what would come of a new object. What is there already and ours is
    /// to be replaced.
    async fn ask_to_create(
        &self,
        session: &Session,
        object: &ObjectRef,
        manifest: &Json,
    ) -> Result<(), Problem> {
        if let Some(namespace) = &object.namespace
            && session.foreseen.has_namespace(namespace)
        {
            return Ok(());
        }
        let cause = match session.cluster.dry_run(manifest, MANAGER).await {
            Ok(made) if made.pointer("/metadata/resourceVersion").is_none() => return Ok(()),
            Ok(_) => None,
            Err(error) => Some(error),
        };
        if let Some(error) = cause {
            match &*error.cause {
                Cause::Conflicts(_) | Cause::Immutable(_) => {}
                Cause::WebhookUnavailable { .. } => {
                    return Err(Problem::warning(
                        error.summary(),
                        error.detail(),
                        Path::new(),
                    ));
                }
                _ => return Err(report::problem(&error)),
            }
        }
        match session.cluster.get(object).await {
            Ok(Some(live)) if ManagedFields::applied_by(&live, FIELD_MANAGER).is_none() => {
                // Objects of Terraform's provider that are to be replaced are
                // in the state, and were read a moment ago.
                match session.was_read(object) {
                    true => Ok(()),
                    false => Err(already_exists(object, &live)),
                }
            }
            Ok(_) => Ok(()),
            Err(error) => Err(report::problem(&error)),
        }
    }

    /// Where in the configuration the fields are that cannot change.
    fn immutable(&self, complaints: &[Complaint]) -> Vec<Path> {
        let nodes = self.nodes();
        let paths = complaints.iter().map(|complaint| {
            let first = complaint.field.split(['.', '[']).next().unwrap_or_default();
            let node = nodes.iter().find(|node| node.json == first);
            node.map_or_else(Path::new, |node| Path::new().attr(node.name.as_str()))
        });
        let mut paths: Vec<Path> = paths.filter(|path| !path.is_empty()).collect();
        paths.dedup();
        match paths.is_empty() {
            true => vec![Path::new().attr("metadata")],
            false => paths,
        }
    }

    async fn create(&self, session: &Session, create: Create<'_>) -> Made {
        let config = Fields::of(create.config);
        let manifest = named(self.manifest(&config), create.identity);
        let object = ObjectRef::of(&manifest).ok_or_else(nameless)?;
        let existing = session.cluster.get(&object).await.map_err(failure)?;
        if let Some(live) = existing {
            return Err(Failure::from(already_exists(&object, &live)));
        }
        self.applied(session, create.planned, &config, &manifest, None, MANAGER)
            .await
    }

    async fn update(&self, session: &Session, update: Update<'_>) -> Made {
        let config = Fields::of(update.config);
        let stored = Fields::of(&update.prior.value);
        let object = self.object(&stored).ok_or_else(nameless)?;
        let identity = wanted::identity(&object);
        let manifest = named(self.manifest(&config), Some(&identity));
        let manager = overwriting(update.prior);
        let mut live = session.cluster.get(&object).await.map_err(failure)?;
        if let Some(found) = &live
            && manager.inherit
            && ManagedFields::applied_by(found, FIELD_MANAGER).is_none()
        {
            // What an earlier tool set and is not wanted any more goes only if
            // it was ours first.
            let former = named(self.former(&stored), Some(&identity));
            if former != manifest {
                let taken = session
                    .cluster
                    .apply_over(&former, Some(found), manager)
                    .await;
                live = Some(taken.map_err(failure)?);
            }
        }
        self.applied(
            session,
            update.planned,
            &config,
            &manifest,
            live.as_ref(),
            manager,
        )
        .await
    }

    async fn applied(
        &self,
        session: &Session,
        planned: Fields,
        config: &Fields,
        manifest: &Json,
        live: Option<&Json>,
        manager: Manager<'_>,
    ) -> Made {
        let object = ObjectRef::of(manifest).ok_or_else(nameless)?;
        let applied = session.cluster.apply_over(manifest, live, manager).await;
        let mut applied = applied.map_err(failure)?;
        if let Some(surplus) = self.surplus(config, manifest, &applied) {
            let cleaned = session
                .cluster
                .merge(&object, &surplus, FIELD_MANAGER)
                .await;
            applied = cleaned.map_err(failure)?;
        }
        let waited = match self.ready {
            Some(ready) => {
                let look = |live: &Json| ready(&planned, live);
                match look(&applied) {
                    Readiness::Ready => Ok(applied.clone()),
                    _ => {
                        let operation = if live.is_some() { "update" } else { "create" };
                        let limit = self.limit(&planned, operation);
                        session.cluster.wait_for(&object, limit, &look).await
                    }
                }
            }
            None => Ok(applied.clone()),
        };
        let known = known_only(&planned, config);
        let private = private(&applied);
        let made = |live: &Json| Done {
            object: self.value(session, live, &known),
            private: Some(private.clone()),
            warnings: Vec::new(),
        };
        match waited {
            Ok(live) => Ok(made(&live)),
            Err(error) => {
                let left = made(&applied);
                Err(failure(error).leaving(Object {
                    value: left.object.into_value(),
                    private: private.clone(),
                }))
            }
        }
    }

    /// A patch that removes what others put into maps that are ours as a
    /// whole, such as the data of a config map.
    fn surplus(&self, config: &Fields, manifest: &Json, applied: &Json) -> Option<Json> {
        let mut patch = Map::new();
        for node in self.nodes() {
            let given = !config.get(&node.name).is_null() || !node.flags.computed;
            if !matches!(node.form, Form::TextMap) || !given {
                continue;
            }
            let wanted = manifest.get(node.json);
            let keys = applied
                .get(node.json)
                .and_then(Json::as_object)
                .into_iter()
                .flatten();
            let surplus = keys
                .filter(|(key, _)| wanted.and_then(|wanted| wanted.get(key.as_str())).is_none())
                .map(|(key, _)| (key.clone(), Json::Null));
            let surplus: Map<String, Json> = surplus.collect();
            if !surplus.is_empty() {
                patch.insert(node.json.to_owned(), Json::Object(surplus));
            }
        }
        (!patch.is_empty()).then_some(Json::Object(patch))
    }

    async fn read_all(&self, session: &Session, objects: Vec<Object>) -> Vec<ReadResponse> {
        let stored: Vec<Fields> = objects
            .iter()
            .map(|object| Fields::of(&object.value))
            .collect();
        let refs: Vec<Option<ObjectRef>> = stored
            .iter()
            .map(|stored| {
                stored
                    .text("id")
                    .and_then(|id| self.by_id(id))
                    .or_else(|| self.object(stored))
            })
            .collect();
        let asked: Vec<ObjectRef> = refs.iter().flatten().cloned().collect();
        let mut answers = session.cluster.get_all(&asked).await.into_iter();
        let pairs = objects.into_iter().zip(stored).zip(refs);
        pairs
            .map(|((object, stored), found)| {
                let Some(found) = found else {
                    let detail = "The state does not say which object this is.";
                    return ReadResponse::failed(vec![problem("Object not known", detail)]);
                };
                match answers.next() {
                    Some(Ok(Some(live))) => {
                        let value = self.value(session, &live, &stored);
                        session.saw(found, live.into());
                        ReadResponse::found(Object {
                            value: value.into_value(),
                            private: object.private,
                        })
                    }
                    Some(Ok(None)) | None => ReadResponse::absent(),
                    Some(Err(error)) => ReadResponse::failed(report::problems(&error)),
                }
            })
            .collect()
    }

    async fn delete(&self, session: &Session, delete: Delete<'_>) -> Deleted {
        let stored = Fields::of(&delete.prior.value);
        let Some(object) = self.object(&stored) else {
            return Ok(Vec::new());
        };
        let metadata = stored.object("metadata").unwrap_or_default();
        let uid = metadata.text("uid").filter(|uid| !uid.is_empty());
        let limit = self.limit(&stored, "delete");
        gone(session, &object, uid, limit).await.map_err(failure)?;
        Ok(Vec::new())
    }

    async fn import(&self, session: &Session, empty: Fields, id: &str) -> Made {
        let Some(object) = self.by_id(id) else {
            let form = match self.metadata.namespaced {
                true => "NAMESPACE/NAME",
                false => "NAME",
            };
            let detail = format!("{id:?} names no {}. An ID is written as {form}.", self.kind);
            return Err(Failure::from(problem("Invalid import ID", detail)));
        };
        match session.cluster.get(&object).await.map_err(failure)? {
            Some(live) => Ok(self.found(session, empty, &live).into()),
            None => Err(Failure::from(problem(
                "Cannot import non-existent remote object",
                format!("There is no {object}."),
            ))),
        }
    }

    async fn recover(&self, session: &Session, action: Interrupted<'_>) -> Recovery {
        let prior = action.prior.map(|prior| (prior, Fields::of(&prior.value)));
        let object = match (&prior, action.identity) {
            (Some((_, stored)), _) => self.object(stored),
            (None, Some(identity)) => wanted::parse_identity(identity),
            (None, None) => None,
        };
        let Some(object) = object else {
            return Recovery::Unknown;
        };
        match (session.cluster.get(&object).await, prior) {
            (Ok(None), _) => Recovery::Absent,
            (Ok(Some(live)), Some((prior, stored))) => Recovery::Found(Object {
                value: self.value(session, &live, &stored).into_value(),
                private: prior.private.clone(),
            }),
            // What somebody else made is not ours to adopt.
            (Ok(Some(live)), None) if ManagedFields::applied_by(&live, FIELD_MANAGER).is_none() => {
                Recovery::Absent
            }
            (Ok(Some(live)), None) => {
                let value = self.found(session, self.shape().empty(), &live);
                Recovery::Found(Object {
                    value: value.into_value(),
                    private: private(&live),
                })
            }
            (Err(_), _) => Recovery::Unknown,
        }
    }

    async fn explain(&self, session: &Session, drift: Drift<'_>) -> Vec<Explanation> {
        let Some(after) = drift.after.map(Fields::of) else {
            return Vec::new();
        };
        let Some(object) = self.object(&after) else {
            return Vec::new();
        };
        let (before, after) = (
            self.manifest(&Fields::of(drift.before)),
            self.manifest(&after),
        );
        let cluster = &session.cluster;
        match cluster.blame(&object, &before, &after, FIELD_MANAGER).await {
            Ok(Some(blamed)) => vec![Explanation {
                what: Path::new(),
                who: blamed.manager,
                when: blamed.time,
                how: Some(blamed.operation),
            }],
            _ => Vec::new(),
        }
    }
}

fn failure(error: ClusterError) -> Failure {
    Failure::from(report::problem(&error))
}

fn nameless() -> Failure {
    Failure::from(problem("Object not known", "The object has no name."))
}

/// A manifest under the name that was chosen for it.
fn named(mut manifest: Json, identity: Option<&str>) -> Json {
    let name = identity
        .and_then(wanted::parse_identity)
        .map(|object| object.name);
    if let (Some(name), Some(metadata)) = (
        name,
        manifest.get_mut("metadata").and_then(Json::as_object_mut),
    ) {
        metadata.remove("generateName");
        metadata.insert("name".to_owned(), Json::String(name));
    }
    manifest
}

/// What is planned, with null for what is not known and not configured.
fn known_only(planned: &Fields, config: &Fields) -> Fields {
    let mut known = Fields::default();
    for (name, value) in planned.iter() {
        let value = match value.is_wholly_known() {
            true => value.clone(),
            false if name == "metadata" => config.get(name).clone(),
            false => config.get(name).clone(),
        };
        known.set(name, value);
    }
    known
}

impl ResourceType<Session> for Typed {
    fn shape(&self) -> Shape {
        let nodes = self.nodes();
        let mut fields: Block = block(&nodes);
        fields.description = Str::new(self.about);
        let id = Attribute::optional(Type::String).or_computed();
        fields.attributes.insert(Str::new("id"), id);
        fields
            .blocks
            .insert(Str::new("metadata"), self.metadata.block());
        for extra in (self.extras)() {
            fields
                .attributes
                .insert(Str::new(extra.name), extra.attribute);
        }
        let mut shape = Shape::of(&ResourceSchema {
            version: self.version,
            block: fields,
        })
        .legacy();
        for (path, node) in rules(&nodes) {
            if let Some(default) = node.default() {
                shape = shape.field(&path, |field| field.filled(default));
            }
            if node.flags.replaces {
                shape = shape.field(&path, Field::replaces);
            }
        }
        for name in ["name", "generate_name", "namespace"] {
            shape = shape.field(&format!("metadata.{name}"), Field::replaces);
        }
        shape = shape.field("metadata.namespace", |field| {
            field.filled(Value::string("default"))
        });
        for extra in (self.extras)() {
            if let Some(default) = extra.default {
                shape = shape.field(extra.name, |field| field.filled(default));
            }
        }
        match self.timeouts.is_empty() {
            true => shape,
            false => shape.block(Nested::timeouts(self.timeouts)),
        }
    }

    fn plan<'a>(
        &'a self,
        session: &'a Session,
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        Box::pin(Typed::plan(self, session, shape, request))
    }

    fn read<'a>(&'a self, session: &'a Session, object: Object) -> Answer<'a, ReadResponse> {
        Box::pin(async move {
            let mut answers = Typed::read_all(self, session, vec![object]).await;
            answers.pop().unwrap_or_default()
        })
    }

    fn read_all<'a>(
        &'a self,
        session: &'a Session,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(Typed::read_all(self, session, objects))
    }

    fn identify(&self, session: &Session, planned: &Fields) -> Option<String> {
        let manifest = self.manifest(planned);
        wanted::identify(&manifest, &*session.random)
    }

    fn create<'a>(&'a self, session: &'a Session, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(Typed::create(self, session, create))
    }

    fn update<'a>(&'a self, session: &'a Session, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(Typed::update(self, session, update))
    }

    fn delete<'a>(&'a self, session: &'a Session, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(Typed::delete(self, session, delete))
    }

    fn import<'a>(
        &'a self,
        session: &'a Session,
        empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        Some(Box::pin(Typed::import(self, session, empty, id)))
    }

    fn recover<'a>(
        &'a self,
        session: &'a Session,
        action: Interrupted<'a>,
    ) -> Answer<'a, Recovery> {
        Box::pin(Typed::recover(self, session, action))
    }

    fn explain<'a>(
        &'a self,
        session: &'a Session,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        Box::pin(Typed::explain(self, session, drift))
    }
}
