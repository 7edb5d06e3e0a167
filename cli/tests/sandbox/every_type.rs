//! Every type of AWS in one stack: killed after each change, and in a storm.
//! Nothing is doubled, and what is left is what a calm run leaves.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use serde_json::Value as Json;
use snapbox::str;
use trueup_sandbox::{Call, Fault, Rule, Sandbox};

use crate::{
    environment::check,
    stack::{Fate, Stack},
};

/// The stack, with a name in the name of everything.
const STACK: &str = include_str!("every_type.tf");
const NAME: &str = "taken-over";

/// How many objects of a type there are by that name, where names tell.
const OBJECTS: [(&str, usize); 10] = [
    ("aws_eks_pod_identity_association", 1),
    ("aws_iam_instance_profile", 2),
    ("aws_iam_openid_connect_provider", 1),
    ("aws_iam_policy", 2),
    ("aws_iam_role", 3),
    ("aws_iam_role_policy", 2),
    ("aws_lb", 2),
    ("aws_lb_target_group", 3),
    ("aws_s3_bucket", 2),
    ("aws_security_group", 2),
];

fn stack(sandbox: &Sandbox, name: &str) -> Stack {
    let certificate = format!(
        "Action=UploadServerCertificate&Version=2010-05-08&ServerCertificateName={name}&CertificateBody=a&PrivateKey=b"
    );
    sandbox.account().call("iam", &certificate).unwrap();
    Stack::new(sandbox, &STACK.replace(NAME, name)).nowhere()
}

fn count(sandbox: &Sandbox, name: &str) -> Vec<(&'static str, usize)> {
    let kinds = OBJECTS.iter();
    kinds
        .map(|(kind, _)| (*kind, sandbox.census(kind, name).unwrap().unwrap()))
        .collect()
}

fn none() -> Vec<(&'static str, usize)> {
    OBJECTS.iter().map(|(kind, _)| (*kind, 0)).collect()
}

/// The last call of a run that asked for a change: its answer was held back.
fn last_change(stack: &Stack) -> Option<Call> {
    let [_, aws] = stack.faults();
    let mut calls = aws.calls().unwrap().into_iter();
    calls.rfind(|call| call.mutating)
}

/// Kills each run while its first change waits for its answer; where the same
/// one is met again, the next run gets one change further. The actions at which
/// runs were killed.
fn killed_after_each_change(stack: &Stack, command: &str) -> String {
    let mut actions = BTreeSet::new();
    let (mut last, mut skip) = (None, 0);
    let [_, aws] = stack.faults();
    loop {
        aws.forget().unwrap();
        let answer = Rule {
            mutating: true,
            milliseconds: 60_000,
            times: 1,
            skip,
            ..Rule::new(Fault::Held)
        };
        let arguments = [command, "-auto-approve", "-parallelism=1"];
        if let Fate::Ended(printed) = stack.kill(&arguments, &answer) {
            assert!(printed.contains(" complete!"), "{printed}");
            return actions.into_iter().collect::<Vec<_>>().join("\n");
        }
        let change = last_change(stack);
        skip = if change == last { skip + 1 } else { 0 };
        assert!(skip < 9, "there is no end to {change:?}");
        actions.extend(
            change
                .as_ref()
                .map(|call| format!("{} {}", call.service, call.operation)),
        );
        last = change;
    }
}

#[test]
fn killed_after_each_change_of_every_type() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let name = "every-killed";
    let stack = stack(&sandbox, name);
    check(
        killed_after_each_change(&stack, "apply"),
        str![[r#"
ec2 AuthorizeSecurityGroupEgress
ec2 AuthorizeSecurityGroupIngress
ec2 CreateSecurityGroup
eks POST
elasticloadbalancing CreateListener
elasticloadbalancing CreateLoadBalancer
elasticloadbalancing CreateRule
elasticloadbalancing CreateTargetGroup
elasticloadbalancing RegisterTargets
iam AddRoleToInstanceProfile
iam AttachRolePolicy
iam CreateInstanceProfile
iam CreateOpenIDConnectProvider
iam CreatePolicy
iam CreateRole
iam PutRolePolicy
s3 CreateBucket
s3 PutBucketEncryption
s3 PutBucketLifecycleConfiguration
s3 PutBucketPolicy
s3 PutBucketTagging
s3 PutBucketVersioning
s3 PutPublicAccessBlock
"#]],
    );
    assert_eq!(stack.settled(), "No changes.");
    assert_eq!(count(&sandbox, name), OBJECTS);
    check(
        killed_after_each_change(&stack, "destroy"),
        str![[r#"
ec2 DeleteSecurityGroup
ec2 RevokeSecurityGroupEgress
ec2 RevokeSecurityGroupIngress
eks DELETE
elasticloadbalancing DeleteListener
elasticloadbalancing DeleteLoadBalancer
elasticloadbalancing DeleteRule
elasticloadbalancing DeleteTargetGroup
elasticloadbalancing DeregisterTargets
iam DeleteInstanceProfile
iam DeleteOpenIDConnectProvider
iam DeletePolicy
iam DeleteRole
iam DeleteRolePolicy
iam DetachRolePolicy
iam RemoveRoleFromInstanceProfile
s3 DeleteBucket
s3 DeleteBucketEncryption
s3 DeleteBucketLifecycleConfiguration
s3 DeleteBucketPolicy
s3 DeletePublicAccessBlock
s3 PutBucketVersioning
"#]],
    );
    assert_eq!(stack.run(&["state", "list"]), "");
    assert_eq!(count(&sandbox, name), none());
}

/// The objects of a state, without what is another in every run.
fn objects(stack: &Stack, name: &str) -> String {
    static CHANCE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        [
            r"\b20\d{12}[0-9a-f]{12}\b",
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
            r#""(unique|policy)_id": "\w+""#,
            // Checksums, of names among others.
            r#""id": "(sgrule-)?\d+""#,
            r"\b(sg|sgr)-[0-9a-f]+\b",
            r"\ba-[a-z0-9]{17}\b",
            r"/[0-9a-f]{16}\b",
        ]
        .map(|pattern| Regex::new(pattern).unwrap())
        .into()
    });
    let state: Json = serde_json::from_str(&stack.read("terraform.tfstate")).unwrap();
    let resources = state["resources"].as_array().unwrap().iter();
    let mut lines: Vec<String> = resources
        .flat_map(|resource| {
            let instances = resource["instances"].as_array().unwrap().iter();
            instances.map(|instance| {
                let attributes = serde_json::to_string_pretty(&instance["attributes"]).unwrap();
                format!("{}.{} {attributes}", resource["type"], resource["name"])
            })
        })
        .collect();
    lines.sort();
    let text = lines.join("\n").replace(name, NAME);
    CHANCE.iter().fold(text, |text, chance| {
        chance.replace_all(&text, "[CHANCE]").into_owned()
    })
}

/// Runs until it comes to a good end; each of the runs has weather of its own.
fn weathers(stack: &Stack, command: &str, seed: u64) {
    let [_, aws] = stack.faults();
    for run in 0..6 {
        aws.storm(seed * 100 + run, 0.3).unwrap();
        let printed = stack.run(&[command, "-auto-approve"]);
        aws.set(&[], 0).unwrap();
        if printed.contains(" complete!") {
            return;
        }
    }
    panic!("{command} does not come to an end");
}

#[test]
fn a_storm_leaves_what_a_calm_run_leaves() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let calm = stack(&sandbox, "every-calm");
    let applied = calm.apply();
    assert!(applied.contains("Apply complete!"), "{applied}");
    let expected = objects(&calm, "every-calm");
    for seed in 1..=2 {
        let name = "every-gale";
        let stormy = stack(&sandbox, name);
        weathers(&stormy, "apply", seed);
        assert_eq!(stormy.settled(), "No changes.");
        // What others made of an object shows when it is looked at.
        stormy.apply();
        check(objects(&stormy, name), expected.clone());
        assert_eq!(count(&sandbox, name), OBJECTS);
        weathers(&stormy, "destroy", seed);
        assert_eq!(count(&sandbox, name), none());
    }
    calm.destroy();
    assert_eq!(count(&sandbox, "every-calm"), none());
}
