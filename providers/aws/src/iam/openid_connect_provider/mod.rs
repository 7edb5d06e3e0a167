//! `aws_iam_openid_connect_provider`: an identity provider whose tokens roles
//! may be assumed with.

mod data;
mod facts;
mod write;

pub(super) use data::OpenIdConnectProviderData;

use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{
        Create, Delete, Deleted, Failure, Field, Fields, Made, ResourceType, Shape, Update,
        attribute_problem,
    },
    ready,
};
use trueup_value::{Type, Value};

use super::{
    names::Identity,
    service::{self, call},
};
use crate::{client::Account, fields, plan, tags};
use facts::{Facts, host};

pub(super) struct OpenIdConnectProvider;

fn called(what: &str) -> String {
    format!("IAM OIDC Provider ({what})")
}

fn arn_of(object: &Fields) -> String {
    object
        .text("id")
        .or(object.text("arn"))
        .unwrap_or_default()
        .to_owned()
}

/// States have the address as AWS answers it: without the scheme.
fn same_url(config: &Value, prior: &Value) -> bool {
    match (config.as_str(), prior.as_str()) {
        (Some(config), Some(prior)) => host(config) == host(prior),
        _ => false,
    }
}

fn check_client_ids(value: &Value, called: &str) -> Option<Problem> {
    let wrong = value
        .values()
        .filter_map(Value::as_str)
        .find(|id| !(1..=255).contains(&id.len()))?;
    let summary = format!("expected length of {called} to be in the range (1 - 255), got {wrong}");
    Some(trueup_sdk::native::problem(&summary, ""))
}

fn check_thumbprints(value: &Value, called: &str) -> Option<Problem> {
    let right = |text: &&str| text.len() != 40 || !text.bytes().all(|b| b.is_ascii_hexdigit());
    let wrong = value.values().filter_map(Value::as_str).find(right)?;
    let summary = format!("expected length of {called} to be in the range (40 - 40), got {wrong}");
    let detail = "A thumbprint is the SHA-1 sum of a certificate: 40 hexadecimal digits. Without any, AWS verifies well-known authorities by itself.";
    Some(trueup_sdk::native::problem(&summary, detail))
}

impl ResourceType<Account> for OpenIdConnectProvider {
    fn shape(&self) -> Shape {
        let mut attributes = vec![
            Field::required("url", Type::String)
                .same_if(same_url)
                .replaces()
                .about("The address of the provider, with https://."),
            Field::required("client_id_list", Type::set(Type::String))
                .checked(check_client_ids)
                .about("For whom tokens are meant, such as sts.amazonaws.com."),
            Field::optional("thumbprint_list", Type::list(Type::String))
                .or_computed()
                .checked(check_thumbprints)
                .about("Checksums of the certificates that are trusted."),
            Field::computed("arn", Type::String).about("The ARN."),
            fields::id(),
        ];
        attributes.extend(tags::fields());
        Shape::new(
            "An identity provider that speaks OpenID Connect.",
            attributes,
        )
        .legacy()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let url = config.text("url");
        let wrong = url.filter(|url| !url.starts_with("https://") || host(url).is_empty());
        let extra = url.filter(|url| url.contains(['?', '#']));
        let extra = extra.map(|_| {
            attribute_problem(
                "url",
                "\"url\" cannot contain query parameters per the OIDC standard",
                "The address ends with its path: the issuer as it stands in tokens.",
            )
        });
        let problem = wrong.map(|url| {
            let summary =
                format!("expected \"url\" to have a host and the scheme https, got {url}");
            attribute_problem(
                "url",
                &summary,
                "Write it as in \"https://accounts.google.com\".",
            )
        });
        problem.into_iter().chain(extra).collect()
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
            let arn = arn_of(&before);
            let found = Facts::fetch(account, &arn).await;
            let object = found.map(|facts| facts.map(|facts| facts.show(account, &before)));
            fields::read(object, || called(&arn))
        })
    }

    fn identify(&self, account: &Account, planned: &Fields) -> Option<String> {
        let identity = Identity::of(account, host(planned.text("url")?))?;
        Some(identity.write())
    }

    fn create<'a>(&'a self, account: &'a Account, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(write::create(account, create))
    }

    fn update<'a>(&'a self, account: &'a Account, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(async move {
            let prior = Fields::of(&update.prior.value);
            let arn = arn_of(&prior);
            let doing = format!("updating {}", called(&arn));
            let changed = write::change(account, &arn, &prior, &update.planned).await;
            match (changed, Facts::fetch(account, &arn).await) {
                (Ok(()), Ok(Some(facts))) => Ok(facts.show(account, &update.planned).into()),
                (Err(error), Ok(Some(facts))) => {
                    let left = facts.show(account, &prior);
                    Err(Failure::from(error.problem(&doing)).leaving(left))
                }
                (Err(error), _) | (Ok(()), Err(error)) => Err(error.problem(&doing).into()),
                (Ok(()), Ok(None)) => {
                    let detail = "It was destroyed while it was being changed.";
                    Err(trueup_sdk::native::problem(&doing, detail).into())
                }
            }
        })
    }

    fn delete<'a>(&'a self, account: &'a Account, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let arn = arn_of(&Fields::of(&delete.prior.value));
            let iam = account.iam();
            let answer = call(account, "DeleteOpenIDConnectProvider", || {
                iam.delete_open_id_connect_provider()
                    .open_id_connect_provider_arn(&arn)
                    .send()
            });
            fields::deleted(answer.await, service::MISSING, || called(&arn))
        })
    }

    fn import<'a>(
        &'a self,
        _: &'a Account,
        empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        let mut object = empty;
        object.set_text("id", id);
        object.set_text("arn", id);
        Some(ready(Ok(object.into())))
    }

    fn explain<'a>(
        &'a self,
        account: &'a Account,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        super::explain(account, drift, "arn")
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
            let Some(identity) = action.identity.and_then(Identity::read) else {
                return Recovery::Unknown;
            };
            match write::find(account, &identity).await {
                Ok(Some(facts)) => {
                    Recovery::Found(facts.show(account, &self.shape().empty()).into())
                }
                Ok(None) => Recovery::Absent,
                Err(_) => Recovery::Unknown,
            }
        })
    }
}
