//! Data source `aws_s3_bucket`: a bucket there is.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape, problem},
};
use trueup_value::{Type, Value};

use super::{
    bucket::{self, hosts},
    names,
};
use crate::{client::Account, fields};

pub(super) struct BucketData;

impl DataSource<Account> for BucketData {
    fn shape(&self) -> Shape {
        let computed = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
        Shape::new(
            "A bucket that exists.",
            [
                fields::id(),
                fields::region(),
                Field::required("bucket", Type::String)
                    .about("The name.")
                    .checked(names::check_existing),
                computed("arn", "The ARN."),
                computed("bucket_domain_name", "The host name."),
                computed("bucket_region", "The region it is in."),
                computed(
                    "bucket_regional_domain_name",
                    "The host name with the region in it.",
                ),
                computed(
                    "hosted_zone_id",
                    "The zone of Route 53 for websites in its region.",
                ),
                computed("website_domain", "The domain of its website."),
                computed("website_endpoint", "The host name of its website."),
            ],
        )
    }

    fn read<'a>(
        &'a self,
        account: &'a Account,
        mut config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let name = config.text("bucket").unwrap_or_default().to_owned();
            let doing = format!("reading S3 Bucket ({name})");
            let region = bucket::head(account, &name).await;
            let region = region.map_err(|error| vec![error.problem(&doing)])?;
            let Some(region) = region else {
                let detail = "There is no such bucket. Check the name, and which account the credentials belong to.";
                return Err(vec![problem(&doing, detail)]);
            };
            let (host, regional) = hosts::names(&name, &region);
            config.set_text("id", name.as_str());
            config.set_text(
                "arn",
                format!("arn:{}:s3:::{name}", account.partition().name),
            );
            config.set_text("bucket_domain_name", host);
            config.set_text("bucket_regional_domain_name", regional);
            config.set_text("bucket_region", region.as_str());
            config.set_text("region", region.as_str());
            config.set_text("hosted_zone_id", hosts::zone(&region));
            for website in ["website_domain", "website_endpoint"] {
                config.set(website, Value::null(Type::String));
            }
            Ok(config)
        })
    }
}
