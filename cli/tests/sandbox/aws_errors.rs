//! What goes wrong in AWS, said with the action, the object, the service's
//! code and the ID of the request, and what to try. Nothing of the credentials
//! is in it.

use snapbox::str;
use trueup_sandbox::{Fault, Rule, Sandbox, shared};

use crate::{environment::check, stack::Stack, sts::Sts};

const ROLE: &str = r#"resource "aws_iam_role" "loki" {
  name = "NAME"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "pods.eks.amazonaws.com" }
    }]
  })
}
"#;

const BUCKET: &str = r#"data "aws_s3_bucket" "logs" {
  bucket = "NAME"
}
"#;

const OWN_BUCKET: &str = r#"resource "aws_s3_bucket" "logs" {
  bucket = "NAME"
}
"#;

const POLICY: &str = r#"resource "aws_iam_policy" "loki" {
  name = "NAME"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "s3:ListBucket", Resource = "*" },
      { Effect = "Allow", Action = "s3:GetObject", Resource = "logs" },
    ]
  })
}
"#;

const GROUP: &str = r#"resource "aws_lb_target_group" "loki" {
  name        = "NAME"
  target_type = "lambda"
}
"#;

const ENCRYPTION: &str = r#"
resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}
"#;

const SECURITY_GROUP: &str = r#"resource "aws_security_group" "loki" {
  name   = "NAME"
  vpc_id = "vpc-0123456789abcdef0"
}
"#;

const ASSOCIATION: &str = r#"resource "aws_eks_pod_identity_association" "loki" {
  cluster_name    = "sandbox"
  namespace       = "NAME"
  service_account = "loki"
  role_arn        = "arn:aws:iam::123456789012:role/loki"
}
"#;

/// What applying such a stack says while a service answers so.
fn told(sandbox: &Sandbox, name: &str, main: &str, rules: &[Rule]) -> String {
    let stack = Stack::new(sandbox, &main.replace("NAME", name))
        .with("AWS_SECRET_ACCESS_KEY", "s3cr3t-key")
        .with("AWS_SESSION_TOKEN", "s3cr3t-token");
    told_by(stack.nowhere(), rules)
}

/// The same of a stack with credentials of its own.
fn told_by(stack: Stack, rules: &[Rule]) -> String {
    let stack = stack.with("AWS_MAX_ATTEMPTS", "3");
    let [_, aws] = stack.faults();
    aws.set(rules, 0).unwrap();
    let printed = stack.apply();
    assert!(!printed.contains("s3cr3t"), "{printed}");
    let at = printed.find("Error:").unwrap_or(0);
    printed[at..].to_owned()
}

#[test]
fn credentials_that_have_expired() {
    let Some(sandbox) = shared() else { return };
    let expired = Rule::refusal(
        "*",
        403,
        "ExpiredToken",
        "The security token included in the request is expired",
    );
    check(
        told(&sandbox, "error-expired", ROLE, &[expired]),
        str![[r#"
Error: creating IAM Role (error-expired): operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: [ID], ExpiredToken: The security token included in the request is expired

  with aws_iam_role.loki,
  on main.tf line 1, in resource "aws_iam_role" "loki":
   1: resource "aws_iam_role" "loki" {

The credentials have expired. Get new ones, for instance with "aws sso
login", and run this again; what is done already is kept.
--- exit status: 1 ---

"#]],
    );
}

/// A provider that works as a role, and one that needs a role for its token.
const WORKING_AS: &str = r#"provider "aws" {
  assume_role {
    role_arn = "arn:aws:iam::123456789012:role/ci"
  }
}

"#;
const WITH_TOKEN: &str = r#"provider "aws" {
  assume_role_with_web_identity {
    role_arn           = "arn:aws:iam::123456789012:role/ci"
    web_identity_token = "s3cr3t-token"
  }

  endpoints {
    sts = "STS"
  }
}

"#;

#[test]
fn no_credentials_at_all() {
    let Some(sandbox) = shared() else { return };
    let stack = Stack::new(&sandbox, &ROLE.replace("NAME", "error-none"));
    check(
        told_by(stack.nowhere().without("AWS_ACCESS_KEY_ID"), &[]),
        str![[r#"
Error: creating IAM Role (error-none): operation error IAM: CreateRole, dispatch failure: other: the credential provider was not enabled: no credentials found in chain. Attempted:
  Profile: the credential provider was not enabled
  WebIdentityToken: the credential provider was not enabled: $AWS_WEB_IDENTITY_TOKEN_FILE was not set
  EcsContainer: the credential provider was not enabled: ECS provider not configured

  with aws_iam_role.loki,
  on main.tf line 1, in resource "aws_iam_role" "loki":
   1: resource "aws_iam_role" "loki" {

No credentials were found. They are looked for in the provider's block, in
the environment (AWS_ACCESS_KEY_ID), in the profile (AWS_PROFILE, ~/.aws), in
a web identity token, and at the metadata services of ECS and EC2. "aws sts
get-caller-identity" shows whether the AWS CLI finds any.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_role_that_cannot_be_assumed() {
    let Some(sandbox) = shared() else { return };
    let main = format!("{WORKING_AS}{ROLE}");
    let refused = Rule::refusal(
        "AssumeRole",
        403,
        "AccessDenied",
        "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/ci",
    );
    check(
        told(&sandbox, "error-assume", &main, &[refused]),
        str![[r#"
Error: creating IAM Role (error-assume): operation error IAM: CreateRole, dispatch failure: other: an error occurred while loading credentials: the role arn:aws:iam::123456789012:role/ci cannot be assumed: operation error STS: AssumeRole, https response error StatusCode: 403, RequestID: [ID], AccessDenied: User: arn:aws:iam::123456789012:user/ada is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/ci

  with aws_iam_role.loki,
  on main.tf line 7, in resource "aws_iam_role" "loki":
   7: resource "aws_iam_role" "loki" {

Two policies must allow this: one of the caller, sts:AssumeRole on
arn:aws:iam::123456789012:role/ci, and the trust policy of that role, the
caller. Where it asks for an external ID, set "external_id" in "assume_role".
--- exit status: 1 ---

"#]],
    );
    let expired = Rule::refusal(
        "AssumeRole",
        403,
        "ExpiredToken",
        "The security token included in the request is expired",
    );
    check(
        told(&sandbox, "error-assume", &main, &[expired]),
        str![[r#"
Error: creating IAM Role (error-assume): operation error IAM: CreateRole, dispatch failure: other: an error occurred while loading credentials: the role arn:aws:iam::123456789012:role/ci cannot be assumed: operation error STS: AssumeRole, https response error StatusCode: 403, RequestID: [ID], ExpiredToken: The security token included in the request is expired

  with aws_iam_role.loki,
  on main.tf line 7, in resource "aws_iam_role" "loki":
   7: resource "aws_iam_role" "loki" {

The credentials have expired. Get new ones, for instance with "aws sso
login", and run this again; what is done already is kept.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_token_that_no_role_is_given_for() {
    let Some(sandbox) = shared() else { return };
    let from = |sts: &Sts| {
        let main = WITH_TOKEN.replace("STS", &sts.url);
        told(&sandbox, "error-token", &format!("{main}{ROLE}"), &[])
    };
    let refusing = Sts::refusing("InvalidIdentityToken", "Incorrect token audience");
    check(
        from(&refusing),
        str![[r#"
Error: creating IAM Role (error-token): operation error IAM: CreateRole, dispatch failure: other: an error occurred while loading credentials: the role arn:aws:iam::123456789012:role/ci cannot be assumed: operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, RequestID: , InvalidIdentityToken: Incorrect token audience

  with aws_iam_role.loki,
  on main.tf line 12, in resource "aws_iam_role" "loki":
  12: resource "aws_iam_role" "loki" {

The trust policy of arn:aws:iam::123456789012:role/ci must allow
sts:AssumeRoleWithWebIdentity to the issuer of the token, and audience and
subject of the token must be those it asks for.
--- exit status: 1 ---

"#]],
    );
    let expired = Sts::refusing(
        "ExpiredTokenException",
        "Token expired: current date/time 1796000000 must be before the expiration date/time 1795990000",
    );
    check(
        from(&expired),
        str![[r#"
Error: creating IAM Role (error-token): operation error IAM: CreateRole, dispatch failure: other: an error occurred while loading credentials: the role arn:aws:iam::123456789012:role/ci cannot be assumed: operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, RequestID: , ExpiredTokenException: Token expired: current date/time 1796000000 must be before the expiration date/time 1795990000

  with aws_iam_role.loki,
  on main.tf line 12, in resource "aws_iam_role" "loki":
  12: resource "aws_iam_role" "loki" {

The token of "assume_role_with_web_identity" has expired. Get a new one and
run this again; what is done already is kept.
--- exit status: 1 ---

"#]],
    );
    let file = WITH_TOKEN.replace(
        r#"web_identity_token = "s3cr3t-token""#,
        r#"web_identity_token_file = "none""#,
    );
    check(
        told(&sandbox, "error-token", &format!("{file}{ROLE}"), &[]),
        str![[r#"
Error: creating IAM Role (error-token): operation error IAM: CreateRole, dispatch failure: other: the credentials provider was not properly configured: the token file [ROOT]/work/none: No such file or directory (os error 2)

  with aws_iam_role.loki,
  on main.tf line 12, in resource "aws_iam_role" "loki":
  12: resource "aws_iam_role" "loki" {

"web_identity_token_file", or else AWS_WEB_IDENTITY_TOKEN_FILE, names a file
that cannot be read. Where a platform writes it, it may not have yet.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn credentials_that_aws_does_not_know() {
    let Some(sandbox) = shared() else { return };
    let unknown = Rule::refusal(
        "*",
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    );
    check(
        told(&sandbox, "error-unknown", ROLE, &[unknown]),
        str![[r#"
Error: creating IAM Role (error-unknown): operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: [ID], InvalidClientTokenId: The security token included in the request is invalid.

  with aws_iam_role.loki,
  on main.tf line 1, in resource "aws_iam_role" "loki":
   1: resource "aws_iam_role" "loki" {

AWS does not know these credentials. They may have been deleted, need a
session token, or belong to another partition than the region.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_bucket_of_another_region() {
    let Some(sandbox) = shared() else { return };
    let elsewhere = Rule::refusal(
        "*",
        301,
        "PermanentRedirect",
        "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
    );
    check(
        told(&sandbox, "error-region", BUCKET, &[elsewhere]),
        str![[r#"
Error: reading S3 Bucket (error-region): operation error S3: HeadBucket, https response error StatusCode: 301, RequestID: [ID], PermanentRedirect: the bucket is in us-east-1

  with data.aws_s3_bucket.logs,
  on main.tf line 1, in data "aws_s3_bucket" "logs":
   1: data "aws_s3_bucket" "logs" {

This belongs to another region. Set "region" of the provider to that one, or
use a provider with an alias for it.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn an_action_that_is_not_allowed() {
    let Some(sandbox) = shared() else { return };
    let denied = Rule::refusal(
        "CreateRole",
        403,
        "AccessDenied",
        "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::123456789012:role/error-denied because no identity-based policy allows the iam:CreateRole action",
    );
    check(
        told(&sandbox, "error-denied", ROLE, &[denied]),
        str![[r#"
Error: creating IAM Role (error-denied): operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: [ID], AccessDenied: User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::123456789012:role/error-denied because no identity-based policy allows the iam:CreateRole action

  with aws_iam_role.loki,
  on main.tf line 1, in resource "aws_iam_role" "loki":
   1: resource "aws_iam_role" "loki" {

Allow iam:CreateRole on arn:aws:iam::123456789012:role/error-denied in a
policy of "arn:aws:sts::123456789012:assumed-role/ci/deploy", or work as a
role that may.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn an_action_on_a_bucket_that_is_not_allowed() {
    let Some(sandbox) = shared() else { return };
    let denied = Rule::refusal(
        "CreateBucket",
        403,
        "AccessDenied",
        "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized to perform: s3:CreateBucket on resource: \"arn:aws:s3:::error-denied\" with an explicit deny in an identity-based policy",
    );
    check(
        told(&sandbox, "error-denied", OWN_BUCKET, &[denied]),
        str![[r#"
Error: creating S3 Bucket (error-denied): operation error S3: CreateBucket, https response error StatusCode: 403, RequestID: [ID], AccessDenied: User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized to perform: s3:CreateBucket on resource: "arn:aws:s3:::error-denied" with an explicit deny in an identity-based policy

  with aws_s3_bucket.logs,
  on main.tf line 1, in resource "aws_s3_bucket" "logs":
   1: resource "aws_s3_bucket" "logs" {

A policy denies s3:CreateBucket on arn:aws:s3:::error-denied to
"arn:aws:sts::123456789012:assumed-role/ci/deploy" explicitly; allowing it
elsewhere does not help.
--- exit status: 1 ---

"#]],
    );
    // From another account nothing more is said.
    let silent = Rule::refusal("PutBucketEncryption", 403, "AccessDenied", "Access Denied");
    let main = format!("{OWN_BUCKET}{ENCRYPTION}");
    check(
        told(&sandbox, "error-silent", &main, &[silent]),
        str![[r#"
Error: creating S3 Bucket Server-side Encryption Configuration (error-silent): operation error S3: PutBucketEncryption, https response error StatusCode: 403, RequestID: [ID], AccessDenied: Access Denied

  with aws_s3_bucket_server_side_encryption_configuration.logs,
  on main.tf line 5, in resource "aws_s3_bucket_server_side_encryption_configuration" "logs":
   5: resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {

Allow s3:PutEncryptionConfiguration in a policy of the caller, or work as a
role that may.
--- exit status: 1 ---

"#]],
    );
    // An answer without a body.
    let bare = Rule::refusal("HeadBucket", 403, "AccessDenied", "");
    check(
        told(&sandbox, "error-bare", BUCKET, &[bare]),
        str![[r#"
Error: reading S3 Bucket (error-bare): operation error S3: HeadBucket, https response error StatusCode: 403, RequestID: [ID], Forbidden: access is denied

  with data.aws_s3_bucket.logs,
  on main.tf line 1, in data "aws_s3_bucket" "logs":
   1: data "aws_s3_bucket" "logs" {

Allow s3:ListBucket in a policy of the caller, or work as a role that may.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn an_action_of_ec2_and_of_load_balancing_that_is_not_allowed() {
    let Some(sandbox) = shared() else { return };
    let denied = Rule::refusal(
        "CreateSecurityGroup",
        403,
        "UnauthorizedOperation",
        "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/ada is not authorized to perform: ec2:CreateSecurityGroup on resource: arn:aws:ec2:eu-central-1:123456789012:security-group/* because no identity-based policy allows the ec2:CreateSecurityGroup action. Encoded authorization failure message: aGVsbG8",
    );
    check(
        told(&sandbox, "error-denied", SECURITY_GROUP, &[denied]),
        str![[r#"
Error: creating Security Group (error-denied): operation error EC2: CreateSecurityGroup, https response error StatusCode: 403, RequestID: [ID], UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/ada is not authorized to perform: ec2:CreateSecurityGroup on resource: arn:aws:ec2:eu-central-1:123456789012:security-group/* because no identity-based policy allows the ec2:CreateSecurityGroup action. Encoded authorization failure message: aGVsbG8

  with aws_security_group.loki,
  on main.tf line 1, in resource "aws_security_group" "loki":
   1: resource "aws_security_group" "loki" {

Allow ec2:CreateSecurityGroup on
arn:aws:ec2:eu-central-1:123456789012:security-group/* in a policy of
"arn:aws:iam::123456789012:user/ada", or work as a role that may.
--- exit status: 1 ---

"#]],
    );
    let bounded = Rule::refusal(
        "CreateTargetGroup",
        403,
        "AccessDenied",
        "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: elasticloadbalancing:CreateTargetGroup on resource: arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/error-denied/* because no permissions boundary allows the elasticloadbalancing:CreateTargetGroup action",
    );
    check(
        told(&sandbox, "error-denied", GROUP, &[bounded]),
        str![[r#"
Error: creating ELBv2 Target Group (error-denied): operation error Elastic Load Balancing v2: CreateTargetGroup, https response error StatusCode: 403, RequestID: [ID], AccessDenied: User: arn:aws:iam::123456789012:user/ada is not authorized to perform: elasticloadbalancing:CreateTargetGroup on resource: arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/error-denied/* because no permissions boundary allows the elasticloadbalancing:CreateTargetGroup action

  with aws_lb_target_group.loki,
  on main.tf line 1, in resource "aws_lb_target_group" "loki":
   1: resource "aws_lb_target_group" "loki" {

The permissions boundary of "arn:aws:iam::123456789012:user/ada" does not
allow elasticloadbalancing:CreateTargetGroup on
arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/error-denied/*.
--- exit status: 1 ---

"#]],
    );
    let forbidden = Rule::refusal(
        "CreateTargetGroup",
        403,
        "AccessDenied",
        "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: elasticloadbalancing:CreateTargetGroup on resource: arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/error-denied/* with an explicit deny in a service control policy",
    );
    check(
        told(&sandbox, "error-denied", GROUP, &[forbidden]),
        str![[r#"
Error: creating ELBv2 Target Group (error-denied): operation error Elastic Load Balancing v2: CreateTargetGroup, https response error StatusCode: 403, RequestID: [ID], AccessDenied: User: arn:aws:iam::123456789012:user/ada is not authorized to perform: elasticloadbalancing:CreateTargetGroup on resource: arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/error-denied/* with an explicit deny in a service control policy

  with aws_lb_target_group.loki,
  on main.tf line 1, in resource "aws_lb_target_group" "loki":
   1: resource "aws_lb_target_group" "loki" {

A service control policy of the organization denies
elasticloadbalancing:CreateTargetGroup on
arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/error-denied/*;
only its administrators can change that.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn an_action_of_eks_that_is_not_allowed() {
    let Some(sandbox) = shared() else { return };
    let denied = Rule::refusal(
        "POST",
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: eks:CreatePodIdentityAssociation on resource: arn:aws:eks:eu-central-1:123456789012:cluster/sandbox",
    );
    check(
        told(&sandbox, "error-denied", ASSOCIATION, &[denied]),
        str![[r#"
Error: creating EKS Pod Identity Association (sandbox, error-denied/loki): operation error EKS: CreatePodIdentityAssociation, https response error StatusCode: 403, RequestID: [ID], AccessDeniedException: User: arn:aws:iam::123456789012:user/ada is not authorized to perform: eks:CreatePodIdentityAssociation on resource: arn:aws:eks:eu-central-1:123456789012:cluster/sandbox

  with aws_eks_pod_identity_association.loki,
  on main.tf line 1, in resource "aws_eks_pod_identity_association" "loki":
   1: resource "aws_eks_pod_identity_association" "loki" {

Allow eks:CreatePodIdentityAssociation on
arn:aws:eks:eu-central-1:123456789012:cluster/sandbox in a policy of
"arn:aws:iam::123456789012:user/ada", or work as a role that may.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_region_that_is_misspelled_or_wrong() {
    let Some(sandbox) = shared() else { return };
    let misspelled = format!("provider \"aws\" {{\n  region = \"eu-cental-1\"\n}}\n\n{ROLE}");
    check(
        told(&sandbox, "error-region", &misspelled, &[]),
        str![[r#"
Error: Invalid AWS Region: eu-cental-1

  on main.tf line 2, in provider "aws":
   2:   region = "eu-cental-1"

Did you mean "eu-central-1"? A region that is newer than this version is
taken with "skip_region_validation".
--- exit status: 1 ---

"#]],
    );
    let signed_for = Rule::refusal(
        "*",
        400,
        "AuthorizationHeaderMalformed",
        "The authorization header is malformed; the region 'eu-central-1' is wrong; expecting 'eu-west-1'",
    );
    check(
        told(&sandbox, "error-region", OWN_BUCKET, &[signed_for]),
        str![[r#"
Error: creating S3 Bucket (error-region): operation error S3: CreateBucket, https response error StatusCode: 400, RequestID: [ID], AuthorizationHeaderMalformed: The authorization header is malformed; the region 'eu-central-1' is wrong; expecting 'eu-west-1'

  with aws_s3_bucket.logs,
  on main.tf line 1, in resource "aws_s3_bucket" "logs":
   1: resource "aws_s3_bucket" "logs" {

This belongs to another region. Set "region" of the provider to that one, or
use a provider with an alias for it.
--- exit status: 1 ---

"#]],
    );
    let not_enabled = Rule::refusal(
        "*",
        403,
        "OptInRequired",
        "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe.",
    );
    check(
        told(&sandbox, "error-region", SECURITY_GROUP, &[not_enabled]),
        str![[r#"
Error: creating Security Group (error-region): operation error EC2: CreateSecurityGroup, https response error StatusCode: 403, RequestID: [ID], OptInRequired: You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe.

  with aws_security_group.loki,
  on main.tf line 1, in resource "aws_security_group" "loki":
   1: resource "aws_security_group" "loki" {

The account is not signed up for this service, or the region is not enabled
for it.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn quotas_that_are_reached() {
    let Some(sandbox) = shared() else { return };
    let roles = Rule::refusal(
        "CreateRole",
        409,
        "LimitExceeded",
        "Cannot exceed quota for RolesPerAccount: 1000",
    );
    check(
        told(&sandbox, "error-quota", ROLE, &[roles]),
        str![[r#"
Error: creating IAM Role (error-quota): operation error IAM: CreateRole, https response error StatusCode: 409, RequestID: [ID], LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000

  with aws_iam_role.loki,
  on main.tf line 1, in resource "aws_iam_role" "loki":
   1: resource "aws_iam_role" "loki" {

A quota of the account is reached. Remove what is not needed, or ask for more
in the console under Service Quotas.
--- exit status: 1 ---

"#]],
    );
    let groups = Rule::refusal(
        "CreateTargetGroup",
        400,
        "TooManyTargetGroups",
        "The maximum number of target groups has been reached",
    );
    check(
        told(&sandbox, "error-quota", GROUP, &[groups]),
        str![[r#"
Error: creating ELBv2 Target Group (error-quota): operation error Elastic Load Balancing v2: CreateTargetGroup, https response error StatusCode: 400, RequestID: [ID], TooManyTargetGroups: The maximum number of target groups has been reached

  with aws_lb_target_group.loki,
  on main.tf line 1, in resource "aws_lb_target_group" "loki":
   1: resource "aws_lb_target_group" "loki" {

A quota of the account is reached. Remove what is not needed, or ask for more
in the console under Service Quotas.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_name_that_is_taken() {
    let Some(sandbox) = shared() else { return };
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
    let create = format!(
        "Action=CreateRole&Version=2010-05-08&RoleName=error-taken&AssumeRolePolicyDocument={trust}"
    );
    sandbox.account().call("iam", &create).unwrap();
    check(
        told(&sandbox, "error-taken", ROLE, &[]),
        str![[r#"
Error: creating IAM Role (error-taken): operation error IAM: CreateRole, https response error StatusCode: 409, RequestID: [ID], EntityAlreadyExists: Role with name error-taken already exists.

  with aws_iam_role.loki,
  on main.tf line 1, in resource "aws_iam_role" "loki":
   1: resource "aws_iam_role" "loki" {

There is one by this name that this state does not know. Import it, or choose
another name.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_bucket_that_is_there_already() {
    let Some(sandbox) = shared() else { return };
    let place = "<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>";
    let account = sandbox.account();
    account.bucket("PUT", "/error-bucket", place).unwrap();
    check(
        told(&sandbox, "error-bucket", OWN_BUCKET, &[]),
        str![[r#"
Error: creating S3 Bucket (error-bucket): operation error S3: CreateBucket, https response error StatusCode: 409, RequestID: [ID], BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it.

  with aws_s3_bucket.logs,
  on main.tf line 1, in resource "aws_s3_bucket" "logs":
   1: resource "aws_s3_bucket" "logs" {

There is one by this name that this state does not know. Import it, or choose
another name.
--- exit status: 1 ---

"#]],
    );
    // There, making it again would look like a success.
    let first = format!("provider \"aws\" {{\n  region = \"us-east-1\"\n}}\n\n{OWN_BUCKET}");
    check(
        told(&sandbox, "error-bucket", &first, &[]),
        str![[r#"
Error: creating S3 Bucket (error-bucket): BucketAlreadyExists: bucket already exists

  with aws_s3_bucket.logs,
  on main.tf line 5, in resource "aws_s3_bucket" "logs":
   5: resource "aws_s3_bucket" "logs" {

There is one by this name that this state does not know. Import it, or choose
another name: they are unique across all accounts.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_bucket_that_is_somebody_elses() {
    let Some(sandbox) = shared() else { return };
    let taken = Rule::refusal(
        "CreateBucket",
        409,
        "BucketAlreadyExists",
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    );
    check(
        told(&sandbox, "error-others", OWN_BUCKET, &[taken]),
        str![[r#"
Error: creating S3 Bucket (error-others): operation error S3: CreateBucket, https response error StatusCode: 409, RequestID: [ID], BucketAlreadyExists: The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.

  with aws_s3_bucket.logs,
  on main.tf line 1, in resource "aws_s3_bucket" "logs":
   1: resource "aws_s3_bucket" "logs" {

Names of buckets are unique across all accounts. Choose another one.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_policy_that_is_malformed() {
    let Some(sandbox) = shared() else { return };
    // What can be seen is seen before anything is called.
    check(
        told(&sandbox, "error-policy", POLICY, &[]),
        str![[r#"
Error: Malformed policy document

  with aws_iam_policy.loki,
  on main.tf line 3, in resource "aws_iam_policy" "loki":
   3:   policy = jsonencode({
   4:     Version = "2012-10-17"
   5:     Statement = [
   6:       { Effect = "Allow", Action = "s3:ListBucket", Resource = "*" },
   7:       { Effect = "Allow", Action = "s3:GetObject", Resource = "logs" },
   8:     ]
   9:   })

Statement[1].Resource: The resource "logs" is neither an ARN nor "*". ARNs
are written as in "arn:aws:s3:::bucket/*": six parts with colons between
them.
--- exit status: 1 ---

"#]],
    );
    // What only the service knows is told as it says it.
    let ghost = Rule::refusal(
        "CreateRole",
        400,
        "MalformedPolicyDocument",
        "Federated principals must be valid domain names or SAML metadata ARNs",
    );
    check(
        told(&sandbox, "error-policy", ROLE, &[ghost]),
        str![[r#"
Error: creating IAM Role (error-policy): operation error IAM: CreateRole, https response error StatusCode: 400, RequestID: [ID], MalformedPolicyDocument: Federated principals must be valid domain names or SAML metadata ARNs

  with aws_iam_role.loki,
  on main.tf line 1, in resource "aws_iam_role" "loki":
   1: resource "aws_iam_role" "loki" {

AWS does not accept the policy document. A principal in it may not exist, or
not any more; an action, a condition or an ARN may be one that this service
does not know.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_service_that_does_not_answer() {
    let Some(sandbox) = shared() else { return };
    let broken = Rule::new(Fault::Reset);
    check(
        told(&sandbox, "error-reset", ROLE, &[broken]),
        str![[r#"
Error: creating IAM Role (error-reset): operation error IAM: GetRole, dispatch failure: other: client error (SendRequest): connection closed before message completed, after 3 attempts in [TIME]

  with aws_iam_role.loki,
  on main.tf line 1, in resource "aws_iam_role" "loki":
   1: resource "aws_iam_role" "loki" {

IAM could not be reached, or the connection broke. Check the region, the
endpoint, proxies and the network; then run this again: what is done already
is kept.
--- exit status: 1 ---

"#]],
    );
}
