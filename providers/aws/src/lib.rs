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
mod iam;
mod patience;
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

use trueup_sdk::{native::NativeProvider, world::World};

use client::Account;

/// The provider.
pub fn aws(world: &World) -> NativeProvider<Account> {
    let provider = NativeProvider::configured_by(provider::Block::new(world));
    let provider = sts::register(provider);
    let provider = region::register(provider);
    let provider = iam::register(provider);
    let provider = elb::register(provider);
    let provider = s3::register(provider);
    let provider = eks::register(provider);
    let provider = ec2::register(provider);
    ssm::register(provider)
}
