//! Data source `aws_lb`, also `aws_alb`.

use std::sync::LazyLock;

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Nested, Shape, problem},
};
use trueup_value::Type;

use super::{look, shape::shape, show};
use crate::{
    CallError,
    client::Account,
    elb::{calls, find},
    fields, tags,
};

const COMPUTED: &[&str] = &[
    "access_logs",
    "arn_suffix",
    "client_keep_alive",
    "connection_logs",
    "customer_owned_ipv4_pool",
    "desync_mitigation_mode",
    "dns_name",
    "dns_record_client_routing_policy",
    "drop_invalid_header_fields",
    "enable_cross_zone_load_balancing",
    "enable_deletion_protection",
    "enable_http2",
    "enable_tls_version_and_cipher_suite_headers",
    "enable_waf_fail_open",
    "enable_xff_client_port",
    "enable_zonal_shift",
    "enforce_security_group_inbound_rules_on_private_link_traffic",
    "health_check_logs",
    "idle_timeout",
    "internal",
    "ip_address_type",
    "ipam_pools",
    "load_balancer_type",
    "preserve_host_header",
    "secondary_ips_auto_assigned_per_subnet",
    "security_groups",
    "subnet_mapping",
    "subnets",
    "vpc_id",
    "xff_header_processing_mode",
    "zone_id",
];

pub(in crate::elb) struct LoadBalancerData {
    /// Of the resource type, which tells the same.
    resource: LazyLock<Shape>,
}

impl LoadBalancerData {
    pub(in crate::elb) fn new() -> Self {
        LoadBalancerData {
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
        let failed = |error: CallError| vec![error.problem("reading ELBv2 Load Balancers")];
        if let Some(name) = config.text("name").filter(|name| !name.is_empty()) {
            let found = calls::load_balancer_named(account, name)
                .await
                .map_err(failed)?;
            return Ok(found.and_then(|balancer| balancer.load_balancer_arn));
        }
        let all = calls::all_load_balancers(account).await.map_err(failed)?;
        let arns = all
            .into_iter()
            .filter_map(|balancer| balancer.load_balancer_arn);
        find::by_tags(account, arns.collect(), config, "ELBv2 Load Balancers").await
    }
}

impl DataSource<Account> for LoadBalancerData {
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
            Field::optional("tags", Type::map(Type::String))
                .about("The tags; also to find it by.")
                .or_computed(),
        ];
        let computed = find::computed(&self.resource, COMPUTED);
        Shape::new(
            "A load balancer that exists.",
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
                let detail = "There is no such load balancer in this account and region.";
                vec![problem(
                    "reading ELBv2 Load Balancer: couldn't find resource",
                    detail,
                )]
            };
            let arn = self.find(account, &config).await?.ok_or_else(missing)?;
            let doing = format!("reading ELBv2 Load Balancer ({arn})");
            let known = look(account, vec![arn.clone()])
                .await
                .remove(&arn)
                .unwrap_or(Ok(None));
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
