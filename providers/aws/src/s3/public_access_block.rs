//! `aws_s3_bucket_public_access_block`: a bucket nobody can open to the world.

use aws_sdk_s3::types::PublicAccessBlockConfiguration;
use trueup_sdk::{
    Answer,
    native::{Field, Fields, Shape},
};
use trueup_value::{Type, Value};

use super::setting::{At, Setting, of_bucket, removal, write};
use crate::{
    CallError,
    client::{Account, Service},
};

const FLAGS: [(&str, &str); 4] = [
    (
        "block_public_acls",
        "Whether access control lists that open the bucket or an object are refused.",
    ),
    (
        "block_public_policy",
        "Whether policies that open the bucket are refused.",
    ),
    (
        "ignore_public_acls",
        "Whether access control lists that open the bucket have no effect.",
    ),
    (
        "restrict_public_buckets",
        "Whether a policy that opens the bucket counts for AWS services and the account only.",
    ),
];

pub(super) struct PublicAccessBlock;

impl Setting for PublicAccessBlock {
    type Told = PublicAccessBlockConfiguration;

    const CALLED: &'static str = "S3 Bucket Public Access Block";
    const OWNED: bool = false;

    fn shape() -> Shape {
        let flags = FLAGS.iter().map(|(name, about)| {
            Field::optional(name, Type::Bool)
                .about(about)
                .filled(Value::bool(false))
        });
        let keep = Field::optional("skip_destroy", Type::Bool)
            .about("Whether it stays in place when it is destroyed here.");
        Shape::new(
            "What keeps a bucket from being opened to the world.",
            of_bucket(false).into_iter().chain(flags).chain([keep]),
        )
        .legacy()
    }

    fn get<'a>(
        account: &'a Account,
        at: &'a At,
    ) -> Answer<'a, Result<Option<Self::Told>, CallError>> {
        Box::pin(async move {
            let s3 = account.s3();
            let call = || s3.get_public_access_block().bucket(&at.bucket).send();
            match account
                .call(Service::S3, "GetPublicAccessBlock", call)
                .await
            {
                Ok(answer) => Ok(answer.public_access_block_configuration),
                Err(error) if error.is(&["NoSuchPublicAccessBlockConfiguration"]) => Ok(None),
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
            let configuration = PublicAccessBlockConfiguration::builder()
                .block_public_acls(planned.flag(FLAGS[0].0).unwrap_or_default())
                .block_public_policy(planned.flag(FLAGS[1].0).unwrap_or_default())
                .ignore_public_acls(planned.flag(FLAGS[2].0).unwrap_or_default())
                .restrict_public_buckets(planned.flag(FLAGS[3].0).unwrap_or_default())
                .build();
            let call = || {
                let request = s3.put_public_access_block().bucket(&at.bucket);
                request
                    .public_access_block_configuration(configuration.clone())
                    .send()
            };
            let put = write(account, "PutPublicAccessBlock", prior)
                .send(call)
                .await;
            put.map(drop)
        })
    }

    fn remove<'a>(
        account: &'a Account,
        at: &'a At,
        object: &'a Fields,
    ) -> Answer<'a, Result<(), CallError>> {
        Box::pin(async move {
            if object.flag("skip_destroy") == Some(true) {
                return Ok(());
            }
            let s3 = account.s3();
            let call = || s3.delete_public_access_block().bucket(&at.bucket).send();
            match removal(account, "DeletePublicAccessBlock").send(call).await {
                Err(error) if !error.is(&["NoSuchPublicAccessBlockConfiguration"]) => Err(error),
                _ => Ok(()),
            }
        })
    }

    fn settled(told: &Self::Told, planned: &Fields) -> bool {
        let wanted = FLAGS.map(|(name, _)| planned.flag(name).unwrap_or_default());
        wanted == flags(told)
    }

    fn show(told: &Self::Told, _: &Shape, object: &mut Fields) {
        for ((name, _), flag) in FLAGS.iter().zip(flags(told)) {
            object.set(name, Value::bool(flag));
        }
    }
}

fn flags(told: &PublicAccessBlockConfiguration) -> [bool; 4] {
    [
        told.block_public_acls(),
        told.block_public_policy(),
        told.ignore_public_acls(),
        told.restrict_public_buckets(),
    ]
    .map(|flag| flag.unwrap_or_default())
}
