//! Statuses to look at.

use jiff::SignedDuration;
use serde_json::json;
use trueup_drift::{
    notify::Answer,
    report::{Culprit, Fate, Field, FieldPath, Object, Outcome, Part, Problem, Report},
    service::Status,
};

use crate::world::{World, config, minutes, schedule, stack, unreachable};

fn field(names: &[&str], before: serde_json::Value, after: serde_json::Value) -> Field {
    Field {
        path: FieldPath::of_names(names),
        before,
        after,
        sensitive: false,
    }
}

fn culprit(who: &str, how: &str, when: &str) -> Culprit {
    Culprit {
        path: FieldPath::default(),
        who: who.into(),
        when: Some(when.into()),
        how: Some(how.into()),
    }
}

/// A release of which somebody has scaled the deployment and removed a config map.
pub(crate) fn release() -> Object {
    let part = |kind: &str, name: &str, fate, fields| Part {
        kind: kind.into(),
        name: name.into(),
        fate,
        fields,
        notes: Vec::new(),
    };
    Object {
        address: "helm_release.loki".into(),
        kind: "helm_release".into(),
        fate: Fate::Changed,
        fields: Vec::new(),
        parts: vec![
            part(
                "StatefulSet",
                "loki/loki-write",
                Fate::Changed,
                vec![
                    field(&["spec", "replicas"], json!(3), json!(1)),
                    field(
                        &["spec", "template", "spec", "containers", "resources"],
                        json!({"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "2Gi"}}),
                        json!({"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "512Mi"}}),
                    ),
                ],
            ),
            part("ConfigMap", "loki/loki-runtime", Fate::Deleted, Vec::new()),
        ],
        changed_by: vec![culprit("kubectl-edit", "Update", "2026-11-29T07:41:00Z")],
    }
}

/// A role of which somebody has widened the policy.
pub(crate) fn role() -> Object {
    Object {
        address: "aws_iam_role.loki".into(),
        kind: "aws_iam_role".into(),
        fate: Fate::Changed,
        fields: vec![
            field(
                &["assume_role_policy"],
                json!(
                    "{\n  \"Effect\": \"Allow\",\n  \"Principal\": {\n    \"Service\": \"pods.eks.amazonaws.com\"\n  }\n}"
                ),
                json!(
                    "{\n  \"Effect\": \"Allow\",\n  \"Principal\": {\n    \"AWS\": \"*\"\n  }\n}"
                ),
            ),
            field(&["tags", "cost-center"], json!("4711"), json!(null)),
            Field {
                sensitive: true,
                ..field(&["inline_policy"], json!(null), json!(null))
            },
        ],
        parts: Vec::new(),
        changed_by: vec![culprit(
            "arn:aws:iam::123456789012:user/alice",
            "UpdateAssumeRolePolicy in the console",
            "2026-11-29T05:12:00Z",
        )],
    }
}

pub(crate) fn bucket() -> Object {
    Object {
        address: "aws_s3_bucket.chunks".into(),
        kind: "aws_s3_bucket".into(),
        fate: Fate::Deleted,
        fields: Vec::new(),
        parts: Vec::new(),
        changed_by: Vec::new(),
    }
}

pub(crate) fn failed(name: &str) -> Report {
    let problem = Problem {
        summary: "Cluster unreachable".into(),
        detail: "connecting to https://10.0.0.1:6443: connection refused".into(),
    };
    Report::new(name, Outcome::Failed(vec![problem]))
}

/// No stack.
pub(crate) fn none() -> Status {
    let mut world = World::new(config(Vec::new()));
    world.start();
    world.pass(minutes(5));
    world.service.as_ref().unwrap().status()
}

/// One stack that drifted a few hours ago, and a receiver that is down.
pub(crate) fn one() -> Status {
    let hourly = schedule("0 * * * *", "Europe/Berlin");
    let mut world = World::new(config(vec![stack("loki", hourly)]));
    world.drift = |_, second| match second {
        0..20_000 => Vec::new(),
        20_000..36_000 => vec![role()],
        _ => vec![role(), release(), bucket()],
    };
    world.answers = |_, second| match second {
        30_000.. => unreachable(),
        _ => Answer::Taken,
    };
    world.start();
    world.pass(SignedDuration::from_hours(14) + minutes(4));
    world.service.as_ref().unwrap().status()
}

const REGIONS: [&str; 5] = [
    "eu-central-1",
    "eu-west-1",
    "us-east-1",
    "us-west-2",
    "ap-south-1",
];

const KINDS: [&str; 10] = [
    "loki", "grafana", "mimir", "tempo", "ingress", "billing", "search", "checkout", "vpc", "eks",
];

/// Five hundred stacks, most of them as they should be.
pub(crate) fn many() -> Status {
    let stacks = (0..500).map(|number| {
        let region = REGIONS[number % 5];
        let kind = KINDS[(number / 5) % 10];
        let name = format!("{region}/{kind}-{:02}", number / 50);
        let schedule = schedule("0 */6 * * *", "UTC").spread(&name, minutes(300));
        stack(&name, schedule)
    });
    let mut world = World::new(config(stacks.collect()));
    world.drift = |name, second| {
        let digest = name
            .bytes()
            .fold(7_i64, |sum, byte| (sum * 31 + i64::from(byte)) % 9973);
        let wave = (second / 21_600 + digest) % 30;
        match (digest % 9, wave) {
            (0, 0..5) => vec![release()],
            (1, 0..4) => vec![role(), bucket()],
            (2, 0..2) => vec![bucket()],
            _ => Vec::new(),
        }
    };
    world.fails = |name, second| match name {
        "us-east-1/eks-03" | "us-east-1/search-03" if second > 250_000 => Some(failed(name)),
        _ => None,
    };
    world.start();
    world.pass(SignedDuration::from_hours(24 * 5) + minutes(7));
    world.service.as_ref().unwrap().status()
}
