//! Messages as they are sent, whole: their headers and their bodies.

use std::fmt::Write;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use trueup_drift::{
    config::{Protocol, Target},
    notify::{Change, ChangeKind, Outbox, Outgoing, Standing},
    report::{Object, Outcome, Report},
};

use crate::{
    sample::{bucket, failed, release, role},
    world::{at, minutes, target},
};

/// Those who are told: one by a webhook, one in Slack.
fn targets() -> [Target; 2] {
    let chat = Target {
        secret: None,
        ..target("chat", Protocol::Slack)
    };
    [target("ops", Protocol::Webhook), chat]
}

/// What a stack was found to be like, one check after the other, and what was done
/// about it. Every kind of change comes up.
fn life() -> Vec<(&'static str, Report, Vec<Change>)> {
    let drifted = |objects: Vec<Object>| Report::new("prod/loki", Outcome::of(objects));
    let scaled = |replicas: u64| {
        let mut object = release();
        object.parts[0].fields[0].after = json!(replicas);
        object
    };
    let repair = |kind, address: Option<&str>, detail: &str| Change {
        kind,
        at: Timestamp::UNIX_EPOCH,
        address: address.map(str::to_owned),
        fields: Vec::new(),
        detail: detail.to_owned(),
    };
    let one = |title, report| (title, report, Vec::new());
    let mut life = vec![
        one(
            "three objects drift",
            drifted(vec![release(), role(), bucket()]),
        ),
        one(
            "one drifts otherwise, another is back",
            drifted(vec![scaled(7), role()]),
        ),
        one("the cluster is gone", failed("prod/loki")),
        one("and back", drifted(vec![scaled(7), role()])),
        (
            "one is repaired, another cannot be",
            drifted(vec![scaled(7), role()]),
            vec![
                repair(ChangeKind::Repaired, Some("helm_release.loki"), ""),
                repair(
                    ChangeKind::RepairFailed,
                    None,
                    "aws_iam_role.loki: \"path\" is configured otherwise by now, <b> & all",
                ),
            ],
        ),
        one("all is well", drifted(Vec::new())),
    ];
    for _ in 0..8 {
        life.push(one("nothing to tell", drifted(Vec::new())));
    }
    for replicas in [5, 6, 5, 6] {
        life.push(one(
            "something rewrites a field",
            drifted(vec![scaled(replicas)]),
        ));
    }
    for _ in 0..9 {
        life.push(one("it has stopped", drifted(vec![scaled(6)])));
    }
    life.push(one("all is well again", drifted(Vec::new())));
    life
}

/// What is sent in the course of that, each with a title.
fn sent(name: &str) -> Vec<(&'static str, Outgoing)> {
    let mut standing = Standing::default();
    let mut now = at("2026-11-29T09:00:00Z");
    let mut sent = Vec::new();
    for (title, report, more) in life() {
        now += minutes(60);
        let mut changes = standing.learn(&report, now);
        changes.extend(more.into_iter().map(|change| Change { at: now, ..change }));
        let mut outbox = Outbox::default();
        for notice in standing.notices("prod/loki", &changes, &report, &targets()) {
            outbox.add(notice.into());
        }
        let due = outbox.due(&targets(), now).into_iter();
        sent.extend(
            due.filter(|message| message.target == name)
                .map(|message| (title, message)),
        );
    }
    sent
}

/// The kinds of change that messages to webhooks tell of.
fn kinds(messages: &[(&str, Outgoing)]) -> Vec<String> {
    let bodies = messages.iter().map(|(_, message)| json_of(&message.body));
    let kinds = bodies.flat_map(|body| {
        let changes = body["data"]["changes"].as_array().unwrap().clone();
        changes
            .into_iter()
            .map(|change| change["change"].as_str().unwrap().to_owned())
    });
    let mut kinds: Vec<String> = kinds.collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

fn json_of(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

#[test]
fn webhooks_are_sent_these() {
    let messages = sent("ops");
    assert_eq!(
        kinds(&messages),
        [
            "appeared",
            "changed",
            "failing",
            "fight",
            "recovered",
            "repair_failed",
            "repaired",
            "resolved",
            "settled",
        ]
    );
    let mut told = String::new();
    for (title, message) in &messages {
        writeln!(told, "# {title}").unwrap();
        for (name, value) in &message.headers {
            writeln!(told, "{name}: {value}").unwrap();
        }
        let body = json_of(&message.body);
        writeln!(told, "{}\n", serde_json::to_string_pretty(&body).unwrap()).unwrap();
    }
    snapbox::assert_data_eq!(told, snapbox::file!["messages/webhook.txt": Text].raw());
}

#[test]
fn slack_is_sent_these() {
    let mut told = String::new();
    for (title, message) in sent("chat") {
        let body = json_of(&message.body);
        let text = body["text"].as_str().unwrap();
        // There is nothing in a body but the text.
        assert_eq!(body, json!({ "text": text }));
        assert_eq!(message.headers, [("idempotency-key", message.key.clone())]);
        writeln!(told, "# {title}\n{text}\n").unwrap();
    }
    snapbox::assert_data_eq!(told, snapbox::file!["messages/slack.txt": Text].raw());
}

#[test]
fn a_message_to_slack_stays_short() {
    let objects = (0..30).map(|number| {
        let mut object = role();
        object.address = format!("aws_iam_role.r[{number}]");
        object.fields = (0..20)
            .map(|field| {
                let mut long = role().fields[0].clone();
                long.path = trueup_drift::report::FieldPath::of_names(&[&format!("f{field}")]);
                long.after = json!("x".repeat(10_000));
                long
            })
            .collect();
        object
    });
    let report = Report::new("prod/loki", Outcome::of(objects.collect()));
    let mut standing = Standing::default();
    let changes = standing.learn(&report, at("2026-11-29T09:00:00Z"));
    let notices = standing.notices("prod/loki", &changes, &report, &targets());
    let text = json_of(&notices[1].body)["text"]
        .as_str()
        .unwrap()
        .to_owned();
    // Slack cuts what is longer than 40 000 characters.
    assert!(text.chars().count() < 40_000, "{}", text.len());
    let ends: Vec<&str> = text.lines().filter(|line| line.contains("more")).collect();
    assert_eq!(ends.len(), 21);
    assert_eq!(ends[0], "    … and 12 more fields");
    assert_eq!(ends[20], "… and 10 more");
}
