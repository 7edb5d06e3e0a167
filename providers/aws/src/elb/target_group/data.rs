//! Data source `aws_lb_target_group`, also `aws_alb_target_group`.

use std::sync::LazyLock;

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Nested, Shape, problem},
};
use trueup_value::Type;

use super::{look, shape::shape, show};
use crate::{
    client::Account,
    elb::{calls, find},
    fields, tags,
};

pub(in crate::elb) struct TargetGroupData {
    /// Of the resource type, which tells the same.
    resource: LazyLock<Shape>,
}

impl TargetGroupData {
    pub(in crate::elb) fn new() -> Self {
        TargetGroupData {
            resource: LazyLock::new(shape),
        }
    }

    async fn find(
        &self,
        account: &Account,
        config: &Fields,
    ) -> Result<Option<String>, Vec<Problem>> {
        if let Some(arn) = config.text("arn").filter(|arn| !arn.is_empty()) {
            return Ok(Some(arn.to_owned()));
        }
        let failed = |error: crate::CallError| vec![error.problem("reading ELBv2 Target Groups")];
        if let Some(name) = config.text("name").filter(|name| !name.is_empty()) {
            let found = calls::target_group_named(account, name)
                .await
                .map_err(failed)?;
            return Ok(found.and_then(|group| group.target_group_arn));
        }
        let groups = calls::all_target_groups(account).await.map_err(failed)?;
        let arns = groups
            .into_iter()
            .filter_map(|group| group.target_group_arn);
        find::by_tags(account, arns.collect(), config, "ELBv2 Target Groups").await
    }
}

impl DataSource<Account> for TargetGroupData {
    fn shape(&self) -> Shape {
        let text = |name: &str, about: &str| {
            Field::optional(name, Type::String)
                .about(about)
                .or_computed()
        };
        let own = [
            fields::id(),
            fields::region(),
            text("arn", "The ARN."),
            text("name", "The name."),
            text(
                "load_balancing_anomaly_mitigation",
                "Whether targets that behave oddly get fewer requests.",
            ),
            Field::optional("tags", Type::map(Type::String))
                .about("The tags; also to find it by.")
                .or_computed(),
        ];
        let computed = find::computed(&self.resource, COMPUTED);
        Shape::new(
            "A target group that exists.",
            own.into_iter().chain(computed),
        )
        .block(Nested::timeouts(&["read"]))
    }

    fn read<'a>(
        &'a self,
        account: &'a Account,
        config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let missing = || {
                let detail = "There is no such target group in this account and region.";
                vec![problem(
                    "reading ELBv2 Target Group: couldn't find resource",
                    detail,
                )]
            };
            let arn = self.find(account, &config).await?.ok_or_else(missing)?;
            let mut known = look(account, vec![arn.clone()]).await;
            let doing = format!("reading ELBv2 Target Group ({arn})");
            let known = known.remove(&arn).unwrap_or(Ok(None));
            let known = known
                .map_err(|error| vec![error.problem(&doing)])?
                .ok_or_else(missing)?;
            let mut shown = self.resource.empty();
            show(&self.resource, &known, &mut shown);
            let tags = account.settings.ignored_tags.strip(known.tags);
            shown.set("tags", tags::value(&tags));
            shown.set_text("region", account.region());
            Ok(find::answer(config, &shown))
        })
    }
}

const COMPUTED: &[&str] = &[
    "arn_suffix",
    "connection_termination",
    "deregistration_delay",
    "health_check",
    "lambda_multi_value_headers_enabled",
    "load_balancer_arns",
    "load_balancing_algorithm_type",
    "load_balancing_cross_zone_enabled",
    "port",
    "preserve_client_ip",
    "protocol",
    "protocol_version",
    "proxy_protocol_v2",
    "slow_start",
    "stickiness",
    "target_control_port",
    "target_type",
    "vpc_id",
];
