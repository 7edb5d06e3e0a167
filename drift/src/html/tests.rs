use std::time::{Duration, SystemTime};

use serde_json::json;

use super::*;
use crate::report::{Culprit, Fate, Field, FieldPath, Ignored, Object, Part};

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_782_946_800)
}

fn field(path: &[&str], before: serde_json::Value, after: serde_json::Value) -> Field {
    Field {
        path: FieldPath::of_names(path),
        before,
        after,
        sensitive: false,
    }
}

fn object(address: &str, fate: Fate) -> Object {
    Object {
        address: address.to_owned(),
        kind: "a".to_owned(),
        fate,
        fields: vec![],
        parts: vec![],
        changed_by: vec![],
    }
}

/// Every kind of thing a page can hold.
fn reports() -> Vec<Report> {
    let deployment = Object {
        fields: vec![
            field(&["spec", "replicas"], json!("3"), json!("12")),
            field(
                &["metadata", "labels", "app.kubernetes.io/name"],
                json!(null),
                json!("<b>web</b>"),
            ),
            Field {
                sensitive: true,
                ..field(&["spec", "password"], json!(null), json!(null))
            },
        ],
        changed_by: vec![Culprit {
            path: FieldPath::default(),
            who: "kubectl-edit".to_owned(),
            when: Some("2026-07-01T20:58:00Z".to_owned()),
            how: Some("Update".to_owned()),
        }],
        ..object("kubernetes_deployment_v1.web", Fate::Changed)
    };
    let release = Object {
        parts: vec![
            Part {
                kind: "Service".to_owned(),
                name: "shop/extra".to_owned(),
                fate: Fate::Added,
                fields: vec![],
                notes: vec![
                    "It is labelled as one of the release and no revision has it.".to_owned(),
                ],
            },
            Part {
                kind: "ConfigMap".to_owned(),
                name: "shop/rules".to_owned(),
                fate: Fate::Changed,
                fields: vec![field(
                    &["data", "rules.yaml"],
                    json!("a: 1\nb: 2\nc: 3\n"),
                    json!("a: 1\nb: 5\nc: 3\n"),
                )],
                notes: vec![],
            },
        ],
        ..object("helm_release.shop", Fate::Changed)
    };
    let policy = "{\"Statement\":[{\"Action\":\"s3:GetObject\",\"Effect\":\"Allow\",\"Resource\":\"arn:aws:s3:::a-bucket-with-a-long-name/*\"}],\"Version\":\"2012-10-17\"}";
    let role = Object {
        fields: vec![
            field(&["tags", "Team"], json!("storage"), json!("nobody")),
            field(&["inline_policy"], json!(policy), json!(null)),
        ],
        changed_by: vec![Culprit {
            path: FieldPath::default(),
            who: "arn:aws:sts::123456789012:assumed-role/admin/jane".to_owned(),
            when: Some("2026-06-29T08:12:00Z".to_owned()),
            how: Some("TagRole, with the console".to_owned()),
        }],
        ..object("module.loki.aws_iam_role.this[\"writer\"]", Fate::Changed)
    };
    vec![
        Report::new(
            "stacks/loki",
            Outcome::of(vec![role, object("aws_s3_bucket.chunks", Fate::Deleted)]),
        ),
        Report {
            ignored: vec![Ignored {
                rule: "drift.hcl:3".to_owned(),
                reason: "an autoscaler sets it".to_owned(),
                object: object("kubernetes_deployment_v1.api", Fate::Changed),
            }],
            notices: vec![Problem {
                summary: "Expired rule".to_owned(),
                detail: "drift.hcl:9: this rule held until 2026-06-30 (a migration).".to_owned(),
            }],
            ..Report::new("stacks/shop", Outcome::of(vec![deployment, release]))
        },
        Report::new(
            "stacks/dns",
            Outcome::Failed(vec![Problem {
                summary: "Failed to enter the folder of a stack".to_owned(),
                detail: "/srv/stacks/dns: No such file or directory (os error 2).".to_owned(),
            }]),
        ),
        Report::new("stacks/vpc", Outcome::Clean),
        Report::new("stacks/iam", Outcome::Clean),
    ]
}

/// The text of a page: what is between tags, a line each.
fn text(page: &str) -> Vec<String> {
    let (_, body) = page.split_once("</head>").unwrap();
    // A path may be broken into lines, but is one.
    let body = body.replace("<wbr>", "");
    let mut text = Vec::new();
    for piece in body.split('<').filter_map(|piece| piece.split_once('>')) {
        let piece = piece.1.trim();
        if !piece.is_empty() {
            text.push(piece.to_owned());
        }
    }
    text
}

#[test]
fn a_page_says_all_that_was_found() {
    let page = page(&reports(), now()).unwrap();
    let expected = [
        "trueup",
        "drift",
        "2026-07-01 23:00 UTC",
        "4 objects have drifted.",
        "5 stacks",
        "2 as left",
        "2 drifted",
        "1 could not be checked",
        "stacks/dns",
        "Could not be checked.",
        "Failed to enter the folder of a stack",
        "/srv/stacks/dns: No such file or directory (os error 2).",
        "stacks/loki",
        "2 objects have drifted.",
        "module.loki.aws_iam_role.this[&#34;writer&#34;]",
        "changed",
        "by arn:aws:sts::123456789012:assumed-role/admin/jane, TagRole, with the console, 3 days ago",
        "tags.Team",
        "&#34;storage&#34;",
        "&#34;nobody&#34;",
        "inline_policy",
        "{",
        "&#34;Statement&#34;: [",
        "{",
        "&#34;Action&#34;: &#34;s3:GetObject&#34;,",
        "&#34;Effect&#34;: &#34;Allow&#34;,",
        "&#34;Resource&#34;: &#34;arn:aws:s3:::a-bucket-with-a-long-name/*&#34;",
        "}",
        "],",
        "&#34;Version&#34;: &#34;2012-10-17&#34;",
        "}",
        "is not set any more",
        "aws_s3_bucket.chunks",
        "deleted",
        "It is not there any more.",
        "stacks/shop",
        "2 objects have drifted.",
        "kubernetes_deployment_v1.web",
        "changed",
        "by kubectl-edit, Update, 2 h ago",
        "spec.replicas",
        "&#34;3&#34;",
        "&#34;12&#34;",
        "metadata.labels[&#34;app.kubernetes.io/name&#34;]",
        "was not set",
        "&#34;&#60;b&#62;web&#60;/b&#62;&#34;",
        "spec.password",
        "changed; it is sensitive and not shown",
        "helm_release.shop",
        "changed",
        "Service shop/extra",
        "added",
        "It is labelled as one of the release and no revision has it.",
        "ConfigMap shop/rules",
        "changed",
        "data[&#34;rules.yaml&#34;]",
        "…",
        "b: 2",
        "b: 5",
        "…",
        "Ignored",
        "kubernetes_deployment_v1.api",
        "an autoscaler sets it (drift.hcl:3)",
        "Expired rule: drift.hcl:9: this rule held until 2026-06-30 (a migration).",
        "As left",
        "2",
        "stacks/vpc",
        "stacks/iam",
    ];
    assert_eq!(text(&page), expected);
}

#[test]
fn nothing_comes_from_elsewhere() {
    let page = page(&reports(), now()).unwrap();
    for word in ["<script", "src=", "href=", "url(", "@import", "<b>web"] {
        assert!(!page.contains(word), "{word} is in the page");
    }
}

#[test]
fn pages_without_drift_have_a_headline_too() {
    let headline = |reports: &[Report]| text(&page(reports, now()).unwrap())[3..].join("|");
    assert_eq!(headline(&[]), "Everything is as it was left.|0 stacks");
    assert_eq!(
        headline(&reports()[4..]),
        "Everything is as it was left.|1 stack|1 as left|As left|1|stacks/iam"
    );
    assert_eq!(
        headline(&reports()[2..3]),
        "The stack could not be checked.|1 stack|1 could not be checked|stacks/dns|Could not be checked.|Failed to enter the folder of a stack|/srv/stacks/dns: No such file or directory (os error 2)."
    );
}
