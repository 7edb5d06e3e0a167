//! The AWS half of a stack: policy, role, attachment, target group, listener
//! rule, and a bucket with its five settings.

use serde_json::json;
use snapbox::str;
use trueup_sandbox::{Account, Sandbox};

use crate::{
    environment::check,
    stack::{Calls, Stack},
};

/// The stack in its own words; `NAME` is in the name of everything.
const STACK: &str = include_str!("aws.tf");

/// The stack, and the load balancer that others have made.
pub(crate) struct World {
    pub(crate) stack: Stack,
    account: Account,
    name: &'static str,
}

impl World {
    pub(crate) fn new(sandbox: &Sandbox, name: &'static str) -> Self {
        let account = sandbox.account();
        front(&account, name);
        World {
            stack: Stack::new(sandbox, &STACK.replace("NAME", name)).nowhere(),
            account,
            name,
        }
    }

    /// The stack with one part of its text in other words.
    fn change(&self, from: &str, to: &str) {
        let text = STACK.replace("NAME", self.name);
        assert!(text.contains(from), "{from}");
        self.stack.write("main.tf", &text.replace(from, to));
    }
}

/// The calls that change something, in the order of their names: what does not
/// depend on each other comes as it comes.
fn changes(calls: &Calls) -> String {
    let mut changes = calls.mutating();
    changes.sort();
    changes.join("\n")
}

/// What is printed from one text to another.
fn between(printed: &str, from: &str, to: &str) -> String {
    let from = printed.find(from).unwrap_or_default();
    let to = printed.find(to).unwrap_or(printed.len());
    printed[from..to].to_owned()
}

/// A load balancer with a listener.
fn front(account: &Account, name: &str) {
    let subnets = account.network().unwrap().subnets;
    let version = "Version=2015-12-01";
    let made = account.call(
        "elasticloadbalancing",
        &format!(
            "Action=CreateLoadBalancer&{version}&Name={name}&Scheme=internal&Subnets.member.1={}&Subnets.member.2={}",
            subnets[0], subnets[1]
        ),
    );
    let made = made.unwrap();
    let arn = made.split("<LoadBalancerArn>").nth(1).unwrap();
    let arn = arn.split('<').next().unwrap();
    let listener = format!(
        "Action=CreateListener&{version}&LoadBalancerArn={arn}&Port=80&Protocol=HTTP&DefaultActions.member.1.Type=fixed-response&DefaultActions.member.1.FixedResponseConfig.StatusCode=404"
    );
    account.call("elasticloadbalancing", &listener).unwrap();
}

#[test]
fn every_call_of_a_stack_is_known_and_none_is_made_twice() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let World { stack, .. } = World::new(&sandbox, "aws-calls");

    let (planned, calls) = stack.calls(|| stack.plan());
    assert!(
        planned.contains("Plan: 11 to add, 0 to change, 0 to destroy."),
        "{planned}"
    );
    assert_eq!(calls.repeated(), [""; 0]);
    check(
        calls.of_aws(),
        str![[r#"
ec2 DescribeRouteTables
ec2 DescribeVpcAttribute
ec2 DescribeVpcAttribute
ec2 DescribeVpcAttribute
ec2 DescribeVpcs
elasticloadbalancing DescribeListenerAttributes arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/aws-calls/[ID]/[ID]
elasticloadbalancing DescribeListeners
elasticloadbalancing DescribeListeners arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/aws-calls/[ID]
elasticloadbalancing DescribeLoadBalancerAttributes arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/aws-calls/[ID]
elasticloadbalancing DescribeLoadBalancers
elasticloadbalancing DescribeLoadBalancers aws-calls
elasticloadbalancing DescribeTags arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/aws-calls/[ID]/[ID]
elasticloadbalancing DescribeTags arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/aws-calls/[ID]
"#]],
    );

    let (applied, calls) = stack.calls(|| stack.apply());
    assert!(applied.contains("Resources: 11 added"), "{applied}");
    // The rule has changed what the target group says of load balancers: it is
    // looked at for that alone.
    assert_eq!(calls.repeated(), [""; 0]);
    check(
        calls.of_aws(),
        str![[r#"
ec2 DescribeRouteTables
ec2 DescribeVpcAttribute
ec2 DescribeVpcAttribute
ec2 DescribeVpcAttribute
ec2 DescribeVpcs
elasticloadbalancing CreateRule arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/aws-calls/[ID]/[ID]
elasticloadbalancing CreateTargetGroup
elasticloadbalancing DescribeListenerAttributes arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/aws-calls/[ID]/[ID]
elasticloadbalancing DescribeListeners
elasticloadbalancing DescribeListeners arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/aws-calls/[ID]
elasticloadbalancing DescribeLoadBalancerAttributes arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/aws-calls/[ID]
elasticloadbalancing DescribeLoadBalancers
elasticloadbalancing DescribeLoadBalancers aws-calls
elasticloadbalancing DescribeTags arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/aws-calls/[ID]/[ID]
elasticloadbalancing DescribeTags arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/aws-calls/[ID]
elasticloadbalancing DescribeTargetGroupAttributes arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/aws-calls/[ID]
elasticloadbalancing DescribeTargetGroups
elasticloadbalancing DescribeTargetGroups aws-calls
iam AttachRolePolicy arn:aws:iam::123456789012:policy/aws-calls aws-calls
iam CreatePolicy aws-calls
iam CreateRole aws-calls
iam GetPolicy arn:aws:iam::123456789012:policy/aws-calls
iam GetPolicyVersion arn:aws:iam::123456789012:policy/aws-calls
iam GetRole aws-calls
iam ListAttachedRolePolicies aws-calls
iam ListRolePolicies aws-calls
s3 CreateBucket /aws-calls
s3 GetBucketEncryption /aws-calls
s3 GetBucketLifecycleConfiguration /aws-calls
s3 GetBucketPolicy /aws-calls
s3 GetBucketVersioning /aws-calls
s3 GetPublicAccessBlock /aws-calls
s3 HeadBucket /aws-calls
s3 PutBucketEncryption /aws-calls
s3 PutBucketLifecycleConfiguration /aws-calls
s3 PutBucketPolicy /aws-calls
s3 PutBucketVersioning /aws-calls
s3 PutPublicAccessBlock /aws-calls
"#]],
    );

    // Nothing changes, and looking for that takes as few calls as can be.
    let (settled, calls) = stack.calls(|| stack.settled());
    assert_eq!(settled, "No changes.");
    assert_eq!(calls.repeated(), [""; 0]);
    assert_eq!(calls.mutating(), [""; 0]);
    check(
        calls.of_aws(),
        str![[r#"
ec2 DescribeRouteTables
ec2 DescribeVpcAttribute
ec2 DescribeVpcAttribute
ec2 DescribeVpcAttribute
ec2 DescribeVpcs
elasticloadbalancing DescribeListenerAttributes arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/aws-calls/[ID]/[ID]
elasticloadbalancing DescribeListeners
elasticloadbalancing DescribeListeners arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/aws-calls/[ID]
elasticloadbalancing DescribeLoadBalancerAttributes arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/aws-calls/[ID]
elasticloadbalancing DescribeLoadBalancers
elasticloadbalancing DescribeLoadBalancers aws-calls
elasticloadbalancing DescribeRules
elasticloadbalancing DescribeTags arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/aws-calls/[ID]/[ID]/[ID]
elasticloadbalancing DescribeTags arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/aws-calls/[ID]/[ID]
elasticloadbalancing DescribeTags arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/aws-calls/[ID]
elasticloadbalancing DescribeTags arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/aws-calls/[ID]
elasticloadbalancing DescribeTargetGroupAttributes arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/aws-calls/[ID]
elasticloadbalancing DescribeTargetGroups
iam GetPolicy arn:aws:iam::123456789012:policy/aws-calls
iam GetPolicyVersion arn:aws:iam::123456789012:policy/aws-calls
iam GetRole aws-calls
iam ListAttachedRolePolicies aws-calls
iam ListRolePolicies aws-calls
s3 GetBucketEncryption /aws-calls
s3 GetBucketLifecycleConfiguration /aws-calls
s3 GetBucketPolicy /aws-calls
s3 GetBucketTagging /aws-calls
s3 GetBucketVersioning /aws-calls
s3 GetPublicAccessBlock /aws-calls
s3 HeadBucket /aws-calls
"#]],
    );

    let (destroyed, calls) = stack.calls(|| stack.destroy());
    assert!(destroyed.contains("Resources: 11 destroyed"), "{destroyed}");
    assert_eq!(calls.repeated(), [""; 0]);
    check(
        changes(&calls),
        str![[r#"
DeleteBucket /aws-calls/
DeleteBucketEncryption /aws-calls/
DeleteBucketLifecycleConfiguration /aws-calls/
DeleteBucketPolicy /aws-calls/
DeletePolicy /
DeletePublicAccessBlock /aws-calls/
DeleteRole /
DeleteRule /
DeleteTargetGroup /
DetachRolePolicy /
PutBucketVersioning /aws-calls/
"#]],
    );
}

#[test]
fn a_policy_that_changes_is_shown_statement_by_statement() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let world = World::new(&sandbox, "aws-policy");
    world.stack.apply();
    // The same in other words is no change.
    world.change(
        r#"["s3:GetObject", "s3:PutObject"]"#,
        r#"["s3:PutObject", "s3:GetObject"]"#,
    );
    assert_eq!(world.stack.settled(), "No changes.");

    world.change(
        r#"["s3:GetObject", "s3:PutObject"]"#,
        r#"["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]"#,
    );
    let planned = world.stack.plan();
    check(
        between(&planned, "  # aws_iam_policy", "Plan:"),
        str![[r#"
  # aws_iam_policy.logs will be updated in-place
  ~ resource "aws_iam_policy" "logs" {
        id               = "arn:aws:iam::123456789012:policy/aws-policy"
        name             = "aws-policy"
      ~ policy           = jsonencode(
          ~ {
              ~ Statement = [
                    {
                        Action   = "s3:ListBucket"
                        Effect   = "Allow"
                        Resource = "arn:aws:s3:::aws-policy"
                        Sid      = "List"
                    },
                  ~ {
                      ~ Action   = [
                            # (1 unchanged element hidden)
                            "s3:GetObject",
                          + "s3:DeleteObject",
                        ]
                        # (3 unchanged attributes hidden)
                    },
                ]
                # (1 unchanged attribute hidden)
            }
        )
        # (7 unchanged attributes hidden)

      ~ statement "Objects" {
          ~ Action   = [
              + "s3:DeleteObject",
                "s3:GetObject",
                # (1 unchanged element hidden)
            ]
            # (3 unchanged attributes hidden)
        }
    }


"#]],
    );
    world.stack.apply();
    assert_eq!(world.stack.settled(), "No changes.");
    world.stack.destroy();
}

#[test]
fn what_others_changed_is_told_with_who_and_when() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let World {
        stack,
        account,
        name,
    } = World::new(&sandbox, "aws-drift");
    stack.apply();
    // What the attachment and the rule made of other objects is no drift.
    check(
        stack.run(&["drift"]),
        str![[r#"
.: nothing has changed

"#]],
    );
    let suspended = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";
    account
        .bucket("PUT", &format!("/{name}?versioning"), suspended)
        .unwrap();
    let ada = json!({
        "eventTime": "2026-11-29T02:29:56Z",
        "eventName": "PutBucketVersioning",
        "eventSource": "s3.amazonaws.com",
        "userIdentity": { "arn": "arn:aws:sts::123456789012:assumed-role/admin/ada" },
        "sourceIPAddress": "192.0.2.1",
        "userAgent": "S3Console/0.4",
    });
    account.record(name, &ada).unwrap();
    let grace = json!({
        "eventTime": "2026-11-29T03:14:15Z",
        "eventName": "DetachRolePolicy",
        "eventSource": "iam.amazonaws.com",
        "userIdentity": { "arn": "arn:aws:iam::123456789012:user/grace" },
        "sourceIPAddress": "192.0.2.2",
        "userAgent": "aws-cli/2.31",
    });
    account.record(name, &grace).unwrap();
    let arn = format!("arn:aws:iam::123456789012:policy/{name}");
    account.record(&arn, &grace).unwrap();
    let detach =
        format!("Action=DetachRolePolicy&Version=2010-05-08&RoleName={name}&PolicyArn={arn}");
    account.call("iam", &detach).unwrap();

    let (drift, calls) = stack.calls(|| stack.run(&["drift"]));
    assert_eq!(calls.mutating(), [""; 0]);
    check(
        drift,
        str![[r#"
.: 4 objects have drifted

  aws_iam_policy.logs has changed
    by arn:aws:iam::123456789012:user/grace, DetachRolePolicy with aws-cli/2.31 from 192.0.2.2, at [MOMENT]
    attachment_count: 1 -> 0

  aws_iam_role.logs has changed
    by arn:aws:iam::123456789012:user/grace, DetachRolePolicy with aws-cli/2.31 from 192.0.2.2, at [MOMENT]
    managed_policy_arns: ["arn:aws:iam::123456789012:policy/aws-drift"] -> []

  aws_iam_role_policy_attachment.logs is gone
    by arn:aws:iam::123456789012:user/grace, DetachRolePolicy with aws-cli/2.31 from 192.0.2.2, at [MOMENT]

  aws_s3_bucket_versioning.logs has changed
    by arn:aws:sts::123456789012:assumed-role/admin/ada, PutBucketVersioning with S3Console/0.4 from 192.0.2.1, at [MOMENT]
    versioning_configuration[0].status: "Enabled" -> "Suspended"

--- exit status: 2 ---

"#]],
    );
    let (refreshed, calls) = stack.calls(|| stack.run(&["plan", "-refresh-only"]));
    assert_eq!(calls.mutating(), [""; 0]);
    check(
        between(&refreshed, "  # aws_iam", "This is a refresh-only plan"),
        str![[r#"
  # aws_iam_policy.logs has changed
  # (changed by arn:aws:iam::123456789012:user/grace, DetachRolePolicy with aws-cli/2.31 from 192.0.2.2, at [MOMENT])
  ~ resource "aws_iam_policy" "logs" {
      ~ attachment_count = 1 -> 0
        id               = "arn:aws:iam::123456789012:policy/aws-drift"
        name             = "aws-drift"
        # (7 unchanged attributes hidden)
    }

  # aws_iam_role.logs has changed
  # (changed by arn:aws:iam::123456789012:user/grace, DetachRolePolicy with aws-cli/2.31 from 192.0.2.2, at [MOMENT])
  ~ resource "aws_iam_role" "logs" {
        id                    = "aws-drift"
      ~ managed_policy_arns   = [
          - "arn:aws:iam::123456789012:policy/aws-drift",
        ]
        name                  = "aws-drift"
        # (11 unchanged attributes hidden)
    }

  # aws_iam_role_policy_attachment.logs has been deleted
  # (changed by arn:aws:iam::123456789012:user/grace, DetachRolePolicy with aws-cli/2.31 from 192.0.2.2, at [MOMENT])
  - resource "aws_iam_role_policy_attachment" "logs" {
      - id         = "aws-drift-[ID]" -> null
      - policy_arn = "arn:aws:iam::123456789012:policy/aws-drift" -> null
      - role       = "aws-drift" -> null
    }

  # aws_s3_bucket_versioning.logs has changed
  # (changed by arn:aws:sts::123456789012:assumed-role/admin/ada, PutBucketVersioning with S3Console/0.4 from 192.0.2.1, at [MOMENT])
  ~ resource "aws_s3_bucket_versioning" "logs" {
        id                    = "aws-drift"
        # (3 unchanged attributes hidden)

      ~ versioning_configuration {
          ~ status     = "Enabled" -> "Suspended"
            # (1 unchanged attribute hidden)
        }
    }



"#]],
    );

    let (_, calls) = stack.calls(|| stack.apply());
    check(
        changes(&calls),
        str![[r#"
AttachRolePolicy /
PutBucketVersioning /aws-drift/
"#]],
    );
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
}
