//! `aws_iam_policy`: a managed policy.

mod data;
mod facts;
mod write;

pub(super) use data::PolicyData;

use futures_util::stream::{self, StreamExt};
use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Mirror, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{Create, Delete, Deleted, Field, Fields, Made, ResourceType, Shape, Update},
    ready,
};
use trueup_value::Type;

use super::{
    documents,
    names::{self, Identity},
    role,
};
use crate::{
    client::Account,
    fields, plan,
    policy::{PolicyKind, judge},
    tags,
};
use facts::Facts;

pub(super) struct Policy;

/// How many are read side by side.
const SIDE_BY_SIDE: usize = 16;

fn called(what: &str) -> String {
    format!("IAM Policy ({what})")
}

fn arn_of(object: &Fields) -> String {
    object
        .text("id")
        .or(object.text("arn"))
        .unwrap_or_default()
        .to_owned()
}

impl ResourceType<Account> for Policy {
    fn shape(&self) -> Shape {
        let computed = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
        let mut attributes = vec![
            documents::field("policy").about("The policy, in JSON."),
            Field::optional("description", Type::String)
                .length(0, 1000)
                .replaces()
                .about("What the policy is for."),
            role::path_field(),
            computed("arn", "The ARN."),
            computed("policy_id", "The unique ID."),
            Field::computed("attachment_count", Type::Number)
                .about("How many users, groups and roles it is attached to."),
            fields::id(),
        ];
        attributes.extend(names::fields(128));
        attributes.extend(tags::fields());
        Shape::new("A managed policy.", attributes).legacy()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let text = config.text("policy");
        text.map(|text| judge(text, PolicyKind::Managed, "policy"))
            .unwrap_or_default()
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
            "policy",
            |prior, planned| {
                documents::settle(planned, prior, "policy", documents::sorted);
            },
        ))
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

    fn read_all<'a>(
        &'a self,
        account: &'a Account,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(async move {
            let reads = objects.into_iter().map(|object| self.read(account, object));
            stream::iter(reads).buffered(SIDE_BY_SIDE).collect().await
        })
    }

    fn mirrors(&self) -> &'static [Mirror] {
        &[Mirror {
            attribute: "attachment_count",
            of: &["aws_iam_role_policy_attachment", "aws_iam_role"],
        }]
    }

    fn identify(&self, account: &Account, planned: &Fields) -> Option<String> {
        let identity = Identity::choose(account, planned)?;
        // The ARN, by which it is found, has the path in it.
        let path = planned.text("path").unwrap_or("/");
        Some(format!("{path}{}", identity.write()))
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
            let Some((path, identity)) = action.identity.and_then(identity) else {
                return Recovery::Unknown;
            };
            match write::find(account, path, &identity).await {
                Ok(Some(facts)) => {
                    Recovery::Found(facts.show(account, &self.shape().empty()).into())
                }
                Ok(None) => Recovery::Absent,
                Err(_) => Recovery::Unknown,
            }
        })
    }
}

/// Path and name that were recorded.
fn identity(text: &str) -> Option<(&str, Identity)> {
    let (path, _) = text.rsplit_once('/')?;
    let path = text.get(..=path.len())?;
    Some((path, Identity::read(text.strip_prefix(path)?)?))
}
