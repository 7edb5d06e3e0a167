//! `aws_caller_identity`: who calls, and in which account.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape},
};
use trueup_value::Type;

use crate::client::Account;

pub(super) struct CallerIdentity;

impl DataSource<Account> for CallerIdentity {
    fn shape(&self) -> Shape {
        let text = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
        Shape::new(
            "Who the credentials stand for. STS is asked once in a run.",
            [
                Field::optional("id", Type::String)
                    .or_computed()
                    .about("The ID of the account."),
                text("account_id", "The ID of the account."),
                text("arn", "The ARN of who calls."),
                text("user_id", "The unique ID of who calls."),
            ],
        )
    }

    fn read<'a>(
        &'a self,
        account: &'a Account,
        mut config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let identity = account.identity().await;
            let identity = identity.map_err(|e| vec![e.problem("reading STS Caller Identity")])?;
            config.set_text("id", identity.account.as_str());
            config.set_text("account_id", identity.account.as_str());
            config.set_text("arn", identity.arn.as_str());
            config.set_text("user_id", identity.user.as_str());
            Ok(config)
        })
    }
}
