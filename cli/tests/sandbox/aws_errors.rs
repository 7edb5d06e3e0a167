//! What goes wrong in AWS, said with the action, the object, the service's
//! code and the ID of the request, and what to try. Nothing of the credentials
//! is in it.

use snapbox::str;
use trueup_sandbox::{Fault, Rule, Sandbox, shared};

use crate::{environment::check, stack::Stack};

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

/// What applying such a stack says while a service answers so.
fn told(sandbox: &Sandbox, name: &str, main: &str, rules: &[Rule]) -> String {
    let stack = Stack::new(sandbox, &main.replace("NAME", name))
        .nowhere()
        .with("AWS_SECRET_ACCESS_KEY", "s3cr3t-key")
        .with("AWS_SESSION_TOKEN", "s3cr3t-token")
        .with("AWS_MAX_ATTEMPTS", "3");
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
