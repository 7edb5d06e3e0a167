//! A bucket that is made.

use std::time::UNIX_EPOCH;

use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration, Tag, Tagging};
use trueup_sdk::{
    Problem, Recovery,
    native::{Create, Failure, Fields, Made, ResourceType, problem},
};

use super::{Bucket, Known, VISIBLE, head};
use crate::{
    CallError,
    client::{Account, Service},
    fields, patience,
    s3::setting::{NO_BUCKET, aborted},
    tags::{self, Tags},
    unique,
};

/// How far this machine's clock may be from the service's.
const SKEW: u64 = 300;

/// The name of a bucket to be made, and when it was chosen, in seconds since
/// 1970. In us-east-1 the service answers a second request for one's own
/// bucket as if it was the first: only its age tells whether there was one
/// before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) name: String,
    chosen: u64,
}

impl Identity {
    /// The name that is planned, or one that is unique.
    pub(super) fn choose(account: &Account, planned: &Fields) -> Option<Self> {
        let given = planned.text("bucket").filter(|name| !name.is_empty());
        let name = match given {
            Some(name) => name.to_owned(),
            None => {
                let prefix = planned
                    .text("bucket_prefix")
                    .filter(|prefix| !prefix.is_empty());
                format!(
                    "{}{}",
                    prefix.unwrap_or("terraform-"),
                    unique::suffix(&account.world)?
                )
            }
        };
        let now = account.world.clock.now().duration_since(UNIX_EPOCH).ok()?;
        Some(Identity {
            name,
            chosen: now.as_secs(),
        })
    }

    pub(super) fn write(&self) -> Option<String> {
        Some(serde_json::json!([self.name, self.chosen]).to_string())
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let (name, chosen) = serde_json::from_str(text).ok()?;
        Some(Identity { name, chosen })
    }

    /// Whether there is a bucket of that name that is not older.
    async fn is_there(&self, account: &Account) -> Result<bool, CallError> {
        let s3 = account.s3();
        let list = || s3.list_buckets().prefix(&self.name).send();
        let answer = account.call(Service::S3, "ListBuckets", list).await?;
        let mut found = answer
            .buckets()
            .iter()
            .filter(|bucket| bucket.name() == Some(&self.name));
        let made = found.next().and_then(|bucket| bucket.creation_date());
        let oldest = i64::try_from(self.chosen.saturating_sub(SKEW)).unwrap_or(i64::MAX);
        Ok(made.is_some_and(|made| made.secs() >= oldest))
    }
}

impl Bucket {
    pub(super) async fn make(&self, account: &Account, create: Create<'_>) -> Made {
        let planned = create.planned;
        let identity = create.identity.and_then(Identity::read);
        let Some(identity) = identity.or_else(|| Identity::choose(account, &planned)) else {
            return Err(problem(
                "creating S3 Bucket",
                "There is no name, and no randomness to make one from.",
            )
            .into());
        };
        let name = identity.name.as_str();
        let doing = format!("creating S3 Bucket ({name})");
        let failed = |error: CallError| Failure::from(error.problem(&doing));
        if answers_again(account) && head(account, name).await.is_ok_and(|found| found.is_some()) {
            return Err(taken(name).into());
        }
        send(account, &identity, &planned).await.map_err(failed)?;
        let tags = tags::read(planned.get("tags_all"));
        let settled = settle(account, name, &tags).await;
        let region = settled.as_ref().ok().and_then(|region| region.clone());
        let known = Known {
            region: region.unwrap_or_else(|| account.region().to_owned()),
            tags,
        };
        let made = self.show(account, name, known, &planned);
        match settled {
            Ok(_) => Ok(made.into()),
            Err(error) => Err(failed(error).leaving(made)),
        }
    }

    /// The bucket of an interrupted creation: of that name, and not older.
    pub(super) async fn find(&self, account: &Account, identity: &Identity) -> Recovery {
        match identity.is_there(account).await {
            Ok(true) => {}
            Ok(false) => return Recovery::Absent,
            Err(_) => return Recovery::Unknown,
        }
        let mut empty = self.shape.empty();
        empty.set_text("id", identity.name.as_str());
        fields::recovered(self.read(account, empty.into()).await)
    }
}

/// Whether a bucket that there is can be made once more, as if it was new. In all
/// other regions the service says that there is one.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
fn answers_again(account: &Account) -> bool {
    account.region() == "us-east-1"
}

fn taken(name: &str) -> Problem {
    let summary =
        format!("creating S3 Bucket ({name}): BucketAlreadyExists: bucket already exists");
    problem(
        &summary,
        "There is one by this name that this state does not know. Import it, or choose another name: they are unique across all accounts.",
    )
}

async fn send(account: &Account, identity: &Identity, planned: &Fields) -> Result<(), CallError> {
    let s3 = account.s3();
    let region = account.region();
    // The first of the regions is the one that must not be named.
    let place = (region != "us-east-1").then(|| {
        CreateBucketConfiguration::builder()
            .location_constraint(BucketLocationConstraint::from(region))
            .build()
    });
    let lock = planned.flag("object_lock_enabled").filter(|lock| *lock);
    let send = || {
        s3.create_bucket()
            .bucket(&identity.name)
            .set_create_bucket_configuration(place.clone())
            .set_object_lock_enabled_for_bucket(lock)
            .send()
    };
    // One that is not older was made by an attempt whose answer was lost.
    let find = || async move {
        let made = identity.is_there(account).await?;
        Ok(made.then_some(()))
    };
    let call = account.to(Service::S3, "CreateBucket");
    let call = call.waits(VISIBLE, aborted);
    call.once(send, drop, find).await
}

/// Waits until the bucket shows, and gives it its tags; its region.
async fn settle(account: &Account, name: &str, tags: &Tags) -> Result<Option<String>, CallError> {
    let region = patience::until(account, VISIBLE, || head(account, name)).await?;
    if !tags.is_empty() {
        write_tags(account, name, tags).await?;
    }
    Ok(region)
}

/// Gives a bucket these tags and no others.
pub(super) async fn write_tags(
    account: &Account,
    name: &str,
    tags: &Tags,
) -> Result<(), CallError> {
    let s3 = account.s3();
    if tags.is_empty() {
        let call = || s3.delete_bucket_tagging().bucket(name).send();
        return account
            .call(Service::S3, "DeleteBucketTagging", call)
            .await
            .map(drop);
    }
    let set = tags
        .iter()
        .filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok());
    let tagging = Tagging::builder()
        .set_tag_set(Some(set.collect()))
        .build()
        .ok();
    let send = || {
        s3.put_bucket_tagging()
            .bucket(name)
            .set_tagging(tagging.clone())
            .send()
    };
    let passes = |error: &CallError| aborted(error) || error.is(NO_BUCKET);
    let call = account.to(Service::S3, "PutBucketTagging");
    let put = call.waits(patience::PROPAGATION, passes).send(send).await;
    put.map(drop)
}
