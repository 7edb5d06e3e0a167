//! What roles look like.

use trueup_sdk::{
    Problem,
    native::{Field, Nested, Shape, problem},
};
use trueup_value::{Type, Value};

use super::super::{documents, names};
use crate::{fields, tags};

pub(super) fn shape() -> Shape {
    let computed = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
    let mut attributes = vec![
        documents::field("assume_role_policy").about("Who may assume the role, in JSON."),
        Field::optional("description", Type::String)
            .checked(check_description)
            .about("What the role is for."),
        Field::optional("force_detach_policies", Type::Bool)
            .filled(Value::bool(false))
            .about(
                "Whether policies are detached when the role is destroyed, whoever attached them.",
            ),
        Field::optional("managed_policy_arns", Type::set(Type::String))
            .or_computed()
            .deprecated()
            .checked(check_policy_arns)
            .about("The only managed policies the role has. Use `aws_iam_role_policy_attachment`."),
        Field::optional("max_session_duration", Type::Number)
            .filled(Value::number(3600))
            .between(3600, 43_200)
            .about("How long sessions may be, in seconds."),
        path_field(),
        Field::optional("permissions_boundary", Type::String)
            .checked(names::check_policy_arn)
            .about("The ARN of the policy beyond which nothing is allowed."),
        computed("arn", "The ARN."),
        computed("create_date", "When it was made."),
        computed("unique_id", "The unique ID."),
        fields::id(),
    ];
    attributes.extend(names::fields(64));
    attributes.extend(tags::fields());
    Shape::new("A role of IAM.", attributes)
        .legacy()
        .block(inline_policy())
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
fn check_description(value: &Value, called: &str) -> Option<Problem> {
    let text = value.as_str()?;
    let right = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}');
    if text.chars().count() > 1000 {
        let summary =
            format!("expected length of {called} to be in the range (0 - 1000), got {text}");
        return Some(problem(&summary, ""));
    }
    let wrong = text.chars().find(|c| !right(c))?;
    let summary = format!("invalid value for {called}");
    let detail = format!(
        "IAM takes Latin letters and common signs only, and not {wrong:?}. Typographic quotes and dashes are none of them."
    );
    Some(problem(&summary, detail))
}

fn check_policy_arns(value: &Value, called: &str) -> Option<Problem> {
    let mut arns = value.values();
    arns.find_map(|arn| names::check_policy_arn(arn, called))
}

/// `path` of anything in IAM that has one.
pub(in crate::iam) fn path_field() -> Field {
    Field::optional("path", Type::String)
        .filled(Value::string("/"))
        .replaces()
        .checked(check_path)
        .about("Where in the account's tree of names it is.")
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
fn check_path(value: &Value, called: &str) -> Option<Problem> {
    let path = value.as_str().filter(|path| !path.is_empty())?;
    let right = path.len() <= 512
        && path.starts_with('/')
        && path.ends_with('/')
        && path.bytes().all(|b| b.is_ascii_graphic());
    (!right).then(|| {
        let summary = format!("invalid value for {called} ({path})");
        problem(
            &summary,
            "A path begins and ends with a slash and has at most 512 characters, none of them white space.",
        )
    })
}

fn inline_policy() -> Nested {
    let fields = [
        Field::optional("name", Type::String)
            .checked(names::check_policy)
            .about("The name of the policy."),
        Field::optional("policy", Type::String).about("The policy, in JSON."),
    ];
    Nested::set("inline_policy", fields)
        .or_computed()
        .same_if(super::inline::same)
        .deprecated()
        .about("The only inline policies the role has. Use `aws_iam_role_policy`.")
}
