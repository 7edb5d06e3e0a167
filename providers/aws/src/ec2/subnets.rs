//! Data source `aws_subnets`: the IDs of subnets.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Nested, Shape},
};
use trueup_value::Type;

use super::filters;
use crate::{blocks, client::Account, fields};

pub(super) struct Subnets;

impl DataSource<Account> for Subnets {
    fn shape(&self) -> Shape {
        Shape::new(
            "The IDs of subnets that meet all that is asked for; there may be none.",
            [
                fields::id(),
                fields::region(),
                Field::computed("ids", Type::list(Type::String)).about("The IDs."),
                Field::optional("tags", Type::map(Type::String))
                    .about("Tags they must have.")
                    .or_computed(),
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
            let wanted = filters::write(filters::planned(&config));
            let mut ids = Vec::new();
            let mut next = None;
            loop {
                let parameters = wanted.clone().set_some("NextToken", next);
                let answer = account.ec2("DescribeSubnets", &parameters).await;
                let answer = answer.map_err(|error| vec![error.problem("reading EC2 Subnets")])?;
                let subnets = answer.items("subnetSet");
                ids.extend(
                    subnets
                        .filter_map(|subnet| subnet.text_of("subnetId"))
                        .map(str::to_owned),
                );
                next = answer.text_of("nextToken").map(str::to_owned);
                if next.is_none() {
                    break;
                }
            }
            config.set("ids", blocks::text_list(&ids));
            config.set_text("id", account.region());
            fields::show_region(account, &mut config);
            Ok(config)
        })
    }
}
