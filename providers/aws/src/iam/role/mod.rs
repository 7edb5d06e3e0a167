//! `aws_iam_role`: a role.

mod data;
mod facts;
mod inline;
mod shape;
mod write;

pub(super) use data::RoleData;
pub(super) use facts::{Facts, attached_policies};
pub(super) use shape::path_field;

use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Mirror, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{Create, Delete, Deleted, Fields, Made, ResourceType, Shape, Update},
    ready,
};

use super::{documents, names::Identity, snapshot};
use crate::{client::Account, fields, plan, policy};

pub(super) struct Role;

fn called(name: &str) -> String {
    format!("IAM Role ({name})")
}

/// The name of an object's role.
fn name_of(object: &Fields) -> String {
    object
        .text("id")
        .or(object.text("name"))
        .unwrap_or_default()
        .to_owned()
}

impl ResourceType<Account> for Role {
    fn shape(&self) -> Shape {
        shape::shape()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(text) = config.text("assume_role_policy") {
            problems.extend(policy::judge(
                text,
                policy::PolicyKind::Trust,
                "assume_role_policy",
            ));
        }
        for block in config.get("inline_policy").values().map(Fields::of) {
            if let Some(text) = block.text("policy") {
                problems.extend(policy::judge(
                    text,
                    policy::PolicyKind::Inline,
                    "inline_policy",
                ));
            }
        }
        problems
    }

    fn plan<'a>(
        &'a self,
        account: &'a Account,
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        ready(plan::plan_policy(
            account,
            shape,
            &request,
            "assume_role_policy",
            |prior, planned| {
                documents::settle(planned, prior, "assume_role_policy", documents::sorted);
            },
        ))
    }

    fn read<'a>(&'a self, account: &'a Account, object: Object) -> Answer<'a, ReadResponse> {
        fields::read_one(self.read_all(account, vec![object]))
    }

    fn read_all<'a>(
        &'a self,
        account: &'a Account,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(async move {
            let objects = fields::of_all(&objects);
            let names: Vec<String> = objects.iter().map(name_of).collect();
            let mut found = snapshot::roles(account, &names).await;
            let responses = objects.iter().zip(&names).map(|(before, name)| {
                let facts = found.remove(name).unwrap_or(Ok(None));
                let object = facts.map(|facts| facts.map(|facts| facts.show(account, before)));
                fields::read(object, || called(name))
            });
            responses.collect()
        })
    }

    fn reads_at_once(&self) -> usize {
        snapshot::MOST
    }

    fn mirrors(&self) -> &'static [Mirror] {
        &[
            Mirror {
                attribute: "managed_policy_arns",
                of: &["aws_iam_role_policy_attachment"],
            },
            Mirror {
                attribute: "inline_policy",
                of: &["aws_iam_role_policy"],
            },
        ]
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
        let mut empty = empty;
        empty.set_text("id", id);
        empty.set("force_detach_policies", trueup_value::Value::bool(false));
        Some(ready(Ok(empty.into())))
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
                    let empty = self.shape().empty();
                    Recovery::Found(facts.show(account, &empty).into())
                }
                Ok(_) => Recovery::Absent,
                Err(_) => Recovery::Unknown,
            }
        })
    }
}
