//! What a service tells of many objects at once is asked for once.

use std::collections::BTreeMap;

use snapbox::str;
use trueup_sandbox::shared;

use crate::{environment::check, stack::Stack};

const STACK: &str = r#"variable "network" {
  type = string
}

resource "aws_lb_target_group" "many" {
  count    = 25
  name     = "batches-${count.index}"
  port     = 80
  protocol = "HTTP"
  vpc_id   = var.network
}

resource "aws_security_group" "many" {
  count  = 5
  name   = "batches-${count.index}"
  vpc_id = var.network
}
"#;

#[test]
fn groups_are_described_together() {
    let Some(sandbox) = shared() else { return };
    let network = sandbox.account().network().unwrap().vpc;
    let stack = Stack::new(&sandbox, STACK).nowhere();
    let stack = stack.with("TF_VAR_network", &network);
    stack.apply();
    let (settled, calls) = stack.calls(|| stack.settled());
    assert_eq!(settled, "No changes.");
    let mut counts = BTreeMap::<&str, usize>::new();
    for call in &calls.aws {
        *counts.entry(&call.operation).or_default() += 1;
    }
    let lines = counts.iter().map(|(call, count)| format!("{count} {call}"));
    // Twenty are told of in one call; attributes are those of one target group.
    check(
        lines.collect::<Vec<_>>().join("\n"),
        str![[r#"
1 DescribeSecurityGroups
2 DescribeTags
25 DescribeTargetGroupAttributes
2 DescribeTargetGroups
"#]],
    );
    stack.destroy();
}
