//! The nodes of a cluster, for those who judge whether pods find one.

use kube::core::{Request, params::ListParams};
use serde_json::Value as Json;
use trueup_sdk::Fact;
use trueup_value::Value;

use super::{Action, Cluster, ClusterError, Kind};

/// How many nodes come in one answer.
const PAGE: u32 = 500;

/// Whether an object runs pods that go to certain nodes only.
pub fn chooses_nodes(manifest: &Json) -> bool {
    let spec = match manifest["kind"].as_str() {
        Some("Pod") => &manifest["spec"],
        Some("CronJob") => &manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"],
        _ => &manifest["spec"]["template"]["spec"],
    };
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    let selects = |labels: &Json| labels.as_object().is_some_and(|labels| !labels.is_empty());
    selects(&spec["nodeSelector"]) || selects(&spec["affinity"]["nodeAffinity"][required])
}

impl Cluster {
    /// All nodes as facts: their names and labels. Nothing else of them is
    /// asked for.
    ///
    /// # Errors
    /// Whatever keeps them from being known.
    pub async fn nodes(&self) -> Result<Vec<Fact>, ClusterError> {
        let nodes = self.resource(&Kind::new("v1", "Node")).await?;
        let collection = Request::new(nodes.collection(None));
        let mut params = ListParams {
            limit: Some(PAGE),
            ..ListParams::default()
        };
        let mut facts = Vec::new();
        loop {
            let make = || collection.list_metadata(&params);
            let page = self.call_json(Action::List, &nodes.plural, make).await?;
            facts.extend(page["items"].as_array().into_iter().flatten().map(fact));
            match page["metadata"]["continue"].as_str() {
                None | Some("") => return Ok(facts),
                Some(next) => params.continue_token = Some(next.to_owned()),
            }
        }
    }
}

fn fact(node: &Json) -> Fact {
    let metadata = &node["metadata"];
    let labels = metadata["labels"].as_object().into_iter().flatten();
    let labels =
        labels.filter_map(|(key, value)| Some((key.as_str(), Value::string(value.as_str()?))));
    let name = metadata["name"].as_str().unwrap_or_default();
    Fact::new(
        "node",
        name,
        Value::object([("labels", Value::object(labels))]),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pods_that_choose() {
        let affinity = |kind: &str| {
            json!({ "kind": "Deployment", "spec": { "template": { "spec": { "affinity": { "nodeAffinity": {
                kind: { "nodeSelectorTerms": [{ "matchExpressions": [] }] }
            } } } } } })
        };
        let selector = json!({ "nodeSelector": { "disk": "ssd" } });
        let cases = [
            (json!({ "kind": "Pod", "spec": selector }), true),
            (
                json!({ "kind": "Pod", "spec": { "nodeSelector": {} } }),
                false,
            ),
            (
                json!({ "kind": "StatefulSet", "spec": { "template": { "spec": selector } } }),
                true,
            ),
            (
                json!({ "kind": "CronJob", "spec": { "jobTemplate": { "spec": { "template": { "spec": selector } } } } }),
                true,
            ),
            (
                affinity("requiredDuringSchedulingIgnoredDuringExecution"),
                true,
            ),
            (
                affinity("preferredDuringSchedulingIgnoredDuringExecution"),
                false,
            ),
            (
                json!({ "kind": "ConfigMap", "data": { "spec": "a" } }),
                false,
            ),
        ];
        for (manifest, expected) in cases {
            assert_eq!(chooses_nodes(&manifest), expected, "{manifest}");
        }
    }

    #[test]
    fn a_node() {
        let node = json!({ "metadata": { "name": "one", "labels": { "disk": "ssd" } } });
        let labels = Value::object([("disk", Value::string("ssd"))]);
        let expected = Fact::new("node", "one", Value::object([("labels", labels)]));
        assert_eq!(fact(&node), expected);
    }
}
