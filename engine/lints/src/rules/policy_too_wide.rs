//! `policy-too-wide`

use trueup_syntax::Severity;
use trueup_value::Path;

use crate::{
    aws::policy::{Policy, Statement},
    found::Found,
    rule::Rule,
    text::listed,
    view::{Resource, View},
};

pub(super) static RULE: Rule = Rule {
    id: "policy-too-wide",
    severity: Severity::Warning,
    summary: "Policy allows more than anybody needs",
    protects: "Whoever takes over one pod with such a policy may delete the bucket it only writes to, read those of others, or give itself further rights.",
    decides: "Statements that allow `*` or all actions of a service (`s3:*`) in policies of the plan. Actions such as `s3:Get*` are let pass. Silent about statements that deny, that have conditions, and about documents that are not known yet.",
    fix: "Name the actions that are needed: for a bucket of logs `s3:ListBucket` on the bucket and `s3:PutObject`, `s3:GetObject`, `s3:DeleteObject` on its objects.",
    when_destroying: false,
    check,
};

/// Where texts of policies stand.
const PLACES: [(&str, &str); 4] = [
    ("aws_iam_policy", "policy"),
    ("aws_iam_role_policy", "policy"),
    ("aws_iam_user_policy", "policy"),
    ("aws_iam_group_policy", "policy"),
];

fn check(view: &View<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (kind, argument) in PLACES {
        for resource in view.managed(kind) {
            let policy = Policy::of(view, resource, argument);
            let wide = policy
                .statements
                .iter()
                .filter_map(|statement| of(resource, argument, statement));
            found.extend(wide);
        }
    }
    found
}

fn of(resource: &Resource<'_>, argument: &str, statement: &Statement) -> Option<Found> {
    if statement.denies || statement.inverted || statement.open || !statement.conditions.is_empty()
    {
        return None;
    }
    let actions = statement.actions.known.iter();
    let wide: Vec<&String> = actions
        .filter(|action| *action == "*" || action.ends_with(":*"))
        .collect();
    if wide.is_empty() {
        return None;
    }
    let which = match &statement.sid {
        Some(sid) => format!("statement \"{sid}\""),
        None => "a statement".to_owned(),
    };
    let on = match statement.resources.known.is_empty() {
        true => String::new(),
        false => format!(" on {}", listed(&statement.resources.known)),
    };
    let detail = format!(
        "{}: {which} allows {}{on}.",
        resource.address,
        listed(&wide)
    );
    let found = Found::at(resource, Path::new().attr(argument), detail);
    Some(found.hint("name the actions that are needed"))
}
