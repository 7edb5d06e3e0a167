//! What operations would do.

use serde_json::{Value, json};
use trueup_helm_release::operation::{Asked, ObjectAction, Options, Planned, Preview, Revision};
use trueup_kubernetes::client::Change;

use crate::{
    revisions::{config_map, deployment, revision, waiting},
    world::{World, run},
};

fn preview_with(world: &World, wanted: &Revision, options: &Options, partial: &[usize]) -> Preview {
    let before = world.state();
    let releases = world.releases("me");
    let history = run(releases.history("app")).expect("a history");
    let asked = Asked {
        revision: wanted,
        partial,
        history: &history,
        options,
        foreseen: None,
    };
    let preview = run(releases.preview(asked)).expect("a preview");
    assert_eq!(
        world.state().calls,
        before.calls,
        "a preview changes nothing"
    );
    assert_eq!(world.state().objects, before.objects);
    preview
}

fn preview(world: &World, wanted: &Revision) -> Preview {
    preview_with(world, wanted, &waiting(), &[])
}

/// An object and what would be done with it, in a line.
fn line(planned: &Planned) -> String {
    let action = match &planned.action {
        ObjectAction::Create => "create".to_owned(),
        ObjectAction::Update => "update".to_owned(),
        ObjectAction::Nothing => "nothing".to_owned(),
        ObjectAction::Replace(why) => format!("replace ({})", why[0].field),
        ObjectAction::Delete => "delete".to_owned(),
        ObjectAction::Keep => "keep".to_owned(),
        ObjectAction::Leave(_) => "leave".to_owned(),
        ObjectAction::Foreign(_) => "foreign".to_owned(),
        ObjectAction::Unasked(why) => format!("unasked: {why}"),
        ObjectAction::Refused(error) => format!("refused: {error}"),
    };
    format!(
        "{} {}: {action}",
        planned.object.kind.kind, planned.object.name
    )
}

fn lines(preview: &Preview) -> Vec<String> {
    preview.objects.iter().map(line).collect()
}

fn installed(objects: &[Value]) -> World {
    let world = World::new();
    run(world
        .releases("me")
        .install(revision(1, objects), &waiting()))
    .expect("installed");
    world
}

#[test]
fn a_first_installation_creates() {
    let world = World::new();
    let shown = preview(
        &world,
        &revision(1, &[config_map("app", "x"), deployment("app", "a:1")]),
    );
    assert_eq!(
        lines(&shown),
        ["ConfigMap app: create", "Deployment app: create"]
    );
    let planned = &shown.objects[0];
    assert_eq!(planned.template, "app/templates/configmap.yaml");
    assert_eq!(planned.live, None);
    let after = planned.after.as_ref().expect("it is known");
    assert_eq!(
        after["metadata"]["labels"],
        json!({ "app.kubernetes.io/managed-by": "Helm" })
    );
}

#[test]
fn an_upgrade_changes_creates_and_deletes() {
    let mut kept = config_map("kept", "x");
    kept["metadata"]["annotations"] = json!({ "helm.sh/resource-policy": "keep" });
    let world = installed(&[
        config_map("app", "x"),
        config_map("old", "x"),
        kept,
        deployment("app", "a:1"),
    ]);
    let wanted = revision(
        2,
        &[
            config_map("app", "y"),
            config_map("new", "x"),
            deployment("app", "a:1"),
        ],
    );
    let shown = preview(&world, &wanted);
    assert_eq!(
        lines(&shown),
        [
            "ConfigMap app: update",
            "ConfigMap new: create",
            "Deployment app: nothing",
            "ConfigMap old: delete",
            "ConfigMap kept: keep",
        ]
    );
    let change = Change {
        path: ".data.mode".into(),
        before: Some(json!("x")),
        after: Some(json!("y")),
    };
    assert_eq!(shown.objects[0].changes, [change]);
}

#[test]
fn what_is_as_wanted_is_not_asked_about() {
    let objects: Vec<Value> = (0..40).map(|n| config_map(&format!("c{n}"), "x")).collect();
    let world = installed(&objects);
    let before = world.state().reads;
    let shown = preview(&world, &revision(2, &objects));
    assert!(
        shown
            .objects
            .iter()
            .all(|one| matches!(one.action, ObjectAction::Nothing))
    );
    // The history, and the config maps as one list.
    assert_eq!(world.state().reads - before, 2);
}

#[test]
fn conflicts_are_shown_with_what_taking_would_do() {
    let world = installed(&[config_map("app", "x")]);
    world.meddle(|state| {
        let object = state.object_mut("configmaps/app").expect("it");
        object["data"]["mode"] = json!("edited");
        let edited = json!({ "manager": "kubectl-edit", "operation": "Update", "apiVersion": "v1", "time": "2026-02-02T00:00:00Z", "fieldsV1": { "f:data": { "f:mode": {} } } });
        object["metadata"]["managedFields"].as_array_mut().expect("entries").push(edited);
    });
    let shown = preview(&world, &revision(2, &[config_map("app", "x")]));
    assert_eq!(lines(&shown), ["ConfigMap app: update"]);
    let conflicts: Vec<String> = shown.objects[0]
        .conflicts
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(conflicts.len(), 1);
    assert!(
        conflicts[0].contains(".data.mode") && conflicts[0].contains("kubectl-edit"),
        "{conflicts:?}"
    );
    assert_eq!(shown.objects[0].changes[0].before, Some(json!("edited")));
}

#[test]
fn objects_of_others_and_what_cannot_change_are_told() {
    let world = installed(&[config_map("app", "x")]);
    world.meddle(|state| {
        state.immutable = vec![("configmaps/app".into(), "/data/mode".into())];
        state.add(
            "/api/v1/namespaces/ns/configmaps",
            config_map("theirs", "x"),
        );
    });
    let wanted = revision(2, &[config_map("app", "y"), config_map("theirs", "y")]);
    let shown = preview(&world, &wanted);
    assert_eq!(
        lines(&shown),
        [
            "ConfigMap app: replace (data.mode)",
            "ConfigMap theirs: foreign"
        ]
    );
    let taking = Options {
        take_ownership: true,
        ..waiting()
    };
    let shown = preview_with(&world, &wanted, &taking, &[]);
    assert_eq!(lines(&shown)[1], "ConfigMap theirs: update");
}

#[test]
fn what_is_not_known_yet_is_not_asked_about() {
    let world = installed(&[config_map("app", "x")]);
    let shown = preview_with(
        &world,
        &revision(2, &[config_map("app", "y")]),
        &waiting(),
        &[0],
    );
    assert_eq!(
        lines(&shown),
        ["ConfigMap app: unasked: parts of it are known after other changes only"]
    );
    assert_eq!(shown.objects[0].changes[0].path, ".data.mode");
    let world = World::new();
    world.meddle(|state| state.objects.clear());
    let creating = Options {
        create_namespace: true,
        ..waiting()
    };
    let shown = preview_with(
        &world,
        &revision(1, &[config_map("app", "y")]),
        &creating,
        &[],
    );
    assert_eq!(
        lines(&shown),
        ["ConfigMap app: unasked: its namespace is not there yet"]
    );
    // What is in no namespace does not say that this one is there.
    let shared = json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": { "name": "shared", "labels": { "of": "another" } },
    });
    world.meddle(|state| state.add("/api/v1/namespaces", shared.clone()));
    let shown = preview_with(
        &world,
        &revision(1, &[shared, config_map("app", "y")]),
        &creating,
        &[],
    );
    assert_eq!(
        lines(&shown),
        [
            "Namespace shared: foreign",
            "ConfigMap app: unasked: its namespace is not there yet"
        ]
    );
}

#[test]
fn definitions_are_compared() {
    let crd = |version: &str| {
        json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": { "name": "widgets.example.com" },
            "spec": { "group": "example.com", "scope": "Namespaced",
                "names": { "kind": "Widget", "plural": "widgets" },
                "versions": [{ "name": version, "served": true, "storage": true }] },
        })
    };
    let widget =
        json!({ "apiVersion": "example.com/v1", "kind": "Widget", "metadata": { "name": "w" } });
    let world = World::new();
    let mut wanted = revision(1, &[widget]);
    wanted.definitions = vec![("app/crds/widget.yaml".into(), crd("v1").to_string())];
    let shown = preview(&world, &wanted);
    assert_eq!(
        lines(&shown),
        ["Widget w: unasked: its kind is not defined yet"]
    );
    assert_eq!(shown.definitions[0].live, None);
    run(world.releases("me").install(wanted.clone(), &waiting())).expect("installed");
    wanted.definitions[0].1 = crd("v2").to_string();
    let shown = preview(&world, &wanted);
    assert_eq!(
        shown.definitions[0].changes[0].path,
        ".spec.versions[0].name"
    );
}
