//! What is sent, and when again.

use std::sync::Arc;

use jiff::Timestamp;
use trueup_drift::{
    config::{Protocol, Secret},
    notify::{Answer, Notice, Outbox, Refusal, sign},
};

use crate::world::{at, minutes, seconds, target, unreachable};

fn notice(key: &str) -> Arc<Notice> {
    Arc::new(Notice {
        key: key.into(),
        target: "ops".into(),
        stack: "app".into(),
        at: start(),
        body: "{}".into(),
    })
}

fn start() -> Timestamp {
    at("2026-11-29T12:00:00Z")
}

#[test]
fn a_message_is_signed_when_it_is_sent() {
    let mut outbox = Outbox::default();
    outbox.add(notice("msg_1"));
    let sent = outbox.due(&[target("ops", Protocol::Webhook)], start());
    let signature = sign(&Secret::new("a secret"), "msg_1", start(), "{}");
    assert_eq!(
        sent[0].headers,
        [
            ("idempotency-key", "msg_1".to_owned()),
            ("webhook-id", "msg_1".to_owned()),
            ("webhook-timestamp", "1795953600".to_owned()),
            ("webhook-signature", signature),
        ]
    );
}

#[test]
fn pauses_grow_while_nobody_answers() {
    let targets = [target("ops", Protocol::Webhook)];
    let mut outbox = Outbox::default();
    outbox.add(notice("msg_1"));
    let mut now = start();
    let mut pauses = Vec::new();
    for _ in 0..9 {
        assert_eq!(outbox.due(&targets, now).len(), 1);
        assert_eq!(outbox.due(&targets, now).len(), 0, "one at a time");
        outbox.answered("ops", "msg_1", &unreachable(), now);
        let wake = outbox.wake(&targets).unwrap();
        pauses.push(wake.duration_since(now).as_secs());
        now = wake;
    }
    assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 900, 900]);
}

#[test]
fn a_message_that_is_refused_does_not_hold_up_others() {
    let targets = [target("ops", Protocol::Webhook)];
    let mut outbox = Outbox::default();
    outbox.add(notice("msg_1"));
    outbox.add(notice("msg_2"));
    assert_eq!(outbox.due(&targets, start())[0].key, "msg_1");
    let refused = Answer::Refused(Refusal {
        reason: "400 Bad Request".into(),
        just_this: true,
    });
    let told = outbox.answered("ops", "msg_1", &refused, start());
    assert_eq!(told, Some(Some("400 Bad Request".into())));
    assert_eq!(outbox.due(&targets, start())[0].key, "msg_2");
    let told = outbox.answered("ops", "msg_2", &Answer::Taken, start());
    assert_eq!(told, Some(None));
    assert_eq!(outbox.due(&targets, start() + seconds(9)).len(), 0);
    assert_eq!(outbox.due(&targets, start() + seconds(10))[0].key, "msg_1");
}

#[test]
fn what_nobody_takes_for_a_week_is_given_up() {
    let targets = [target("ops", Protocol::Webhook)];
    let mut outbox = Outbox::default();
    outbox.add(notice("msg_1"));
    let week = minutes(7 * 24 * 60);
    assert_eq!(outbox.abandon(&targets, start() + week), []);
    let gone = outbox.abandon(&targets, start() + week + seconds(1));
    assert_eq!(gone, [notice("msg_1")]);
    assert_eq!(outbox.waiting("ops").abandoned, 1);
}

#[test]
fn what_is_for_nobody_any_more_is_given_up() {
    let mut outbox = Outbox::default();
    outbox.add(notice("msg_1"));
    let others = [target("others", Protocol::Slack)];
    assert_eq!(outbox.abandon(&others, start()), [notice("msg_1")]);
}
