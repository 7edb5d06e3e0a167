//! The server.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use http::{Method, Request, Response, Uri};
use kube::client::Body;
use serde_json::{Value, json};

use super::{
    apply::{Conflict, applied, merge, written},
    kinds::discovery,
};

/// What is in the cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// Objects by path.
    pub(crate) objects: BTreeMap<String, Value>,
    /// Calls that changed something, in order: `PATCH configmaps/app`.
    pub(crate) calls: Vec<String>,
    /// Calls of any kind.
    pub(crate) reads: usize,
    /// How many more calls may change something before the process dies.
    pub(crate) lives: Option<usize>,
    /// Whether the process is dead.
    pub(crate) dead: bool,
    /// Objects that never get ready, by the end of their path.
    pub(crate) stuck: Vec<String>,
    /// Jobs that fail, by name.
    pub(crate) failing: Vec<String>,
    /// Jobs that are deleted as soon as they are complete, by name.
    pub(crate) fleeting: Vec<String>,
    /// What became of them.
    gone: Vec<Value>,
    /// Fields that can't change, by the end of the path and a pointer.
    pub(crate) immutable: Vec<(String, String)>,
    version: u64,
}

impl State {
    pub(crate) fn with_namespace(name: &str) -> State {
        let mut state = State::default();
        let namespace =
            json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } });
        state.put(format!("/api/v1/namespaces/{name}"), namespace);
        state.calls.clear();
        state
    }

    /// The same cluster after the process that used it died.
    pub(crate) fn reborn(mut self) -> State {
        self.dead = false;
        self.lives = None;
        self
    }

    pub(crate) fn object(&self, end: &str) -> Option<&Value> {
        let found = self.objects.iter().find(|(path, _)| ends(path, end));
        found.map(|(_, object)| object)
    }

    pub(crate) fn object_mut(&mut self, end: &str) -> Option<&mut Value> {
        let found = self.objects.iter_mut().find(|(path, _)| ends(path, end));
        found.map(|(_, object)| object)
    }

    pub(crate) fn remove(&mut self, end: &str) {
        self.objects.retain(|path, _| !ends(path, end));
    }

    /// Puts an object as another tool's.
    pub(crate) fn add(&mut self, collection: &str, object: Value) {
        let name = object["metadata"]["name"].as_str().expect("a name");
        self.put(format!("{collection}/{name}"), object);
    }

    fn put(&mut self, path: String, mut object: Value) -> Value {
        self.version += 1;
        let metadata = object["metadata"].as_object_mut().expect("metadata");
        metadata.insert("resourceVersion".into(), json!(self.version.to_string()));
        let uid = json!(format!("uid-{}", self.version));
        metadata.entry("uid").or_insert(uid);
        self.get_ready(&path, &mut object);
        self.objects.insert(path, object.clone());
        object
    }

    /// What controllers do.
    fn get_ready(&mut self, path: &str, object: &mut Value) {
        let stuck = self.stuck.iter().any(|end| ends(path, end));
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let fails = self.failing.iter().any(|failing| failing == name);
        let done = |kind: &str| json!([{ "type": kind, "status": "True", "reason": "Because", "message": "so" }]);
        object["status"] = match object["kind"].as_str() {
            Some("Deployment") if stuck => json!({ "replicas": 1, "updatedReplicas": 1 }),
            Some("Deployment") => json!({
                "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1,
                "conditions": [
                    { "type": "Available", "status": "True" },
                    { "type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable" },
                ],
            }),
            Some("Job") if stuck => json!({ "startTime": "2026-01-01T00:00:00Z" }),
            Some("Job") if fails => json!({ "conditions": done("Failed") }),
            Some("Job") => {
                json!({ "startTime": "2026-01-01T00:00:00Z", "conditions": done("Complete") })
            }
            Some("CustomResourceDefinition") => json!({ "conditions": done("Established") }),
            _ => return,
        };
    }

    fn definitions(&self) -> Vec<&Value> {
        let objects = self.objects.values();
        objects
            .filter(|object| object["kind"] == "CustomResourceDefinition")
            .collect()
    }
}

fn ends(path: &str, end: &str) -> bool {
    path == end || path.ends_with(&format!("/{end}"))
}

pub(crate) async fn answer(state: &Arc<Mutex<State>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = body.collect_bytes().await.expect("a body");
    let mut state = state.lock().expect("the state");
    let content = parts.headers.get("content-type");
    let content = content
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let (code, document) = serve(&mut state, &parts.method, &parts.uri, content, &body);
    let text = match &document {
        Value::String(text) => text.clone(),
        document => document.to_string(),
    };
    let response = Response::builder().status(code);
    response
        .body(Body::from(text.into_bytes()))
        .expect("a response")
}

fn serve(
    state: &mut State,
    method: &Method,
    uri: &Uri,
    content: &str,
    body: &[u8],
) -> (u16, Value) {
    let path = uri.path();
    if let Some(kinds) = discovery(path, &state.definitions()) {
        return (200, kinds);
    }
    let query = uri.query().unwrap_or_default();
    let dry = query.contains("dryRun=All");
    state.reads += 1;
    if *method != Method::GET && !dry {
        if state.lives == Some(0) {
            state.dead = true;
        }
        state.lives = state.lives.map(|lives| lives.saturating_sub(1));
    }
    if state.dead {
        // Nobody is there any more to hear it.
        return failure(400, "BadRequest", "the process is dead");
    }
    if *method != Method::GET && !dry {
        let short = path.rsplit('/').take(2).collect::<Vec<_>>();
        let short: Vec<&str> = short.into_iter().rev().collect();
        state.calls.push(format!("{method} {}", short.join("/")));
    }
    let parsed = || serde_json::from_slice::<Value>(body).expect("a body");
    let force = query.contains("force=true");
    let manager = parameter(query, "fieldManager").unwrap_or_default();
    match *method {
        Method::GET if path.ends_with("/log") => (200, json!("first line\nlast line\n")),
        Method::GET => get(state, path, query),
        Method::POST => post(state, path, parsed(), &manager),
        Method::PUT => put(state, path, parsed()),
        Method::DELETE => delete(state, path, &parsed()),
        _ if content.contains("apply-patch") => patch(state, path, &parsed(), &manager, force, dry),
        _ => merged(state, path, &parsed(), &manager),
    }
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(key, _)| *key == name);
    let (_, value) = values.next()?;
    Some(
        value
            .replace("%3D", "=")
            .replace("%2C", ",")
            .replace("%2F", "/"),
    )
}

fn get(state: &State, path: &str, query: &str) -> (u16, Value) {
    if let Some(object) = state.objects.get(path) {
        return (200, object.clone());
    }
    if query.contains("watch=true") {
        let events = state
            .gone
            .iter()
            .map(|object| json!({ "type": "DELETED", "object": object }).to_string() + "\n");
        return (200, Value::String(events.collect()));
    }
    if !is_collection(path) {
        return missing(path);
    }
    let labels = parameter(query, "labelSelector").unwrap_or_default();
    let matches = |object: &Value| {
        let pairs = labels.split(',').filter_map(|pair| pair.split_once('='));
        let mut pairs = pairs.map(|(key, value)| object["metadata"]["labels"][key] == value);
        pairs.all(|fits| fits)
    };
    let prefix = format!("{path}/");
    let items = state.objects.iter().filter(|(place, object)| {
        let below = place.strip_prefix(&prefix);
        below.is_some_and(|name| !name.contains('/')) && matches(object)
    });
    let items: Vec<&Value> = items.map(|(_, object)| object).collect();
    (
        200,
        json!({ "kind": "List", "metadata": {}, "items": items }),
    )
}

/// `/api/v1/secrets` and `/apis/apps/v1/namespaces/ns/deployments` are; paths
/// that are longer by a name are not.
fn is_collection(path: &str) -> bool {
    let root = if path.starts_with("/apis/") { 4 } else { 3 };
    (path.split('/').count() - root) % 2 == 1
}

fn post(state: &mut State, path: &str, object: Value, manager: &str) -> (u16, Value) {
    let name = object["metadata"]["name"].as_str().expect("a name");
    let place = format!("{path}/{name}");
    if state.objects.contains_key(&place) {
        return failure(409, "AlreadyExists", "it exists");
    }
    let mut object = object;
    let written_fields = object.clone();
    written(&mut object, &written_fields, manager);
    (201, state.put(place, object))
}

fn put(state: &mut State, path: &str, object: Value) -> (u16, Value) {
    match state.objects.contains_key(path) {
        true => (200, state.put(path.to_owned(), object)),
        false => missing(path),
    }
}

fn delete(state: &mut State, path: &str, options: &Value) -> (u16, Value) {
    let Some(object) = state.objects.get(path) else {
        return missing(path);
    };
    let wanted = options.pointer("/preconditions/uid");
    if wanted.is_some() && wanted != object.pointer("/metadata/uid") {
        return failure(409, "Conflict", "another UID");
    }
    state.objects.remove(path);
    (200, json!({ "kind": "Status", "status": "Success" }))
}

fn patch(
    state: &mut State,
    path: &str,
    manifest: &Value,
    manager: &str,
    force: bool,
    dry: bool,
) -> (u16, Value) {
    let live = state.objects.get(path).cloned();
    let object = match applied(live.as_ref(), manifest, manager, force) {
        Ok(object) => object,
        Err(conflicts) => return refused(&conflicts),
    };
    for (end, pointer) in &state.immutable {
        if let Some(live) = live.as_ref().filter(|_| ends(path, end))
            && live.pointer(pointer) != object.pointer(pointer)
        {
            let field = pointer.trim_start_matches('/').replace('/', ".");
            let cause = json!([{ "reason": "FieldValueInvalid", "field": field, "message": "field is immutable" }]);
            return with_causes(422, "Invalid", "it is invalid", &cause);
        }
    }
    if dry {
        return (200, object);
    }
    if live.as_ref() == Some(&object) {
        return (200, object);
    }
    let mut object = state.put(path.to_owned(), object);
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    if state.fleeting.iter().any(|fleeting| fleeting == name) {
        state.gone.push(object.clone());
        state.objects.remove(path);
        object["status"] = json!({ "startTime": "2026-01-01T00:00:00Z" });
    }
    (200, object)
}

fn merged(state: &mut State, path: &str, change: &Value, manager: &str) -> (u16, Value) {
    let Some(mut object) = state.objects.get(path).cloned() else {
        return missing(path);
    };
    merge(&mut object, change);
    if change.pointer("/metadata/managedFields").is_none() {
        written(&mut object, change, manager);
    }
    (200, state.put(path.to_owned(), object))
}

fn refused(conflicts: &[Conflict]) -> (u16, Value) {
    let causes = conflicts.iter().map(|conflict| {
        let message = format!("conflict with \"{}\" using v1", conflict.manager);
        json!({ "reason": "FieldManagerConflict", "field": conflict.field, "message": message })
    });
    with_causes(
        409,
        "Conflict",
        "Apply failed",
        &Value::Array(causes.collect()),
    )
}

fn missing(path: &str) -> (u16, Value) {
    failure(404, "NotFound", &format!("{path} not found"))
}

fn failure(code: u16, reason: &str, message: &str) -> (u16, Value) {
    with_causes(code, reason, message, &json!([]))
}

fn with_causes(code: u16, reason: &str, message: &str, causes: &Value) -> (u16, Value) {
    let status = json!({
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "code": code,
        "reason": reason,
        "message": message,
        "details": { "causes": causes },
    });
    (code, status)
}
