//! `aws_iam_openid_connect_provider` as a data source.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape, problem},
};
use trueup_value::Type;

use super::{
    called,
    facts::{Facts, host},
};
use crate::{CallError, arn, blocks, client::Account, iam::service, tags};

pub(in crate::iam) struct OpenIdConnectProviderData;

impl DataSource<Account> for OpenIdConnectProviderData {
    fn shape(&self) -> Shape {
        let texts =
            |name: &str, about: &str| Field::computed(name, Type::list(Type::String)).about(about);
        Shape::new(
            "An identity provider there is, by its ARN or its address.",
            [
                Field::optional("arn", Type::String)
                    .or_computed()
                    .checked(arn::check)
                    .conflicts_with(&["url"])
                    .about("The ARN."),
                Field::optional("url", Type::String)
                    .or_computed()
                    .conflicts_with(&["arn"])
                    .about("The address."),
                crate::fields::id(),
                texts("client_id_list", "For whom tokens are meant."),
                texts(
                    "thumbprint_list",
                    "Checksums of the certificates that are trusted.",
                ),
                Field::optional("tags", Type::map(Type::String))
                    .or_computed()
                    .about("All tags."),
            ],
        )
    }

    fn read<'a>(
        &'a self,
        account: &'a Account,
        mut config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let what = config
                .text("arn")
                .or(config.text("url"))
                .unwrap_or_default()
                .to_owned();
            let doing = format!("reading {}", called(&what));
            let failed = |error: CallError| vec![error.problem(&doing)];
            let arn = match (config.text("arn"), config.text("url")) {
                (Some(arn), _) => Some(arn.to_owned()),
                (None, Some(url)) => find(account, url).await.map_err(failed)?,
                (None, None) => None,
            };
            let facts = match &arn {
                Some(arn) => Facts::fetch(account, arn).await.map_err(failed)?,
                None => None,
            };
            let Some(facts) = facts else {
                let summary = format!("{doing}: couldn't find resource");
                let detail = "There is no such identity provider in the account of the provider.";
                return Err(vec![problem(&summary, detail)]);
            };
            config.set_text("id", facts.arn.as_str());
            config.set_text("arn", facts.arn.as_str());
            if config.text("url").is_none() {
                config.set_text("url", host(&facts.url));
            }
            config.set("client_id_list", blocks::text_list(&facts.clients));
            config.set("thumbprint_list", blocks::text_list(&facts.thumbprints));
            let tags = account.settings.ignored_tags.strip(facts.tags);
            config.set("tags", tags::value(&tags));
            Ok(config)
        })
    }
}

/// The ARN of the provider at an address.
async fn find(account: &Account, url: &str) -> Result<Option<String>, CallError> {
    let iam = account.iam();
    let list = || iam.list_open_id_connect_providers().send();
    let list = service::call(account, "ListOpenIDConnectProviders", list).await?;
    let all = list.open_id_connect_provider_list.unwrap_or_default();
    let mut arns = all.into_iter().filter_map(|entry| entry.arn);
    let end = format!(":oidc-provider/{}", host(url));
    Ok(arns.find(|arn| arn.ends_with(&end)))
}
