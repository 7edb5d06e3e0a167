//! `aws_s3_bucket_lifecycle_configuration`: when objects of a bucket move to
//! another storage class or go away.

mod check;
mod filter;
mod rule;
mod shape;

use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, TransitionDefaultMinimumObjectSize as MinimumSize,
};
use trueup_sdk::{
    Answer, Problem,
    native::{Fields, Shape},
};
use trueup_value::Value;

use super::setting::{At, Setting, removal, write};
use crate::{
    CallError, blocks,
    client::{Account, Service},
};
use rule::Rule;

const RULE: &str = "rule";
const MINIMUM: &str = "transition_default_minimum_object_size";

pub(super) struct Lifecycle;

/// The rules, and from which size on objects move.
pub(super) struct Told {
    rules: Vec<Rule>,
    minimum: Option<String>,
}

fn rules(blocks: &Value) -> Vec<Rule> {
    let mut rules: Vec<Rule> = blocks
        .values()
        .map(|block| Rule::of(&Fields::of(block)))
        .collect();
    rules.sort();
    rules
}

fn same(config: &Value, prior: &Value) -> bool {
    config.is_wholly_known() && rules(config) == rules(prior)
}

impl Setting for Lifecycle {
    type Told = Told;

    const CALLED: &'static str = "S3 Bucket Lifecycle Configuration";

    fn shape() -> Shape {
        shape::shape()
    }

    fn validate(config: &Fields) -> Vec<Problem> {
        check::check(config)
    }

    fn get<'a>(account: &'a Account, at: &'a At) -> Answer<'a, Result<Option<Told>, CallError>> {
        Box::pin(async move {
            let s3 = account.s3();
            let call = || {
                let request = s3.get_bucket_lifecycle_configuration().bucket(&at.bucket);
                request.set_expected_bucket_owner(at.owner.clone()).send()
            };
            match account
                .call(Service::S3, "GetBucketLifecycleConfiguration", call)
                .await
            {
                Ok(answer) => {
                    let mut rules: Vec<Rule> = answer.rules().iter().map(Rule::told).collect();
                    rules.sort();
                    let minimum = answer.transition_default_minimum_object_size();
                    Ok(Some(Told {
                        rules,
                        minimum: minimum.map(|size| size.as_str().to_owned()),
                    }))
                }
                Err(error) if error.is(&["NoSuchLifecycleConfiguration"]) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }

    fn put<'a>(
        account: &'a Account,
        at: &'a At,
        planned: &'a Fields,
        prior: Option<&'a Fields>,
    ) -> Answer<'a, Result<(), CallError>> {
        Box::pin(async move {
            let s3 = account.s3();
            let rules = blocks::blocks(planned, RULE);
            let written = rules.iter().filter_map(|block| Rule::of(block).write());
            let configuration = BucketLifecycleConfiguration::builder()
                .set_rules(Some(written.collect()))
                .build()
                .ok();
            let minimum = planned.text(MINIMUM).filter(|size| !size.is_empty());
            let call = || {
                s3.put_bucket_lifecycle_configuration()
                    .bucket(&at.bucket)
                    .set_expected_bucket_owner(at.owner.clone())
                    .set_transition_default_minimum_object_size(minimum.map(MinimumSize::from))
                    .set_lifecycle_configuration(configuration.clone())
                    .send()
            };
            let put = write(account, "PutBucketLifecycleConfiguration", prior)
                .send(call)
                .await;
            put.map(drop)
        })
    }

    fn remove<'a>(
        account: &'a Account,
        at: &'a At,
        _: &'a Fields,
    ) -> Answer<'a, Result<(), CallError>> {
        Box::pin(async move {
            let s3 = account.s3();
            let call = || {
                let request = s3.delete_bucket_lifecycle().bucket(&at.bucket);
                request.set_expected_bucket_owner(at.owner.clone()).send()
            };
            match removal(account, "DeleteBucketLifecycle").send(call).await {
                Err(error) if !error.is(&["NoSuchLifecycleConfiguration"]) => Err(error),
                _ => Ok(()),
            }
        })
    }

    fn settled(told: &Told, planned: &Fields) -> bool {
        rules(planned.get(RULE)) == told.rules
    }

    fn show(told: &Told, shape: &Shape, object: &mut Fields) {
        let minimum = told.minimum.as_deref().or(object.text(MINIMUM));
        let minimum = minimum.unwrap_or("all_storage_classes_128K").to_owned();
        object.set_text(MINIMUM, minimum);
        let before = object.get(RULE);
        if before.is_wholly_known() && !before.is_null() && rules(before) == told.rules {
            return;
        }
        let shown = told.rules.iter().map(|rule| rule.show(shape));
        let shown = blocks::list(&shape.empty_at(RULE), shown);
        object.set(RULE, shown);
    }
}
