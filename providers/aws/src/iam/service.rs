//! Calls to IAM, and what many types need of them.

use std::future::Future;

use aws_sdk_iam::types::Tag;
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use trueup_sdk::native::Fields;

use crate::{
    CallError,
    client::{Account, Service},
    patience::PROPAGATION,
    tags::{self, TagChange, Tags},
};

/// What is said of things that are not there.
pub(super) const MISSING: &[&str] = &["NoSuchEntity", "NoSuchEntityException"];

/// Calls IAM.
pub(super) async fn call<T, E, F>(
    account: &Account,
    action: &'static str,
    send: impl Fn() -> F + Send + Sync,
) -> Result<T, CallError>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
{
    let call = account.to(Service::Iam, action);
    call.waits(PROPAGATION, concurrent).send(send).await
}

/// Calls IAM about something that may not be there.
pub(super) async fn find<T, E, F>(
    account: &Account,
    action: &'static str,
    send: impl Fn() -> F + Send + Sync,
) -> Result<Option<T>, CallError>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
{
    optional(call(account, action, send).await)
}

/// What is missing is no error.
pub(super) fn optional<T>(answer: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is(MISSING) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Two changes of the same entity at once; the other one passes.
pub(super) fn concurrent(error: &CallError) -> bool {
    error.is(&["ConcurrentModification", "ConcurrentModificationException"])
}

/// The entity was made so shortly ago that not all of IAM knows it.
pub(super) fn fresh(error: &CallError) -> bool {
    error.is(MISSING)
}

/// What used the entity shortly before is not gone everywhere.
pub(super) fn used(error: &CallError) -> bool {
    error.is(&["DeleteConflict", "DeleteConflictException"])
}

/// All tags of an object as the service takes them, also those that every
/// resource has.
pub(super) fn written(planned: &Fields) -> Option<Vec<Tag>> {
    written_tags(&tags::read(planned.get("tags_all")))
}

pub(super) fn written_tags(tags: &Tags) -> Option<Vec<Tag>> {
    let tags = tags.iter();
    let tags = tags.filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok());
    let tags: Vec<Tag> = tags.collect();
    (!tags.is_empty()).then_some(tags)
}

/// Tags as the service answers them.
pub(super) fn told(tags: &[Tag]) -> Tags {
    tags.iter()
        .map(|tag| (tag.key.clone(), tag.value.clone()))
        .collect()
}

/// What it takes to get to the planned tags.
pub(super) fn tag_change(prior: &Fields, planned: &Fields) -> TagChange {
    let before = tags::read(prior.get("tags_all"));
    TagChange::between(&before, &tags::read(planned.get("tags_all")))
}

/// Shows the tags that were read.
pub(super) fn show_tags(account: &Account, found: Tags, before: &Fields, object: &mut Fields) {
    let settings = &account.settings;
    tags::show(
        &settings.default_tags,
        &settings.ignored_tags,
        found,
        before,
        object,
    );
}

/// A moment as states have it: RFC 3339, to the second.
pub(super) fn moment(time: &aws_smithy_types::DateTime) -> String {
    let seconds = aws_smithy_types::DateTime::from_secs(time.secs());
    seconds
        .fmt(aws_smithy_types::date_time::Format::DateTime)
        .unwrap_or_default()
}
