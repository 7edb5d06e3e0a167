//! What failures are called, and what there is to try.

use serde_json::{Value as Json, json};
use trueup_kubernetes::client::{Manager, ObjectRef};

use crate::server::{cluster, failure, run, settings};

const MANAGER: Manager<'static> = Manager {
    name: "trueup",
    force: false,
    inherit: false,
};

/// What a dry run that is answered so ends in.
fn said(answer: (u16, Json), manifest: &Json) -> String {
    let (cluster, _) = cluster(vec![answer]);
    let error = run(cluster.dry_run(manifest, MANAGER)).expect_err("a failure");
    format!("{}: {error}", error.summary())
}

#[test]
fn failures_are_told_apart() {
    let none = json!([]);
    let settings_text = "Could not plan ConfigMap \"settings\" in namespace \"default\"";
    let conflict = json!([
        { "reason": "FieldManagerConflict", "field": ".data.mode",
          "message": "conflict with \"kubectl-edit\" using v1 at 2026-11-29T01:02:03Z" },
        { "reason": "FieldManagerConflict", "field": ".data.size", "message": "conflict with \"flux\"" },
        { "reason": "FieldManagerConflict", "field": ".spec.replicas",
          "message": "conflict with \"hpa\" with subresource \"scale\" using apps/v1 at 2026-11-29T01:02:04Z" },
    ]);
    let cases = [
        (
            failure(
                403,
                "Forbidden",
                "configmaps \"settings\" is forbidden: User \"eve\" cannot patch resource \"configmaps\" in API group \"\" in the namespace \"default\"",
                none.clone(),
            ),
            "Forbidden by Kubernetes: {}: configmaps \"settings\" is forbidden: User \"eve\" cannot patch resource \"configmaps\" in API group \"\" in the namespace \"default\"",
        ),
        (
            failure(
                403,
                "Forbidden",
                "configmaps \"settings\" is forbidden: exceeded quota: few, requested: count/configmaps=1, used: count/configmaps=3, limited: count/configmaps=3",
                none.clone(),
            ),
            "Quota exceeded: {}: configmaps \"settings\" is forbidden: exceeded quota: few, requested: count/configmaps=1, used: count/configmaps=3, limited: count/configmaps=3",
        ),
        (
            failure(
                403,
                "Forbidden",
                "unable to create new content in namespace default because it is being terminated",
                none.clone(),
            ),
            "Namespace is being deleted: {}: unable to create new content in namespace default because it is being terminated",
        ),
        (
            failure(
                400,
                "BadRequest",
                "admission webhook \"policy.example.com\" denied the request: no modes",
                none.clone(),
            ),
            "Denied by admission: {}: The admission webhook \"policy.example.com\" denied it: no modes",
        ),
        (
            failure(
                500,
                "InternalError",
                "Internal error occurred: failed calling webhook \"mutate.example.com\": failed to call webhook: Post \"https://hook.kube-system.svc:443/?timeout=10s\": no endpoints available for service \"hook\"",
                none.clone(),
            ),
            "Admission webhook unavailable: {}: the webhook \"mutate.example.com\" does not answer: failed to call webhook: Post \"https://hook.kube-system.svc:443/?timeout=10s\": no endpoints available for service \"hook\"",
        ),
        (
            failure(
                500,
                "InternalError",
                "failed to create typed patch object (default/settings; /v1, Kind=ConfigMap): .dta: field not declared in schema",
                none.clone(),
            ),
            "Invalid Kubernetes object: {}: its kind has no field .dta",
        ),
        (
            failure(
                422,
                "Invalid",
                "ConfigMap \"settings\" is invalid",
                json!([{ "reason": "FieldValueForbidden", "field": "data", "message": "Forbidden: field is immutable when `immutable` is set" }]),
            ),
            "Immutable field: {}: the server refuses it:\n  data: Forbidden: field is immutable when `immutable` is set",
        ),
        (
            failure(409, "Conflict", "Apply failed with 3 conflicts", conflict),
            "Field manager conflict: {}: fields belong to other managers:\n  .data.mode is managed by \"kubectl-edit\" (Update, last at 2026-11-29T01:02:03Z)\n  .data.size is managed by \"flux\" (Apply)\n  .spec.replicas is managed by \"hpa\" (Update, through \"scale\", last at 2026-11-29T01:02:04Z)",
        ),
        (
            failure(401, "Unauthorized", "Unauthorized", none.clone()),
            "Kubernetes credentials not accepted: {}: the server does not accept the credentials: Unauthorized",
        ),
        (
            (429, json!("Too many requests, please try again later.\n")),
            "Too many requests: {}: the server has too many requests",
        ),
        (
            failure(404, "NotFound", "namespaces \"default\" not found", none),
            "Kubernetes object not found: {}: namespaces \"default\" not found",
        ),
    ];
    for (answer, expected) in cases {
        assert_eq!(
            said(answer, &settings()),
            expected.replace("{}", settings_text)
        );
    }
}

#[test]
fn a_kind_that_is_not_there_is_named() {
    let (cluster, _) = cluster(vec![failure(
        404,
        "NotFound",
        "404 page not found",
        json!([]),
    )]);
    let thing = ObjectRef::of(&json!({
        "apiVersion": "example.com/v1", "kind": "Thing", "metadata": { "name": "t" },
    }));
    let error = run(cluster.get(&thing.expect("a thing"))).expect_err("no such kind");
    assert_eq!(
        error.detail(),
        "Could not read Thing \"t\": the cluster has no kind Thing in example.com/v1\n\nIs the custom resource definition installed, and is apiVersion right? If something in this stack installs it (a manifest of kind CustomResourceDefinition, or a chart), let this resource depend on it with depends_on."
    );
}

#[test]
fn secrets_are_cut_out_of_what_the_server_says() {
    let secret = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": { "name": "login", "namespace": "default" },
        "data": { "password": "aHVudGVyMg==" },
    });
    let message =
        "Secret \"login\" is invalid: data[password]: Invalid value: \"hunter2\" (aHVudGVyMg==)";
    let said = said(failure(422, "Invalid", message, json!([])), &secret);
    assert_eq!(
        said,
        "Invalid Kubernetes object: Could not plan Secret \"login\" in namespace \"default\": the server refuses it:\n  Secret \"login\" is invalid: data[password]: Invalid value: \"(sensitive value)\" ((sensitive value))"
    );
}

#[test]
fn what_may_pass_is_tried_again() {
    let busy = (429, json!("Too many requests, please try again later.\n"));
    let down = failure(503, "ServiceUnavailable", "not ready", json!([]));
    let (cluster, log) = cluster(vec![busy, down, (200, settings())]);
    run(cluster.apply(&settings(), MANAGER)).expect("an answer in the end");
    let call = "PATCH /api/v1/namespaces/default/configmaps/settings?&fieldManager=trueup&fieldValidation=Strict";
    assert_eq!(log.lines(), [call, "wait 75 ms", call, "wait 146 ms", call]);
}

#[test]
fn a_dry_run_changes_nothing() {
    let (cluster, log) = cluster(vec![(200, settings())]);
    run(cluster.dry_run(&settings(), MANAGER)).expect("an answer");
    let lines = log.lines();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("dryRun=All"), "{lines:?}");
}
