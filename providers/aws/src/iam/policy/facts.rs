//! What AWS knows of a managed policy.

use aws_sdk_iam::types::Policy;
use aws_smithy_types::DateTime;
use trueup_sdk::native::Fields;

use crate::{
    CallError,
    client::Account,
    iam::{documents, names, service},
    tags::Tags,
};

/// A managed policy with the version that counts.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) id: String,
    pub(super) path: String,
    pub(super) description: String,
    pub(super) attachments: i32,
    pub(super) created: Option<DateTime>,
    pub(super) tags: Tags,
    pub(super) document: String,
}

impl Facts {
    pub(super) fn of(policy: Policy, document: String) -> Self {
        Facts {
            arn: policy.arn.unwrap_or_default(),
            name: policy.policy_name.unwrap_or_default(),
            id: policy.policy_id.unwrap_or_default(),
            path: policy.path.unwrap_or_default(),
            description: policy.description.unwrap_or_default(),
            attachments: policy.attachment_count.unwrap_or_default(),
            created: policy.create_date,
            tags: service::told(&policy.tags.unwrap_or_default()),
            document,
        }
    }

    /// Asks for a policy and its default version.
    pub(super) async fn fetch(account: &Account, arn: &str) -> Result<Option<Self>, CallError> {
        let iam = account.iam();
        let found = service::find(account, "GetPolicy", || {
            iam.get_policy().policy_arn(arn).send()
        });
        let Some(policy) = found.await?.and_then(|answer| answer.policy) else {
            return Ok(None);
        };
        let version = policy.default_version_id.clone().unwrap_or_default();
        let call = || {
            iam.get_policy_version()
                .policy_arn(arn)
                .version_id(&version)
                .send()
        };
        let found = service::find(account, "GetPolicyVersion", call).await?;
        let document = found.and_then(|answer| answer.policy_version?.document);
        Ok(document.map(|document| Facts::of(policy, documents::decoded(&document))))
    }

    /// The object this is; `before` is as it was.
    pub(super) fn show(&self, account: &Account, before: &Fields) -> Fields {
        let mut object = before.clone();
        for (name, text) in [
            ("id", &self.arn),
            ("arn", &self.arn),
            ("policy_id", &self.id),
            ("path", &self.path),
            ("description", &self.description),
        ] {
            object.set_text(name, text.as_str());
        }
        names::show(&mut object, &self.name);
        object.set_integer("attachment_count", self.attachments.into());
        let document = documents::shown(&self.document, before.text("policy"), documents::sorted);
        object.set_text("policy", document);
        service::show_tags(account, self.tags.clone(), before, &mut object);
        object
    }
}
