//! Creating, changing and deleting objects.

use serde_json::{Map, Value as Json};
use trueup_sdk::{
    Object,
    native::{Create, Delete, Deleted, Done, Failure, Fields, Made, Update, problem},
};

use super::{MANAGER, Typed, asking, failure, object::import_id};
use crate::{
    Session,
    client::{ClusterError, Manager, ObjectRef, Readiness, fields::ManagedFields},
    manifest::{apply::gone, plan::already_exists, private, wanted},
    session::FIELD_MANAGER,
    types::outline::Form,
};

/// What is to be applied.
struct Applying<'a> {
    planned: &'a Fields,
    config: &'a Fields,
    manifest: Json,
    object: ObjectRef,
    /// The object there is.
    live: Option<Json>,
    manager: Manager<'a>,
}

impl Typed {
    pub(super) async fn create(&self, session: &Session, create: Create<'_>) -> Made {
        let config = Fields::of(create.config);
        let manifest = named(self.manifest(&config), create.identity);
        let object = ObjectRef::of(&manifest).ok_or_else(nameless)?;
        let existing = session.cluster.get(&object).await.map_err(failure)?;
        if let Some(live) = existing {
            return Err(Failure::from(already_exists(
                &object,
                &live,
                &import_id(&object),
            )));
        }
        let applying = Applying {
            planned: &create.planned,
            config: &config,
            manifest,
            object,
            live: None,
            manager: MANAGER,
        };
        self.applied(session, &applying).await
    }

    pub(super) async fn update(&self, session: &Session, update: Update<'_>) -> Made {
        let config = Fields::of(update.config);
        let stored = Fields::of(&update.prior.value);
        let object = self.object(&stored).ok_or_else(nameless)?;
        let identity = wanted::identity(&object);
        let mut applying = Applying {
            planned: &update.planned,
            config: &config,
            manifest: named(self.manifest(&config), Some(&identity)),
            live: session.cluster.get(&object).await.map_err(failure)?,
            object,
            manager: asking(session, update.prior),
        };
        let former = named(self.former(&stored), Some(&identity));
        if let Some(taken) = take_over(session, &applying, &former).await? {
            applying.live = Some(taken);
        }
        self.applied(session, &applying).await
    }

    async fn applied(&self, session: &Session, applying: &Applying<'_>) -> Made {
        let applied = self.apply(session, applying).await.map_err(failure)?;
        let known = known_only(applying.planned, applying.config);
        let private = private(&applied);
        match self.ready(session, applying, &applied).await {
            Ok(live) => Ok(Done {
                object: self.value(session, &live, &known),
                private: Some(private),
                warnings: Vec::new(),
            }),
            Err(error) => Err(failure(error).leaving(Object {
                value: self.value(session, &applied, &known).into_value(),
                private,
            })),
        }
    }

    async fn apply(
        &self,
        session: &Session,
        applying: &Applying<'_>,
    ) -> Result<Json, ClusterError> {
        let Applying {
            manifest, object, ..
        } = applying;
        let cluster = &session.cluster;
        let applied = session
            .apply_over(manifest, applying.live.as_ref(), applying.manager)
            .await?;
        match self.surplus(applying.config, manifest, &applied) {
            Some(surplus) => cluster.merge(object, &surplus, FIELD_MANAGER).await,
            None => Ok(applied),
        }
    }

    /// The object when it is what there is to wait for.
    async fn ready(
        &self,
        session: &Session,
        applying: &Applying<'_>,
        applied: &Json,
    ) -> Result<Json, ClusterError> {
        let Some(ready) = self.ready else {
            return Ok(applied.clone());
        };
        let look = |live: &Json| ready(applying.planned, live);
        if let Readiness::Ready = look(applied) {
            return Ok(applied.clone());
        }
        let operation = match applying.live {
            Some(_) => "update",
            None => "create",
        };
        let limit = self.limit(applying.planned, operation);
        let cluster = &session.cluster;
        cluster.wait_for(&applying.object, limit, &look).await
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
            let found = applied.get(node.json).and_then(Json::as_object);
            let surplus = found
                .into_iter()
                .flatten()
                .filter(|(key, _)| wanted.and_then(|wanted| wanted.get(key.as_str())).is_none())
                .map(|(key, _)| (key.clone(), Json::Null));
            let surplus: Map<String, Json> = surplus.collect();
            if !surplus.is_empty() {
                patch.insert(node.json.to_owned(), Json::Object(surplus));
            }
        }
        (!patch.is_empty()).then_some(Json::Object(patch))
    }

    pub(super) async fn delete(&self, session: &Session, delete: Delete<'_>) -> Deleted {
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
}

/// Makes the fields ours that an earlier tool set: what is not wanted any more
/// goes only if it was ours first. `None` where there is nothing to take.
async fn take_over(
    session: &Session,
    applying: &Applying<'_>,
    former: &Json,
) -> Result<Option<Json>, Failure> {
    let foreign = applying.live.as_ref().filter(|live| {
        applying.manager.inherit && ManagedFields::applied_by(live, FIELD_MANAGER).is_none()
    });
    let Some(live) = foreign.filter(|_| *former != applying.manifest) else {
        return Ok(None);
    };
    let taken = session
        .cluster
        .apply_over(former, Some(live), applying.manager)
        .await;
    taken.map(Some).map_err(failure)
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

/// What is planned, with what is configured where it is not known.
fn known_only(planned: &Fields, config: &Fields) -> Fields {
    let mut known = Fields::default();
    for (name, value) in planned.iter() {
        let value = match value.is_wholly_known() {
            true => value.clone(),
            false => config.get(name).clone(),
        };
        known.set(name, value);
    }
    known
}
