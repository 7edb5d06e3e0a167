//! Data source `aws_availability_zones`: the zones of the region.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Nested, Shape},
};
use trueup_value::Type;

use super::filters;
use crate::{
    blocks,
    client::{Account, Element},
    fields,
};

pub(super) struct AvailabilityZones;

impl DataSource<Account> for AvailabilityZones {
    fn shape(&self) -> Shape {
        let set =
            |name: &str, about: &str| Field::optional(name, Type::set(Type::String)).about(about);
        let list =
            |name: &str, about: &str| Field::computed(name, Type::list(Type::String)).about(about);
        Shape::new(
            "The availability zones of the region.",
            [
                fields::id(),
                fields::region(),
                Field::optional("all_availability_zones", Type::Bool)
                    .about("Whether zones the account has not opted in to are told, too."),
                set("exclude_names", "Names of zones to leave out."),
                set("exclude_zone_ids", "IDs of zones to leave out."),
                Field::computed("group_names", Type::set(Type::String))
                    .about("The groups they belong to."),
                list("names", "Their names, in alphabetical order."),
                Field::optional("state", Type::String)
                    .about("How they must be.")
                    .one_of(&[
                        "available",
                        "information",
                        "impaired",
                        "unavailable",
                        "constrained",
                    ]),
                list("zone_ids", "Their IDs, in the order of the names."),
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
            let mut wanted = filters::planned(&config);
            let state = config.text("state").filter(|state| !state.is_empty());
            wanted.extend(state.map(|state| filters::filter("state", [state.to_owned()])));
            let all = config
                .flag("all_availability_zones")
                .map(|all| all.to_string());
            let parameters = filters::write(wanted).set_some("AllAvailabilityZones", all);
            let answer = account.ec2("DescribeAvailabilityZones", &parameters).await;
            let answer = answer.map_err(|e| vec![e.problem("reading EC2 Availability Zones")])?;
            let (names, ids) = (
                blocks::texts(&config, "exclude_names"),
                blocks::texts(&config, "exclude_zone_ids"),
            );
            let left_out = |texts: &[String], text: Option<&str>| {
                text.is_some_and(|text| texts.iter().any(|other| other == text))
            };
            let zones = answer.items("availabilityZoneInfo").filter(|zone| {
                !left_out(&names, zone.text_of("zoneName"))
                    && !left_out(&ids, zone.text_of("zoneId"))
            });
            let mut zones: Vec<&Element> = zones.collect();
            zones.sort_by_key(|zone| zone.text_of("zoneName"));
            let all = |name: &'static str| zones.iter().filter_map(move |zone| zone.text_of(name));
            config.set("names", blocks::text_list(all("zoneName")));
            config.set("zone_ids", blocks::text_list(all("zoneId")));
            let groups = zones
                .iter()
                .map(|zone| zone.text_of("groupName").unwrap_or_default());
            config.set("group_names", blocks::text_set(groups));
            config.set_text("id", account.region());
            fields::show_region(account, &mut config);
            Ok(config)
        })
    }
}
