//! Which kinds there are.

use serde_json::{Value, json};

/// A name in paths, the kind, and whether it has namespaces.
type Served = (&'static str, &'static str, bool);

/// The kinds of each version of an API.
const KINDS: [(&str, &[Served]); 6] = [
    (
        "v1",
        &[
            ("configmaps", "ConfigMap", true),
            ("events", "Event", true),
            ("namespaces", "Namespace", false),
            ("persistentvolumeclaims", "PersistentVolumeClaim", true),
            ("pods", "Pod", true),
            ("secrets", "Secret", true),
            ("services", "Service", true),
        ],
    ),
    ("apps/v1", &[("deployments", "Deployment", true)]),
    ("batch/v1", &[("jobs", "Job", true)]),
    (
        "apiextensions.k8s.io/v1",
        &[(
            "customresourcedefinitions",
            "CustomResourceDefinition",
            false,
        )],
    ),
    (
        "admissionregistration.k8s.io/v1",
        &[(
            "validatingwebhookconfigurations",
            "ValidatingWebhookConfiguration",
            false,
        )],
    ),
    (
        "discovery.k8s.io/v1",
        &[("endpointslices", "EndpointSlice", true)],
    ),
];

/// The answer at a path that asks for kinds. `defined` are definitions whose
/// kinds are served, too.
pub(crate) fn discovery(path: &str, defined: &[&Value]) -> Option<Value> {
    let version = path
        .strip_prefix("/apis/")
        .or_else(|| path.strip_prefix("/api/"))?;
    let mut resources: Vec<Value> = Vec::new();
    let known = KINDS.iter().find(|(known, _)| *known == version);
    for (name, kind, namespaced) in known.into_iter().flat_map(|(_, kinds)| *kinds) {
        resources.push(resource(name, kind, *namespaced));
    }
    for definition in defined {
        let text = |pointer: &str| definition.pointer(pointer).and_then(Value::as_str);
        let group = text("/spec/group").unwrap_or_default();
        let own = text("/spec/versions/0/name").unwrap_or_default();
        if version == format!("{group}/{own}") {
            let plural = text("/spec/names/plural").unwrap_or_default();
            let kind = text("/spec/names/kind").unwrap_or_default();
            resources.push(resource(plural, kind, true));
        }
    }
    if resources.is_empty() {
        return None;
    }
    Some(json!({ "kind": "APIResourceList", "groupVersion": version, "resources": resources }))
}

fn resource(name: &str, kind: &str, namespaced: bool) -> Value {
    json!({ "name": name, "singularName": "", "kind": kind, "namespaced": namespaced, "verbs": ["get"] })
}
