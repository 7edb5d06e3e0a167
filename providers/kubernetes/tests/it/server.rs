//! An API server of scripted answers.

use std::{
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, SystemTime},
};

use http::{Request, Response};
use kube::{Client, client::Body};
use serde_json::{Value as Json, json};
use trueup_kubernetes::client::Cluster;
use trueup_sdk::{
    Answer,
    world::{Clock, Random, World},
};

/// What was called, and how long was waited.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn push(&self, line: String) {
        self.0.lock().expect("a log").push(line);
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().expect("a log").clone()
    }
}

/// A clock that is later as soon as somebody wants to wait.
struct Hasty {
    log: Log,
    waited: Mutex<Duration>,
}

impl Clock for Hasty {
    fn now(&self) -> SystemTime {
        let waited = *self.waited.lock().expect("a clock");
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000) + waited
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        *self.waited.lock().expect("a clock") += duration;
        self.log.push(format!("wait {} ms", duration.as_millis()));
        Box::pin(std::future::ready(()))
    }
}

/// A cluster that answers calls in turn with a status and a document; the last
/// answer is given again and again. Which kinds there are it always knows.
pub(crate) fn cluster(answers: Vec<(u16, Json)>) -> (Cluster, Log) {
    let log = Log::default();
    let calls = log.clone();
    let answers = Arc::new(Mutex::new(answers));
    let service = tower::service_fn(move |request: Request<Body>| {
        let answer = answer(&request, &calls, &answers);
        async move { Ok::<_, tower::BoxError>(answer) }
    });
    let _inside = runtime().enter();
    let client = Client::new(service, "default");
    (Cluster::over(client, &world(&log)), log)
}

fn answer(request: &Request<Body>, log: &Log, answers: &Mutex<Vec<(u16, Json)>>) -> Response<Body> {
    let (method, uri) = (request.method(), request.uri());
    if let Some(kinds) = kinds(uri.path()) {
        return respond(200, &kinds);
    }
    log.push(format!("{method} {uri}"));
    let mut answers = answers.lock().expect("answers");
    let (status, document) = match answers.len() {
        1 => answers[0].clone(),
        _ => answers.remove(0),
    };
    respond(status, &document)
}

fn respond(status: u16, document: &Json) -> Response<Body> {
    let text = match document {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let response = Response::builder().status(status);
    response
        .body(Body::from(text.into_bytes()))
        .expect("a response")
}

fn kinds(path: &str) -> Option<Json> {
    let resource = |name: &str, kind: &str, namespaced: bool| json!({ "name": name, "singularName": "", "kind": kind, "namespaced": namespaced, "verbs": ["get"] });
    let (version, resources) = match path {
        "/api/v1" => (
            "v1",
            vec![
                resource("configmaps", "ConfigMap", true),
                resource("namespaces", "Namespace", false),
                resource("secrets", "Secret", true),
                resource("pods/log", "Pod", true),
            ],
        ),
        "/apis/apps/v1" => ("apps/v1", vec![resource("deployments", "Deployment", true)]),
        _ => return None,
    };
    Some(json!({ "kind": "APIResourceList", "groupVersion": version, "resources": resources }))
}

/// A failure as the server answers it.
pub(crate) fn failure(code: u16, reason: &str, message: &str, causes: Json) -> (u16, Json) {
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

/// A config map called `settings`.
pub(crate) fn settings() -> Json {
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "settings", "namespace": "default" },
        "data": { "mode": "fast" },
    })
}

/// Runs to the end.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    runtime().block_on(future)
}

/// Clients work in the background.
fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        runtime.enable_all().build().expect("a runtime")
    })
}

/// Chance that always has it the same way.
struct NoRandomness;

impl Random for NoRandomness {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

/// A machine with nothing on it.
fn world(log: &Log) -> World {
    World {
        clock: Arc::new(Hasty {
            log: log.clone(),
            waited: Mutex::default(),
        }),
        random: Arc::new(NoRandomness),
        working_dir: "/".into(),
        variables: Arc::default(),
    }
}

/// The provider, on such a machine.
pub(crate) fn provider() -> trueup_sdk::native::NativeProvider<trueup_kubernetes::Session> {
    let surroundings = trueup_kubernetes::Surroundings::default();
    trueup_kubernetes::kubernetes(&world(&Log::default()), &surroundings)
}
