//! What a service says while it has not come to terms with itself: the call is
//! made again until that has passed, and given up where it does not pass.

use std::time::Duration;

use trueup_sandbox::Rule;
use trueup_sdk::world::Clock;
use trueup_testkit::{Step, Suite};

use crate::stage::Set;

/// A type, the step in which it is told this, and how long that may go on.
struct Case {
    kind: &'static str,
    step: Step,
    operation: &'static str,
    told: (u16, &'static str, &'static str),
    seconds: u64,
}

const fn case(
    kind: &'static str,
    step: Step,
    operation: &'static str,
    told: (u16, &'static str, &'static str),
    seconds: u64,
) -> Case {
    Case {
        kind,
        step,
        operation,
        told,
        seconds,
    }
}

const CONCURRENT: (u16, &str, &str) = (
    409,
    "ConcurrentModification",
    "The request was rejected because multiple requests to change this object were submitted simultaneously.",
);
const PRINCIPAL: (u16, &str, &str) = (
    400,
    "MalformedPolicyDocument",
    "Invalid principal in policy: \"AWS\":\"arn:aws:iam::123456789012:role/new\"",
);
const NO_ENTITY: (u16, &str, &str) = (404, "NoSuchEntity", "It cannot be found.");
const ATTACHED: (u16, &str, &str) = (
    409,
    "DeleteConflict",
    "Cannot delete entity, must detach all policies first.",
);
const NO_BUCKET: (u16, &str, &str) = (404, "NoSuchBucket", "The specified bucket does not exist.");
const ABORTED: (u16, &str, &str) = (
    409,
    "OperationAborted",
    "A conflicting conditional operation is currently in progress against this resource. Please try again.",
);
const NO_ROLE: (u16, &str, &str) = (
    400,
    "InvalidParameterException",
    "Role provided in the request does not exist.",
);
const NO_TARGET_GROUP: (u16, &str, &str) = (
    400,
    "TargetGroupNotFound",
    "One or more target groups not found",
);
const NO_LISTENER: (u16, &str, &str) = (400, "ListenerNotFound", "One or more listeners not found");
const NO_BALANCER: (u16, &str, &str) = (
    400,
    "LoadBalancerNotFound",
    "One or more load balancers not found",
);
const NO_GROUP: (u16, &str, &str) = (
    400,
    "InvalidGroup.NotFound",
    "The security group 'sg-0' does not exist",
);

use Step::{Change, Create, Destroy};

const CASES: &[Case] = &[
    // What was made is not known everywhere.
    case("aws_iam_role", Create, "CreateRole", PRINCIPAL, 120),
    case(
        "aws_iam_role",
        Change,
        "UpdateAssumeRolePolicy",
        PRINCIPAL,
        120,
    ),
    case("aws_iam_role", Create, "PutRolePolicy", NO_ENTITY, 15),
    case(
        "aws_iam_role_policy",
        Create,
        "PutRolePolicy",
        NO_ENTITY,
        15,
    ),
    case(
        "aws_iam_role_policy_attachment",
        Create,
        "AttachRolePolicy",
        NO_ENTITY,
        15,
    ),
    case(
        "aws_iam_instance_profile",
        Create,
        "AddRoleToInstanceProfile",
        NO_ENTITY,
        15,
    ),
    case(
        "aws_eks_pod_identity_association",
        Create,
        "POST",
        NO_ROLE,
        120,
    ),
    case(
        "aws_eks_pod_identity_association",
        Change,
        "POST",
        NO_ROLE,
        120,
    ),
    case(
        "aws_s3_bucket_versioning",
        Create,
        "PutBucketVersioning",
        NO_BUCKET,
        120,
    ),
    case(
        "aws_s3_bucket_public_access_block",
        Create,
        "PutPublicAccessBlock",
        NO_BUCKET,
        120,
    ),
    case(
        "aws_s3_bucket_server_side_encryption_configuration",
        Create,
        "PutBucketEncryption",
        NO_BUCKET,
        120,
    ),
    case(
        "aws_s3_bucket_lifecycle_configuration",
        Create,
        "PutBucketLifecycleConfiguration",
        NO_BUCKET,
        120,
    ),
    case(
        "aws_s3_bucket_policy",
        Create,
        "PutBucketPolicy",
        NO_BUCKET,
        120,
    ),
    case(
        "aws_s3_bucket_policy",
        Create,
        "PutBucketPolicy",
        (400, "MalformedPolicy", "Invalid principal in policy"),
        120,
    ),
    case(
        "aws_lb_target_group",
        Change,
        "ModifyTargetGroupAttributes",
        NO_TARGET_GROUP,
        15,
    ),
    case(
        "aws_lb_target_group_attachment",
        Create,
        "RegisterTargets",
        NO_TARGET_GROUP,
        15,
    ),
    case(
        "aws_lb_target_group_attachment",
        Create,
        "RegisterTargets",
        (
            400,
            "InvalidTarget",
            "The following targets are not in a running state: i-1",
        ),
        600,
    ),
    case("aws_lb_listener", Create, "CreateListener", NO_BALANCER, 15),
    case(
        "aws_lb_listener",
        Create,
        "CreateListener",
        NO_TARGET_GROUP,
        15,
    ),
    case(
        "aws_lb_listener",
        Create,
        "CreateListener",
        (400, "CertificateNotFound", "Certificate not found"),
        120,
    ),
    case(
        "aws_lb_listener_rule",
        Create,
        "CreateRule",
        NO_LISTENER,
        15,
    ),
    case(
        "aws_lb_listener_rule",
        Create,
        "CreateRule",
        NO_TARGET_GROUP,
        15,
    ),
    case(
        "aws_security_group",
        Create,
        "AuthorizeSecurityGroupIngress",
        NO_GROUP,
        15,
    ),
    case(
        "aws_security_group_rule",
        Create,
        "AuthorizeSecurityGroupIngress",
        NO_GROUP,
        15,
    ),
    case(
        "aws_vpc_security_group_ingress_rule",
        Create,
        "AuthorizeSecurityGroupIngress",
        NO_GROUP,
        15,
    ),
    case(
        "aws_vpc_security_group_egress_rule",
        Create,
        "AuthorizeSecurityGroupEgress",
        NO_GROUP,
        15,
    ),
    // Somebody else changes the same thing.
    case("aws_iam_role", Create, "CreateRole", CONCURRENT, 120),
    case("aws_iam_role", Change, "UpdateRole", CONCURRENT, 120),
    case(
        "aws_iam_role",
        Change,
        "PutRolePermissionsBoundary",
        CONCURRENT,
        120,
    ),
    case("aws_iam_role", Change, "TagRole", CONCURRENT, 120),
    case("aws_iam_role", Destroy, "DeleteRole", CONCURRENT, 120),
    case(
        "aws_iam_role_policy",
        Create,
        "PutRolePolicy",
        CONCURRENT,
        120,
    ),
    case(
        "aws_iam_role_policy",
        Destroy,
        "DeleteRolePolicy",
        CONCURRENT,
        120,
    ),
    case(
        "aws_iam_role_policy_attachment",
        Create,
        "AttachRolePolicy",
        CONCURRENT,
        120,
    ),
    case(
        "aws_iam_role_policy_attachment",
        Destroy,
        "DetachRolePolicy",
        CONCURRENT,
        120,
    ),
    case("aws_iam_policy", Create, "CreatePolicy", CONCURRENT, 120),
    case(
        "aws_iam_policy",
        Change,
        "CreatePolicyVersion",
        CONCURRENT,
        120,
    ),
    case("aws_iam_policy", Change, "TagPolicy", CONCURRENT, 120),
    case("aws_iam_policy", Destroy, "DeletePolicy", CONCURRENT, 120),
    case(
        "aws_iam_instance_profile",
        Create,
        "CreateInstanceProfile",
        CONCURRENT,
        120,
    ),
    case(
        "aws_iam_instance_profile",
        Change,
        "RemoveRoleFromInstanceProfile",
        CONCURRENT,
        120,
    ),
    case(
        "aws_iam_openid_connect_provider",
        Create,
        "CreateOpenIDConnectProvider",
        CONCURRENT,
        120,
    ),
    case(
        "aws_iam_openid_connect_provider",
        Change,
        "AddClientIDToOpenIDConnectProvider",
        CONCURRENT,
        120,
    ),
    case(
        "aws_iam_openid_connect_provider",
        Change,
        "UpdateOpenIDConnectProviderThumbprint",
        CONCURRENT,
        120,
    ),
    case("aws_s3_bucket", Create, "CreateBucket", ABORTED, 120),
    case("aws_s3_bucket", Destroy, "DeleteBucket", ABORTED, 120),
    case(
        "aws_s3_bucket_versioning",
        Change,
        "PutBucketVersioning",
        ABORTED,
        120,
    ),
    case(
        "aws_s3_bucket_public_access_block",
        Destroy,
        "DeletePublicAccessBlock",
        ABORTED,
        120,
    ),
    case(
        "aws_s3_bucket_server_side_encryption_configuration",
        Destroy,
        "DeleteBucketEncryption",
        ABORTED,
        120,
    ),
    case(
        "aws_s3_bucket_lifecycle_configuration",
        Destroy,
        "DeleteBucketLifecycleConfiguration",
        ABORTED,
        120,
    ),
    case(
        "aws_s3_bucket_policy",
        Change,
        "PutBucketPolicy",
        ABORTED,
        120,
    ),
    // What used it shortly before is not gone everywhere.
    case("aws_iam_role", Destroy, "DeleteRole", ATTACHED, 30),
    case("aws_iam_policy", Destroy, "DeletePolicy", ATTACHED, 15),
    case(
        "aws_iam_instance_profile",
        Destroy,
        "DeleteInstanceProfile",
        ATTACHED,
        15,
    ),
    case(
        "aws_lb_target_group",
        Destroy,
        "DeleteTargetGroup",
        (
            400,
            "ResourceInUse",
            "Target group is currently in use by a listener or a rule",
        ),
        120,
    ),
    case(
        "aws_security_group",
        Destroy,
        "DeleteSecurityGroup",
        (
            400,
            "DependencyViolation",
            "resource sg-0 has a dependent object",
        ),
        900,
    ),
];

fn suite(kind: &str) -> Suite {
    let suites = crate::every_suite();
    let suite = suites.into_iter().find(|suite| suite.kind() == kind);
    suite.unwrap_or_else(|| panic!("{kind} has no suite"))
}

/// Sees what a type makes of what it is told.
fn judge(case: &Case) -> Result<(), String> {
    let Some(set) = Set::of(&suite(case.kind)) else {
        return Ok(());
    };
    let (status, code, message) = case.told;
    let always = Rule {
        path: path(case),
        ..Rule::refusal(case.operation, status, code, message)
    };
    let passing = Rule {
        times: 3,
        ..always.clone()
    };
    match set.disturbed(case.step, &passing)? {
        (None, 3) => {}
        (failed, fired) => {
            let failed = failed.unwrap_or_default();
            return Err(format!("told so {fired} times, it failed: {failed}"));
        }
    }
    let begun = set.clock.now();
    let (failed, fired) = set.disturbed(case.step, &always)?;
    let took = set.clock.now().duration_since(begun).unwrap_or_default();
    let Some(failed) = failed else {
        return Err(format!(
            "told so {fired} times and no more, it did not fail"
        ));
    };
    let limit = Duration::from_secs(case.seconds);
    let tells = failed.contains(code) && failed.contains(" attempts in ");
    let waits = took <= limit + Duration::from_secs(30) && took >= limit / 2;
    match tells && waits {
        true => Ok(()),
        false => Err(format!("given up after {took:?}: {failed}")),
    }
}

/// Calls to EKS are told apart by their paths.
fn path(case: &Case) -> Option<String> {
    let of_one = if case.step == Create { "" } else { "/*" };
    let of_association = case.operation == "POST";
    of_association.then(|| format!("/clusters/*/pod-identity-associations{of_one}"))
}

#[test]
fn what_passes_is_waited_for() {
    let wrong: Vec<String> = CASES
        .iter()
        .filter_map(|case| {
            let what = judge(case).err()?;
            let (_, code, _) = case.told;
            Some(format!(
                "{} {:?}, {} {code}: {what}",
                case.kind, case.step, case.operation
            ))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
