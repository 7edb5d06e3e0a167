//! The block of the provider: whose credentials calls are made with, which
//! accounts are left alone, and whose tags.

use snapbox::str;
use trueup_sandbox::{Sandbox, shared};

use crate::{environment::check, stack::Stack, sts::Sts};

const ME: &str = r#"
data "aws_caller_identity" "me" {}

output "me" {
  value = data.aws_caller_identity.me.arn
}
"#;

/// A stack of such a provider that only asks who it is, and what STS was asked.
fn asked(sandbox: &Sandbox, arguments: &str) -> (String, String) {
    let sts = Sts::start();
    let main = format!(
        "provider \"aws\" {{\n  endpoints {{\n    sts = \"{}\"\n  }}\n{arguments}}}\n{ME}",
        sts.url
    );
    let printed = Stack::new(sandbox, &main).nowhere().apply();
    let asked = sts.take_asked().into_iter();
    let asked = asked.map(|form| form.replace('&', "\n  "));
    (printed, asked.collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_role_is_assumed_with_a_token() {
    let Some(sandbox) = shared() else { return };
    let (printed, asked) = asked(
        &sandbox,
        r#"
  assume_role_with_web_identity {
    role_arn           = "arn:aws:iam::123456789012:role/ci"
    session_name       = "pipeline"
    duration           = "30m"
    web_identity_token = "header.claims.signature"
  }
"#,
    );
    assert!(printed.contains("assumed-role/ci/trueup"), "{printed}");
    check(
        asked,
        str![[r#"
Action=AssumeRoleWithWebIdentity
  Version=2011-06-15
  RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fci
  RoleSessionName=pipeline
  WebIdentityToken=header.claims.signature
  DurationSeconds=1800
Action=GetCallerIdentity
  Version=2011-06-15
"#]],
    );
}

#[test]
fn roles_are_assumed_in_turn() {
    let Some(sandbox) = shared() else { return };
    let (printed, asked) = asked(
        &sandbox,
        r#"
  assume_role {
    role_arn     = "arn:aws:iam::123456789012:role/first"
    session_name = "one"
    external_id  = "shared"
    tags         = { team = "storage" }
  }

  assume_role {
    role_arn = "arn:aws:iam::210987654321:role/second"
  }
"#,
    );
    assert!(printed.contains("assumed-role/ci/trueup"), "{printed}");
    check(
        asked,
        str![[r#"
Action=AssumeRole
  Version=2011-06-15
  RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Ffirst
  RoleSessionName=one
  Tags.member.1.Key=team
  Tags.member.1.Value=storage
  ExternalId=shared
Action=AssumeRole
  Version=2011-06-15
  RoleArn=arn%3Aaws%3Aiam%3A%3A210987654321%3Arole%2Fsecond
  RoleSessionName=trueup
Action=GetCallerIdentity
  Version=2011-06-15
"#]],
    );
}

#[test]
fn accounts_that_must_not_be_touched() {
    let Some(sandbox) = shared() else { return };
    for arguments in [
        "  allowed_account_ids = [\"210987654321\"]\n",
        "  forbidden_account_ids = [\"123456789012\"]\n",
    ] {
        let (printed, _) = asked(&sandbox, arguments);
        check(
            printed,
            str![[r#"
--- stderr ---

Error: AWS account ID not allowed: 123456789012

  on main.tf line 1, in provider "aws":
   1: provider "aws" {

The credentials are for an account that "allowed_account_ids" or
"forbidden_account_ids" keeps this configuration from.
--- exit status: 1 ---

"#]],
        );
    }
    for arguments in [
        "  allowed_account_ids = [\"123456789012\"]\n",
        "  forbidden_account_ids = [\"210987654321\"]\n",
    ] {
        let (printed, _) = asked(&sandbox, arguments);
        assert!(printed.contains("Apply complete!"), "{printed}");
    }
}

const ROLE: &str = r#"provider "aws" {
  ignore_tags {
    keys         = ["cost"]
    key_prefixes = ["kubernetes.io/"]
  }
}

resource "aws_iam_role" "loki" {
  name = "ignored-tags"
  tags = {
    team = "TEAM"
  }
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

#[test]
fn tags_of_others_are_left_alone() {
    let Some(sandbox) = shared() else { return };
    let account = sandbox.account();
    let iam = |form: &str| {
        let form = format!("Version=2010-05-08&RoleName=ignored-tags&{form}");
        account.call("iam", &form).unwrap()
    };
    let stack = Stack::new(&sandbox, &ROLE.replace("TEAM", "storage")).nowhere();
    stack.apply();
    iam(
        "Action=TagRole&Tags.member.1.Key=cost&Tags.member.1.Value=1&Tags.member.2.Key=kubernetes.io/cluster&Tags.member.2.Value=owned",
    );
    assert_eq!(stack.settled(), "No changes.");
    stack.write("main.tf", &ROLE.replace("TEAM", "platform"));
    let (applied, calls) = stack.calls(|| stack.apply());
    assert!(applied.contains("1 changed"), "{applied}");
    assert_eq!(calls.mutating(), ["TagRole /"]);
    let tags = iam("Action=ListRoleTags");
    for kept in ["cost", "kubernetes.io/cluster", "platform"] {
        assert!(tags.contains(kept), "{tags}");
    }
    stack.destroy();
}
