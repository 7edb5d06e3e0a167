//! `aws_partition`: the partition the provider's region belongs to.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape},
    ready,
};
use trueup_value::Type;

use crate::client::Account;

pub(super) struct PartitionData;

impl DataSource<Account> for PartitionData {
    fn shape(&self) -> Shape {
        let text = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
        Shape::new(
            "The partition: a set of regions with accounts of its own, such as `aws` or `aws-cn`.",
            [
                Field::optional("id", Type::String)
                    .or_computed()
                    .about("The name of the partition."),
                text(
                    "partition",
                    "The name of the partition; ARNs begin with it.",
                ),
                text("dns_suffix", "What host names of its services end in."),
                text(
                    "reverse_dns_prefix",
                    "The same backwards, as names of services begin.",
                ),
            ],
        )
    }

    fn read<'a>(
        &'a self,
        account: &'a Account,
        mut config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        let partition = account.partition();
        config.set_text("id", partition.name);
        config.set_text("partition", partition.name);
        config.set_text("dns_suffix", partition.dns_suffix);
        config.set_text("reverse_dns_prefix", partition.reverse_dns_prefix);
        ready(Ok(config))
    }
}
