//! `kubernetes_role_binding`.

use serde_json::{Map, Value as Json};
use trueup_sdk::native::Fields;

use super::{Metadata, Typed, no_extras, typed::Coding};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: Metadata {
            namespaced: true,
            generated: true,
        },
        about: "Gives the permissions of a role to subjects, within a namespace.",
        version: 0,
        outline: OUTLINE,
        extras: no_extras,
        timeouts: &[],
        coding: Some(CODING),
        ready: None,
    }
}

const OUTLINE: &str = "
roleRef min1
  apiGroup required replaces
  kind required replaces
  name required replaces
subjects as subject min1
  apiGroup computed
  kind required
  name required
  namespace =default
";

/// Users and groups are in no namespace, service accounts in no API group.
pub(super) const CODING: Coding = Coding {
    encode: |fields: &mut Map<String, Json>, _: &Fields| {
        let subjects = fields.get_mut("subjects").and_then(Json::as_array_mut);
        for subject in subjects.into_iter().flatten() {
            let account = subject.get("kind").and_then(Json::as_str) == Some("ServiceAccount");
            if let Some(subject) = subject.as_object_mut().filter(|_| !account) {
                subject.remove("namespace");
                let group = Json::from("rbac.authorization.k8s.io");
                subject.entry("apiGroup").or_insert(group);
            }
        }
    },
    decode: |live: &mut Json| {
        let subjects = live.get_mut("subjects").and_then(Json::as_array_mut);
        for subject in subjects
            .into_iter()
            .flatten()
            .filter_map(Json::as_object_mut)
        {
            subject
                .entry("namespace")
                .or_insert_with(|| Json::from("default"));
            subject.entry("apiGroup").or_insert_with(|| Json::from(""));
        }
    },
    fill: |_, _, _| {},
};
