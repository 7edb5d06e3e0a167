//! S3: buckets, and their settings, each of which is an object of its own.

mod bucket;
mod data;
mod encryption;
mod lifecycle;
mod names;
mod policy;
mod public_access_block;
mod setting;
mod versioning;

use trueup_sdk::native::NativeProvider;

use crate::{client::Account, here::Here};
use setting::OfBucket;

pub(crate) fn register(provider: NativeProvider<Account>) -> NativeProvider<Account> {
    provider
        .resource("aws_s3_bucket", bucket::Bucket::new())
        .resource(
            "aws_s3_bucket_lifecycle_configuration",
            OfBucket::<lifecycle::Lifecycle>::new(),
        )
        .resource("aws_s3_bucket_policy", OfBucket::<policy::Policy>::new())
        .resource(
            "aws_s3_bucket_public_access_block",
            OfBucket::<public_access_block::PublicAccessBlock>::new(),
        )
        .resource(
            "aws_s3_bucket_server_side_encryption_configuration",
            OfBucket::<encryption::Encryption>::new(),
        )
        .resource(
            "aws_s3_bucket_versioning",
            OfBucket::<versioning::Versioning>::new(),
        )
        .data_source("aws_s3_bucket", Here(data::BucketData))
}
