//! Requests sent on to target groups.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ForwardActionConfig, TargetGroupStickinessConfig, TargetGroupTuple,
    builders::ActionBuilder,
};
use trueup_sdk::native::{Field, Fields, Nested, Shape};
use trueup_value::{Type, Value};

use crate::{arn, blocks};

const NAME: &str = "forward";

pub(super) fn block() -> Nested {
    let group = Nested::set(
        "target_group",
        [
            Field::required("arn", Type::String)
                .about("The ARN.")
                .checked(arn::check),
            Field::optional("weight", Type::Number)
                .about("Its share of the requests, from 0 to 999.")
                .filled(Value::number(1))
                .between(0, 999),
        ],
    );
    let stickiness = Nested::list(
        "stickiness",
        [
            Field::required("duration", Type::Number)
                .about("Seconds for which requests of one client go to one target group.")
                .between(1, 604_800),
            Field::optional("enabled", Type::Bool)
                .about("Whether they do.")
                .filled(Value::bool(false)),
        ],
    );
    Nested::list(NAME, [])
        .at_most(1)
        .about("The target groups to forward to.")
        .block(group.at_least(1).at_most(5).about("A target group."))
        .block(
            stickiness
                .at_most(1)
                .about("Requests of one client go to one target group."),
        )
}

pub(super) fn write(block: &Fields, action: ActionBuilder) -> ActionBuilder {
    let alone = block.text("target_group_arn").filter(|arn| !arn.is_empty());
    match (blocks::block(block, NAME), alone) {
        (Some(forward), _) => action.forward_config(write_groups(&forward)),
        (None, alone) => action.set_target_group_arn(alone.map(str::to_owned)),
    }
}

fn write_groups(forward: &Fields) -> ForwardActionConfig {
    let groups = blocks::blocks(forward, "target_group").into_iter();
    let groups = groups.map(|group| {
        let weight = group
            .integer("weight")
            .and_then(|weight| i32::try_from(weight).ok());
        TargetGroupTuple::builder()
            .set_target_group_arn(group.text("arn").map(str::to_owned))
            .set_weight(weight)
            .build()
    });
    let sticky = blocks::block(forward, "stickiness").map(|sticky| {
        let duration = sticky
            .integer("duration")
            .and_then(|s| i32::try_from(s).ok());
        TargetGroupStickinessConfig::builder()
            .enabled(sticky.flag("enabled").unwrap_or_default())
            .set_duration_seconds(duration)
            .build()
    });
    ForwardActionConfig::builder()
        .set_target_groups(Some(groups.collect()))
        .set_target_group_stickiness_config(sticky)
        .build()
}

/// Sets what the service tells: one target group in two ways, of which the
/// one that was used before is shown.
pub(super) fn show(
    action: &Action,
    shape: &Shape,
    name: &str,
    prior: Option<&Fields>,
    block: &mut Fields,
) {
    let config = action.forward_config();
    let alone = action.target_group_arn();
    let had = |name: &str| prior.map(|prior| prior.get(name));
    let had_block = had(NAME)
        .and_then(Value::length)
        .is_some_and(|count| count > 0);
    let had_arn = had("target_group_arn")
        .and_then(Value::as_str)
        .is_some_and(|arn| !arn.is_empty());
    let sticky = config.and_then(ForwardActionConfig::target_group_stickiness_config);
    let sticky = sticky.and_then(TargetGroupStickinessConfig::enabled) == Some(true);
    let simple = alone.is_some() && !sticky;
    if let Some(arn) = alone
        && (had_arn || (simple && !had_block))
    {
        block.set_text("target_group_arn", arn);
    }
    if let Some(config) = config
        && (had_block || !simple)
    {
        block.set(NAME, show_groups(config, shape, name));
    }
}

fn show_groups(config: &ForwardActionConfig, shape: &Shape, name: &str) -> Value {
    let path = format!("{name}.{NAME}");
    let (empty, group) = (
        shape.empty_at(&path),
        shape.empty_at(&format!("{path}.target_group")),
    );
    let groups = config.target_groups().iter().map(|tuple| {
        let mut shown = group.clone();
        shown.set("arn", blocks::text(tuple.target_group_arn()));
        shown.set("weight", blocks::number(tuple.weight()));
        shown
    });
    let mut forward = empty.clone();
    forward.set("target_group", blocks::set(&group, groups));
    let sticky = shape.empty_at(&format!("{path}.stickiness"));
    // The service tells of a stickiness that is not there as not enabled.
    let told = config.target_group_stickiness_config();
    let told = told.filter(|told| told.duration_seconds().is_some());
    let shown = told.map(|told| {
        let mut shown = sticky.clone();
        shown.set("duration", blocks::number(told.duration_seconds()));
        shown.set("enabled", Value::bool(told.enabled().unwrap_or_default()));
        shown
    });
    forward.set("stickiness", blocks::list(&sticky, shown));
    blocks::list(&empty, [forward])
}

/// The same with its target groups in the one order, and both ways of naming
/// one in the one way.
pub(super) fn normalised(mut action: Action) -> Action {
    if let Some(arn) = action.target_group_arn.take() {
        let tuple = TargetGroupTuple::builder()
            .target_group_arn(arn)
            .weight(1)
            .build();
        action.forward_config = Some(ForwardActionConfig::builder().target_groups(tuple).build());
    }
    if let Some(config) = &mut action.forward_config {
        let groups = config.target_groups.get_or_insert_default();
        for group in groups.iter_mut() {
            group.weight.get_or_insert(1);
        }
        groups.sort_by(|a, b| a.target_group_arn.cmp(&b.target_group_arn));
        if let [only] = groups.as_mut_slice() {
            // The weight of the only one makes no difference.
            only.weight = Some(1);
        }
        let sticky = config.target_group_stickiness_config.take();
        config.target_group_stickiness_config = sticky.filter(|s| s.enabled == Some(true));
    }
    action
}

pub(super) fn check(block: &Fields, called: &str) -> Option<String> {
    let forward = block.get(NAME);
    let (no_arn, no_block) = (
        block.get("target_group_arn").is_null(),
        forward.length() == Some(0),
    );
    if no_arn && no_block {
        return Some(format!(
            "Either \"{called}.target_group_arn\" or \"{called}.forward\" must be specified when \"{called}.type\" is \"forward\"."
        ));
    }
    let arn = block.text("target_group_arn")?;
    let groups = blocks::blocks(&blocks::block(block, NAME)?, "target_group");
    let same = match groups.as_slice() {
        [only] => only.text("arn").is_none_or(|other| other == arn),
        _ => false,
    };
    (!same).then(|| {
        format!(
            "You can specify both a top-level target group ARN (\"{called}.target_group_arn\") and, with \"{called}.forward\", a target group list with ARNs, only if the ARNs match."
        )
    })
}
