//! What a cluster offers as a whole.

use std::collections::{BTreeMap, BTreeSet};

use http::Request;
use kube::core::request;
use serde_json::Value as Json;

use super::{Action, Cluster, ClusterError, Kind, Resource};

/// One answer with all kinds of all groups, where the server has it.
const ALL_AT_ONCE: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// The version of a cluster and the kinds it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The version, as in `v1.33.1`.
    pub version: String,
    /// API versions and the kinds in each; kinds are missing where the server
    /// tells of versions alone.
    pub kinds: BTreeMap<String, BTreeSet<String>>,
}

impl Cluster {
    /// What the cluster offers. Which kinds there are is remembered until
    /// [`Cluster::forget_kinds`].
    ///
    /// # Errors
    /// Whatever keeps it from being known.
    pub async fn offer(&self) -> Result<Offer, ClusterError> {
        let (version, core, groups) = futures_util::future::try_join3(
            self.ask("/version"),
            self.ask("/api"),
            self.ask("/apis"),
        )
        .await?;
        let mut offer = Offer {
            version: text(&version, "gitVersion").to_owned(),
            ..Offer::default()
        };
        for answer in [core, groups] {
            for (api_version, resources) in api_versions(&answer) {
                let kinds = offer.kinds.entry(api_version.clone()).or_default();
                kinds.extend(
                    resources
                        .iter()
                        .map(|(resource, _)| resource.kind.kind.clone()),
                );
                let own = resources.into_iter().filter(|(_, own)| *own);
                self.note_kinds(&api_version, own.map(|(resource, _)| resource).collect());
            }
        }
        Ok(offer)
    }

    async fn ask(&self, path: &str) -> Result<Json, ClusterError> {
        let make = || {
            let request = Request::get(path).header("Accept", ALL_AT_ONCE);
            let request = request.body(Vec::new());
            request.map_err(request::Error::BuildRequest)
        };
        self.call_json(Action::Discover, &path, make).await
    }
}

/// The API versions an answer tells of, and their resources; with each whether
/// it is one of its own or part of another.
fn api_versions(answer: &Json) -> Vec<(String, Vec<(Resource, bool)>)> {
    let list = |value: &'_ Json, name: &str| value.get(name).and_then(Json::as_array).cloned();
    if let Some(groups) = list(answer, "items") {
        let versions = groups.iter().flat_map(|group| {
            let name = group.pointer("/metadata/name").and_then(Json::as_str);
            let name = name.unwrap_or_default().to_owned();
            let versions = list(group, "versions").unwrap_or_default().into_iter();
            versions.map(move |version| of_group(&name, &version))
        });
        return versions.collect();
    }
    if let Some(groups) = list(answer, "groups") {
        let versions = groups
            .iter()
            .flat_map(|group| list(group, "versions").unwrap_or_default());
        let versions = versions.map(|one| (text(&one, "groupVersion").to_owned(), Vec::new()));
        return versions.collect();
    }
    let versions = list(answer, "versions").unwrap_or_default();
    let versions = versions.iter().filter_map(Json::as_str);
    versions.map(|one| (one.to_owned(), Vec::new())).collect()
}

fn of_group(group: &str, version: &Json) -> (String, Vec<(Resource, bool)>) {
    let name = text(version, "version");
    let api_version = match group.is_empty() {
        true => name.to_owned(),
        false => format!("{group}/{name}"),
    };
    let mut resources = Vec::new();
    for one in version
        .get("resources")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
    {
        let namespaced = text(one, "scope") == "Namespaced";
        let of = |one: &Json, plural: &str| {
            let kind = one.pointer("/responseKind/kind").and_then(Json::as_str)?;
            Some(Resource {
                kind: Kind::new(api_version.clone(), kind),
                plural: plural.to_owned(),
                namespaced,
            })
        };
        let plural = text(one, "resource");
        resources.extend(of(one, plural).map(|resource| (resource, true)));
        let parts = one.get("subresources").and_then(Json::as_array);
        let parts = parts
            .into_iter()
            .flatten()
            .filter_map(|part| of(part, plural));
        resources.extend(parts.map(|resource| (resource, false)));
    }
    (api_version, resources)
}

fn text<'a>(value: &'a Json, name: &str) -> &'a str {
    value.get(name).and_then(Json::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn all_forms_of_discovery_are_understood() {
        let aggregated = json!({"items": [{
            "metadata": {"name": "apps"},
            "versions": [{"version": "v1", "resources": [{
                "resource": "deployments",
                "responseKind": {"kind": "Deployment"},
                "scope": "Namespaced",
                "subresources": [{"subresource": "scale", "responseKind": {"kind": "Scale"}}],
            }]}],
        }]});
        let found = api_versions(&aggregated);
        let deployment = Resource {
            kind: Kind::new("apps/v1", "Deployment"),
            plural: "deployments".to_owned(),
            namespaced: true,
        };
        let scale = Resource {
            kind: Kind::new("apps/v1", "Scale"),
            ..deployment.clone()
        };
        let expected = vec![(deployment, true), (scale, false)];
        assert_eq!(found, [("apps/v1".to_owned(), expected)]);
        let groups = json!({"groups": [{"versions": [{"groupVersion": "batch/v1"}]}]});
        assert_eq!(api_versions(&groups), [("batch/v1".to_owned(), Vec::new())]);
        let core = json!({"versions": ["v1"]});
        assert_eq!(api_versions(&core), [("v1".to_owned(), Vec::new())]);
    }
}
