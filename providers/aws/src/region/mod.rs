//! Regions and partitions, and the data sources about them.

mod data;
mod partition;
mod partitions;

pub(crate) use partitions::{Partition, description, partition};

use trueup_sdk::native::NativeProvider;

use crate::{client::Account, spelling::nearest};

pub(crate) fn register(provider: NativeProvider<Account>) -> NativeProvider<Account> {
    provider
        .data_source("aws_partition", partition::PartitionData)
        .data_source("aws_region", data::RegionData)
}

/// What to say about a region nobody has heard of; `None` of one that exists.
pub(crate) fn unknown(region: &str) -> Option<String> {
    if description(region).is_some() {
        return None;
    }
    let near = nearest(region, partitions::names());
    let near = near
        .map(|near| format!("Did you mean \"{near}\"? "))
        .unwrap_or_default();
    Some(format!(
        "{near}A region that is newer than this version is taken with \"skip_region_validation\"."
    ))
}
