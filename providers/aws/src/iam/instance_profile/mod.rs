//! `aws_iam_instance_profile`: what gives a role to EC2 instances.

mod facts;
mod write;

use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, ReadResponse,
    Recovery,
    native::{Create, Delete, Deleted, Field, Fields, Made, ResourceType, Shape, Update},
    ready,
};
use trueup_value::Type;

use super::{
    names::{self, Identity},
    role,
};
use crate::{client::Account, fields, plan, tags};
use facts::Facts;

pub(super) struct InstanceProfile;

fn called(name: &str) -> String {
    format!("IAM Instance Profile ({name})")
}

fn name_of(object: &Fields) -> String {
    object
        .text("id")
        .or(object.text("name"))
        .unwrap_or_default()
        .to_owned()
}

impl ResourceType<Account> for InstanceProfile {
    fn shape(&self) -> Shape {
        let computed = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
        let mut attributes = vec![
            role::path_field(),
            Field::optional("role", Type::String)
                .checked(names::check_any_role)
                .about("The name of the role."),
            computed("arn", "The ARN."),
            computed("create_date", "When it was made."),
            computed("unique_id", "The unique ID."),
            fields::id(),
        ];
        attributes.extend(names::fields(128));
        attributes.extend(tags::fields());
        Shape::new("What gives a role to EC2 instances.", attributes).legacy()
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
            let name = name_of(&before);
            let found = Facts::fetch(account, &name).await;
            let object = found.map(|facts| facts.map(|facts| facts.show(account, &before)));
            fields::read(object, || called(&name))
        })
    }

    fn identify(&self, account: &Account, planned: &Fields) -> Option<String> {
        Identity::choose(account, planned).map(|identity| identity.write())
    }

    fn create<'a>(&'a self, account: &'a Account, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(write::create(account, create))
    }

    fn update<'a>(&'a self, account: &'a Account, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(write::update(account, update))
    }

    fn delete<'a>(&'a self, account: &'a Account, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(write::delete(account, delete))
    }

    fn import<'a>(
        &'a self,
        _: &'a Account,
        empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        let mut object = empty;
        object.set_text("id", id);
        Some(ready(Ok(object.into())))
    }

    fn explain<'a>(
        &'a self,
        account: &'a Account,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        super::explain(account, drift, "name")
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
            match Facts::fetch(account, &identity.name).await {
                Ok(Some(facts)) if identity.made(&facts.created) => {
                    Recovery::Found(facts.show(account, &self.shape().empty()).into())
                }
                Ok(_) => Recovery::Absent,
                Err(_) => Recovery::Unknown,
            }
        })
    }
}
