//! Listeners that have a certificate: of an application and of a network load balancer.

use snapbox::str;
use trueup_sandbox::{Account, shared};

use crate::{environment::check, stack::Stack};

const STACK: &str = r#"
data "aws_vpc" "network" {
  default = true
}

data "aws_subnets" "network" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.network.id]
  }
}

resource "aws_lb" "this" {
  for_each           = { application = "HTTP", network = "TCP" }
  name               = "tls-${each.key}"
  internal           = true
  load_balancer_type = each.key
  subnets            = slice(sort(data.aws_subnets.network.ids), 0, 2)
}

resource "aws_lb_target_group" "this" {
  for_each = { application = "HTTP", network = "TCP" }
  name     = "tls-${each.key}"
  port     = 8080
  protocol = each.value
  vpc_id   = data.aws_vpc.network.id
}

resource "aws_lb_listener" "application" {
  load_balancer_arn = aws_lb.this["application"].arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = "CERTIFICATE"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["application"].arn
  }
}

resource "aws_lb_listener" "network" {
  load_balancer_arn = aws_lb.this["network"].arn
  port              = 443
  protocol          = "TLS"
  alpn_policy       = "HTTP2Preferred"
  certificate_arn   = "CERTIFICATE"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["network"].arn
  }
}
"#;

/// A certificate of a server in the account.
fn certificate(account: &Account, name: &str) -> String {
    let form = format!(
        "Action=UploadServerCertificate&Version=2010-05-08&ServerCertificateName={name}&CertificateBody=body&PrivateKey=key"
    );
    let answer = account.call("iam", &form).unwrap();
    let arn = answer.split("<Arn>").nth(1).unwrap();
    arn.split("</Arn>").next().unwrap().to_owned()
}

/// What a run says about listeners, and how it ends.
fn listeners(printed: &str) -> String {
    let told = printed.lines().filter(|line| {
        line.contains("_policy") || line.contains("protocol ") || line.starts_with("Plan:")
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn certificates_and_policies_of_both_kinds() {
    let Some(sandbox) = shared() else { return };
    let certificate = certificate(&sandbox.account(), "tls");
    let main = STACK.replace("CERTIFICATE", &certificate);
    let stack = Stack::new(&sandbox, &main).nowhere();
    let applied = stack.apply();
    assert!(applied.contains("6 added"), "{applied}");
    assert_eq!(stack.settled(), "No changes.");

    let changed = main
        .replace("HTTP2Preferred", "HTTP2Only")
        .replace("TLS13-1-2-2021-06", "TLS13-1-3-2021-06");
    stack.write("main.tf", &changed);
    let applied = stack.apply();
    assert!(applied.contains("2 changed"), "{applied}");
    check(
        listeners(&applied),
        str![[r#"
      ~ ssl_policy               = "ELBSecurityPolicy-TLS13-1-2-2021-06" -> "ELBSecurityPolicy-TLS13-1-3-2021-06"
      ~ alpn_policy              = "HTTP2Preferred" -> "HTTP2Only"
Plan: 0 to add, 2 to change, 0 to destroy.
"#]],
    );
    assert_eq!(stack.settled(), "No changes.");
    let destroyed = stack.destroy();
    assert!(destroyed.contains("6 destroyed"), "{destroyed}");
}
