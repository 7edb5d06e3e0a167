//! What became of objects behind the release's back.

use serde_json::{Value, json};
use trueup_helm_release::operation::{Drift, DriftedField, DriftedObject, Touch};

use crate::{
    revisions::{config_map, deployment, revision, waiting},
    world::{World, run},
};

fn installed(objects: &[Value]) -> World {
    let world = World::new();
    run(world
        .releases("me")
        .install(revision(1, objects), &waiting()))
    .expect("installed");
    world
}

fn observe(world: &World) -> Vec<DriftedObject> {
    let releases = world.releases("me");
    let history = run(releases.history("app")).expect("a history");
    let record = history.deployed().expect("it").record().expect("a record");
    run(releases.observe(&record, true)).expect("a look")
}

#[test]
fn nothing_happened() {
    let world = installed(&[config_map("app", "x"), deployment("app", "a:1")]);
    assert_eq!(observe(&world), []);
}

#[test]
fn what_was_changed_deleted_or_added_is_told_apart() {
    let world = installed(&[
        config_map("app", "x"),
        config_map("gone", "x"),
        deployment("app", "a:1"),
    ]);
    let owned = world.object("configmaps/app").expect("it");
    world.meddle(|state| {
        state.remove("configmaps/gone");
        let object = state.object_mut("deployments/app").expect("it");
        object["spec"]["replicas"] = json!(5);
        let scaled = json!({ "manager": "kubectl", "operation": "Update", "apiVersion": "apps/v1", "subresource": "scale", "time": "2026-03-03T00:00:00Z", "fieldsV1": { "f:spec": { "f:replicas": {} } } });
        object["metadata"]["managedFields"].as_array_mut().expect("entries").push(scaled);
        let mut added = owned.clone();
        added["metadata"]["name"] = json!("added");
        added["metadata"]["managedFields"][0]["manager"] = json!("kubectl-create");
        state.add("/api/v1/namespaces/ns/configmaps", added.clone());
        added["metadata"]["name"] = json!("made");
        added["metadata"]["ownerReferences"] = json!([{ "kind": "Deployment", "name": "app" }]);
        state.add("/api/v1/namespaces/ns/configmaps", added);
    });
    let drifted = observe(&world);
    let names: Vec<&str> = drifted.iter().map(|one| one.object.name.as_str()).collect();
    assert_eq!(names, ["gone", "app", "added"]);
    assert_eq!(drifted[0].drift, Drift::Deleted);
    let field = DriftedField {
        path: ".spec.replicas".into(),
        wanted: Some(json!(1)),
        found: Some(json!(5)),
        by: Some(Touch {
            manager: "kubectl".into(),
            time: Some("2026-03-03T00:00:00Z".into()),
            subresource: Some("scale".into()),
        }),
    };
    assert_eq!(drifted[1].drift, Drift::Changed(vec![field]));
    let touch = Touch {
        manager: "kubectl-create".into(),
        time: Some("2026-01-01T00:00:00Z".into()),
        subresource: None,
    };
    assert_eq!(drifted[2].drift, Drift::Added(Some(touch)));
}

#[test]
fn the_next_apply_repairs_it() {
    let objects = [config_map("app", "x"), config_map("gone", "x")];
    let world = installed(&objects);
    world.meddle(|state| {
        state.remove("configmaps/gone");
        state.object_mut("configmaps/app").expect("it")["data"]["mode"] = json!("edited");
    });
    run(world
        .releases("me")
        .upgrade(revision(2, &objects), &waiting()))
    .expect("repaired");
    assert_eq!(observe(&world), []);
}
