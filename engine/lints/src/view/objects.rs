//! The objects of a cluster that a plan tells of.

use trueup_sdk::Fact;
use trueup_value::{Path, Str, Value};

use super::{Look, Object, Origin, Resource};

/// The objects that come of a resource.
pub(super) fn objects_of<'a>(resource: &'a Resource<'a>) -> Vec<Object<'a>> {
    match resource.kind() {
        "kubernetes_manifest" => manifest(resource).into_iter().collect(),
        "helm_release" => {
            let facts = resource.facts("object").chain(resource.facts("definition"));
            facts
                .filter_map(|fact| of_release(resource, fact))
                .collect()
        }
        kind => typed(resource, kind).into_iter().collect(),
    }
}

fn manifest<'a>(resource: &'a Resource<'a>) -> Option<Object<'a>> {
    let value = resource.at("manifest").value()?;
    let mut object = described(resource, Origin::Manifest, value.clone())?;
    object.path = Path::new().attr("manifest");
    if object.namespace.is_none()
        && is_namespaced(&object.kind)
        && !object.at("metadata.namespace").is_unknown()
    {
        object.namespace = Some("default".to_owned());
    }
    Some(object)
}

/// Objects of releases have the namespace they go to in their name, which
/// begins with their kind: `Service logs/loki`.
fn of_release<'a>(resource: &'a Resource<'a>, fact: &'a Fact) -> Option<Object<'a>> {
    let (kind, place) = fact.name.split_once(' ')?;
    let (namespace, name) = match place.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, place),
    };
    Some(Object {
        owner: resource,
        origin: Origin::Release,
        path: fact.path.clone(),
        kind: kind.to_owned(),
        namespace: namespace.map(str::to_owned),
        name: Some(name.to_owned()),
        value: fact.value.clone(),
    })
}

fn described<'a>(resource: &'a Resource<'a>, origin: Origin, value: Value) -> Option<Object<'a>> {
    let look = Look::of(&value);
    let text = |names: &str| look.find(names).text().map(str::to_owned);
    Some(Object {
        owner: resource,
        origin,
        path: Path::new(),
        kind: text("kind")?,
        namespace: text("metadata.namespace"),
        name: text("metadata.name"),
        value,
    })
}

/// Kinds without a namespace that stacks describe by hand.
fn is_namespaced(kind: &str) -> bool {
    const CLUSTER_WIDE: [&str; 14] = [
        "APIService",
        "ClusterIssuer",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "EC2NodeClass",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "NodePool",
        "PersistentVolume",
        "PriorityClass",
        "ValidatingWebhookConfiguration",
    ];
    !CLUSTER_WIDE.contains(&kind) && kind != "StorageClass"
}

/// An object of a type of its own, in the words of the API.
fn typed<'a>(resource: &'a Resource<'a>, kind: &str) -> Option<Object<'a>> {
    if !resource.is_managed() {
        return None;
    }
    let kind = kind.strip_prefix("kubernetes_")?;
    let kind = kind.strip_suffix("_v1").unwrap_or(kind);
    let (api, kind, more): (&str, &str, Vec<(&str, Value)>) = match kind {
        "service_account" => ("v1", "ServiceAccount", Vec::new()),
        "namespace" => ("v1", "Namespace", Vec::new()),
        "service" => (
            "v1",
            "Service",
            vec![("spec", service(resource.at("spec").first()))],
        ),
        "config_map" => (
            "v1",
            "ConfigMap",
            vec![("data", whole(resource.at("data")))],
        ),
        // Its data is not encoded, unlike in the API.
        "secret" => (
            "v1",
            "Secret",
            vec![("stringData", whole(resource.at("data")))],
        ),
        _ => return None,
    };
    let metadata = resource.at("metadata").first();
    let mut fields = vec![
        ("apiVersion", Value::string(api)),
        ("kind", Value::string(kind)),
        ("metadata", whole(metadata)),
    ];
    fields.extend(more);
    let mut object = described(resource, Origin::Typed, Value::object(fields))?;
    let path = match kind {
        "Service" => "spec",
        "ConfigMap" | "Secret" => "data",
        _ => "metadata",
    };
    object.path = Path::new().attr(path);
    if object.kind == "Namespace" {
        object.namespace = None;
    } else if metadata.at("namespace").is_absent() {
        object.namespace = Some("default".to_owned());
    }
    Some(object)
}

fn whole(look: Look<'_>) -> Value {
    let none = || Value::null(trueup_value::Type::Dynamic);
    look.value().cloned().unwrap_or_else(none)
}

fn service(spec: Look<'_>) -> Value {
    if spec.is_unknown() {
        return whole(spec);
    }
    let ports = spec.at("port").items().map(|port| {
        Value::object([
            ("name", whole(port.at("name"))),
            ("port", whole(port.at("port"))),
            ("targetPort", whole(port.at("target_port"))),
            ("nodePort", whole(port.at("node_port"))),
        ])
    });
    let fields: [(Str, Value); 4] = [
        ("ports".into(), Value::tuple(ports.collect())),
        ("selector".into(), whole(spec.at("selector"))),
        ("type".into(), whole(spec.at("type"))),
        ("clusterIP".into(), whole(spec.at("cluster_ip"))),
    ];
    Value::object(fields)
}
