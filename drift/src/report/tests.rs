use serde_json::json;

use super::*;

fn replicas(after: u64, when: &str) -> Object {
    Object {
        address: "kubernetes_deployment_v1.web".to_owned(),
        kind: "kubernetes_deployment_v1".to_owned(),
        fate: Fate::Changed,
        fields: vec![Field {
            path: FieldPath(vec![
                Step::Name("spec".to_owned()),
                Step::Index(0),
                Step::Name("replicas".to_owned()),
            ]),
            before: json!("3"),
            after: json!(after.to_string()),
            sensitive: false,
        }],
        parts: vec![],
        changed_by: vec![Culprit {
            path: FieldPath::default(),
            who: "kubectl-edit".to_owned(),
            when: Some(when.to_owned()),
            how: None,
        }],
    }
}

fn release() -> Object {
    Object {
        address: "helm_release.loki".to_owned(),
        kind: "helm_release".to_owned(),
        fate: Fate::Changed,
        fields: vec![],
        parts: vec![Part {
            kind: "Service".to_owned(),
            name: "logs/extra".to_owned(),
            fate: Fate::Added,
            fields: vec![],
            notes: vec!["not in the manifest".to_owned()],
        }],
        changed_by: vec![],
    }
}

#[test]
fn a_document_is_read_back_as_it_was_written() {
    let document = Document::new(vec![
        Report::new("a", Outcome::Clean),
        Report {
            ignored: vec![Ignored {
                rule: "drift.hcl:3".to_owned(),
                reason: "an autoscaler sets it".to_owned(),
                object: replicas(9, "2026-01-01T00:00:00Z"),
            }],
            notices: vec![Problem {
                summary: "Expired rule".to_owned(),
                detail: String::new(),
            }],
            ..Report::new("b", Outcome::of(vec![release()]))
        },
        Report::new(
            "c",
            Outcome::Failed(vec![Problem {
                summary: "No configuration files".to_owned(),
                detail: "Why.".to_owned(),
            }]),
        ),
    ]);
    let written = json!({
        "format_version": "1.0",
        "stacks": [
            {
                "folder": "a", "status": "clean",
                "objects": [], "errors": [], "ignored": [], "notices": [],
            },
            {
                "folder": "b", "status": "drifted",
                "objects": [{
                    "address": "helm_release.loki", "type": "helm_release",
                    "change": "changed", "fields": [],
                    "parts": [{
                        "kind": "Service", "name": "logs/extra", "change": "added",
                        "fields": [], "notes": ["not in the manifest"],
                    }],
                    "changed_by": [],
                }],
                "errors": [],
                "ignored": [{
                    "rule": "drift.hcl:3", "reason": "an autoscaler sets it",
                    "object": {
                        "address": "kubernetes_deployment_v1.web",
                        "type": "kubernetes_deployment_v1", "change": "changed",
                        "fields": [{
                            "path": ["spec", 0, "replicas"],
                            "before": "3", "after": "9", "sensitive": false,
                        }],
                        "parts": [],
                        "changed_by": [{
                            "path": [], "who": "kubectl-edit",
                            "when": "2026-01-01T00:00:00Z", "how": null,
                        }],
                    },
                }],
                "notices": [{ "summary": "Expired rule", "detail": "" }],
            },
            {
                "folder": "c", "status": "failed", "objects": [],
                "errors": [{ "summary": "No configuration files", "detail": "Why." }],
                "ignored": [], "notices": [],
            },
        ],
    });
    assert_eq!(serde_json::to_value(&document).unwrap(), written);
    assert_eq!(
        serde_json::from_value::<Document>(written).unwrap(),
        document
    );
}

#[test]
fn what_an_older_version_wrote_is_read() {
    let written = json!({ "folder": "a", "status": "clean", "objects": [], "errors": [] });
    assert_eq!(
        serde_json::from_value::<Report>(written).unwrap(),
        Report::new("a", Outcome::Clean)
    );
}

/// Fingerprints are kept on disk: they may not change from version to version.
#[test]
fn fingerprints_stay_what_they_are() {
    let told = |object: &Object| (object.fingerprint().0, object.place().0);
    assert_eq!(
        told(&replicas(5, "2026-01-01T00:00:00Z")),
        (
            "4f4dd86c49201cad3d1a4d81c4fd0564".to_owned(),
            "37276f728842bbf4c17e48f2cd52268a".to_owned()
        )
    );
    assert_eq!(
        told(&release()),
        (
            "83f555c7b8d109b0f2eb16953a852844".to_owned(),
            "83f555c7b8d109b0f2eb16953a852844".to_owned()
        )
    );
}

#[test]
fn the_same_drift_found_later_has_the_same_fingerprint() {
    let first = replicas(5, "2026-01-01T00:00:00Z");
    let mut later = replicas(5, "2026-01-02T00:00:00Z");
    later.fields[0].before = json!("4");
    assert_eq!(first.fingerprint(), later.fingerprint());
}

#[test]
fn other_values_at_one_place_are_other_drift_at_the_same_place() {
    let (five, six) = (replicas(5, ""), replicas(6, ""));
    assert_ne!(five.fingerprint(), six.fingerprint());
    assert_eq!(five.place(), six.place());
}

#[test]
fn the_order_things_are_found_in_does_not_matter() {
    let report = |objects| Report::new("a", Outcome::of(objects)).fingerprint();
    let (a, b) = (replicas(5, ""), release());
    assert_eq!(
        report(vec![a.clone(), b.clone()]),
        report(vec![b, a.clone()])
    );
    assert_ne!(report(vec![a]), report(vec![]));
}

#[test]
fn a_path_is_written_as_in_a_configuration() {
    let path = FieldPath(vec![
        Step::Name("spec".to_owned()),
        Step::Index(0),
        Step::Name("labels".to_owned()),
        Step::Name("app.kubernetes.io/name".to_owned()),
    ]);
    assert_eq!(
        path.to_string(),
        r#"spec[0].labels["app.kubernetes.io/name"]"#
    );
}
