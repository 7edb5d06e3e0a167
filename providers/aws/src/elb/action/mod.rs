//! What becomes of a request: the actions of listeners and their rules.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html>

mod authenticate;
mod fixed_response;
mod forward;
mod jwt;
mod redirect;

use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum};
use trueup_sdk::{
    Problem,
    native::{Field, Fields, Nested, Shape, attribute_problem},
};
use trueup_value::{Type, Value};

use crate::{arn, blocks};

/// Every type of action, and the block that says more about it.
const KINDS: &[(&str, &str)] = &[
    ("forward", "forward"),
    ("authenticate-oidc", "authenticate_oidc"),
    ("authenticate-cognito", "authenticate_cognito"),
    ("redirect", "redirect"),
    ("fixed-response", "fixed_response"),
    ("jwt-validation", "jwt_validation"),
];

/// The blocks `name`: at least one.
pub(super) fn block(name: &str) -> Nested {
    let fields = [
        Field::required("type", Type::String)
            .about("What is done: forward, redirect, fixed-response, authenticate-oidc, authenticate-cognito or jwt-validation.")
            .one_of(&[
                "forward",
                "authenticate-oidc",
                "authenticate-cognito",
                "redirect",
                "fixed-response",
                "jwt-validation",
            ]),
        Field::optional("order", Type::Number)
            .about("When it is done among the actions, the smallest first.")
            .or_computed()
            .between(1, 50_000),
        Field::optional("target_group_arn", Type::String)
            .about("The only target group to forward to.")
            .checked(arn::check),
    ];
    let decided = name == "default_action";
    Nested::list(name, fields)
        .at_least(1)
        .about("What is done; the last one ends it.")
        .same_if(same)
        .block(authenticate::cognito(decided))
        .block(authenticate::oidc(decided))
        .block(fixed_response::block())
        .block(forward::block())
        .block(jwt::block())
        .block(redirect::block())
}

/// Actions as the service takes them, in their order.
pub(super) fn planned(object: &Fields, name: &str) -> Vec<Action> {
    let actions = blocks::blocks(object, name).into_iter().enumerate();
    actions.map(|(place, block)| write(&block, place)).collect()
}

fn write(block: &Fields, place: usize) -> Action {
    let kind = block.text("type").unwrap_or_default();
    let order = block.integer("order").filter(|order| *order > 0);
    let order = order.and_then(|order| i32::try_from(order).ok());
    let action = Action::builder()
        .r#type(ActionTypeEnum::from(kind))
        .order(order.unwrap_or_else(|| i32::try_from(place + 1).unwrap_or(i32::MAX)));
    let inner = |name: &str| blocks::block(block, name);
    match kind {
        "forward" => forward::write(block, action),
        "redirect" => action.set_redirect_config(inner("redirect").map(|b| redirect::write(&b))),
        "fixed-response" => action
            .set_fixed_response_config(inner("fixed_response").map(|b| fixed_response::write(&b))),
        "authenticate-oidc" => action.set_authenticate_oidc_config(
            inner("authenticate_oidc").map(|b| authenticate::write_oidc(&b)),
        ),
        "authenticate-cognito" => action.set_authenticate_cognito_config(
            inner("authenticate_cognito").map(|b| authenticate::write_cognito(&b)),
        ),
        "jwt-validation" => {
            action.set_jwt_validation_config(inner("jwt_validation").map(|b| jwt::write(&b)))
        }
        _ => action,
    }
    .build()
}

/// The blocks as the service tells them. What it does not tell, or in one of
/// several ways, is taken from `prior`, the same blocks as they were.
pub(super) fn read(actions: &[Action], shape: &Shape, name: &str, prior: &Fields) -> Value {
    let empty = shape.empty_at(name);
    let prior = blocks::blocks(prior, name);
    let mut actions: Vec<&Action> = actions.iter().collect();
    actions.sort_by_key(|action| action.order().unwrap_or_default());
    let items = actions.into_iter().enumerate();
    let items = items.map(|(place, action)| {
        let inner = |block: &str| shape.empty_at(&format!("{name}.{block}"));
        show(action, &empty, &inner, shape, name, prior.get(place))
    });
    blocks::list(&empty, items)
}

fn show(
    action: &Action,
    empty: &Fields,
    inner: &dyn Fn(&str) -> Fields,
    shape: &Shape,
    name: &str,
    prior: Option<&Fields>,
) -> Fields {
    let mut block = empty.clone();
    let kind = action.r#type().map_or("", ActionTypeEnum::as_str);
    block.set_text("type", kind);
    block.set("order", blocks::number(action.order()));
    block.set_text("target_group_arn", "");
    let one = |name: &str, fields: Option<Fields>| blocks::list(&inner(name), fields);
    let oidc = action.authenticate_oidc_config();
    let oidc = oidc.map(|c| authenticate::show_oidc(c, inner("authenticate_oidc"), prior));
    block.set("authenticate_oidc", one("authenticate_oidc", oidc));
    let cognito = action.authenticate_cognito_config();
    let cognito = cognito.map(|c| authenticate::show_cognito(c, inner("authenticate_cognito")));
    block.set("authenticate_cognito", one("authenticate_cognito", cognito));
    let fixed = action.fixed_response_config();
    let fixed = fixed.map(|c| fixed_response::show(c, inner("fixed_response")));
    block.set("fixed_response", one("fixed_response", fixed));
    let redirect = action.redirect_config();
    let redirect = redirect.map(|c| redirect::show(c, inner("redirect")));
    block.set("redirect", one("redirect", redirect));
    let jwt = action.jwt_validation_config();
    let jwt = jwt.map(|c| jwt::show(c, shape, name));
    block.set("jwt_validation", one("jwt_validation", jwt));
    if kind == "forward" {
        forward::show(action, shape, name, prior, &mut block);
    }
    block
}

/// Whether the actions there are, are those that are planned.
pub(super) fn are_planned(told: &[Action], object: &Fields, name: &str) -> bool {
    comparable(planned(object, name)) == comparable(told.to_vec())
}

/// Actions in their order, with all that the service would fill in.
fn comparable(mut actions: Vec<Action>) -> Vec<Action> {
    actions.sort_by_key(|action| action.order);
    actions.into_iter().map(normalised).collect()
}

/// Whether configured actions mean those there are: order goes without
/// saying, and what does not belong to the type of an action says nothing.
fn same(config: &Value, prior: &Value) -> bool {
    if !config.is_wholly_known() {
        return false;
    }
    let written = |value: &Value| {
        let mut wrapped = Fields::default();
        wrapped.set("actions", value.clone());
        comparable(planned(&wrapped, "actions"))
    };
    written(config) == written(prior)
}

/// An action with all that the service would fill in.
fn normalised(action: Action) -> Action {
    let action = forward::normalised(action);
    let action = redirect::normalised(action);
    authenticate::normalised(action)
}

/// What is wrong with the blocks `name` of a configuration.
pub(super) fn check(config: &Fields, name: &str) -> Vec<Problem> {
    let blocks = blocks::blocks(config, name).into_iter().enumerate();
    let mut problems: Vec<Problem> = blocks
        .filter_map(|(place, block)| check_one(&block, &format!("{name}[{place}]")))
        .map(|detail| attribute_problem(name, "Invalid Attribute Combination", detail))
        .collect();
    let kinds = blocks::blocks(config, name);
    if kinds.len() > 5 {
        let detail = "A listener or rule has at most 5 actions.";
        problems.push(attribute_problem(name, "Too many actions", detail));
    }
    problems
}

fn check_one(block: &Fields, called: &str) -> Option<String> {
    let kind = block.text("type")?;
    let (_, needed) = KINDS.iter().find(|(known, _)| *known == kind)?;
    let missing = |name: &str| block.get(name).length() == Some(0) || block.get(name).is_null();
    if kind == "forward" {
        return forward::check(block, called);
    }
    missing(needed).then(|| {
        format!(
            "Attribute \"{called}.{needed}\" must be specified when \"{called}.type\" is \"{kind}\"."
        )
    })
}
