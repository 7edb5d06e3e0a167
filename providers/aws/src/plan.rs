//! How objects of these types are planned: as the shape says, and as
//! Terraform's provider, which does not tell empty from absent.

use trueup_sdk::{
    PlanRequest, PlanResponse, Problem,
    native::{Fields, Shape, attribute_problem},
};
use trueup_value::Value;

use crate::{client::Account, policy, tags};

/// The plan for a configuration.
pub(crate) fn plan(account: &Account, shape: &Shape, request: &PlanRequest<'_>) -> PlanResponse {
    plan_with(account, shape, request, |_, _| {})
}

/// The same, with what `settle` makes of the planned object in view of the one
/// before.
pub(crate) fn plan_with(
    account: &Account,
    shape: &Shape,
    request: &PlanRequest<'_>,
    settle: impl FnOnce(Option<&Fields>, &mut Fields),
) -> PlanResponse {
    let proposed = request.proposed.map(|proposed| match request.prior {
        Some(prior) => keep_empty(proposed, &prior.value),
        None => proposed.clone(),
    });
    let settled = PlanRequest {
        proposed: proposed.as_ref(),
        ..*request
    };
    let mut response = shape.plan(&settled);
    if let (Some(planned), Some(config)) = (&response.planned, request.config) {
        let kept = request
            .prior
            .map(|prior| keep_left_out(config, &prior.value, planned));
        let mut planned = Fields::of(kept.as_ref().unwrap_or(planned));
        let config = Fields::of(config);
        response.problems.extend(elsewhere(account, &config));
        settle_own(account, &config, request.prior.is_some(), &mut planned);
        let prior = request.prior.map(|prior| Fields::of(&prior.value));
        settle(prior.as_ref(), &mut planned);
        response.planned = Some(planned.into_value());
    }
    response
}

/// The same for objects with a policy document in the attribute `name`, which is
/// shown statement by statement where it changes.
pub(crate) fn plan_policy(
    account: &Account,
    shape: &Shape,
    request: &PlanRequest<'_>,
    name: &str,
    settle: impl FnOnce(Option<&Fields>, &mut Fields),
) -> PlanResponse {
    let mut response = plan_with(account, shape, request, settle);
    let secret = request
        .sensitive
        .iter()
        .any(|path| path.to_string().trim_start_matches('.').starts_with(name));
    let before = request.prior.map(|prior| Fields::of(&prior.value));
    let after = response.planned.as_ref().map(Fields::of);
    if let (Some(before), Some(after), false) = (before, after, secret)
        && let (Some(before), Some(after)) = (before.text(name), after.text(name))
        && before != after
    {
        response.parts = policy::parts(before, after);
    }
    response
}

/// Calls go to the region of the provider: an object meant for another one
/// would be made in the wrong place.
pub(crate) fn elsewhere(account: &Account, config: &Fields) -> Option<Problem> {
    let wanted = config.text("region")?;
    (wanted != account.region()).then(|| {
        attribute_problem(
            "region",
            "Another region than the provider's",
            format!(
                "The provider works in {}, and this object is in {wanted}. Configure a \
                 second provider \"aws\" with an alias and that region, and name it in the \
                 object's argument \"provider\".",
                account.region()
            ),
        )
    })
}

/// What all types have in common: tags, and the region.
fn settle_own(account: &Account, config: &Fields, exists: bool, planned: &mut Fields) {
    let has = |planned: &Fields, wanted: &str| planned.iter().any(|(name, _)| name == wanted);
    if has(planned, "tags_all") {
        tags::plan(&account.settings.default_tags, config, planned);
    }
    if has(planned, "region") && config.get("region").is_null() && !exists {
        planned.set_text("region", account.region());
    }
}

/// What is planned, with the blocks that are left out and the service decided
/// as they are: defaults of arguments are for blocks that are there.
fn keep_left_out(config: &Value, prior: &Value, planned: &Value) -> Value {
    let Value::Object(_) = planned else {
        return planned.clone();
    };
    let attributes = planned.elements().filter_map(|(name, value)| {
        let name = name.as_str()?.to_owned();
        let kept = match (config.get(&name), prior.get(&name)) {
            (Some(config), Some(prior)) => keep_blocks(config, prior, &value),
            _ => value,
        };
        Some((name, kept))
    });
    Value::object(attributes.collect::<Vec<_>>())
}

fn keep_blocks(config: &Value, prior: &Value, planned: &Value) -> Value {
    let Value::List(_) = planned else {
        return planned.clone();
    };
    let left_out = config.is_null() || config.length() == Some(0);
    let some = |value: &Value| value.length().is_some_and(|count| count > 0);
    if left_out && some(planned) && some(prior) {
        return prior.clone();
    }
    let (mut configs, mut priors) = (config.values(), prior.values());
    let elements = planned
        .values()
        .map(|value| match (configs.next(), priors.next()) {
            (Some(config), Some(prior)) => keep_left_out(config, prior, value),
            _ => value.clone(),
        });
    let elements = elements.collect();
    match planned.ty().element() {
        Some(element) => Value::list(element.clone(), elements),
        None => planned.clone(),
    }
}

/// The proposed value, with what is empty in `prior` where nothing is proposed.
fn keep_empty(proposed: &Value, prior: &Value) -> Value {
    if proposed.is_null() {
        return if is_empty(prior) {
            prior.clone()
        } else {
            proposed.clone()
        };
    }
    if !proposed.is_known() || !prior.is_known() || prior.is_null() {
        return proposed.clone();
    }
    if proposed.length() == Some(0) && matches!(prior, Value::List(_)) && is_hollow(prior) {
        return prior.clone();
    }
    match (proposed, prior) {
        (Value::Object(_), Value::Object(_)) => {
            let attributes = proposed.elements().filter_map(|(name, value)| {
                let name = name.as_str()?.to_owned();
                let kept = prior
                    .get(&name)
                    .map_or_else(|| value.clone(), |p| keep_empty(&value, p));
                Some((name, kept))
            });
            Value::object(attributes.collect::<Vec<_>>())
        }
        (Value::List(_), Value::List(_)) => {
            let mut before = prior.values();
            let elements = proposed.values().map(|value| match before.next() {
                Some(prior) => keep_empty(value, prior),
                None => value.clone(),
            });
            let Some(element) = proposed.ty().element().cloned() else {
                return proposed.clone();
            };
            Value::list(element, elements.collect())
        }
        (Value::Set(_), Value::Set(_)) => {
            let elements = proposed.values().map(|value| {
                let mut kept = prior
                    .values()
                    .map(|prior| (keep_empty(value, prior), prior));
                let found = kept.find(|(kept, prior)| kept == *prior);
                found.map_or_else(|| value.clone(), |(kept, _)| kept)
            });
            let Some(element) = proposed.ty().element().cloned() else {
                return proposed.clone();
            };
            Value::set(element, elements.collect())
        }
        _ => proposed.clone(),
    }
}

/// Whether a value says nothing: the zero of its type, or nothing in it.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        _ if value.is_null() || !value.is_known() => false,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.to_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        _ => value.length() == Some(0),
    }
}

/// Whether blocks say nothing: nothing in them does.
fn is_hollow(blocks: &Value) -> bool {
    let nothing = |value: &Value| {
        value.is_null() || is_empty(value) || (matches!(value, Value::List(_)) && is_hollow(value))
    };
    let mut blocks = blocks.values();
    blocks.all(|block| matches!(block, Value::Object(_)) && block.values().all(nothing))
}
