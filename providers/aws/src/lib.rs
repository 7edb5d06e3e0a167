//! The provider `aws`: IAM, load balancing, S3, EKS and what belongs to them.
//!
//! Resource types and data sources are in the folder of their service, one
//! file each. They reach AWS through an `Account` only,
//! which signs and counts every call; policy documents are understood in
//! [`policy`].

mod arn;
mod batch;
mod blocks;
mod cidr;
pub mod client;
mod ec2;
pub mod eks;
mod elb;
mod error;
mod fields;
mod here;
mod iam;
mod patience;
mod percent;
mod plan;
pub mod policy;
mod provider;
mod region;
mod s3;
mod spelling;
mod ssm;
mod sts;
mod tags;
mod trail;
mod unique;

pub use error::{CallError, ErrorKind};

pub use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use trueup_sdk::{native::NativeProvider, world::World};

use client::{Account, Pool};

/// The provider.
pub fn aws(world: &World) -> NativeProvider<Account> {
    aws_among(world, &Pool::default())
}

/// The provider, whose accounts are reached as those of `pool` are.
pub fn aws_among(world: &World, pool: &Pool) -> NativeProvider<Account> {
    put_together(provider::Block::new(world, pool, None))
}

/// The provider, whose requests are sent with `connector`.
pub fn aws_over(world: &World, connector: SharedHttpConnector) -> NativeProvider<Account> {
    put_together(provider::Block::new(
        world,
        &Pool::default(),
        Some(connector),
    ))
}

fn put_together(block: provider::Block) -> NativeProvider<Account> {
    let provider = NativeProvider::configured_by(block);
    let provider = sts::register(provider);
    let provider = region::register(provider);
    let provider = iam::register(provider);
    let provider = elb::register(provider);
    let provider = s3::register(provider);
    let provider = eks::register(provider);
    let provider = ec2::register(provider);
    ssm::register(provider)
}
