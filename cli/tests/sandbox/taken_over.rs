//! A folder that Terraform has applied with its AWS provider 5.100, every type
//! in it: the calls it made are made again, and its state is taken as it is.
//!
//! `every_type.tf` was applied on the emulator; `calls.json` is what changed
//! anything, with the answers, and `terraform.tfstate` what was left.

use std::collections::BTreeMap;

use serde::Deserialize;
use snapbox::str;
use trueup_sandbox::Account;

use crate::{environment::check, stack::Stack};

const STACK: &str = include_str!("every_type.tf");
const STATE: &str = include_str!("taken_over/terraform.tfstate");
const CALLS: &str = include_str!("taken_over/calls.json");

/// The network there was when the calls were made.
const NETWORK: &str = "vpc-410897f8ac61f1e03";

/// How many objects there are.
const OBJECTS: usize = 34;

#[derive(Deserialize)]
struct Call {
    service: String,
    method: String,
    path: String,
    body: String,
    answer: String,
}

/// What is called otherwise here than where the calls were made: IDs, moments.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    fn of_network(account: &Account) -> Self {
        let state: serde_json::Value = serde_json::from_str(STATE).unwrap();
        let resources = state["resources"].as_array().unwrap();
        let subnets = resources.iter().find(|one| one["type"] == "aws_subnets");
        let subnets = &subnets.unwrap()["instances"][0]["attributes"]["ids"];
        let mut there: Vec<String> = serde_json::from_value(subnets.clone()).unwrap();
        there.sort();
        let here = account.network().unwrap();
        let subnets = there.into_iter().zip(here.subnets);
        Names(subnets.chain([(NETWORK.to_owned(), here.vpc)]).collect())
    }

    fn here(&self, text: &str) -> String {
        let names = self.0.iter();
        names.fold(text.to_owned(), |text, (there, here)| {
            text.replace(there, here)
        })
    }

    /// Takes what differs between two answers to the same call.
    fn learn(&mut self, there: &str, here: &str) {
        let (before, after) = (words(there), words(here));
        assert_eq!(before.len(), after.len(), "{there}\n{here}");
        let pairs = before.into_iter().zip(after);
        let differing = pairs.filter(|(there, here)| there != here);
        self.0
            .extend(differing.map(|(there, here)| (there.to_owned(), here.to_owned())));
    }
}

/// The words in which there are no two names.
fn words(text: &str) -> Vec<&str> {
    let parts = |c: char| !(c.is_ascii_alphanumeric() || "-:.".contains(c));
    text.split(parts).collect()
}

/// Makes the calls that Terraform made, and says what is called how now.
fn replay(account: &Account) -> Names {
    let mut names = Names::of_network(account);
    let calls: Vec<Call> = serde_json::from_str(CALLS).unwrap();
    for call in calls {
        let kind = match call.service.as_str() {
            "s3" => "application/xml",
            "eks" => "application/json",
            _ => "application/x-www-form-urlencoded",
        };
        let (path, body) = (names.here(&call.path), names.here(&call.body));
        let answer = account.request(&call.service, &call.method, &path, kind, &body);
        names.learn(&names.here(&call.answer), &answer.unwrap());
    }
    names
}

#[test]
fn nothing_is_left_to_do_and_all_of_it_can_be_destroyed() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let names = replay(&sandbox.account());
    let stack = Stack::new(&sandbox, STACK).nowhere();
    stack.write("terraform.tfstate", &names.here(STATE));

    let (settled, calls) = stack.calls(|| stack.settled());
    assert_eq!(settled, "No changes.");
    assert_eq!(calls.mutating(), [""; 0]);
    // Policies of roles and rules of groups are read with what they belong to, too.
    assert_eq!(calls.repeated(), [""; 0]);
    // The state is written anew: what newer versions know besides is in it, and what
    // attachments and rules have made of what they belong to.
    let applied = stack.apply();
    let nothing = "Resources: 0 added, 0 changed, 0 destroyed.";
    assert!(applied.contains(nothing), "{applied}");
    check(
        stack.run(&["drift"]),
        str![[r#"
.: nothing has changed

"#]],
    );

    let destroyed = stack.destroy();
    let all = format!("Resources: {OBJECTS} destroyed.");
    assert!(destroyed.contains(&all), "{destroyed}");
    for kind in ["aws_iam_role", "aws_iam_policy", "aws_lb", "aws_s3_bucket"] {
        let left = sandbox.census(kind, "taken-over").unwrap();
        assert_eq!((kind, left), (kind, Some(0)));
    }
}
