//! What became of objects behind the release's back.

use serde_json::{Value, json};
use trueup_helm_release::operation::{
    Added, Drift, DriftedField, DriftedObject, Revision, Stay, Touch,
};

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
    let added = Added {
        by: Some(touch),
        stays: None,
    };
    assert_eq!(drifted[2].drift, Drift::Added(added));
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

/// What says that it is the release's `app`, made by `manager`.
fn claiming(world: &World, name: &str, manager: &str) -> Value {
    let mut object = world.object("configmaps/app").expect("it");
    object["metadata"]["name"] = json!(name);
    object["metadata"]["managedFields"][0]["manager"] = json!(manager);
    object
}

#[test]
fn only_what_a_hand_or_helm_added_is_in_excess() {
    let world = installed(&[config_map("app", "x")]);
    let mut kept = claiming(&world, "kept", "kubectl-create");
    kept["metadata"]["annotations"]["helm.sh/resource-policy"] = json!("keep");
    let mut hook = claiming(&world, "hook", "helm");
    hook["metadata"]["annotations"]["helm.sh/hook"] = json!("test");
    let mut claim = claiming(&world, "data", "kubectl-create");
    claim["kind"] = json!("PersistentVolumeClaim");
    let copied = claiming(&world, "copied", "kubectl-client-side-apply");
    let left = claiming(&world, "left", "helm");
    let made = claiming(&world, "made", "cert-manager");
    world.meddle(|state| {
        for object in [kept, hook, copied, left, made] {
            state.add("/api/v1/namespaces/ns/configmaps", object);
        }
        state.add("/api/v1/namespaces/ns/persistentvolumeclaims", claim);
    });
    let told = |one: DriftedObject| match one.drift {
        Drift::Added(added) => (one.object.name, added.stays),
        other => panic!("{other:?}"),
    };
    let added: Vec<_> = observe(&world).into_iter().map(told).collect();
    assert_eq!(
        added,
        [
            ("copied".to_owned(), None),
            ("left".to_owned(), None),
            ("made".to_owned(), Some(Stay::Made)),
            ("data".to_owned(), Some(Stay::Holds)),
        ]
    );
}

#[test]
fn what_is_in_excess_goes_with_the_next_revision_unless_that_has_it() {
    let world = installed(&[config_map("app", "x")]);
    let (added, adopted) = (
        claiming(&world, "added", "kubectl-create"),
        claiming(&world, "adopted", "kubectl-create"),
    );
    world.meddle(|state| {
        state.add("/api/v1/namespaces/ns/configmaps", added);
        state.add("/api/v1/namespaces/ns/configmaps", adopted);
    });
    let surplus = observe(&world).into_iter().map(|one| one.object).collect();
    let objects = [config_map("app", "x"), config_map("adopted", "x")];
    let next = Revision {
        surplus,
        ..revision(2, &objects)
    };
    run(world.releases("me").upgrade(next, &waiting())).expect("upgraded");
    assert_eq!(world.object("configmaps/added"), None);
    assert!(world.object("configmaps/adopted").is_some());
    assert_eq!(observe(&world), []);
}
