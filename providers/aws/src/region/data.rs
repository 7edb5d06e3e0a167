//! `aws_region`: a region.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape, problem},
    ready,
};
use trueup_value::Type;

use super::{description, partition};
use crate::client::Account;

pub(super) struct RegionData;

impl DataSource<Account> for RegionData {
    fn shape(&self) -> Shape {
        let text = |name: &str, about: &str| {
            Field::optional(name, Type::String)
                .or_computed()
                .about(about)
        };
        Shape::new(
            "A region: the provider's own, or the one that is named.",
            [
                text("id", "The name of the region."),
                text("name", "The name of the region."),
                text("region", "The name of the region."),
                text("endpoint", "The host name of EC2 in the region."),
                Field::computed("description", Type::String).about("What AWS calls the region."),
            ],
        )
    }

    fn read<'a>(
        &'a self,
        account: &'a Account,
        mut config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        let given = config.text("region").or(config.text("name"));
        let by_endpoint = config.text("endpoint").and_then(region_of_endpoint);
        let region = given.or(by_endpoint).unwrap_or(account.region()).to_owned();
        let Some(description) = description(&region) else {
            let summary = format!("region not found: \"{region}\"");
            return ready(Err(vec![problem(
                &summary,
                super::unknown(&region).unwrap_or_default(),
            )]));
        };
        let suffix = partition(&region).dns_suffix;
        config.set_text("description", description);
        config.set_text("endpoint", format!("ec2.{region}.{suffix}"));
        for name in ["id", "name", "region"] {
            config.set_text(name, region.as_str());
        }
        ready(Ok(config))
    }
}

/// `ec2.REGION.amazonaws.com`
fn region_of_endpoint(endpoint: &str) -> Option<&str> {
    let (region, _) = endpoint.strip_prefix("ec2.")?.split_once('.')?;
    Some(region)
}
