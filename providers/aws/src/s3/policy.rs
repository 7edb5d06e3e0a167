//! `aws_s3_bucket_policy`: who may do what with a bucket.

use trueup_sdk::{
    Answer, Problem,
    native::{Field, Fields, Shape},
};
use trueup_value::{Type, Value};

use super::setting::{At, NO_BUCKET, Setting, aborted, of_bucket, removal};
use crate::{
    CallError,
    client::{Account, Service},
    patience::PROPAGATION,
    policy::{PolicyKind, equivalent, judge},
};

pub(super) struct Policy;

fn same(config: &Value, prior: &Value) -> bool {
    config
        .as_str()
        .zip(prior.as_str())
        .is_some_and(|(config, prior)| equivalent(config, prior))
}

/// A principal that was just made is not known everywhere.
fn unknown_principal(error: &CallError) -> bool {
    let malformed = error.is(&["MalformedPolicy"]);
    malformed && error.message.contains("Invalid principal in policy") || aborted(error)
}

/// Nor is a bucket.
fn unsettled(error: &CallError) -> bool {
    unknown_principal(error) || error.is(NO_BUCKET)
}

impl Setting for Policy {
    type Told = String;

    const CALLED: &'static str = "S3 Bucket Policy";
    const OWNED: bool = false;

    const POLICY: Option<&'static str> = Some("policy");

    fn shape() -> Shape {
        let policy = Field::required("policy", Type::String)
            .about("The policy, in JSON.")
            .same_if(same);
        Shape::new(
            "Who may do what with a bucket and its objects.",
            of_bucket(false).into_iter().chain([policy]),
        )
        .legacy()
    }

    fn validate(config: &Fields) -> Vec<Problem> {
        let text = config.text("policy").filter(|text| !text.is_empty());
        text.map(|text| judge(text, PolicyKind::Resource, "policy"))
            .unwrap_or_default()
    }

    fn get<'a>(account: &'a Account, at: &'a At) -> Answer<'a, Result<Option<String>, CallError>> {
        Box::pin(async move {
            let s3 = account.s3();
            let call = || s3.get_bucket_policy().bucket(&at.bucket).send();
            match account.call(Service::S3, "GetBucketPolicy", call).await {
                Ok(answer) => Ok(answer.policy),
                Err(error) if error.is(&["NoSuchBucketPolicy"]) => Ok(None),
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
            let text = planned.text("policy").unwrap_or_default();
            let send = || {
                s3.put_bucket_policy()
                    .bucket(&at.bucket)
                    .policy(text)
                    .send()
            };
            let passes = match prior {
                Some(_) => unknown_principal,
                None => unsettled,
            };
            let call = account.to(Service::S3, "PutBucketPolicy");
            let put = call.waits(PROPAGATION, passes).send(send).await;
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
            let call = || s3.delete_bucket_policy().bucket(&at.bucket).send();
            match removal(account, "DeleteBucketPolicy").send(call).await {
                Err(error) if !error.is(&["NoSuchBucketPolicy"]) => Err(error),
                _ => Ok(()),
            }
        })
    }

    fn settled(told: &String, planned: &Fields) -> bool {
        equivalent(planned.text("policy").unwrap_or_default(), told)
    }

    /// What is configured stays as it is written, as long as it means what
    /// there is.
    fn show(told: &String, _: &Shape, object: &mut Fields) {
        let before = object.text("policy");
        if before.is_none_or(|before| !equivalent(before, told)) {
            object.set_text("policy", told.as_str());
        }
    }
}
