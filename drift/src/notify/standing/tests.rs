use super::*;
use crate::report::{Fate, Field, FieldPath, Object, Problem};

/// A stack in which these fields of an object `app` have these values.
fn report(fields: &[(&str, u64)]) -> Report {
    let field = |(name, now): &(&str, u64)| Field {
        path: FieldPath::of_names(&[name]),
        before: 3.into(),
        after: (*now).into(),
        sensitive: false,
    };
    let object = Object {
        address: "app".into(),
        kind: "test_app".into(),
        fate: Fate::Changed,
        fields: fields.iter().map(field).collect(),
        parts: Vec::new(),
        changed_by: Vec::new(),
    };
    let objects = if fields.is_empty() {
        vec![]
    } else {
        vec![object]
    };
    Report::new("app", Outcome::of(objects))
}

fn failed(summary: &str) -> Report {
    let problem = Problem {
        summary: summary.into(),
        detail: String::new(),
    };
    Report::new("app", Outcome::Failed(vec![problem]))
}

/// What is told of these reports, one after another.
fn told(reports: &[Report]) -> Vec<Vec<String>> {
    let mut standing = Standing::default();
    let learn = |report: &Report| {
        let news = standing.learn(report, Timestamp::UNIX_EPOCH);
        // What is learned is the same after a restart.
        let text = serde_json::to_string(&standing).unwrap();
        standing = serde_json::from_str(&text).unwrap();
        news.iter().map(ToString::to_string).collect()
    };
    reports.iter().map(learn).collect()
}

#[test]
fn only_news_is_told() {
    let none: [&str; 0] = [];
    assert_eq!(
        told(&[
            report(&[]),
            report(&[("replicas", 5)]),
            report(&[("replicas", 5)]),
            report(&[("image", 1), ("replicas", 5)]),
            report(&[("image", 1)]),
            report(&[]),
            report(&[]),
        ]),
        [
            &none[..],
            &["app drifted: replicas"],
            &none,
            &["app drifted otherwise: image"],
            &["app drifted otherwise: replicas is as it should be again"],
            &["app is as it should be again: image"],
            &none,
        ]
    );
}

#[test]
fn a_check_that_fails_is_told_once_and_takes_nothing_back() {
    let none: [&str; 0] = [];
    assert_eq!(
        told(&[
            report(&[("replicas", 5)]),
            failed("Cluster unreachable"),
            failed("Cluster unreachable"),
            failed("Forbidden"),
            report(&[("replicas", 5)]),
        ]),
        [
            &["app drifted: replicas"][..],
            &["the stack cannot be checked: Cluster unreachable"],
            &none,
            &none,
            &["the stack can be checked again"],
        ]
    );
}

#[test]
fn a_field_that_is_rewritten_again_and_again_is_told_once() {
    let none: [&str; 0] = [];
    let rewritten = |now| report(&[("image", 1), ("replicas", now)]);
    let mut reports: Vec<Report> = (10..40).map(rewritten).collect();
    // It stops, and something else happens.
    reports.extend((0..7).map(|_| rewritten(39)));
    reports.push(report(&[("image", 2), ("replicas", 39)]));
    reports.push(report(&[("image", 2), ("replicas", 39)]));
    reports.push(report(&[("image", 2)]));
    let told = told(&reports);
    assert_eq!(
        told[..5],
        [
            &["app drifted: image, replicas"][..],
            &["app drifted otherwise: replicas"],
            &["app drifted otherwise: replicas"],
            &["app is rewritten again and again: replicas"],
            &none,
        ]
    );
    assert_eq!(told[5..37], vec![Vec::<String>::new(); 32]);
    assert_eq!(
        told[37..],
        [
            vec![
                "app drifted otherwise: image",
                "app is not rewritten any more: replicas"
            ],
            vec![],
            vec!["app drifted otherwise: replicas is as it should be again"],
        ]
    );
}

#[test]
fn what_is_repaired_and_rewritten_in_turn_is_a_fight() {
    let mut standing = Standing::default();
    let mut told = Vec::new();
    for _ in 0..6 {
        let news = standing.learn(&report(&[("replicas", 5)]), Timestamp::UNIX_EPOCH);
        told.extend(news.iter().map(ToString::to_string));
        if !standing.is_fought() {
            standing.repaired(&["app".to_owned()]);
        }
    }
    assert_eq!(
        told,
        [
            "app drifted: replicas",
            "app drifted: replicas",
            "app drifted: replicas",
            "app is rewritten again and again: replicas",
        ]
    );
    assert_eq!(standing.fought(), BTreeSet::from(["app"]));
}
