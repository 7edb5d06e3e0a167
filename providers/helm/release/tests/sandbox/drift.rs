//! What others did to a release, on a real API server.

use std::collections::BTreeMap;

use serde_json::{Map, json};
use trueup_helm_release::{
    Record,
    operation::{Asked, Drift, DriftedObject, ObjectAction, Options},
};

use crate::setting::{Setting, options, revision};

fn observe(setting: &Setting, record: &Record) -> Vec<DriftedObject> {
    setting
        .run(setting.releases().observe(record, true))
        .unwrap()
}

#[test]
fn drift_is_seen_told_apart_and_repaired() {
    let Some(setting) = Setting::new("drift") else {
        return;
    };
    let namespace = setting.namespace.as_str();
    let releases = setting.releases();
    let first = revision(namespace, 1, Map::new());
    let done = setting.run(releases.install(first, &options())).unwrap();
    assert_eq!(observe(&setting, &done.record), []);

    let behind = setting.sandbox.cluster().unwrap();
    let apps = format!("/apis/apps/v1/namespaces/{namespace}/deployments/rel");
    let core = format!("/api/v1/namespaces/{namespace}");
    behind
        .merge(&apps, &json!({ "spec": { "replicas": 3 } }))
        .unwrap();
    behind.delete(&format!("{core}/services/rel")).unwrap();
    let own = behind.get(&format!("{core}/configmaps/rel")).unwrap();
    let mut added = own.unwrap();
    let labels = added["metadata"]["labels"].clone();
    let annotations = added["metadata"]["annotations"].clone();
    added["metadata"] = json!({ "name": "added", "labels": labels, "annotations": annotations });
    behind
        .create(&format!("{core}/configmaps"), &added)
        .unwrap();

    let drifted = observe(&setting, &done.record);
    let names: Vec<&str> = drifted.iter().map(|one| one.object.name.as_str()).collect();
    assert_eq!(names, ["rel", "rel", "added"], "{drifted:#?}");
    assert_eq!(drifted[0].drift, Drift::Deleted);
    let Drift::Changed(fields) = &drifted[1].drift else {
        panic!("{drifted:#?}");
    };
    assert_eq!(fields[0].path, ".spec.replicas");
    assert_eq!(
        (&fields[0].wanted, &fields[0].found),
        (&Some(json!(1)), &Some(json!(3)))
    );
    let by = fields[0].by.as_ref().unwrap();
    assert!(by.time.is_some());
    assert_ne!(by.manager, "helm");

    let again = revision(namespace, 2, Map::new());
    let history = setting.run(releases.history("rel")).unwrap();
    let asked = Asked {
        revision: &again,
        partial: &[],
        history: &history,
        options: &options(),
        foreseen: None,
    };
    let preview = setting.run(releases.preview(asked)).unwrap();
    let changing = preview
        .objects
        .iter()
        .filter(|one| !matches!(one.action, ObjectAction::Nothing));
    let changing: Vec<String> = changing.map(|one| one.object.kind.kind.clone()).collect();
    assert_eq!(changing, ["Service", "Deployment"]);
    let conflict = preview.objects.iter().find_map(|one| one.conflicts.first());
    assert_eq!(conflict.unwrap().manager, by.manager);

    let taking = Options {
        force_conflicts: true,
        ..options()
    };
    let done = setting.run(releases.upgrade(again, &taking)).unwrap();
    let drifted = observe(&setting, &done.record);
    let names: Vec<&str> = drifted.iter().map(|one| one.object.name.as_str()).collect();
    assert_eq!(names, ["added"], "{drifted:#?}");
    setting.run(releases.uninstall("rel", &options())).unwrap();
}

#[test]
fn a_large_release_is_planned_with_few_calls() {
    let Some(setting) = Setting::counted("large") else {
        return;
    };
    let namespace = setting.namespace.as_str();
    let releases = setting.releases();
    let objects = (0..300).map(|n| {
        let object = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": format!("c{n}") }, "data": { "n": n.to_string() } });
        format!("---\n{object}\n")
    });
    let mut wanted = revision(namespace, 1, Map::new());
    wanted.record.manifest = objects.collect();
    wanted.record.hooks.clear();
    wanted.definitions.clear();
    setting
        .run(releases.install(wanted.clone(), &options()))
        .unwrap();
    let history = setting.run(releases.history("rel")).unwrap();
    wanted.record.manifest = wanted.record.manifest.replace("\"n\":\"1", "\"n\":\"x1");
    let options = options();
    let asked = Asked {
        revision: &wanted,
        partial: &[],
        history: &history,
        options: &options,
        foreseen: None,
    };
    let proxy = &setting.front.as_ref().unwrap().kubernetes_faults;
    proxy.forget().unwrap();
    let preview = setting.run(releases.preview(asked)).unwrap();
    let mut calls: BTreeMap<String, usize> = BTreeMap::new();
    for call in proxy.calls().unwrap() {
        *calls.entry(call.operation).or_default() += 1;
    }
    let changed = preview.objects.iter().filter(|one| !one.changes.is_empty());
    assert_eq!(changed.count(), 111);
    // What is there comes with one list; only what is another is asked about.
    let expected = [("GET".to_owned(), 1), ("PATCH".to_owned(), 111)];
    assert_eq!(calls, BTreeMap::from(expected));
    setting.run(releases.uninstall("rel", &options)).unwrap();
}
