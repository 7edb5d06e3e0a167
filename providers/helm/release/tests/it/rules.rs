//! History, hooks, order and ownership.

use serde_json::json;
use trueup_helm::HookEvent;
use trueup_helm_release::{
    Status, StoredHook,
    history::{Revision, deployed, last, to_delete},
    hooks::{self, DeletePolicy},
    order::removal,
    ownership::Owner,
};

fn revisions(states: &[Status]) -> Vec<Revision> {
    let revisions = states.iter().zip(1..);
    let revision = |(status, version): (&Status, u64)| Revision {
        version,
        status: *status,
    };
    revisions.map(revision).collect()
}

#[test]
fn old_revisions_go_but_the_deployed_one_stays() {
    use Status::{Deployed, Failed, Superseded};
    let history = revisions(&[Superseded, Deployed, Failed, Failed, Failed]);
    assert_eq!(to_delete(&history, 0), [0; 0]);
    assert_eq!(to_delete(&history, 6), [0; 0]);
    assert_eq!(to_delete(&history, 5), [1]);
    assert_eq!(to_delete(&history, 3), [1, 3, 4]);
    assert_eq!(to_delete(&history, 1), [1, 3, 4, 5]);
    assert_eq!(deployed(&history).map(|one| one.version), Some(2));
    assert_eq!(last(&history).map(|one| one.version), Some(5));
    assert_eq!(deployed(&[]), None);
}

fn hook(name: &str, weight: i64, events: &[&str]) -> StoredHook {
    StoredHook {
        name: name.into(),
        kind: "Job".into(),
        weight,
        events: events.iter().map(|&event| event.into()).collect(),
        ..StoredHook::default()
    }
}

#[test]
fn hooks_run_by_weight_then_name() {
    let hooks = [
        hook("b", 1, &["pre-install"]),
        hook("z", -5, &["pre-install", "post-delete"]),
        hook("a", 1, &["pre-upgrade", "pre-install"]),
        hook("t", 0, &["test"]),
    ];
    assert_eq!(hooks::at(&hooks, HookEvent::PreInstall), [1, 2, 0]);
    assert_eq!(hooks::at(&hooks, HookEvent::PostDelete), [1]);
    assert_eq!(hooks::at(&hooks, HookEvent::Test), [3]);
    assert_eq!(hooks::at(&hooks, HookEvent::PostInstall), [0; 0]);
    assert!(hooks[2].runs_at(HookEvent::PreUpgrade));
}

#[test]
fn hooks_are_deleted_when_they_ask_for_it() {
    let silent = hook("a", 0, &[]);
    assert!(hooks::is_deleted(&silent, DeletePolicy::BeforeCreation));
    assert!(!hooks::is_deleted(&silent, DeletePolicy::Succeeded));
    let mut asking = hook("a", 0, &[]);
    asking.delete_policies = vec!["hook-succeeded".into(), "hook-failed".into()];
    assert!(!hooks::is_deleted(&asking, DeletePolicy::BeforeCreation));
    assert!(hooks::is_deleted(&asking, DeletePolicy::Succeeded));
    assert!(hooks::is_deleted(&asking, DeletePolicy::Failed));
    asking.kind = "CustomResourceDefinition".into();
    assert!(!hooks::is_deleted(&asking, DeletePolicy::Failed));
}

#[test]
fn objects_go_in_the_order_of_deletion() {
    let manifest = "---
# Source: app/templates/all.yaml
kind: Namespace
metadata: {name: a}
---
kind: Zebra
---
kind: Service
metadata: {annotations: {helm.sh/resource-policy: ' Keep '}}
---
kind: ConfigMap
metadata: {annotations: {helm.sh/resource-policy: delete}}
---
kind: Alpaca
---
kind: Deployment
---
kind: ValidatingWebhookConfiguration
";
    let removal = removal(manifest).unwrap();
    let kinds = |objects: &[trueup_helm::Manifest]| {
        let kinds = objects.iter().map(|object| object.kind.clone());
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(&removal.delete),
        [
            "ValidatingWebhookConfiguration",
            "Deployment",
            "Namespace",
            "Alpaca",
            "Zebra"
        ]
    );
    assert_eq!(kinds(&removal.keep), ["Service"]);
}

#[test]
fn objects_say_whose_they_are() {
    let owner = Owner {
        name: "rel",
        namespace: "ns",
    };
    let mut object = json!({"kind": "Service", "metadata": {"labels": null}});
    assert_eq!(
        owner.check(&object).unwrap_err().to_string(),
        "invalid ownership metadata; \
         label validation error: missing key \"app.kubernetes.io/managed-by\": must be set to \"Helm\"; \
         annotation validation error: missing key \"meta.helm.sh/release-name\": must be set to \"rel\"; \
         annotation validation error: missing key \"meta.helm.sh/release-namespace\": must be set to \"ns\""
    );
    owner.mark(&mut object);
    assert_eq!(
        object,
        json!({"kind": "Service", "metadata": {
            "labels": {"app.kubernetes.io/managed-by": "Helm"},
            "annotations": {"meta.helm.sh/release-name": "rel", "meta.helm.sh/release-namespace": "ns"},
        }})
    );
    assert_eq!(owner.check(&object), Ok(()));
    let other = Owner {
        name: "other",
        namespace: "ns",
    };
    assert_eq!(
        other.check(&object).unwrap_err().to_string(),
        "invalid ownership metadata; annotation validation error: key \
         \"meta.helm.sh/release-name\" must equal \"other\": current value is \"rel\""
    );
}
