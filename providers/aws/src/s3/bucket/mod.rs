//! `aws_s3_bucket`.

mod contents;
mod create;
pub(super) mod hosts;
mod shape;

use std::{sync::LazyLock, time::Duration};

use futures_util::future::join;
use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{
        Create, Delete, Deleted, Failure, Fields, Made, ResourceType, Shape, Update, problem,
    },
    ready,
};
use trueup_value::{Type, Value};

use super::setting::{NO_BUCKET, removal};
use crate::{
    CallError, blocks,
    client::{Account, Service},
    fields, plan,
    tags::{self, Tags},
    unique,
};

/// A bucket that was made shows within this time.
const VISIBLE: Duration = Duration::from_secs(120);

pub(super) struct Bucket {
    shape: LazyLock<Shape>,
}

/// What the service tells of a bucket.
struct Known {
    region: String,
    tags: Tags,
}

/// The region of a bucket; `None` if there is no such bucket.
pub(super) async fn head(account: &Account, bucket: &str) -> Result<Option<String>, CallError> {
    let s3 = account.s3();
    let call = || s3.head_bucket().bucket(bucket).send();
    match account.call(Service::S3, "HeadBucket", call).await {
        Ok(answer) => Ok(Some(
            answer
                .bucket_region()
                .unwrap_or(account.region())
                .to_owned(),
        )),
        Err(error) if error.is(NO_BUCKET) || error.status == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn tags_of(account: &Account, bucket: &str) -> Result<Tags, CallError> {
    let s3 = account.s3();
    let call = || s3.get_bucket_tagging().bucket(bucket).send();
    match account.call(Service::S3, "GetBucketTagging", call).await {
        Ok(answer) => {
            let tags = answer.tag_set().iter();
            Ok(tags
                .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
                .collect())
        }
        Err(error) if error.is(&["NoSuchTagSet", "NoSuchTagSetError"]) => Ok(Tags::new()),
        Err(error) => Err(error),
    }
}

fn called(bucket: &Fields) -> String {
    format!("S3 Bucket ({})", bucket.text("id").unwrap_or_default())
}

impl Bucket {
    pub(super) fn new() -> Self {
        Bucket {
            shape: LazyLock::new(shape::shape),
        }
    }

    async fn look(account: &Account, bucket: &str) -> Result<Option<Known>, CallError> {
        let (region, tags) = join(head(account, bucket), tags_of(account, bucket)).await;
        match (region?, tags) {
            (None, _) => Ok(None),
            (Some(_), Err(error)) if error.is(NO_BUCKET) => Ok(None),
            (Some(region), tags) => Ok(Some(Known {
                region,
                tags: tags?,
            })),
        }
    }

    fn show(&self, account: &Account, name: &str, known: Known, before: &Fields) -> Fields {
        let mut bucket = before.clone();
        let region = known.region.as_str();
        let (host, regional) = hosts::names(name, region);
        bucket.set_text("id", name);
        bucket.set_text("bucket", name);
        bucket.set_text(
            "arn",
            format!("arn:{}:s3:::{name}", account.partition().name),
        );
        bucket.set_text("bucket_domain_name", host);
        bucket.set_text("bucket_regional_domain_name", regional);
        bucket.set_text("bucket_region", region);
        bucket.set_text("region", region);
        bucket.set_text("hosted_zone_id", hosts::zone(region));
        if before.text("bucket_prefix").is_none() {
            bucket.set_text("bucket_prefix", unique::prefix(name));
        }
        if before.flag("force_destroy").is_none() {
            bucket.set("force_destroy", Value::bool(false));
        }
        self.fill(&mut bucket);
        let settings = &account.settings;
        tags::show(
            &settings.default_tags,
            &settings.ignored_tags,
            known.tags,
            before,
            &mut bucket,
        );
        bucket
    }

    /// Gives what is not read any value there may be.
    fn fill(&self, bucket: &mut Fields) {
        let empty = self.shape.empty();
        for (name, nothing) in empty.iter() {
            if !bucket.get(name).is_known() {
                bucket.set(name, nothing.clone());
            }
        }
        if bucket.flag("object_lock_enabled").is_none() {
            bucket.set("object_lock_enabled", Value::bool(false));
        }
        if bucket
            .get("versioning")
            .length()
            .is_none_or(|count| count == 0)
        {
            let none = self.shape.empty_at("versioning");
            let mut versioning = none.clone();
            versioning.set("enabled", Value::bool(false));
            versioning.set("mfa_delete", Value::bool(false));
            bucket.set("versioning", blocks::list(&none, [versioning]));
        }
        for name in ["acceleration_status", "policy", "request_payer"] {
            if bucket.get(name).is_null() {
                bucket.set_text(name, "");
            }
        }
        if bucket.get("acl").is_null() {
            bucket.set("acl", Value::null(Type::String));
        }
    }

    async fn destroy(account: &Account, object: &Fields) -> Deleted {
        let bucket = object.text("id").unwrap_or_default();
        let s3 = account.s3();
        let send = || s3.delete_bucket().bucket(bucket).send();
        let call = removal(account, "DeleteBucket");
        let answer = call.send(send).await;
        let not_empty = answer
            .as_ref()
            .is_err_and(|error| error.is(&["BucketNotEmpty"]));
        if !not_empty {
            return fields::deleted(answer, NO_BUCKET, || called(object));
        }
        let doing = format!("deleting {}", called(object));
        if object.flag("force_destroy") != Some(true) {
            let error = answer.err();
            let mut problem = error.map_or_else(|| problem(&doing, ""), |e| e.problem(&doing));
            problem.detail = "There are objects in it. Delete them first, or set \"force_destroy\" to true and apply that, so that they go with the bucket.".to_owned();
            return Err(problem.into());
        }
        if let Err(error) = contents::delete_all(account, bucket).await {
            return Err(error
                .problem(&format!("emptying {}", called(object)))
                .into());
        }
        fields::deleted(call.send(send).await, NO_BUCKET, || called(object))
    }
}

impl ResourceType<Account> for Bucket {
    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        shape::check_moved(config)
    }

    fn plan<'a>(
        &'a self,
        account: &'a Account,
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        ready(plan::plan(account, shape, &request))
    }

    fn read<'a>(&'a self, account: &'a Account, object: Object) -> Answer<'a, ReadResponse> {
        Box::pin(async move {
            let before = Fields::of(&object.value);
            let name = before.text("id").unwrap_or_default();
            let known = Self::look(account, name).await;
            let shown = known.map(|known| known.map(|k| self.show(account, name, k, &before)));
            fields::read(shown, || called(&before))
        })
    }

    fn identify(&self, account: &Account, planned: &Fields) -> Option<String> {
        create::Identity::choose(account, planned)?.write()
    }

    fn create<'a>(&'a self, account: &'a Account, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(self.make(account, create))
    }

    fn update<'a>(&'a self, account: &'a Account, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(async move {
            let prior = Fields::of(&update.prior.value);
            let planned = update.planned;
            let name = prior.text("id").unwrap_or_default();
            let doing = format!("updating {}", called(&prior));
            let tags = tags::read(planned.get("tags_all"));
            if tags != tags::read(prior.get("tags_all")) {
                let written = create::write_tags(account, name, &tags).await;
                written.map_err(|error| Failure::from(error.problem(&doing)))?;
            }
            let region = prior.text("bucket_region").or(prior.text("region"));
            let region = region.unwrap_or(account.region()).to_owned();
            Ok(self
                .show(account, name, Known { region, tags }, &planned)
                .into())
        })
    }

    fn delete<'a>(&'a self, account: &'a Account, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let object = Fields::of(&delete.prior.value);
            Self::destroy(account, &object).await
        })
    }

    fn import<'a>(
        &'a self,
        _: &'a Account,
        empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        Some(fields::import_by_id(empty, id))
    }

    fn explain<'a>(
        &'a self,
        account: &'a Account,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        fields::explain(account, Service::S3, drift, "bucket")
    }

    fn recover<'a>(
        &'a self,
        account: &'a Account,
        action: Interrupted<'a>,
    ) -> Answer<'a, Recovery> {
        Box::pin(async move {
            if let Some(prior) = action.prior {
                return fields::recovered(self.read(account, prior.clone()).await);
            }
            match action.identity.and_then(create::Identity::read) {
                Some(identity) => self.find(account, &identity).await,
                None => Recovery::Unknown,
            }
        })
    }
}
