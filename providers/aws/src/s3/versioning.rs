//! `aws_s3_bucket_versioning`: whether a bucket keeps old versions of objects.

use aws_sdk_s3::types::{
    BucketVersioningStatus, MfaDelete, MfaDeleteStatus, VersioningConfiguration,
};
use trueup_sdk::{
    Answer, Problem,
    native::{Field, Fields, Nested, Shape, attribute_problem},
};
use trueup_value::Type;

use super::setting::{At, Setting, of_bucket, removal, write};
use crate::{
    CallError, blocks,
    client::{Account, Call, Service},
};

const BLOCK: &str = "versioning_configuration";
const ACTION: &str = "PutBucketVersioning";
const DISABLED: &str = "Disabled";

pub(super) struct Versioning;

/// Whether there are versions, and whether it takes a second factor to delete
/// them, as the service writes it.
pub(super) struct Told {
    status: String,
    mfa_delete: String,
}

fn wanted(planned: &Fields) -> (String, Option<String>) {
    let block = blocks::block(planned, BLOCK).unwrap_or_default();
    let text = |name: &str| {
        block
            .text(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    (
        text("status").unwrap_or_else(|| DISABLED.to_owned()),
        text("mfa_delete"),
    )
}

async fn put(
    account: &Account,
    write: Call<'_>,
    at: &At,
    status: &str,
    mfa_delete: Option<&str>,
    mfa: Option<&str>,
) -> Result<(), CallError> {
    let s3 = account.s3();
    let configuration = VersioningConfiguration::builder()
        .status(BucketVersioningStatus::from(status))
        .set_mfa_delete(mfa_delete.map(MfaDelete::from))
        .build();
    let call = || {
        s3.put_bucket_versioning()
            .bucket(&at.bucket)
            .set_expected_bucket_owner(at.owner.clone())
            .set_mfa(mfa.map(str::to_owned))
            .versioning_configuration(configuration.clone())
            .send()
    };
    let put = write.send(call).await;
    put.map(drop)
}

impl Setting for Versioning {
    type Told = Told;

    const CALLED: &'static str = "S3 Bucket Versioning";

    fn shape() -> Shape {
        let mfa = Field::optional("mfa", Type::String).about(
            "The serial number of the device and its code, with a space between them; it takes one to have \"mfa_delete\" changed.",
        );
        let block = Nested::list(
            BLOCK,
            [
                Field::required("status", Type::String)
                    .about("Enabled, Suspended, or Disabled for a bucket that never had versions.")
                    .one_of(&["Enabled", "Suspended", DISABLED]),
                Field::optional("mfa_delete", Type::String)
                    .about(
                        "Whether it takes a second factor to delete versions: Enabled or Disabled.",
                    )
                    .or_computed()
                    .one_of(&["Enabled", "Disabled"]),
            ],
        );
        Shape::new(
            "Whether a bucket keeps old versions of its objects.",
            of_bucket(true).into_iter().chain([mfa]),
        )
        .legacy()
        .block(block.at_least(1).at_most(1).about("Whether it does."))
    }

    fn wrong_change(prior: &Fields, planned: &Fields) -> Option<Problem> {
        let ((before, _), (after, _)) = (wanted(prior), wanted(planned));
        let wrong = after == DISABLED && before != DISABLED;
        wrong.then(|| {
            let summary = format!(
                "versioning_configuration.status cannot be updated from '{before}' to 'Disabled'"
            );
            attribute_problem(
                BLOCK,
                &summary,
                "A bucket that once had versions can only have them \"Suspended\".",
            )
        })
    }

    fn get<'a>(account: &'a Account, at: &'a At) -> Answer<'a, Result<Option<Told>, CallError>> {
        Box::pin(async move {
            let s3 = account.s3();
            let call = || {
                let request = s3.get_bucket_versioning().bucket(&at.bucket);
                request.set_expected_bucket_owner(at.owner.clone()).send()
            };
            let answer = account
                .call(Service::S3, "GetBucketVersioning", call)
                .await?;
            let status = answer
                .status()
                .map_or(DISABLED, BucketVersioningStatus::as_str);
            let mfa_delete = answer.mfa_delete().map_or("", MfaDeleteStatus::as_str);
            Ok(Some(Told {
                status: status.to_owned(),
                mfa_delete: mfa_delete.to_owned(),
            }))
        })
    }

    fn put<'a>(
        account: &'a Account,
        at: &'a At,
        planned: &'a Fields,
        prior: Option<&'a Fields>,
    ) -> Answer<'a, Result<(), CallError>> {
        Box::pin(async move {
            let (status, mfa_delete) = wanted(planned);
            // That is what a bucket begins with; the service knows no request for it.
            if status == DISABLED && prior.is_none() {
                return Ok(());
            }
            let write = write(account, ACTION, prior);
            put(
                account,
                write,
                at,
                &status,
                mfa_delete.as_deref(),
                planned.text("mfa"),
            )
            .await
        })
    }

    fn remove<'a>(
        account: &'a Account,
        at: &'a At,
        object: &'a Fields,
    ) -> Answer<'a, Result<(), CallError>> {
        Box::pin(async move {
            match wanted(object) {
                (status, _) if status == "Enabled" => {
                    let call = removal(account, ACTION);
                    put(account, call, at, "Suspended", None, object.text("mfa")).await
                }
                // Nothing is left to undo.
                _ => Ok(()),
            }
        })
    }

    fn is_initial(told: &Told) -> bool {
        told.status == DISABLED
    }

    fn settled(told: &Told, planned: &Fields) -> bool {
        wanted(planned).0 == told.status
    }

    fn show(told: &Told, shape: &Shape, object: &mut Fields) {
        let empty = shape.empty_at(BLOCK);
        let mut block = empty.clone();
        block.set_text("status", told.status.as_str());
        block.set_text("mfa_delete", told.mfa_delete.as_str());
        object.set(BLOCK, blocks::list(&empty, [block]));
    }
}
