//! What is known of a release, for those who judge a plan as a whole: its
//! chart, and all objects it will have.

use trueup_helm::Metadata;
use trueup_helm_template::yaml::from_yaml;
use trueup_kubernetes::client::mask::is_secret;
use trueup_sdk::Fact;
use trueup_value::{Path, Value};

use super::parts::Cover;
use crate::{
    render::{Leaves, Output, name_of},
    session::Place as Where,
};

/// Kinds without a namespace, as far as charts have them.
const CLUSTER_WIDE: [&str; 16] = [
    "APIService",
    "CSIDriver",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "PersistentVolume",
    "PodSecurityPolicy",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];

/// The chart, by its name and version.
pub(super) fn chart(metadata: &Metadata) -> Fact {
    let text = |text: &str| Value::string(text);
    let value = Value::object([
        ("name", text(&metadata.name)),
        ("version", text(&metadata.version)),
        ("appVersion", text(&metadata.app_version)),
        ("deprecated", Value::bool(metadata.deprecated)),
    ]);
    Fact::new(
        "chart",
        format!("{} {}", metadata.name, metadata.version),
        value,
    )
}

/// Objects, hooks and definitions, named like `Service logs/loki`.
pub(super) fn objects(output: &Output, place: &Where, texts: &[String]) -> Vec<Fact> {
    let of = |kind: &'static str, leaves: &[Leaves]| {
        let flat: Vec<Leaves> = leaves.iter().flat_map(Leaves::flat).collect();
        let facts = flat
            .into_iter()
            .filter_map(move |leaves| object(kind, &leaves, place, texts));
        facts.collect::<Vec<_>>()
    };
    let definitions = output.rendered.crds.iter();
    let definitions = definitions.flat_map(|(_, text)| trueup_helm::split(text));
    let definitions: Vec<Leaves> = definitions
        .filter_map(|text| from_yaml(text.as_bytes()).ok())
        .map(|object| Leaves {
            object,
            ..Leaves::default()
        })
        .collect();
    let mut facts = of("definition", &definitions);
    facts.extend(of("object", &output.objects));
    facts.extend(of("hook", &output.hooks));
    facts
}

fn object(kind: &'static str, leaves: &Leaves, place: &Where, texts: &[String]) -> Option<Fact> {
    let (object_kind, namespace, name) = name_of(&leaves.object)?;
    let namespace = match namespace.is_empty() {
        true => place.namespace.as_str(),
        false => namespace.as_str(),
    };
    let label = match CLUSTER_WIDE.contains(&object_kind.as_str()) {
        true => format!("{object_kind} {name}"),
        false => format!("{object_kind} {namespace}/{name}"),
    };
    let cover = Cover {
        is_secret: is_secret(&leaves.object),
        leaves: Some(leaves),
        texts,
    };
    Some(Fact {
        path: Path::new().attr("values"),
        ..Fact::new(kind, label, cover.value(Some(&leaves.object)))
    })
}
