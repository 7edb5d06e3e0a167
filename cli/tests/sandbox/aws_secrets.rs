//! Keys and tokens of AWS are in nothing that a run prints, logs or keeps,
//! whatever goes wrong; they leave the process as signatures only.

use std::path::Path;

use trueup_sandbox::{Fault, Rule, Sandbox, shared};

use crate::{
    stack::{Fate, Stack},
    sts::Sts,
};

/// Keys and a role, given in a way that nothing keeps.
const PROVIDER: &str = r#"variable "keys" {
  type      = list(string)
  sensitive = true
  ephemeral = true
}

provider "aws" {
  access_key = var.keys[0]
  secret_key = var.keys[1]
  token      = var.keys[2]

  assume_role {
    role_arn = "arn:aws:iam::123456789012:role/ci"
  }

  endpoints {
    sts = "STS"
  }
}

"#;

const KEYS: &str = r#"["AKIAcanary", "key-canary", "token-canary"]"#;

const OBJECTS: &str = r#"data "aws_caller_identity" "me" {}

resource "aws_iam_role" "loki" {
  name        = "NAME"
  description = data.aws_caller_identity.me.arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "pods.eks.amazonaws.com" }
    }]
  })
}

resource "aws_s3_bucket" "logs" {
  bucket = "NAME"
}

resource "aws_security_group" "loki" {
  name = "NAME"
}
"#;

/// A stack that logs all it can, and its STS.
fn stack(sandbox: &Sandbox, name: &str, objects: &str) -> (Stack, Sts) {
    let sts = Sts::start();
    let main = format!("{PROVIDER}{objects}");
    let main = main.replace("NAME", name).replace("STS", &sts.url);
    let stack = Stack::new(sandbox, &main)
        .nowhere()
        .with("TF_VAR_keys", KEYS)
        .with("TF_LOG", "trace");
    let log = stack.path("log").display().to_string();
    (stack.with("TF_LOG_PATH", &log), sts)
}

/// Runs; what it prints, logs and leaves has no key and no token in it.
fn runs(stack: &Stack, arguments: &[&str]) -> String {
    let printed = stack.run(arguments);
    has_none(&printed, &format!("{arguments:?}"));
    kept(&stack.path(""));
    printed
}

fn has_none(text: &str, of: &str) {
    // Encoded, it would begin at one of three places.
    for canary in ["canary", "Y2FuYXJ5", "NhbmFye", "jYW5hcn"] {
        assert!(!text.contains(canary), "{canary} in {of}: {text}");
    }
}

/// Looks at every file in a folder.
fn kept(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            kept(&path);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        has_none(
            &String::from_utf8_lossy(&bytes),
            &path.display().to_string(),
        );
    }
}

#[test]
fn no_run_shows_or_keeps_a_key() {
    let Some(sandbox) = shared() else { return };
    let (stack, sts) = stack(&sandbox, "keys", OBJECTS);
    for arguments in [
        &["validate", "-json"][..],
        &["plan"],
        &["plan", "-json"],
        &["plan", "-out=planned"],
        &["show", "planned"],
        &["show", "-json", "planned"],
        &["apply", "planned"],
        &["apply", "-auto-approve", "-json"],
        &["show", "-json"],
        &["state", "pull"],
        &["providers"],
        &["graph"],
        &["lint"],
        &["drift", "-json"],
        &["plan", "-refresh-only"],
        &["plan", "-destroy", "-json"],
    ] {
        let printed = runs(&stack, arguments);
        assert!(!printed.contains("Error"), "{arguments:?}: {printed}");
    }
    assert!(stack.read("log").contains("aws_iam_role.loki"));
    // Calls are signed as the role, which was assumed with the keys.
    let asked = sts.take_asked();
    assert!(asked[0].contains("Action=AssumeRole&"), "{asked:?}");
    for form in asked {
        has_none(&form, "a call to STS");
    }
    let destroyed = runs(&stack, &["destroy", "-auto-approve"]);
    assert!(destroyed.contains("3 destroyed"), "{destroyed}");
}

#[test]
fn no_error_shows_a_key() {
    let Some(sandbox) = shared() else { return };
    let (stack, _sts) = stack(&sandbox, "keys-errors", OBJECTS);
    let stack = stack.with("AWS_MAX_ATTEMPTS", "2");
    let [_, aws] = stack.faults();
    let refused = Rule::refusal("*", 403, "InvalidClientTokenId", "It is invalid.");
    // As IAM and STS answer: with all that is signed, the token too.
    let unsigned = Rule::refusal(
        "*",
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nhost:iam.amazonaws.com\nx-amz-date:20261129T000000Z\nx-amz-security-token:token-canary-of-the-session\n\nhost;x-amz-date;x-amz-security-token\n0'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n0'\n",
    );
    for fault in [refused, unsigned, Rule::new(Fault::Reset)] {
        aws.set(&[fault], 0).unwrap();
        for arguments in [
            &["apply", "-auto-approve"][..],
            &["apply", "-auto-approve", "-json"],
        ] {
            let printed = runs(&stack, arguments);
            assert!(printed.contains("Error: creating"), "{printed}");
        }
    }
}

#[test]
fn what_a_killed_run_leaves_has_no_key() {
    let Some(sandbox) = shared() else { return };
    let (stack, _sts) = stack(&sandbox, "keys-killed", OBJECTS);
    for skip in 0..3 {
        let held = Rule {
            mutating: true,
            milliseconds: 60_000,
            times: 1,
            skip,
            ..Rule::new(Fault::Held)
        };
        let fate = stack.kill(&["apply", "-auto-approve"], &held);
        if fate != Fate::Killed {
            break;
        }
        kept(&stack.path(""));
    }
    runs(&stack, &["apply", "-auto-approve"]);
    runs(&stack, &["destroy", "-auto-approve"]);
}

const TOKENS: &str = r#"data "aws_eks_cluster" "this" {
  name = "sandbox"
}

data "aws_eks_cluster_auth" "this" {
  name = "sandbox"
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.this.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.this.certificate_authority[0].data)
  token                  = data.aws_eks_cluster_auth.this.token
}

resource "kubernetes_config_map" "settings" {
  metadata {
    name = "NAME"
  }
}
"#;

/// What a token for a cluster begins with: it is a signed URL, with the token of
/// the session in it.
const OF_CLUSTER: &str = "k8s-aws-v1.";

/// As in Terraform, what a data source reads is in the state, marked.
#[test]
fn a_token_for_a_cluster_that_is_read_is_shown_nowhere() {
    let Some(sandbox) = shared() else { return };
    let (stack, _sts) = stack(&sandbox, "keys-read", TOKENS);
    let output = "output \"token\" {\n  sensitive = true\n  value = data.aws_eks_cluster_auth.this.token\n}\n";
    stack.write("outputs.tf", output);
    for arguments in [
        &["plan"][..],
        &["plan", "-json"],
        &["apply", "-auto-approve"],
        &["show"],
        &["output"],
    ] {
        let printed = stack.run(arguments);
        has_none(&printed, &format!("{arguments:?}"));
        assert!(!printed.contains(OF_CLUSTER), "{printed}");
    }
    has_none(&stack.read("log"), "the log");
    assert!(!stack.read("log").contains(OF_CLUSTER));
    assert!(stack.read("terraform.tfstate").contains(OF_CLUSTER));
    stack.destroy();
}
