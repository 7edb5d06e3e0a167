//! A cluster, and what can be asked of it.

use std::{fmt, sync::Arc, time::Duration};

use http::Request;
use kube::{
    Client,
    core::{
        Request as ResourceRequest,
        params::{
            DeleteParams, GetParams, ListParams, Patch, PatchParams, Preconditions,
            PropagationPolicy,
        },
        request,
    },
};
use serde_json::{Map, Value as Json};
use trueup_sdk::{
    calls::Calls,
    world::{Clock, World},
};

use super::{
    Action, Cause, ClusterError, EksAccess, Kind, ObjectRef, Resource, Settings,
    connect::{Connection, connect},
    discovery::Discovery,
    pool::{Connections, Link},
    retry, transport,
};

/// How many objects of a list come in one answer.
const PAGE: u32 = 500;
/// Whom servers take those for whose credentials they do not know.
const ANONYMOUS: &str = "User \"system:anonymous\"";
/// A token is renewed when it has no longer than this to live.
const MARGIN: i64 = 60;

/// A cluster. Nothing is sent before it must be.
pub struct Cluster {
    settings: Settings,
    eks: Option<Arc<dyn EksAccess>>,
    clock: Arc<dyn Clock>,
    calls: Calls,
    link: Link,
    discovery: Discovery,
}

/// Whom fields belong to afterwards, and what about those that belong to
/// others.
#[derive(Clone, Copy, Debug)]
pub struct Manager<'a> {
    /// The name of the field manager.
    pub name: &'a str,
    /// Whether fields are taken from other managers.
    pub force: bool,
    /// Whether fields are taken from tools that managed the object before us,
    /// if nobody applied it under this name yet.
    pub inherit: bool,
}

impl Cluster {
    /// The cluster that `settings` lead to. `eks` finds EKS clusters.
    pub fn new(settings: Settings, eks: Option<Arc<dyn EksAccess>>, world: &World) -> Self {
        Cluster::linked(settings, eks, world, Link::new(None))
    }

    /// The same, reached through a connection that others may use, too.
    pub fn among(
        connections: &Connections,
        settings: Settings,
        eks: Option<Arc<dyn EksAccess>>,
        world: &World,
    ) -> Self {
        let link = connections.link(&settings);
        Cluster::linked(settings, eks, world, link)
    }

    fn linked(
        settings: Settings,
        eks: Option<Arc<dyn EksAccess>>,
        world: &World,
        link: Link,
    ) -> Self {
        Cluster {
            settings,
            eks,
            clock: Arc::clone(&world.clock),
            calls: Calls::new(world, Arc::clone(&link.limits)),
            link,
            discovery: Discovery::default(),
        }
    }

    /// The cluster behind a client that is there already.
    pub fn over(client: Client, world: &World) -> Self {
        let link = Link::new(Some(Connection::over(client)));
        Cluster::linked(Settings::default(), None, world, link)
    }

    /// Time, as this cluster's user sees it.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    async fn connection(&self) -> Result<Arc<Connection>, ClusterError> {
        let now = self.now();
        let usable = |connection: &Arc<Connection>| {
            let expires = connection.expires;
            expires.is_none_or(|expires| expires > now + MARGIN)
        };
        if let Some(connection) = self
            .link
            .connection
            .read()
            .await
            .as_ref()
            .filter(|c| usable(c))
        {
            return Ok(connection.clone());
        }
        let mut place = self.link.connection.write().await;
        if let Some(connection) = place.as_ref().filter(|c| usable(c)) {
            return Ok(connection.clone());
        }
        let connection = connect(&self.settings, self.eks.as_deref()).await?;
        Ok(place.insert(Arc::new(connection)).clone())
    }

    fn now(&self) -> i64 {
        let since = self.clock.now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| {
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        })
    }

    /// Its address, for messages.
    ///
    /// # Errors
    /// The settings lead to no cluster.
    pub async fn endpoint(&self) -> Result<String, ClusterError> {
        Ok(self.connection().await?.endpoint.clone())
    }

    /// The namespace the kubeconfig's context names, else `default`.
    ///
    /// # Errors
    /// The settings lead to no cluster.
    pub async fn default_namespace(&self) -> Result<String, ClusterError> {
        Ok(self.connection().await?.default_namespace.clone())
    }

    /// Makes a call, again where that helps.
    pub(super) async fn call(
        &self,
        action: Action,
        object: &(dyn fmt::Display + Sync),
        make: impl Fn() -> Result<Request<Vec<u8>>, request::Error>,
    ) -> Result<String, ClusterError> {
        let connection = self.connection().await?;
        let policy = match connection.was_reached() {
            true => retry::AFTERWARDS,
            false => retry::AT_FIRST,
        };
        let family = retry::family(&connection.endpoint);
        let make = || {
            make().map_err(|error| {
                ClusterError::new(action, object, Cause::Failed(error.to_string()))
            })
        };
        let attempt = || async {
            let connection = self.connection().await?;
            let answer = self.attempt(&connection, action, object, make()?).await;
            let refused = matches!(&answer, Err(error) if error.is_unauthorized());
            if !refused || !connection.is_renewable() {
                return answer;
            }
            let connection = self.connect_again(&connection).await?;
            self.attempt(&connection, action, object, make()?).await
        };
        let calls = &self.calls;
        let answer = calls.call(&family, &policy, retry::verdict, attempt).await;
        answer.map_err(|gave_up| gave_up.error)
    }

    async fn attempt(
        &self,
        connection: &Connection,
        action: Action,
        object: &(dyn fmt::Display + Sync),
        request: Request<Vec<u8>>,
    ) -> Result<String, ClusterError> {
        let answer = connection.client.request_text(request).await;
        let answer = answer.map_err(|error| {
            let error = transport::failure(action, object, &connection.endpoint, error);
            self.with_expiry(error, connection)
        });
        match &answer {
            Err(error) if error.is_unreachable() => {}
            Err(error) if error.is_unauthorized() => connection.reached(),
            _ => {
                connection.reached();
                connection.accepted();
            }
        }
        answer
    }

    /// Logs in again in the place of a connection whose credentials were not
    /// taken, unless somebody has done so.
    async fn connect_again(
        &self,
        refused: &Arc<Connection>,
    ) -> Result<Arc<Connection>, ClusterError> {
        let mut place = self.link.connection.write().await;
        if let Some(other) = place.as_ref().filter(|one| !Arc::ptr_eq(one, refused)) {
            return Ok(other.clone());
        }
        let connection = connect(&self.settings, self.eks.as_deref()).await?;
        Ok(place.insert(Arc::new(connection.renewed())).clone())
    }

    /// Credentials that are not accepted may say themselves why. Servers that
    /// let strangers in take one for a stranger then.
    fn with_expiry(&self, mut error: ClusterError, connection: &Connection) -> ClusterError {
        let expired = || connection.expiry.and_then(|end| end.passed(self.now()));
        match &mut *error.cause {
            Cause::Unauthorized(reason) => {
                if let Some(expired) = expired() {
                    *reason = expired;
                }
            }
            Cause::Forbidden(reason) if reason.contains(ANONYMOUS) => {
                if let Some(expired) = expired() {
                    *error.cause = Cause::Unauthorized(expired);
                }
            }
            _ => {}
        }
        error
    }

    pub(super) async fn call_json(
        &self,
        action: Action,
        object: &(dyn fmt::Display + Sync),
        make: impl Fn() -> Result<Request<Vec<u8>>, request::Error>,
    ) -> Result<Json, ClusterError> {
        let answer = self.call(action, object, make).await?;
        serde_json::from_str(&answer).map_err(|error| {
            let message = format!("an answer that is no JSON ({error})");
            ClusterError::new(action, object, Cause::Server { code: 200, message })
        })
    }

    /// How objects of a kind are addressed. Kinds are remembered until
    /// [`Cluster::forget_kinds`]; a kind that is not among them is asked for
    /// every time.
    ///
    /// # Errors
    /// [`Cause::NoSuchKind`], among others.
    pub async fn resource(&self, kind: &Kind) -> Result<Resource, ClusterError> {
        let known = self.discovery.known(&kind.api_version);
        if let Some(found) = known.and_then(|known| known.get(&kind.kind).cloned()) {
            return Ok(found);
        }
        let connection = self.connection().await?;
        let unknown = || ClusterError::new(Action::Read, kind, Cause::NoSuchKind(kind.clone()));
        let root = match kind.group().is_empty() {
            true => format!("/api/{}", kind.api_version),
            false => format!("/apis/{}", kind.api_version),
        };
        let make = || {
            let request = Request::get(&root).body(Vec::new());
            request.map_err(request::Error::BuildRequest)
        };
        let place = format!("the API {} of {}", kind.api_version, connection.endpoint);
        let answer = self.call(Action::Discover, &place, make).await;
        let answer = answer.map_err(|error| match error.is_not_found() {
            true => unknown(),
            false => error,
        })?;
        let list = serde_json::from_str(&answer).map_err(|error| {
            let message = format!("an answer that is no list of kinds ({error})");
            ClusterError::new(
                Action::Discover,
                &place,
                Cause::Server { code: 200, message },
            )
        })?;
        let known = self.discovery.learn(&kind.api_version, &list);
        known.get(&kind.kind).cloned().ok_or_else(unknown)
    }

    /// Remembers which kinds an API version has, if it has any.
    pub(super) fn note_kinds(&self, api_version: &str, kinds: Vec<Resource>) {
        if !kinds.is_empty() {
            self.discovery.note(api_version, kinds);
        }
    }

    /// Forgets which kinds there are; they are asked for again.
    pub fn forget_kinds(&self) {
        self.discovery.forget();
    }

    /// The collection an object is in. An object of a kind that has
    /// namespaces and that names none is in `default`.
    pub(super) async fn collection(
        &self,
        object: &ObjectRef,
    ) -> Result<ResourceRequest, ClusterError> {
        let resource = self.resource(&object.kind).await.map_err(|mut error| {
            error.object = object.to_string();
            error
        })?;
        let namespace = object.namespace.as_deref().unwrap_or("default");
        Ok(ResourceRequest::new(resource.collection(Some(namespace))))
    }

    /// Looks at an object; `None` if there is none.
    ///
    /// # Errors
    /// Whatever keeps it from being known.
    pub async fn get(&self, object: &ObjectRef) -> Result<Option<Json>, ClusterError> {
        let collection = self.collection(object).await?;
        let make = || collection.get(&object.name, &GetParams::default());
        match self.call_json(Action::Read, object, make).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All objects of a kind, in one namespace or in all, page by page.
    ///
    /// # Errors
    /// Whatever keeps them from being known.
    pub async fn list(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        selectors: &Selectors,
    ) -> Result<Vec<Json>, ClusterError> {
        let mut params = ListParams {
            label_selector: selectors.labels.clone(),
            field_selector: selectors.fields.clone(),
            limit: Some(selectors.limit.unwrap_or(PAGE)),
            ..ListParams::default()
        };
        let mut objects = Vec::new();
        loop {
            let page = self.page_of(kind, namespace, &params).await?;
            objects.extend(page.items);
            params.continue_token = page.next;
            if params.continue_token.is_none() || selectors.limit.is_some() {
                return Ok(objects);
            }
        }
    }

    /// One page of all objects of a kind; `next` is where the last one ended.
    pub(super) async fn page(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        next: Option<&str>,
    ) -> Result<Page, ClusterError> {
        let params = ListParams {
            limit: Some(PAGE),
            continue_token: next.map(str::to_owned),
            ..ListParams::default()
        };
        self.page_of(kind, namespace, &params).await
    }

    async fn page_of(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        params: &ListParams,
    ) -> Result<Page, ClusterError> {
        let resource = self.resource(kind).await?;
        let collection = ResourceRequest::new(resource.collection(namespace));
        let what = match namespace {
            Some(namespace) => format!("{} of namespace \"{namespace}\"", resource.plural),
            None => resource.plural.clone(),
        };
        let make = || collection.list(params);
        let mut page = self.call_json(Action::List, &what, make).await?;
        let items = match page.get_mut("items").map(Json::take) {
            Some(Json::Array(items)) => items,
            _ => Vec::new(),
        };
        let next = page.pointer("/metadata/continue").and_then(Json::as_str);
        let remaining = page.pointer("/metadata/remainingItemCount");
        let remaining = remaining.and_then(Json::as_u64).unwrap_or(0);
        Ok(Page {
            items: items.into_iter().map(|item| typed(item, kind)).collect(),
            next: next.filter(|next| !next.is_empty()).map(str::to_owned),
            remaining: usize::try_from(remaining).unwrap_or(usize::MAX),
        })
    }

    /// What applying a manifest would lead to. Nothing is changed.
    ///
    /// # Errors
    /// What applying would end in, conflicts and denials among it.
    pub async fn dry_run(
        &self,
        manifest: &Json,
        manager: Manager<'_>,
    ) -> Result<Json, ClusterError> {
        self.patch(Action::DryRun, manifest, manager).await
    }

    /// Applies a manifest: fields it has become those of the manager, fields
    /// that were the manager's alone and that it does not have are removed.
    ///
    /// # Errors
    /// Whatever keeps it from being applied.
    pub async fn apply(&self, manifest: &Json, manager: Manager<'_>) -> Result<Json, ClusterError> {
        self.patch(Action::Apply, manifest, manager).await
    }

    async fn patch(
        &self,
        action: Action,
        manifest: &Json,
        manager: Manager<'_>,
    ) -> Result<Json, ClusterError> {
        let object = ObjectRef::of(manifest).ok_or_else(|| {
            let reason = "it lacks apiVersion, kind or metadata.name".to_owned();
            ClusterError::new(action, "a manifest", Cause::Failed(reason))
        })?;
        let collection = self.collection(&object).await.map_err(|mut error| {
            error.action = action;
            error
        })?;
        let mut params = PatchParams::apply(manager.name).validation_strict();
        params.force = manager.force;
        params.dry_run = action == Action::DryRun;
        let make = || collection.patch(&object.name, &params, &Patch::Apply(manifest));
        let answer = self.call_json(action, &object, make).await;
        answer.map_err(|error| super::mask::error(error, manifest))
    }

    /// Changes an object by a merge patch, as `manager`.
    ///
    /// # Errors
    /// Whatever keeps it from being changed; [`Cause::Changed`] if the patch
    /// names a resource version that is not the object's any more.
    pub async fn merge(
        &self,
        object: &ObjectRef,
        patch: &Json,
        manager: &str,
    ) -> Result<Json, ClusterError> {
        let collection = self.collection(object).await?;
        let params = PatchParams {
            field_manager: Some(manager.to_owned()),
            ..PatchParams::default()
        };
        let make = || collection.patch(&object.name, &params, &Patch::Merge(patch));
        self.call_json(Action::Adopt, object, make).await
    }

    /// Asks for an object to be deleted, if it is the one with this UID.
    ///
    /// # Errors
    /// Whatever keeps it from being deleted.
    pub async fn delete(
        &self,
        object: &ObjectRef,
        uid: Option<&str>,
    ) -> Result<Deletion, ClusterError> {
        let collection = self.collection(object).await?;
        let params = DeleteParams {
            propagation_policy: Some(PropagationPolicy::Background),
            preconditions: uid.map(|uid| Preconditions {
                uid: Some(uid.to_owned()),
                resource_version: None,
            }),
            ..DeleteParams::default()
        };
        let make = || collection.delete(&object.name, &params);
        match self.call_json(Action::Delete, object, make).await {
            // What is still there is answered itself, else a status.
            Ok(answer) if answer.pointer("/metadata/uid").is_some() => {
                let uid = answer.pointer("/metadata/uid").and_then(Json::as_str);
                Ok(Deletion::Begun {
                    uid: uid.map(str::to_owned),
                })
            }
            Ok(_) => Ok(Deletion::Done),
            Err(error) if error.is_not_found() => Ok(Deletion::Done),
            // There is another object of that name; ours is gone.
            Err(error) if uid.is_some() && matches!(*error.cause, Cause::Changed(_)) => {
                Ok(Deletion::Done)
            }
            Err(error) => Err(error),
        }
    }

    /// Waits.
    pub(crate) async fn sleep(&self, duration: Duration) {
        self.clock.sleep(duration).await;
    }
}

/// How far a deletion is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// There is no such object any more.
    Done,
    /// The object goes when its finalizers, or what it owns, have gone.
    Begun {
        /// Its UID.
        uid: Option<String>,
    },
}

/// Which objects of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selectors {
    /// A label selector.
    pub labels: Option<String>,
    /// A field selector.
    pub fields: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
}

/// A part of a list.
pub(super) struct Page {
    pub(super) items: Vec<Json>,
    /// Where it goes on.
    pub(super) next: Option<String>,
    /// How many objects are not on it.
    pub(super) remaining: usize,
}

/// Items of a list do not say what they are.
fn typed(item: Json, kind: &Kind) -> Json {
    let Json::Object(item) = item else {
        return item;
    };
    let mut object = Map::new();
    object.insert(
        "apiVersion".to_owned(),
        Json::String(kind.api_version.clone()),
    );
    object.insert("kind".to_owned(), Json::String(kind.kind.clone()));
    object.extend(item);
    Json::Object(object)
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").finish_non_exhaustive()
    }
}
