//! What AWS knows of an instance profile.

use aws_sdk_iam::types::InstanceProfile;
use aws_smithy_types::DateTime;
use trueup_sdk::native::Fields;

use crate::{
    CallError, blocks,
    client::Account,
    iam::{names, service},
    tags::Tags,
};

/// An instance profile.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) id: String,
    pub(super) path: String,
    pub(super) created: DateTime,
    pub(super) role: Option<String>,
    pub(super) tags: Tags,
}

impl Facts {
    pub(super) fn of(profile: InstanceProfile) -> Self {
        Facts {
            name: profile.instance_profile_name,
            arn: profile.arn,
            id: profile.instance_profile_id,
            path: profile.path,
            created: profile.create_date,
            role: profile.roles.into_iter().next().map(|role| role.role_name),
            tags: service::told(&profile.tags.unwrap_or_default()),
        }
    }

    pub(super) async fn fetch(account: &Account, name: &str) -> Result<Option<Self>, CallError> {
        let iam = account.iam();
        let call = || {
            iam.get_instance_profile()
                .instance_profile_name(name)
                .send()
        };
        let found = service::find(account, "GetInstanceProfile", call).await?;
        Ok(found
            .and_then(|answer| answer.instance_profile)
            .map(Facts::of))
    }

    /// The object this is; `before` is as it was.
    pub(super) fn show(&self, account: &Account, before: &Fields) -> Fields {
        let mut object = before.clone();
        for (name, text) in [
            ("id", &self.name),
            ("arn", &self.arn),
            ("unique_id", &self.id),
            ("path", &self.path),
        ] {
            object.set_text(name, text.as_str());
        }
        names::show(&mut object, &self.name);
        object.set_text("create_date", service::moment(&self.created));
        object.set("role", blocks::text(self.role.as_deref()));
        service::show_tags(account, self.tags.clone(), before, &mut object);
        object
    }
}
