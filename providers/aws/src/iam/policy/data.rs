//! `aws_iam_policy` as a data source.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape, problem},
};
use trueup_value::Type;

use super::{called, facts::Facts};
use crate::{CallError, arn, client::Account, iam::service, tags};

pub(in crate::iam) struct PolicyData;

impl DataSource<Account> for PolicyData {
    fn shape(&self) -> Shape {
        let text = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
        Shape::new(
            "A managed policy there is, by its ARN or its name.",
            [
                Field::optional("arn", Type::String)
                    .or_computed()
                    .checked(arn::check)
                    .conflicts_with(&["name", "path_prefix"])
                    .about("The ARN."),
                Field::optional("name", Type::String)
                    .or_computed()
                    .conflicts_with(&["arn"])
                    .about("The name."),
                Field::optional("path_prefix", Type::String)
                    .conflicts_with(&["arn"])
                    .about("What the path of the policy begins with."),
                crate::fields::id(),
                Field::computed("attachment_count", Type::Number)
                    .about("How many users, groups and roles it is attached to."),
                text("description", "What the policy is for."),
                text("path", "Where in the account's tree of names it is."),
                text("policy", "The policy, in JSON."),
                text("policy_id", "The unique ID."),
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
                .or(config.text("name"))
                .unwrap_or_default()
                .to_owned();
            let doing = format!("reading {}", called(&what));
            let failed = |error: CallError| vec![error.problem(&doing)];
            let arn = match config.text("arn") {
                Some(arn) => Some(arn.to_owned()),
                None => find(account, &config).await.map_err(failed)?,
            };
            let facts = match &arn {
                Some(arn) => Facts::fetch(account, arn).await.map_err(failed)?,
                None => None,
            };
            let Some(facts) = facts else {
                let summary = format!("{doing}: couldn't find resource");
                let detail = "There is no such policy among those of the account and those of AWS.";
                return Err(vec![problem(&summary, detail)]);
            };
            let shown = facts.show(account, &config);
            for name in [
                "id",
                "arn",
                "name",
                "attachment_count",
                "description",
                "path",
                "policy",
                "policy_id",
            ] {
                config.set(name, shown.get(name).clone());
            }
            let tags = account.settings.ignored_tags.strip(facts.tags);
            config.set("tags", tags::value(&tags));
            Ok(config)
        })
    }
}

/// The ARN of the policy of a name.
async fn find(account: &Account, config: &Fields) -> Result<Option<String>, CallError> {
    let iam = account.iam();
    let name = config.text("name");
    let prefix = config.text("path_prefix").map(str::to_owned);
    let mut marker = None;
    loop {
        let send = || {
            iam.list_policies()
                .set_path_prefix(prefix.clone())
                .max_items(1000)
                .set_marker(marker.clone())
                .send()
        };
        let page = service::call(account, "ListPolicies", send).await?;
        let mut policies = page.policies.unwrap_or_default().into_iter();
        let found = policies
            .find(|policy| name.is_none_or(|name| policy.policy_name.as_deref() == Some(name)));
        if let Some(arn) = found.and_then(|policy| policy.arn) {
            return Ok(Some(arn));
        }
        marker = page.marker;
        if marker.is_none() {
            return Ok(None);
        }
    }
}
