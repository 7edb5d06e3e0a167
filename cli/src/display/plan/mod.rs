//! Plans for people.

use std::fmt::Write as _;

use trueup_core::plan::{Action, Plan};

/// What is going to be done, address by address.
pub(crate) fn summary(plan: &Plan) -> String {
    if plan.is_empty() {
        return "\nNo changes. Your infrastructure matches the configuration.\n".to_owned();
    }
    let mut text = String::new();
    let (mut add, mut change, mut destroy) = (0, 0, 0);
    for resource in &plan.changes {
        let symbol = match resource.action {
            Action::NoOp => continue,
            Action::Create => "+",
            Action::Read => "<=",
            Action::Update => "~",
            Action::Delete => "-",
            Action::DeleteThenCreate => "-/+",
            Action::CreateThenDelete => "+/-",
            Action::Forget => ".",
        };
        add += usize::from(matches!(symbol, "+" | "-/+" | "+/-"));
        change += usize::from(symbol == "~");
        destroy += usize::from(matches!(symbol, "-" | "-/+" | "+/-"));
        let _ = writeln!(text, "  {symbol} {}", resource.address);
    }
    let _ = writeln!(
        text,
        "\nPlan: {add} to add, {change} to change, {destroy} to destroy."
    );
    text
}
