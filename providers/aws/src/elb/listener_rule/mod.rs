//! `aws_lb_listener_rule`, also `aws_alb_listener_rule`.

mod condition;
mod identity;
mod priority;
mod transform;

use std::{collections::BTreeMap, sync::LazyLock};

use aws_sdk_elasticloadbalancingv2::{
    operation::create_rule::CreateRuleOutput, types::Rule as Told,
};
use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{Create, Delete, Deleted, Failure, Field, Fields, Made, ResourceType, Shape, Update},
    ready,
};
use trueup_value::Type;

use super::{action, calls};
use crate::{
    CallError, arn,
    client::{Account, Service},
    fields,
    patience::APPEARING,
    plan, tags,
    tags::{TagChange, Tags},
};

pub(super) struct ListenerRule {
    shape: LazyLock<Shape>,
}

struct Known {
    told: Told,
    tags: Tags,
}

fn shape() -> Shape {
    let fields = [
        fields::id(),
        fields::region(),
        Field::computed("arn", Type::String).about("The ARN."),
        Field::required("listener_arn", Type::String)
            .about("The ARN of the listener.")
            .checked(arn::check)
            .replaces(),
        Field::optional("priority", Type::Number)
            .about("When the rule is tried, the smallest first: 1 to 50000. After all others there are where none is given.")
            .or_computed()
            .checked(priority::check),
    ];
    Shape::new(
        "A rule of a listener: what becomes of the requests that meet its conditions.",
        fields.into_iter().chain(tags::fields()),
    )
    .legacy()
    .block(action::block("action"))
    .block(condition::block())
    .block(transform::block())
}

impl ListenerRule {
    pub(super) fn new() -> Self {
        ListenerRule {
            shape: LazyLock::new(shape),
        }
    }

    fn show(&self, account: &Account, known: Known, before: &Fields) -> Fields {
        let mut rule = before.clone();
        let told = &known.told;
        let arn = told.rule_arn().unwrap_or_default();
        rule.set_text("id", arn);
        rule.set_text("arn", arn);
        rule.set_text("listener_arn", listener_of(arn));
        rule.set("priority", priority::read(told));
        rule.set(
            "action",
            action::read(told.actions(), &self.shape, "action", before),
        );
        rule.set("condition", condition::read(told.conditions(), &self.shape));
        rule.set("transform", transform::read(told.transforms(), &self.shape));
        let settings = &account.settings;
        tags::show(
            &settings.default_tags,
            &settings.ignored_tags,
            known.tags,
            before,
            &mut rule,
        );
        fields::show_region(account, &mut rule);
        rule
    }
}

/// The ARN of the listener a rule belongs to.
fn listener_of(arn: &str) -> String {
    let arn = arn.replacen(":listener-rule/", ":listener/", 1);
    arn.rsplit_once('/')
        .map_or_else(String::new, |(listener, _)| listener.to_owned())
}

fn called(rule: &Fields) -> String {
    let name = rule.text("arn").unwrap_or_default();
    format!("ELBv2 Listener Rule ({name})")
}

async fn look(
    account: &Account,
    arns: Vec<String>,
) -> BTreeMap<String, Result<Option<Known>, CallError>> {
    let found = calls::rules(account, arns).await;
    let there = found.iter().filter(|(_, told)| matches!(told, Ok(Some(_))));
    let there = there.map(|(arn, _)| arn.clone()).collect();
    let mut tags = calls::tags(account, there).await;
    let known = found.into_iter().map(|(arn, told)| {
        let known = match (told, tags.remove(&arn)) {
            (Err(error), _) | (_, Some(Err(error))) => Err(error),
            (Ok(Some(told)), Some(Ok(Some(tags)))) => Ok(Some(Known { told, tags })),
            _ => Ok(None),
        };
        (arn, known)
    });
    known.collect()
}

impl ListenerRule {
    async fn make(&self, account: &Account, create: Create<'_>) -> Made {
        let planned = create.planned;
        let listener = planned.text("listener_arn").unwrap_or_default();
        let doing = format!("creating ELBv2 Listener Rule on {listener}");
        let tags = tags::read(planned.get("tags_all"));
        let told =
            priority::with_free(account, listener, planned.integer("priority"), |priority| {
                send(account, &planned, &tags, priority)
            });
        let told = told
            .await
            .map_err(|error| Failure::from(error.problem(&doing)))?;
        let Some(told) = told else {
            return Err(priority::none_free(listener).into());
        };
        Ok(self.show(account, Known { told, tags }, &planned).into())
    }

    async fn change(&self, account: &Account, update: Update<'_>) -> Made {
        let prior = Fields::of(&update.prior.value);
        let doing = format!("updating {}", called(&prior));
        let changed = change(account, &prior, &update.planned).await;
        let known = changed.map_err(|error| Failure::from(error.problem(&doing)))?;
        match known {
            Some(known) => Ok(self.show(account, known, &update.planned).into()),
            None => {
                Err(trueup_sdk::native::problem(&doing, "There is no such rule any more.").into())
            }
        }
    }

    /// The rule of an interrupted creation: one of its listener with the same
    /// conditions and the planned priority.
    async fn find(&self, account: &Account, identity: &identity::Identity) -> Recovery {
        let rules = match calls::rules_of(account, &identity.listener).await {
            Ok(rules) => rules,
            Err(error) if error.is(calls::MISSING) => return Recovery::Absent,
            Err(_) => return Recovery::Unknown,
        };
        let Some(found) = rules.iter().find(|rule| identity.fits(rule)) else {
            return Recovery::Absent;
        };
        let mut empty = self.shape.empty();
        empty.set_text("id", found.rule_arn().unwrap_or_default());
        fields::recovered(self.read(account, empty.into()).await)
    }
}

async fn send(
    account: &Account,
    planned: &Fields,
    tags: &Tags,
    priority: i32,
) -> Result<Option<Told>, CallError> {
    let elb = account.elb();
    let conditions = condition::planned(planned);
    let transforms = transform::planned(planned);
    let send = || {
        elb.create_rule()
            .set_listener_arn(planned.text("listener_arn").map(str::to_owned))
            .priority(priority)
            .set_conditions(Some(condition::write(&conditions)))
            .set_actions(Some(action::planned(planned, "action")))
            .set_transforms(Some(transforms.clone()).filter(|t| !t.is_empty()))
            .set_tags(calls::write_tags(tags))
            .send()
    };
    let read = |made: CreateRuleOutput| made.rules.unwrap_or_default().into_iter().next();
    let find = || async move {
        let found = made_before(account, planned, tags, priority).await?;
        Ok(found.map(Some))
    };
    let call = account.to(Service::Elb, "CreateRule");
    let call = call.waits(APPEARING, calls::fresh);
    call.once(send, read, find).await
}

/// The rule of this priority that does what is planned, tags included.
async fn made_before(
    account: &Account,
    planned: &Fields,
    tags: &Tags,
    priority: i32,
) -> Result<Option<Told>, CallError> {
    let identity = identity::Identity::of(planned);
    let rules = calls::rules_of(account, &identity.listener).await?;
    let ours = |rule: &Told| {
        rule.priority() == Some(priority.to_string().as_str())
            && identity.fits(rule)
            && action::are_planned(rule.actions(), planned, "action")
    };
    let Some(found) = rules.into_iter().find(ours) else {
        return Ok(None);
    };
    let arn = found.rule_arn().unwrap_or_default().to_owned();
    let told = calls::tags(account, vec![arn.clone()]).await.remove(&arn);
    let told = told.transpose()?.flatten().unwrap_or_default();
    Ok((told == *tags).then_some(found))
}

async fn change(
    account: &Account,
    prior: &Fields,
    planned: &Fields,
) -> Result<Option<Known>, CallError> {
    let arn = prior.text("id").unwrap_or_default();
    let (before, after) = (
        tags::read(prior.get("tags_all")),
        tags::read(planned.get("tags_all")),
    );
    calls::change_tags(account, arn, &TagChange::between(&before, &after)).await?;
    let mut told = None;
    let wanted = planned.integer("priority");
    if wanted.is_some() && wanted != prior.integer("priority") {
        told = priority::set(account, arn, wanted.unwrap_or_default()).await?;
    }
    let parts = ["action", "condition", "transform"];
    if parts
        .iter()
        .any(|part| prior.get(part) != planned.get(part))
    {
        told = modify(account, arn, prior, planned).await?;
    }
    let told = match told {
        Some(told) => Some(told),
        None => calls::rules(account, vec![arn.to_owned()])
            .await
            .remove(arn)
            .transpose()?
            .flatten(),
    };
    Ok(told.map(|told| Known { told, tags: after }))
}

async fn modify(
    account: &Account,
    arn: &str,
    prior: &Fields,
    planned: &Fields,
) -> Result<Option<Told>, CallError> {
    let elb = account.elb();
    let (conditions, transforms) = (condition::planned(planned), transform::planned(planned));
    let reset = transforms.is_empty() && !transform::planned(prior).is_empty();
    let call = || {
        elb.modify_rule()
            .rule_arn(arn)
            .set_conditions(Some(condition::write(&conditions)))
            .set_actions(Some(action::planned(planned, "action")))
            .set_transforms(Some(transforms.clone()).filter(|t| !t.is_empty()))
            .set_reset_transforms(reset.then_some(true))
            .send()
    };
    let answer = account.call(Service::Elb, "ModifyRule", call).await?;
    Ok(answer.rules.unwrap_or_default().into_iter().next())
}

impl ResourceType<Account> for ListenerRule {
    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let mut problems = action::check(config, "action");
        problems.extend(condition::check(config));
        problems
    }

    fn plan<'a>(
        &'a self,
        account: &'a Account,
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        ready(plan::plan(account, shape, &request))
    }

    fn read<'a>(&'a self, account: &'a Account, object: Object) -> Answer<'a, ReadResponse> {
        fields::read_one(self.read_all(account, vec![object]))
    }

    fn read_all<'a>(
        &'a self,
        account: &'a Account,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(async move {
            let objects = fields::of_all(&objects);
            let mut known = look(account, fields::ids(&objects)).await;
            let responses = objects.iter().map(|object| {
                let found = known.remove(object.text("id").unwrap_or_default());
                let found = found.unwrap_or(Ok(None));
                let shown = found.map(|known| known.map(|k| self.show(account, k, object)));
                fields::read(shown, || called(object))
            });
            responses.collect()
        })
    }

    fn reads_at_once(&self) -> usize {
        calls::MOST
    }

    fn identify(&self, _: &Account, planned: &Fields) -> Option<String> {
        identity::Identity::of(planned).write()
    }

    fn create<'a>(&'a self, account: &'a Account, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(self.make(account, create))
    }

    fn update<'a>(&'a self, account: &'a Account, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(self.change(account, update))
    }

    fn delete<'a>(&'a self, account: &'a Account, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let object = Fields::of(&delete.prior.value);
            let arn = object.text("id").unwrap_or_default();
            let elb = account.elb();
            let call = || elb.delete_rule().rule_arn(arn).send();
            let answer = account.call(Service::Elb, "DeleteRule", call).await;
            fields::deleted(answer, calls::MISSING, || called(&object))
        })
    }

    fn import<'a>(
        &'a self,
        _: &'a Account,
        empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        Some(fields::import_by_id(empty, id))
    }

    fn explain<'a>(
        &'a self,
        account: &'a Account,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        fields::explain(account, Service::Elb, drift, "arn")
    }

    fn recover<'a>(
        &'a self,
        account: &'a Account,
        action: Interrupted<'a>,
    ) -> Answer<'a, Recovery> {
        Box::pin(async move {
            if let Some(prior) = action.prior {
                return fields::recovered(self.read(account, prior.clone()).await);
            }
            match action.identity.and_then(identity::Identity::read) {
                Some(identity) => self.find(account, &identity).await,
                None => Recovery::Unknown,
            }
        })
    }
}
