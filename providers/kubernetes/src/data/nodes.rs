//! Data source `kubernetes_nodes`: the nodes of the cluster.

use serde_json::Value as Json;
use trueup_sdk::{
    Answer, Attribute, Problem,
    native::{DataSource, Field, Fields, Nested, Shape},
};
use trueup_value::{Type, Value};

use crate::{
    Session,
    client::{Kind, Selectors},
    report,
    types::{convert, outline},
};

const OUTLINE: &str = "
spec readonly
  podCIDR as pod_cidr
  podCIDRs as pod_cidrs
  providerID
  taints
    effect
    key
    value
  unschedulable
status readonly
  addresses
    address
    type
  allocatable
  capacity
  conditions
    lastHeartbeatTime
    lastTransitionTime
    message
    reason
    status
    type
  nodeInfo
    architecture
    bootID
    containerRuntimeVersion
    kernelVersion
    kubeProxyVersion
    kubeletVersion
    machineID
    operatingSystem
    osImage
    systemUUID as system_uuid
";

pub(crate) struct Nodes;

fn metadata_type() -> Type {
    let texts = Type::map(Type::String);
    Type::list(Type::object([
        ("annotations", texts.clone()),
        ("generation", Type::Number),
        ("labels", texts),
        ("name", Type::String),
        ("resource_version", Type::String),
        ("uid", Type::String),
    ]))
}

fn node_type() -> Type {
    let nodes = outline::outline("Node", OUTLINE);
    let fields = nodes.iter().map(|node| (node.name.clone(), node.ty()));
    Type::object(fields.chain([("metadata".to_owned(), metadata_type())]))
}

impl DataSource<Session> for Nodes {
    fn shape(&self) -> Shape {
        let nodes = Attribute::computed(Type::list(node_type()));
        Shape::new(
            "The nodes of the cluster.",
            [
                Field::optional("id", Type::String).or_computed(),
                Field::computed("nodes", nodes.implied_type()).about("The nodes, by name."),
            ],
        )
        .block(
            Nested::list(
                "metadata",
                [Field::required("labels", Type::map(Type::String))
                    .about("The labels nodes must have.")],
            )
            .at_most(1)
            .about("Which nodes; all unless given."),
        )
    }

    fn read<'a>(
        &'a self,
        session: &'a Session,
        mut config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let wanted = config
                .object("metadata")
                .unwrap_or_default()
                .texts("labels");
            let labels = wanted
                .into_iter()
                .filter_map(|(key, value)| Some(format!("{}={value}", key.as_str()?)));
            let labels: Vec<String> = labels.collect();
            let selectors = Selectors {
                labels: (!labels.is_empty()).then(|| labels.join(",")),
                ..Selectors::default()
            };
            let kind = Kind::new("v1", "Node");
            let found = session.cluster.list(&kind, None, &selectors).await;
            let found = found.map_err(|error| report::problems(&error))?;
            let nodes = found.iter().map(node);
            config.set("nodes", Value::list(node_type(), nodes.collect()));
            config.set_text(
                "id",
                match labels.is_empty() {
                    true => "nodes".to_owned(),
                    false => labels.join(","),
                },
            );
            Ok(config)
        })
    }
}

fn node(live: &Json) -> Value {
    let nodes = outline::outline("Node", OUTLINE);
    let nothing = Value::null(outline::object_type(&nodes));
    let mut fields = Fields::of(&convert::from_json(live, &nodes, &nothing));
    let mut metadata = Fields::default();
    let at = |name: &str| live.get("metadata").and_then(|metadata| metadata.get(name));
    for (name, json) in [
        ("name", "name"),
        ("resource_version", "resourceVersion"),
        ("uid", "uid"),
    ] {
        metadata.set_optional(name, at(json).and_then(Json::as_str));
    }
    metadata.set_integer(
        "generation",
        at("generation").and_then(Json::as_i64).unwrap_or(0),
    );
    for name in ["annotations", "labels"] {
        let texts = at(name).and_then(Json::as_object).into_iter().flatten();
        let texts =
            texts.filter_map(|(key, text)| Some((key.as_str(), Value::string(text.as_str()?))));
        metadata.set(name, Value::map(Type::String, texts));
    }
    let metadata = metadata.into_value();
    fields.set("metadata", Value::list(metadata.ty(), vec![metadata]));
    fields.into_value()
}
