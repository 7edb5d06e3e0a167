//! Which acts find which defect.

use trueup_sdk::Provider;
use trueup_testkit::{Act, Suite, without_suite};

use crate::{
    service::Service,
    thing::{Defect, provider, report, suite},
};

#[test]
fn a_type_that_keeps_its_promises_plays_every_act() {
    let report = report(Defect::None, &suite());
    report.expect_kept();
    assert_eq!(
        report.played,
        [
            Act::Coverage,
            Act::Create,
            Act::Change,
            Act::Import,
            Act::Drift,
            Act::Gone,
            Act::Destroy,
            Act::Interrupted,
            Act::Storm,
        ]
    );
}

#[test]
fn every_defect_is_found_by_the_act_it_breaks() {
    for (defect, act, said) in [
        (
            Defect::ForgetsTags,
            Act::Create,
            "what is read back differs: .tags",
        ),
        (
            Defect::NeverQuiet,
            Act::Create,
            "there should be nothing left to do, but Update: .token",
        ),
        (
            Defect::IgnoresSize,
            Act::Change,
            "what is read back differs: .size",
        ),
        (Defect::ImportsLess, Act::Import, "is not there"),
        (
            Defect::ReadsTheState,
            Act::Drift,
            "nobody sees that somebody made",
        ),
        (Defect::ReadsTheState, Act::Gone, "what is gone is read"),
        (
            Defect::DestroysOnce,
            Act::Destroy,
            "for the second time: to destroy failed: There is no such thing",
        ),
        (
            Defect::NeverRecovers,
            Act::Interrupted,
            "what was never made should be absent, and is Unknown",
        ),
        (
            Defect::RecoversNothing,
            Act::Interrupted,
            "what was made should be found, and is Absent",
        ),
        (
            Defect::MakesTwice,
            Act::Storm,
            "there should be 1 in the world and are 2",
        ),
        (
            Defect::GivesUp,
            Act::Storm,
            "there should be 1 in the world and are 2",
        ),
        (
            Defect::PlansByMaking,
            Act::Create,
            "to plan asked the world for 1 changes",
        ),
        (
            Defect::PlansWhatItLikes,
            Act::Change,
            "what is planned deviates from the configuration: .size",
        ),
    ] {
        let report = report(defect, &suite());
        let found = report.broken.iter().filter(|broken| broken.act == act);
        let words: Vec<&str> = found.map(|broken| broken.what.as_str()).collect();
        let right = words.iter().any(|what| what.contains(said));
        assert!(
            right,
            "{defect:?} should break {act:?} with {said:?}:\n{report}"
        );
    }
}

#[test]
fn examples_must_vary_every_argument() {
    let suite = Suite::new("x_thing")
        .example(r#"{"name": "one-${unique}", "size": 1}"#)
        .example(r#"{"name": "one-${unique}", "size": 2, "port": [{"number": 80}]}"#)
        .unvaried(&["name"], "tried elsewhere")
        .rerolled(&["id", "token"]);
    let report = report(Defect::None, &suite);
    let said: Vec<&str> = report
        .broken
        .iter()
        .map(|broken| broken.what.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "no two examples differ in the argument port.fixed",
            "no two examples differ in the argument tags",
        ]
    );
}

#[test]
fn types_without_a_suite_are_named() {
    let service = Service::new();
    let provider = provider(&service, Defect::None);
    assert_eq!(without_suite(provider.schema(), &[]), ["x_thing"]);
    assert!(without_suite(provider.schema(), &[suite()]).is_empty());
}
