//! What operations do, call by call.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trueup_helm_release::{
    Phase, Status,
    operation::{Definitions, Left, Options},
};

use crate::{
    revisions::{config_map, deployment, hooked, job, revision, waiting},
    world::{World, run},
};

/// Numbers and states of the revisions there are.
pub(crate) fn history(world: &World) -> Vec<(u64, Status)> {
    let history = run(world.releases("me").history("app")).expect("a history");
    let revisions = history.revisions();
    revisions
        .iter()
        .map(|one| (one.version, one.status))
        .collect()
}

fn install(world: &World, objects: &[Value]) {
    let done = world.releases("me");
    let done = run(done.install(revision(1, objects), &waiting()));
    assert_eq!(done.expect("installed").warnings, [""; 0]);
}

#[test]
fn an_installation_is_stored_before_and_after() {
    let world = World::new();
    install(
        &world,
        &[config_map("app", "fast"), deployment("app", "a:1")],
    );
    assert_eq!(
        world.state().calls,
        [
            "POST ns/secrets",
            "PATCH configmaps/app",
            "PATCH deployments/app",
            "PUT secrets/sh.helm.release.v1.app.v1",
        ]
    );
    let secret = world.object("sh.helm.release.v1.app.v1").expect("stored");
    assert_eq!(secret["type"], "helm.sh/release.v1");
    let mut labels = secret["metadata"]["labels"].clone();
    labels["modifiedAt"] = json!("now");
    assert_eq!(
        labels,
        json!({ "modifiedAt": "now", "name": "app", "owner": "helm", "status": "deployed", "version": "1" })
    );
    assert_eq!(secret["metadata"].get("annotations"), None);
    let object = world.object("configmaps/app").expect("an object");
    assert_eq!(
        object["metadata"]["labels"],
        json!({ "app.kubernetes.io/managed-by": "Helm" })
    );
    assert_eq!(
        object["metadata"]["annotations"],
        json!({ "meta.helm.sh/release-name": "app", "meta.helm.sh/release-namespace": "ns" })
    );
    assert_eq!(object["metadata"]["managedFields"][0]["manager"], "helm");
    let history = run(world.releases("me").history("app")).expect("a history");
    let record = history
        .last()
        .expect("a revision")
        .record()
        .expect("a record");
    assert_eq!(record.info.description, "Install complete");
    assert_eq!(record.info.status, Status::Deployed);
}

#[test]
fn an_upgrade_writes_only_what_changes() {
    let world = World::new();
    install(
        &world,
        &[
            config_map("app", "fast"),
            config_map("old", "x"),
            deployment("app", "a:1"),
        ],
    );
    world.meddle(|state| state.calls.clear());
    let next = revision(2, &[config_map("app", "slow"), deployment("app", "a:1")]);
    run(world.releases("me").upgrade(next, &waiting())).expect("upgraded");
    assert_eq!(
        world.state().calls,
        [
            "POST ns/secrets",
            "PATCH configmaps/app",
            "DELETE configmaps/old",
            "PUT secrets/sh.helm.release.v1.app.v1",
            "PUT secrets/sh.helm.release.v1.app.v2",
        ]
    );
    let states = [(1, Status::Superseded), (2, Status::Deployed)];
    assert_eq!(history(&world), states);
}

#[test]
fn a_rollback_is_a_new_revision() {
    let world = World::new();
    install(&world, &[config_map("app", "fast")]);
    let next = revision(2, &[config_map("app", "slow"), config_map("new", "x")]);
    run(world.releases("me").upgrade(next, &waiting())).expect("upgraded");
    let done = run(world.releases("me").rollback("app", None, &waiting()));
    let record = done.expect("rolled back").record;
    assert_eq!((record.version, record.info.rollback_revision), (3, 1));
    assert_eq!(record.info.description, "Rollback to 1");
    assert_eq!(
        world.object("configmaps/app").expect("it")["data"]["mode"],
        "fast"
    );
    assert_eq!(world.object("configmaps/new"), None);
    let missing = run(world.releases("me").rollback("app", Some(7), &waiting()));
    assert_eq!(
        missing.expect_err("none").to_string(),
        "release \"app\" has no revision 7"
    );
}

#[test]
fn an_uninstallation_leaves_what_is_to_be_kept_or_is_anothers() {
    let world = World::new();
    let mut kept = config_map("kept", "x");
    kept["metadata"]["annotations"] = json!({ "helm.sh/resource-policy": "keep" });
    install(
        &world,
        &[config_map("app", "fast"), kept, config_map("lent", "x")],
    );
    world.meddle(|state| {
        let lent = state.object_mut("configmaps/lent").expect("it");
        lent["metadata"]["annotations"]["meta.helm.sh/release-name"] = json!("other");
    });
    let done = run(world.releases("me").uninstall("app", &waiting())).expect("gone");
    assert_eq!(
        done.left,
        [
            "ConfigMap \"kept\" in namespace \"ns\" stays: its resource policy is keep.",
            "ConfigMap \"lent\" in namespace \"ns\" stays: invalid ownership metadata; annotation \
             validation error: key \"meta.helm.sh/release-name\" must equal \"app\": current value is \"other\"."
        ]
    );
    assert_eq!(world.object("configmaps/app"), None);
    assert!(world.object("configmaps/kept").is_some());
    assert_eq!(history(&world), []);
    run(world.releases("me").uninstall("app", &waiting())).expect("gone already");
}

#[test]
fn history_is_kept_where_that_is_wanted() {
    let world = World::new();
    install(&world, &[config_map("app", "fast")]);
    let keeping = Options {
        keep_history: true,
        ..waiting()
    };
    run(world.releases("me").uninstall("app", &keeping)).expect("gone");
    assert_eq!(history(&world), [(1, Status::Uninstalled)]);
    let taken = run(world.releases("me").install(revision(2, &[]), &waiting()));
    assert_eq!(
        taken.expect_err("in use").to_string(),
        "release \"app\" is there already: revision 1 is uninstalled"
    );
    let replacing = Options {
        replace: true,
        ..waiting()
    };
    run(world.releases("me").install(revision(2, &[]), &replacing)).expect("installed");
    let states = [(1, Status::Superseded), (2, Status::Deployed)];
    assert_eq!(history(&world), states);
}

#[test]
fn no_more_revisions_are_kept_than_wanted() {
    let world = World::new();
    install(&world, &[config_map("app", "0")]);
    let options = Options {
        max_history: 2,
        ..waiting()
    };
    for version in 2..5 {
        let next = revision(version, &[config_map("app", &version.to_string())]);
        run(world.releases("me").upgrade(next, &options)).expect("upgraded");
    }
    let states = [(3, Status::Superseded), (4, Status::Deployed)];
    assert_eq!(history(&world), states);
}

#[test]
fn objects_of_others_are_not_taken_unasked() {
    let world = World::new();
    world.meddle(|state| {
        state.add(
            "/api/v1/namespaces/ns/configmaps",
            config_map("app", "mine"),
        )
    });
    let taken = run(world
        .releases("me")
        .install(revision(1, &[config_map("app", "x")]), &waiting()));
    let failure = taken.expect_err("not ours");
    assert_eq!(failure.left, Left::AsBefore);
    assert!(
        failure.to_string().starts_with(
            "ConfigMap \"app\" in namespace \"ns\" exists and is not this release's: invalid ownership metadata; "
        ),
        "{failure}"
    );
    assert_eq!(history(&world), []);
    let taking = Options {
        take_ownership: true,
        ..waiting()
    };
    run(world
        .releases("me")
        .install(revision(1, &[config_map("app", "x")]), &taking))
    .expect("taken");
    assert_eq!(
        world.object("configmaps/app").expect("it")["data"]["mode"],
        "x"
    );
}

#[test]
fn hooks_run_in_turn_and_go_as_they_ask() {
    let world = World::new();
    let hooks = [
        job("prepare", &["pre-install"], &[]),
        job("check", &["post-install"], &["hook-succeeded"]),
        job("try", &["test"], &[]),
    ];
    let wanted = hooked(1, &[config_map("app", "x")], &hooks);
    let done = run(world.releases("me").install(wanted, &waiting())).expect("installed");
    assert_eq!(
        world.state().calls,
        [
            "POST ns/secrets",
            "PUT secrets/sh.helm.release.v1.app.v1",
            "PATCH jobs/prepare",
            "PATCH configmaps/app",
            "PUT secrets/sh.helm.release.v1.app.v1",
            "PATCH jobs/check",
            "PUT secrets/sh.helm.release.v1.app.v1",
            "DELETE jobs/check",
            "PUT secrets/sh.helm.release.v1.app.v1",
        ]
    );
    let phases: Vec<Phase> = done
        .record
        .hooks
        .iter()
        .map(|hook| hook.last_run.phase)
        .collect();
    assert_eq!(phases, [Phase::Succeeded, Phase::Succeeded, Phase::Never]);
    assert_eq!(
        world
            .object("jobs/prepare")
            .expect("it")
            .pointer("/metadata/labels"),
        None
    );
}

#[test]
fn a_failed_hook_shows_the_end_of_what_it_printed() {
    let world = World::new();
    world.meddle(|state| {
        state.failing = vec!["prepare".into()];
        let mut pod = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "prepare-x", "labels": { "job-name": "prepare" } } });
        pod["spec"] = json!({ "containers": [{ "name": "main" }] });
        state.add("/api/v1/namespaces/ns/pods", pod);
    });
    let hooks = [job("prepare", &["pre-install"], &["hook-failed"])];
    let wanted = hooked(1, &[config_map("app", "x")], &hooks);
    let failure = run(world.releases("me").install(wanted, &waiting())).expect_err("failed");
    assert_eq!(
        failure.to_string(),
        "the pre-install hook Job \"prepare\" (app/templates/prepare.yaml) failed: not ready:\n  \
         Job \"prepare\" in namespace \"ns\": Because: so\n  \
         main of pod prepare-x:\n    first line\n    last line"
    );
    assert_eq!(world.object("jobs/prepare"), None);
    assert_eq!(world.object("configmaps/app"), None);
    assert_eq!(history(&world), [(1, Status::Failed)]);
    let Left::Revision(record) = failure.left else {
        panic!("{:?}", failure.left);
    };
    assert_eq!(record.hooks[0].last_run.phase, Phase::Failed);
}

#[test]
fn jobs_that_are_deleted_once_complete_have_done_what_they_should() {
    let world = World::new();
    world.meddle(|state| state.fleeting = vec!["prepare".into()]);
    let wanted = || {
        hooked(
            1,
            &[config_map("app", "x")],
            &[job("prepare", &["pre-install"], &[])],
        )
    };
    run(world.releases("me").install(wanted(), &waiting())).expect("installed");
    assert_eq!(history(&world), [(1, Status::Deployed)]);

    let world = World::new();
    world.meddle(|state| {
        state.fleeting = vec!["prepare".into()];
        state.failing = vec!["prepare".into()];
    });
    let failure = run(world.releases("me").install(wanted(), &waiting())).expect_err("failed");
    assert!(
        failure
            .to_string()
            .ends_with("Job \"prepare\" in namespace \"ns\": Because: so"),
        "{failure}"
    );
}

#[test]
fn what_is_not_ready_in_time_is_told_with_its_reasons() {
    let world = World::new();
    world.meddle(|state| {
        state.stuck = vec!["deployments/app".into()];
        let mut pod = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "app-1-x", "labels": { "app": "app" } } });
        pod["status"] = json!({ "containerStatuses": [{ "name": "main", "state": { "waiting": { "reason": "ImagePullBackOff", "message": "no such image a:1" } } }] });
        state.add("/api/v1/namespaces/ns/pods", pod);
        state.add("/api/v1/namespaces/ns/events", json!({
            "apiVersion": "v1", "kind": "Event", "metadata": { "name": "e" },
            "involvedObject": { "kind": "ReplicaSet", "name": "app-1" },
            "reason": "FailedCreate", "message": "exceeded quota", "type": "Warning",
        }));
    });
    let wanted = revision(1, &[deployment("app", "a:1"), config_map("app", "x")]);
    let failure = run(world.releases("me").install(wanted, &waiting())).expect_err("stuck");
    assert_eq!(
        failure.to_string(),
        "not ready after 300 s:\n  Deployment \"app\" in namespace \"ns\": 0 of 1 replicas available\n    \
         pod app-1-x: container main: ImagePullBackOff: no such image a:1\n    \
         ReplicaSet app-1: FailedCreate: exceeded quota"
    );
    assert_eq!(history(&world), [(1, Status::Failed)]);
}

#[test]
fn what_is_atomic_is_undone() {
    let world = World::new();
    let atomic = Options {
        atomic: true,
        ..Options::default()
    };
    world.meddle(|state| state.stuck = vec!["deployments/app".into()]);
    let wanted = revision(1, &[deployment("app", "a:1")]);
    let failure = run(world.releases("me").install(wanted, &atomic)).expect_err("stuck");
    assert_eq!(failure.left, Left::Gone);
    assert!(
        failure
            .to_string()
            .ends_with("\n\nThe release was taken out again."),
        "{failure}"
    );
    assert_eq!(world.object("deployments/app"), None);
    assert_eq!(history(&world), []);

    world.meddle(|state| state.stuck.clear());
    install(&world, &[config_map("app", "good")]);
    world.meddle(|state| state.stuck = vec!["deployments/app".into()]);
    let wanted = revision(2, &[config_map("app", "bad"), deployment("app", "a:2")]);
    let failure = run(world.releases("me").upgrade(wanted, &atomic)).expect_err("stuck");
    assert!(
        failure
            .to_string()
            .ends_with("\n\nThe release was brought back to revision 1."),
        "{failure}"
    );
    assert_eq!(
        world.object("configmaps/app").expect("it")["data"]["mode"],
        "good"
    );
    assert_eq!(world.object("deployments/app"), None);
    let states = [
        (1, Status::Superseded),
        (2, Status::Failed),
        (3, Status::Deployed),
    ];
    assert_eq!(history(&world), states);
    let Left::Revision(record) = failure.left else {
        panic!("{:?}", failure.left);
    };
    assert_eq!(record.version, 3);
}

#[test]
fn what_a_failed_upgrade_created_goes_where_that_is_wanted() {
    let world = World::new();
    install(&world, &[config_map("app", "x")]);
    world.meddle(|state| state.stuck = vec!["deployments/app".into()]);
    let options = Options {
        cleanup_on_fail: true,
        ..waiting()
    };
    let wanted = revision(2, &[config_map("app", "y"), deployment("app", "a:1")]);
    run(world.releases("me").upgrade(wanted, &options)).expect_err("stuck");
    assert_eq!(world.object("deployments/app"), None);
    assert!(world.object("configmaps/app").is_some());
    let states = [(1, Status::Deployed), (2, Status::Failed)];
    assert_eq!(history(&world), states);
}

#[test]
fn what_cannot_change_is_made_anew_where_that_is_wanted() {
    let world = World::new();
    install(&world, &[config_map("app", "x")]);
    world.meddle(|state| state.immutable = vec![("configmaps/app".into(), "/data/mode".into())]);
    let wanted = || revision(2, &[config_map("app", "y")]);
    let failure = run(world.releases("me").upgrade(wanted(), &waiting())).expect_err("immutable");
    assert_eq!(failure.error.summary(), "Immutable field");
    let before = world.object("configmaps/app").expect("it")["metadata"]["uid"].clone();
    let forcing = Options {
        force: true,
        ..waiting()
    };
    let wanted = revision(3, &[config_map("app", "y")]);
    run(world.releases("me").upgrade(wanted, &forcing)).expect("anew");
    let object = world.object("configmaps/app").expect("it");
    assert_eq!(object["data"]["mode"], "y");
    assert_ne!(object["metadata"]["uid"], before);
}

#[test]
fn fields_of_others_are_taken_only_where_that_is_wanted() {
    let world = World::new();
    install(&world, &[config_map("app", "x")]);
    world.meddle(|state| {
        let object = state.object_mut("configmaps/app").expect("it");
        object["data"]["mode"] = json!("edited");
        let edited = json!({ "manager": "kubectl-edit", "operation": "Update", "apiVersion": "v1", "fieldsV1": { "f:data": { "f:mode": {} } } });
        object["metadata"]["managedFields"].as_array_mut().expect("entries").push(edited);
    });
    let failure = run(world
        .releases("me")
        .upgrade(revision(2, &[config_map("app", "y")]), &waiting()));
    let failure = failure.expect_err("a conflict");
    assert_eq!(failure.error.summary(), "Field manager conflict");
    let forcing = Options {
        force_conflicts: true,
        ..waiting()
    };
    run(world
        .releases("me")
        .upgrade(revision(3, &[config_map("app", "y")]), &forcing))
    .expect("taken");
    assert_eq!(
        world.object("configmaps/app").expect("it")["data"]["mode"],
        "y"
    );
}

fn crd(version: &str) -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "widgets.example.com" },
        "spec": {
            "group": "example.com", "scope": "Namespaced",
            "names": { "kind": "Widget", "plural": "widgets" },
            "versions": [{ "name": version, "served": true, "storage": true }],
        },
    })
}

fn widget(version: &str) -> Value {
    json!({ "apiVersion": format!("example.com/{version}"), "kind": "Widget", "metadata": { "name": "w" } })
}

#[test]
fn custom_objects_come_with_their_definitions() {
    let world = World::new();
    let mut wanted = revision(1, &[widget("v1")]);
    wanted.definitions = vec![("app/crds/widget.yaml".into(), crd("v1").to_string())];
    run(world.releases("me").install(wanted.clone(), &waiting())).expect("installed");
    assert!(world.object("widgets/w").is_some());

    // In the manifest itself.
    let world = World::new();
    let own = revision(1, &[crd("v1"), widget("v1")]);
    run(world.releases("me").install(own, &waiting())).expect("installed");
    assert!(world.object("widgets/w").is_some());

    let world = World::new();
    let skipping = Options {
        definitions: Definitions::Skip,
        ..waiting()
    };
    let failure = run(world
        .releases("me")
        .install(revision(1, &[widget("v1")]), &skipping));
    assert_eq!(
        failure.expect_err("unknown").error.summary(),
        "Kind not known to the cluster"
    );
}

#[test]
fn definitions_change_only_where_that_is_wanted() {
    let world = World::new();
    let mut wanted = revision(1, &[]);
    wanted.definitions = vec![("app/crds/widget.yaml".into(), crd("v1").to_string())];
    run(world.releases("me").install(wanted, &waiting())).expect("installed");
    let mut wanted = revision(2, &[]);
    wanted.definitions = vec![("app/crds/widget.yaml".into(), crd("v2").to_string())];
    run(world.releases("me").upgrade(wanted.clone(), &waiting())).expect("upgraded");
    let served = |world: &World| {
        world.object("widgets.example.com").expect("it")["spec"]["versions"][0]["name"].clone()
    };
    assert_eq!(served(&world), "v1");
    wanted.record.version = 3;
    let replacing = Options {
        definitions: Definitions::CreateReplace,
        ..waiting()
    };
    run(world.releases("me").upgrade(wanted, &replacing)).expect("upgraded");
    assert_eq!(served(&world), "v2");
}

#[test]
fn a_namespace_is_created_once() {
    let world = World::new();
    world.meddle(|state| state.objects.clear());
    let creating = Options {
        create_namespace: true,
        ..waiting()
    };
    run(world
        .releases("me")
        .install(revision(1, &[config_map("app", "x")]), &creating))
    .expect("installed");
    assert_eq!(
        world.object("namespaces/ns").expect("it")["metadata"]["labels"],
        json!({ "name": "ns" })
    );
    assert_eq!(world.state().calls[0], "PATCH namespaces/ns");
}

#[test]
fn labels_of_users_are_kept_from_revision_to_revision() {
    let world = World::new();
    let mut wanted = revision(1, &[]);
    wanted.labels = BTreeMap::from([("team".into(), "a".into()), ("tier".into(), "x".into())]);
    run(world.releases("me").install(wanted, &waiting())).expect("installed");
    let mut wanted = revision(2, &[]);
    wanted.labels = BTreeMap::from([("tier".into(), "null".into()), ("cost".into(), "1".into())]);
    run(world.releases("me").upgrade(wanted.clone(), &waiting())).expect("upgraded");
    let history = run(world.releases("me").history("app")).expect("a history");
    let labels = history.last().expect("it").labels().clone();
    assert_eq!(
        labels,
        BTreeMap::from([("cost".into(), "1".into()), ("team".into(), "a".into())])
    );
    wanted.labels = BTreeMap::from([("status".into(), "x".into())]);
    wanted.record.version = 3;
    let failure = run(world.releases("me").upgrade(wanted, &waiting())).expect_err("reserved");
    assert_eq!(failure.error.summary(), "Reserved label");
}

#[test]
fn a_plan_that_others_overtook_is_not_carried_out() {
    let world = World::new();
    install(&world, &[config_map("app", "x")]);
    run(world
        .releases("other")
        .upgrade(revision(2, &[config_map("app", "y")]), &waiting()))
    .expect("upgraded");
    let late = run(world
        .releases("me")
        .upgrade(revision(2, &[config_map("app", "z")]), &waiting()));
    assert_eq!(
        late.expect_err("too late").to_string(),
        "release \"app\" is at revision 2 now; it was at 1 when it was planned"
    );
    assert_eq!(
        world.object("configmaps/app").expect("it")["data"]["mode"],
        "y"
    );
}

#[test]
fn webhooks_of_the_release_have_endpoints_before_it_is_done() {
    let objects = [
        json!({ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "hook" } }),
        json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
            "metadata": { "name": "hook" },
            "webhooks": [{ "name": "a.example.com", "clientConfig": { "service": { "name": "hook", "namespace": "ns" } } }],
        }),
    ];
    let world = World::new();
    let failure = run(world
        .releases("me")
        .install(revision(1, &objects), &waiting()))
    .expect_err("nobody");
    assert_eq!(
        failure.to_string(),
        "not ready after 300 s:\n  Service \"hook\" in namespace \"ns\": it stands behind a webhook and has no endpoints"
    );
    let world = World::new();
    world.meddle(|state| {
        state.add("/apis/discovery.k8s.io/v1/namespaces/ns/endpointslices", json!({
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": { "name": "hook-1", "labels": { "kubernetes.io/service-name": "hook" } },
        "endpoints": [{ "addresses": ["10.0.0.1"], "conditions": { "ready": true } }],
    }))
    });
    run(world
        .releases("me")
        .install(revision(1, &objects), &waiting()))
    .expect("answered");
}
