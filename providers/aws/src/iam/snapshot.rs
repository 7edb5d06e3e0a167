//! Reading many roles at once.
//!
//! A role costs three calls and more by itself. `GetAccountAuthorizationDetails`
//! answers all roles of an account with their policies, up to a thousand in a
//! call; what it lacks, `ListRoles` has. It is asked where that is cheaper, and
//! given up where the account turns out to be much larger than what is asked
//! for. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aws_sdk_iam::types::{EntityType, Role, RoleDetail};
use futures_util::stream::{self, StreamExt};

use super::{
    role::{self, Facts},
    role_policy,
    service::call,
};
use crate::{CallError, client::Account};

/// So many roles are in one answer about the whole account.
pub(super) const MOST: usize = 1000;

/// From how many roles on the whole account is asked for.
const MANY: usize = 8;

/// How many calls a role costs by itself.
const CALLS_EACH: usize = 3;

/// How many are read side by side.
const SIDE_BY_SIDE: usize = 16;

/// All roles of an account by name.
pub(crate) type Roles = BTreeMap<String, Facts>;

/// What became of each that was asked for: `None` where there is none.
type Found<T> = BTreeMap<String, Result<Option<T>, CallError>>;

/// Reads roles by name.
pub(super) async fn roles(account: &Account, names: &[String]) -> Found<Facts> {
    let distinct: BTreeSet<&String> = names.iter().collect();
    if let Some(all) = all_roles(account, distinct.len()).await {
        return distinct
            .into_iter()
            .map(|name| (name.clone(), Ok(all.get(name).cloned())))
            .collect();
    }
    let reads = distinct.into_iter().cloned().map(|name| async move {
        let facts = Facts::fetch(account, &name).await;
        (name, facts)
    });
    let reads: Vec<_> = reads.collect();
    stream::iter(reads)
        .buffer_unordered(SIDE_BY_SIDE)
        .collect()
        .await
}

/// Reads inline policies, in the order in which they are asked for.
pub(super) async fn inline_policies(
    account: &Account,
    places: &[(String, String)],
) -> Vec<Result<Option<String>, CallError>> {
    let distinct: BTreeSet<&String> = places.iter().map(|(role, _)| role).collect();
    if let Some(all) = all_roles(account, distinct.len()).await {
        let found = places.iter().map(|(role, name)| {
            Ok(all
                .get(role)
                .and_then(|facts| facts.inline.get(name))
                .cloned())
        });
        return found.collect();
    }
    let reads = places
        .iter()
        .cloned()
        .map(|(role, name)| async move { role_policy::document(account, &role, &name).await });
    let reads: Vec<_> = reads.collect();
    stream::iter(reads).buffered(SIDE_BY_SIDE).collect().await
}

/// Reads which managed policies are attached to roles.
pub(super) async fn attached(
    account: &Account,
    roles: &[String],
) -> BTreeMap<String, Result<Vec<String>, CallError>> {
    let distinct: BTreeSet<&String> = roles.iter().collect();
    if let Some(all) = all_roles(account, distinct.len()).await {
        let found = distinct.into_iter().map(|role| {
            let attached = all.get(role).map(|facts| facts.attached.clone());
            (role.clone(), Ok(attached.unwrap_or_default()))
        });
        return found.collect();
    }
    let reads = distinct.into_iter().cloned().map(|role| async move {
        let attached = role::attached_policies(account, &role).await;
        (role, attached)
    });
    let reads: Vec<_> = reads.collect();
    stream::iter(reads)
        .buffer_unordered(SIDE_BY_SIDE)
        .collect()
        .await
}

/// All roles of the account, where that is the cheaper way to this many; they
/// are kept until something in IAM is changed.
async fn all_roles(account: &Account, wanted: usize) -> Option<Arc<Roles>> {
    if wanted < MANY {
        return None;
    }
    let mut kept = account.roles.lock().await;
    let changes = account.changes();
    if let Some((at, roles)) = &*kept
        && *at == changes
    {
        return Some(Arc::clone(roles));
    }
    // What cannot be had this way is had one by one, errors included.
    let roles = Arc::new(download(account, wanted * CALLS_EACH / 2).await.ok()??);
    *kept = Some((changes, Arc::clone(&roles)));
    Some(roles)
}

/// Asks for all roles; `None` if it would take more than `most` calls.
async fn download(account: &Account, most: usize) -> Result<Option<Roles>, CallError> {
    let (details, listed) =
        futures_util::future::try_join(details(account, most), list(account, most)).await?;
    let (Some(details), Some(listed)) = (details, listed) else {
        return Ok(None);
    };
    let roles = details.into_iter().map(|detail| {
        let name = detail.role_name.clone().unwrap_or_default();
        let facts = Facts::of_detail(detail, listed.get(&name));
        (name, facts)
    });
    Ok(Some(roles.collect()))
}

async fn details(account: &Account, most: usize) -> Result<Option<Vec<RoleDetail>>, CallError> {
    let iam = account.iam();
    let mut all = Vec::new();
    let mut marker = None;
    for _ in 0..most.max(2) {
        let send = || {
            iam.get_account_authorization_details()
                .filter(EntityType::Role)
                .max_items(1000)
                .set_marker(marker.clone())
                .send()
        };
        let page = call(account, "GetAccountAuthorizationDetails", send).await?;
        all.extend(page.role_detail_list.unwrap_or_default());
        marker = page.marker;
        if marker.is_none() {
            return Ok(Some(all));
        }
    }
    Ok(None)
}

async fn list(account: &Account, most: usize) -> Result<Option<BTreeMap<String, Role>>, CallError> {
    let iam = account.iam();
    let mut all = BTreeMap::new();
    let mut marker = None;
    for _ in 0..most.max(2) {
        let send = || {
            iam.list_roles()
                .max_items(1000)
                .set_marker(marker.clone())
                .send()
        };
        let page = call(account, "ListRoles", send).await?;
        all.extend(
            page.roles
                .into_iter()
                .map(|role| (role.role_name.clone(), role)),
        );
        marker = page.marker;
        if marker.is_none() {
            return Ok(Some(all));
        }
    }
    Ok(None)
}
