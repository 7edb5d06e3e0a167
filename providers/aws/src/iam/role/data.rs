//! `aws_iam_role` as a data source.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape, problem},
};
use trueup_value::Type;

use super::{Facts, called};
use crate::{client::Account, iam::service, tags};

pub(in crate::iam) struct RoleData;

impl DataSource<Account> for RoleData {
    fn shape(&self) -> Shape {
        let text = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
        let used = Type::object([("last_used_date", Type::String), ("region", Type::String)]);
        Shape::new(
            "A role there is.",
            [
                Field::required("name", Type::String).about("The name."),
                crate::fields::id(),
                text("arn", "The ARN."),
                text("assume_role_policy", "Who may assume the role, in JSON."),
                text("create_date", "When it was made."),
                text("description", "What the role is for."),
                Field::computed("max_session_duration", Type::Number)
                    .about("How long sessions may be, in seconds."),
                text("path", "Where in the account's tree of names it is."),
                text(
                    "permissions_boundary",
                    "The policy beyond which nothing is allowed.",
                ),
                Field::computed("role_last_used", Type::list(used)).about("When it was used."),
                text("unique_id", "The unique ID."),
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
            let name = config.text("name").unwrap_or_default().to_owned();
            let doing = format!("reading {}", called(&name));
            let iam = account.iam();
            let call = || iam.get_role().role_name(&name).send();
            let found = service::find(account, "GetRole", call).await;
            let found = found.map_err(|error| vec![error.problem(&doing)])?;
            let Some(role) = found.and_then(|answer| answer.role) else {
                let summary = format!("{doing}: couldn't find resource");
                let detail = "There is no role of this name in the account of the provider.";
                return Err(vec![problem(&summary, detail)]);
            };
            let facts = Facts::of(role);
            let shown = facts.show(account, &config);
            for name in [
                "id",
                "name",
                "arn",
                "assume_role_policy",
                "create_date",
                "description",
                "max_session_duration",
                "path",
                "permissions_boundary",
                "unique_id",
            ] {
                config.set(name, shown.get(name).clone());
            }
            config.set("role_last_used", facts.show_last_used());
            let tags = account.settings.ignored_tags.strip(facts.tags);
            config.set("tags", tags::value(&tags));
            Ok(config)
        })
    }
}
