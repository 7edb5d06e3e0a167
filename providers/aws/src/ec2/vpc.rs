//! Data source `aws_vpc`: a network that exists.

use futures_util::future::join4;
use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Nested, Shape, problem},
};
use trueup_value::{Type, Value};

use super::filters;
use crate::{
    CallError, blocks,
    client::{Account, Element, Parameters},
    fields, tags,
};

pub(super) struct Vpc;

fn associations() -> Type {
    Type::list(Type::object([
        ("association_id", Type::String),
        ("cidr_block", Type::String),
        ("state", Type::String),
    ]))
}

async fn find(account: &Account, config: &Fields) -> Result<Vec<Element>, CallError> {
    let mut wanted = filters::planned(config);
    let text = |name: &str| {
        config
            .text(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    for (name, argument) in [
        ("cidr", "cidr_block"),
        ("dhcp-options-id", "dhcp_options_id"),
        ("state", "state"),
    ] {
        wanted.extend(text(argument).map(|value| filters::filter(name, [value])));
    }
    if config.flag("default") == Some(true) {
        wanted.push(filters::filter("isDefault", ["true".to_owned()]));
    }
    let parameters = filters::write(wanted).list("VpcId", text("id"));
    let answer = account.ec2("DescribeVpcs", &parameters).await?;
    Ok(answer.items("vpcSet").cloned().collect())
}

async fn attribute(account: &Account, id: &str, name: &str) -> Result<bool, CallError> {
    let parameters = Parameters::default()
        .set("VpcId", id)
        .set("Attribute", name);
    let answer = account.ec2("DescribeVpcAttribute", &parameters).await?;
    Ok(answer.child(name).is_some_and(|told| told.flag_of("value")))
}

async fn main_route_table(account: &Account, id: &str) -> Result<Option<String>, CallError> {
    let parameters = filters::write([
        filters::filter("association.main", ["true".to_owned()]),
        filters::filter("vpc-id", [id.to_owned()]),
    ]);
    let answer = account.ec2("DescribeRouteTables", &parameters).await?;
    let table = answer.items("routeTableSet").next();
    Ok(table
        .and_then(|table| table.text_of("routeTableId"))
        .map(str::to_owned))
}

/// Sets what takes more calls, made side by side.
async fn show_more(account: &Account, id: &str, config: &mut Fields) -> Result<(), CallError> {
    let (hostnames, support, metrics, table) = join4(
        attribute(account, id, "enableDnsHostnames"),
        attribute(account, id, "enableDnsSupport"),
        attribute(account, id, "enableNetworkAddressUsageMetrics"),
        main_route_table(account, id),
    )
    .await;
    config.set("enable_dns_hostnames", Value::bool(hostnames?));
    config.set("enable_dns_support", Value::bool(support?));
    config.set(
        "enable_network_address_usage_metrics",
        Value::bool(metrics?),
    );
    config.set("main_route_table_id", blocks::text(table?.as_deref()));
    Ok(())
}

fn show(account: &Account, told: &Element, config: &mut Fields) {
    let id = told.text_of("vpcId").unwrap_or_default();
    let owner = told.text_of("ownerId").unwrap_or_default();
    let partition = account.partition().name;
    config.set_text("id", id);
    config.set_text(
        "arn",
        format!("arn:{partition}:ec2:{}:{owner}:vpc/{id}", account.region()),
    );
    config.set("cidr_block", blocks::text(told.text_of("cidrBlock")));
    config.set("default", Value::bool(told.flag_of("isDefault")));
    config.set(
        "dhcp_options_id",
        blocks::text(told.text_of("dhcpOptionsId")),
    );
    config.set(
        "instance_tenancy",
        blocks::text(told.text_of("instanceTenancy")),
    );
    config.set_text("owner_id", owner);
    config.set("state", blocks::text(told.text_of("state")));
    let ipv6 = told.items("ipv6CidrBlockAssociationSet").next();
    let of_ipv6 = |name| ipv6.and_then(|told| told.text_of(name)).unwrap_or_default();
    config.set_text("ipv6_association_id", of_ipv6("associationId"));
    config.set_text("ipv6_cidr_block", of_ipv6("ipv6CidrBlock"));
    let blocks_told = told.items("cidrBlockAssociationSet").map(|told| {
        let state = told
            .child("cidrBlockState")
            .and_then(|state| state.text_of("state"));
        Value::object([
            (
                "association_id",
                blocks::text(told.text_of("associationId")),
            ),
            ("cidr_block", blocks::text(told.text_of("cidrBlock"))),
            ("state", blocks::text(state)),
        ])
    });
    let element = associations().element().cloned().unwrap_or(Type::Dynamic);
    config.set(
        "cidr_block_associations",
        Value::list(element, blocks_told.collect()),
    );
    let tags = account
        .settings
        .ignored_tags
        .strip(filters::read_tags(told));
    config.set("tags", tags::value(&tags));
}

impl DataSource<Account> for Vpc {
    fn shape(&self) -> Shape {
        let asked = |name: &str, about: &str| {
            Field::optional(name, Type::String)
                .about(about)
                .or_computed()
        };
        let told = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
        let flag = |name: &str, about: &str| Field::computed(name, Type::Bool).about(about);
        Shape::new(
            "A network (VPC) that exists.",
            [
                asked("id", "The ID; also to find it by."),
                fields::region(),
                asked("cidr_block", "Its addresses; also to find it by."),
                Field::optional("default", Type::Bool)
                    .about("Whether it is the region's default; also to find it by.")
                    .or_computed(),
                asked("dhcp_options_id", "Its DHCP options; also to find it by."),
                asked(
                    "state",
                    "How it is: pending or available; also to find it by.",
                ),
                Field::optional("tags", Type::map(Type::String))
                    .about("Its tags; also to find it by.")
                    .or_computed(),
                told("arn", "The ARN."),
                Field::computed("cidr_block_associations", associations())
                    .about("All its blocks of addresses."),
                flag("enable_dns_hostnames", "Whether instances get host names."),
                flag("enable_dns_support", "Whether it has a DNS server."),
                flag(
                    "enable_network_address_usage_metrics",
                    "Whether the use of its addresses is measured.",
                ),
                told(
                    "instance_tenancy",
                    "Whether instances share machines with others.",
                ),
                told(
                    "ipv6_association_id",
                    "The association of its IPv6 addresses.",
                ),
                told("ipv6_cidr_block", "Its IPv6 addresses."),
                told("main_route_table_id", "Its main route table."),
                told("owner_id", "The account it belongs to."),
            ],
        )
        .block(filters::block())
        .block(Nested::timeouts(&["read"]))
    }

    fn read<'a>(
        &'a self,
        account: &'a Account,
        mut config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let doing = "reading EC2 VPC";
            let found = find(account, &config).await;
            let found = found.map_err(|error| vec![error.problem(doing)])?;
            let told = match found.as_slice() {
                [told] => told,
                [] => {
                    let detail = "There is none in this region that meets all that is asked for.";
                    return Err(vec![problem("no matching EC2 VPC found", detail)]);
                }
                many => {
                    let ids: Vec<&str> =
                        many.iter().filter_map(|vpc| vpc.text_of("vpcId")).collect();
                    let detail = format!("{} match: {}. Ask for more.", many.len(), ids.join(", "));
                    return Err(vec![problem("multiple EC2 VPCs matched", detail)]);
                }
            };
            show(account, told, &mut config);
            let id = told.text_of("vpcId").unwrap_or_default();
            let more = show_more(account, id, &mut config).await;
            more.map_err(|error| vec![error.problem(&format!("reading EC2 VPC ({id})"))])?;
            fields::show_region(account, &mut config);
            Ok(config)
        })
    }
}
