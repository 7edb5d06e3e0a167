//! Saved plans.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::{Duration, UNIX_EPOCH},
};

use trueup_core::{
    plan::{Options, Plan, changes_json, outputs_json},
    plan_file::{PlanFile, PlanFileError, read, read_body, write},
};
use trueup_sdk::{Explanation, PartChange};
use trueup_value::{Marks, Path, Str, Type, Value};

use crate::run::World;

const STACK: &str = r#"## main.tf
    resource "terraform_data" "a" {
      input            = { name = "one", size = 3, parts = ["x", null] }
      triggers_replace = sensitive("secret")
    }
    resource "terraform_data" "b" {
      for_each = toset(["k", "ü"])
      input    = "${terraform_data.a.id}-${each.key}"
    }
    output "all" { value = terraform_data.b["k"].output }
    "#;

fn file(plan: Plan) -> PlanFile {
    let secret = Value::string("hidden").with_marks(Marks::SENSITIVE);
    PlanFile {
        program: "0.1.0".to_owned(),
        timestamp: UNIX_EPOCH + Duration::new(1_700_000_000, 5),
        workspace: "default".to_owned(),
        backend: BTreeMap::from([("type".to_owned(), "local".to_owned())]),
        variables: BTreeMap::from([
            (Str::new("secret"), secret),
            (Str::new("count"), Value::number(3)),
        ]),
        ephemeral: BTreeSet::from([Str::new("token")]),
        sources: BTreeMap::from([
            (PathBuf::from("main.tf"), STACK.as_bytes().to_vec()),
            (PathBuf::from("bin.tf"), vec![0xff, 0]),
        ]),
        plan,
    }
}

/// A part of an object with a secret and something unknown in it.
fn part() -> PartChange {
    let secret = Value::string("hidden").with_marks(Marks::SENSITIVE);
    let before = Value::object([("password", secret.clone()), ("size", Value::number(1))]);
    let after = Value::object([("password", secret), ("size", Value::unknown(Type::Number))]);
    PartChange {
        replaced: true,
        notes: vec!["why".to_owned()],
        ..PartChange::new("object", "Secret a/b", (before, after))
    }
}

#[test]
fn parts_are_told_to_programs_without_their_secrets() {
    let (mut plan, _) = World::new(STACK).plan_with(&Options::default());
    plan.changes.truncate(1);
    plan.changes[0].parts.push(part());
    let told = changes_json(&plan.changes);
    let expected = serde_json::json!([{
        "kind": "object",
        "name": "Secret a/b",
        "actions": ["delete", "create"],
        "before": {"password": null, "size": 1},
        "before_sensitive": {"password": true},
        "after": {"password": null},
        "after_sensitive": {"password": true},
        "after_unknown": {"size": true},
        "notes": ["why"],
    }]);
    assert_eq!(told[0]["trueup_parts"], expected);
}

/// All of a plan that can be seen.
fn shape(plan: &Plan) -> String {
    format!(
        "{}\n{}\n{plan:#?}",
        changes_json(&plan.changes),
        outputs_json(plan)
    )
}

#[test]
fn a_plan_is_the_same_after_it_was_saved() {
    let mut world = World::new(STACK);
    let (first, _) = world.plan_with(&Options::default());
    world.apply(&first);
    world.configure(&STACK.replace("one", "two").replace("secret", "other"));
    let (second, _) = world.plan_with(&Options::default());
    let mut third = second.clone();
    third.changes[0].parts.push(part());
    third.changes[0].changed_by.push(Explanation {
        what: Path::new().attr("input"),
        who: "somebody".to_owned(),
        when: None,
        how: Some("by hand".to_owned()),
    });
    for plan in [first, second, third] {
        let saved = file(plan);
        let again = read(&write(&saved).expect("bytes")).expect("a plan");
        assert_eq!(shape(&again.plan), shape(&saved.plan));
        assert_eq!(
            format!(
                "{:?}",
                PlanFile {
                    plan: Plan::default(),
                    ..again.clone()
                }
            ),
            format!(
                "{:?}",
                PlanFile {
                    plan: Plan::default(),
                    ..saved.clone()
                }
            )
        );
        assert_eq!(again.variables, saved.variables);
    }
}

#[test]
fn a_saved_plan_leads_to_the_same_state() {
    let mut world = World::new(STACK);
    let (plan, _) = world.plan_with(&Options::default());
    let again = read(&write(&file(plan)).expect("bytes")).expect("a plan");
    world.apply(&again.plan);
    let (next, _) = world.plan_with(&Options::default());
    assert!(next.is_empty());
}

#[test]
fn what_is_ephemeral_is_not_saved() {
    let mut saved = file(Plan::default());
    let token = Value::string("t").with_marks(Marks::EPHEMERAL);
    saved.variables.insert(Str::new("token"), token);
    let error = write(&saved).expect_err("a refusal");
    assert_eq!(
        error.to_string(),
        "var.token holds an ephemeral value, which must not be saved"
    );
}

#[test]
fn what_is_no_saved_plan_is_named() {
    let bytes = write(&file(Plan::default())).expect("bytes");
    let message = |bytes: &[u8]| read(bytes).expect_err("a refusal").to_string();
    assert_eq!(message(b""), "this is not a plan that trueup has saved");
    assert_eq!(message(b"{}"), "this is not a plan that trueup has saved");
    assert_eq!(
        message(b"PK\x03\x04..."),
        "this is a plan file of Terraform; trueup cannot read it, nor Terraform those of trueup"
    );
    let mut newer = bytes.clone();
    newer[18] = 9;
    assert_eq!(
        message(&newer),
        "it has format version 9, and this version of trueup reads only version 1"
    );
    let short = &bytes[..bytes.len() - 3];
    assert_eq!(message(short), "it is cut off: 3 bytes are missing");
    let mut longer = bytes;
    longer.push(0);
    assert_eq!(message(&longer), "it is damaged: its checksum is wrong");
}

#[test]
fn no_damage_goes_unnoticed() {
    let bytes = write(&file(Plan::default())).expect("bytes");
    for length in 0..bytes.len() {
        read(&bytes[..length]).expect_err("cut off");
    }
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x04;
        read(&flipped).expect_err("a flipped bit");
    }
}

#[test]
fn bodies_that_make_no_sense_are_errors() {
    let (plan, _) = World::new(STACK).plan_with(&Options::default());
    let bytes = write(&file(plan)).expect("bytes");
    let body = &bytes[30..bytes.len() - 32];
    read_body(body).expect("the body");
    let mut state = 1_u64;
    let mut failed = 0;
    for _ in 0..2000 {
        let mut changed = body.to_vec();
        for _ in 0..2 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let at = usize::try_from(state >> 33).expect("31 bits") % changed.len();
            changed[at] = b"0159{}[]\",:aZ-"[usize::from((state >> 20) as u8) % 14];
        }
        failed += usize::from(matches!(
            read_body(&changed),
            Err(PlanFileError::Contents(_))
        ));
    }
    assert!(failed > 1000, "{failed}");
}
