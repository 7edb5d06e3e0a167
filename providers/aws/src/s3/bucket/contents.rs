//! A bucket that is emptied, so that it can go.

use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use crate::{
    CallError, ErrorKind,
    client::{Account, Service},
};

/// Deletes all objects and all their versions. At most a thousand go with a
/// call.
///
/// # Errors
/// What the service answered; also of the first object that stays.
pub(super) async fn delete_all(account: &Account, bucket: &str) -> Result<(), CallError> {
    let s3 = account.s3();
    loop {
        let list = || s3.list_object_versions().bucket(bucket).send();
        let answer = account
            .call(Service::S3, "ListObjectVersions", list)
            .await?;
        let versions = answer.versions().iter();
        let versions = versions.map(|version| (version.key(), version.version_id()));
        let markers = answer.delete_markers().iter();
        let markers = markers.map(|marker| (marker.key(), marker.version_id()));
        let found: Vec<ObjectIdentifier> = versions
            .chain(markers)
            .filter_map(|(key, version)| {
                let object = ObjectIdentifier::builder().key(key?);
                object
                    .set_version_id(version.map(str::to_owned))
                    .build()
                    .ok()
            })
            .collect();
        if found.is_empty() {
            return Ok(());
        }
        delete(account, bucket, found).await?;
    }
}

async fn delete(
    account: &Account,
    bucket: &str,
    objects: Vec<ObjectIdentifier>,
) -> Result<(), CallError> {
    let s3 = account.s3();
    let delete = Delete::builder()
        .set_objects(Some(objects))
        .quiet(true)
        .build()
        .ok();
    let call = || {
        s3.delete_objects()
            .bucket(bucket)
            .set_delete(delete.clone())
            .send()
    };
    let answer = account.call(Service::S3, "DeleteObjects", call).await?;
    match answer
        .errors()
        .iter()
        .find(|error| error.code() != Some("NoSuchVersion"))
    {
        None => Ok(()),
        Some(error) => {
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
            let message = format!("{} ({})", text(error.message()), text(error.key()));
            let kind = ErrorKind::Answered;
            Err(CallError {
                code: text(error.code()),
                ..CallError::new(Service::S3, "DeleteObjects", kind, message)
            })
        }
    }
}
