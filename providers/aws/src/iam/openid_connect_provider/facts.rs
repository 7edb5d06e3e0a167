//! What AWS knows of an identity provider.

use aws_smithy_types::DateTime;
use trueup_sdk::native::Fields;

use crate::{CallError, blocks, client::Account, iam::service, tags::Tags};

/// An identity provider.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) arn: String,
    pub(super) url: String,
    pub(super) clients: Vec<String>,
    pub(super) thumbprints: Vec<String>,
    pub(super) created: Option<DateTime>,
    pub(super) tags: Tags,
}

/// An address as AWS has it.
pub(super) fn host(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or(url)
}

impl Facts {
    pub(super) async fn fetch(account: &Account, arn: &str) -> Result<Option<Self>, CallError> {
        let iam = account.iam();
        let call = || {
            iam.get_open_id_connect_provider()
                .open_id_connect_provider_arn(arn)
                .send()
        };
        let found = service::find(account, "GetOpenIDConnectProvider", call).await?;
        Ok(found.map(|found| Facts {
            arn: arn.to_owned(),
            url: found.url.unwrap_or_default(),
            clients: found.client_id_list.unwrap_or_default(),
            thumbprints: found.thumbprint_list.unwrap_or_default(),
            created: found.create_date,
            tags: service::told(&found.tags.unwrap_or_default()),
        }))
    }

    /// The object this is; `before` is as it was.
    pub(super) fn show(&self, account: &Account, before: &Fields) -> Fields {
        let mut object = before.clone();
        object.set_text("id", self.arn.as_str());
        object.set_text("arn", self.arn.as_str());
        object.set_text("url", host(&self.url));
        object.set("client_id_list", blocks::text_set(&self.clients));
        object.set("thumbprint_list", blocks::text_list(&self.thumbprints));
        service::show_tags(account, self.tags.clone(), before, &mut object);
        object
    }
}
