//! The data sources of AWS: what they read of objects made by the same stack, and of
//! an account as it is.

use snapbox::str;

use crate::{environment::check, stack::Stack};

const STACK: &str = include_str!("aws_data.tf");

#[test]
fn what_is_there_is_read() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = Stack::new(&sandbox, STACK).nowhere();
    let applied = stack.apply();
    assert!(applied.contains("Resources: 7 added"), "{applied}");
    check(
        stack.run(&["output"]),
        str![[r#"
account = {
  "id" = "123456789012"
  "parameter" = "Europe (Frankfurt)"
  "partition" = "aws"
  "region" = "eu-central-1"
  "subnets" = 3
  "zones" = tolist([
    "eu-central-1a",
    "eu-central-1b",
    "eu-central-1c",
  ])
}
found = {
  "balancer" = {
    "internal" = true
    "name" = "data-sources"
  }
  "bucket" = {
    "arn" = "arn:aws:s3:::data-sources"
    "region" = "eu-central-1"
  }
  "clients" = tolist([
    "sts.amazonaws.com",
  ])
  "group" = {
    "name" = "data-sources"
    "port" = 80
  }
  "listener" = {
    "port" = 80
    "protocol" = "HTTP"
  }
  "policy" = {
    "name" = "data-sources"
    "path" = "/apps/"
  }
  "provider" = "issuer.example.com/data-sources"
  "role" = "arn:aws:iam::123456789012:role/data-sources"
  "same_as_set" = true
  "says" = [
    {
      "Action" = "s3:GetObject"
      "Effect" = "Allow"
      "Resource" = "arn:aws:s3:::data-sources/*"
    },
  ]
  "trust" = [
    {
      "Action" = "sts:AssumeRole"
      "Effect" = "Allow"
      "Principal" = {
        "Service" = "pods.eks.amazonaws.com"
      }
    },
  ]
}

"#]],
    );
    let (settled, calls) = stack.calls(|| stack.settled());
    assert_eq!(settled, "No changes.");
    assert_eq!(calls.mutating(), [""; 0]);
    let destroyed = stack.destroy();
    assert!(destroyed.contains("7 destroyed"), "{destroyed}");
}
