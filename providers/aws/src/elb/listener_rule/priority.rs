//! When rules are tried.

use std::{future::Future, time::Duration};

use aws_sdk_elasticloadbalancingv2::types::{Rule as Told, RulePriorityPair};
use trueup_sdk::{Problem, native::problem};
use trueup_value::{Type, Value};

use crate::{
    CallError,
    client::{Account, Service},
    elb::calls,
};

/// The last priority a rule can have.
const LAST: i32 = 50_000;

/// What Terraform takes for the rule that is tried when no other was.
const OF_DEFAULT: i64 = 99_999;

/// How often another priority is looked for, when others take the free one.
const ATTEMPTS: u32 = 10;

pub(super) fn check(value: &Value, called: &str) -> Option<Problem> {
    let priority = value.as_number()?.to_i64()?;
    let valid = (1..=i64::from(LAST)).contains(&priority) || priority == OF_DEFAULT;
    let summary = format!(
        "\"{called}\" must be in the range 1-50000 for normal rule or 99999 for the default rule"
    );
    (!valid).then(|| problem(&summary, ""))
}

pub(super) fn read(told: &Told) -> Value {
    match told.priority() {
        Some("default") => Value::number(OF_DEFAULT),
        Some(text) => match text.parse::<i64>() {
            Ok(priority) => Value::number(priority),
            Err(_) => Value::null(Type::Number),
        },
        None => Value::null(Type::Number),
    }
}

pub(super) fn none_free(listener: &str) -> Problem {
    let summary = format!("creating ELBv2 Listener Rule on {listener}: no priority is free");
    problem(
        &summary,
        "There is a rule with the last priority, 50000. Set \"priority\" to one that is free.",
    )
}

/// Sends a request with the given priority, or with the one after all others
/// there are. Rules made at the same time may take that one first: then the
/// next one is.
pub(super) async fn with_free<F>(
    account: &Account,
    listener: &str,
    given: Option<i64>,
    send: impl Fn(i32) -> F,
) -> Result<Option<Told>, CallError>
where
    F: Future<Output = Result<Option<Told>, CallError>>,
{
    if let Some(given) = given.and_then(|given| i32::try_from(given).ok()) {
        return send(given).await;
    }
    let clock = &account.world.clock;
    let mut pause = Duration::from_millis(50);
    for _ in 1..ATTEMPTS {
        let Some(free) = after_last(account, listener).await? else {
            return Ok(None);
        };
        match send(free).await {
            Err(error) if error.is(&["PriorityInUse"]) => {
                clock.sleep(pause).await;
                pause *= 2;
            }
            other => return other,
        }
    }
    match after_last(account, listener).await? {
        Some(free) => send(free).await,
        None => Ok(None),
    }
}

async fn after_last(account: &Account, listener: &str) -> Result<Option<i32>, CallError> {
    let rules = calls::rules_of(account, listener).await?;
    let taken = rules
        .iter()
        .filter_map(|rule| rule.priority()?.parse::<i32>().ok());
    let free = taken.max().unwrap_or_default() + 1;
    Ok((free <= LAST).then_some(free))
}

/// Gives a rule another priority.
pub(super) async fn set(
    account: &Account,
    arn: &str,
    priority: i64,
) -> Result<Option<Told>, CallError> {
    let elb = account.elb();
    let priority = i32::try_from(priority).unwrap_or(LAST);
    let call = || {
        let pair = RulePriorityPair::builder()
            .rule_arn(arn)
            .priority(priority)
            .build();
        elb.set_rule_priorities().rule_priorities(pair).send()
    };
    let answer = account
        .call(Service::Elb, "SetRulePriorities", call)
        .await?;
    let rules = answer.rules.unwrap_or_default().into_iter();
    Ok(rules.into_iter().find(|rule| rule.rule_arn() == Some(arn)))
}
