//! `aws_security_group`.

mod create;
mod rules;

pub(super) use create::{change_rules, change_tags, fresh};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
    time::Duration,
};

use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Mirror, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{
        Create, Delete, Deleted, Failure, Field, Fields, Made, Nested, ResourceType, Shape, Update,
        problem,
    },
    ready,
};
use trueup_value::{Type, Value};

use super::{filters, permission};
use crate::{
    CallError, blocks,
    client::{Account, Element, Parameters, Service},
    fields, plan,
    tags::{self, TagChange},
    unique,
};

/// How many groups are asked for at once: as many values as a filter takes.
pub(super) const MOST: usize = 200;

/// What still uses a group that goes away, goes away within this time.
const PATIENCE: Duration = Duration::from_secs(900);

pub(super) const MISSING: &[&str] = &[
    "InvalidGroup.NotFound",
    "InvalidGroupId.Malformed",
    "InvalidSecurityGroupID.NotFound",
];

pub(super) struct SecurityGroup {
    shape: LazyLock<Shape>,
}

fn shape() -> Shape {
    let text = |name: &str, about: &str| Field::optional(name, Type::String).about(about);
    let rules = |name: &str, about: &str| {
        let field = Field::optional(name, Type::set(rules::object()))
            .about(about)
            .or_computed();
        field.same_if(rules::same)
    };
    let fields = [
        fields::id(),
        fields::region(),
        Field::computed("arn", Type::String).about("The ARN."),
        text("description", "What it is for; it cannot be changed.")
            .filled(Value::string("Managed by Terraform"))
            .length(0, 255)
            .replaces(),
        rules("ingress", "What comes in; not to be used together with rules that are resources."),
        rules("egress", "What goes out; not to be used together with rules that are resources."),
        text("name", "The name, unique in its VPC. One that begins with `terraform-` is generated where none is given.")
            .or_computed()
            .replaces()
            .conflicts_with(&["name_prefix"])
            .checked(check_name),
        text("name_prefix", "What a generated name begins with: at most 229 characters.")
            .or_computed()
            .replaces()
            .conflicts_with(&["name"])
            .checked(check_prefix),
        Field::computed("owner_id", Type::String).about("The account it belongs to."),
        Field::optional("revoke_rules_on_delete", Type::Bool)
            .about("Whether its rules go first when it is destroyed, so that groups that refer to each other can go.")
            .filled(Value::bool(false)),
        text("vpc_id", "The VPC; the default one where none is given.").or_computed().replaces(),
    ];
    Shape::new(
        "A security group: what may reach a network interface, and what it may reach.",
        fields.into_iter().chain(tags::fields()),
    )
    .version(1)
    .legacy()
    .block(Nested::timeouts(&["create", "delete"]))
}

fn check_name(value: &Value, called: &str) -> Option<Problem> {
    check_length(value.as_str()?, called, 255)
}

fn check_prefix(value: &Value, called: &str) -> Option<Problem> {
    check_length(value.as_str()?, called, 229)
}

fn check_length(name: &str, called: &str, most: usize) -> Option<Problem> {
    let summary = if name.chars().count() > most {
        format!("expected length of {called} to be in the range (0 - {most}), got {name}")
    } else if name.starts_with("sg-") {
        format!("invalid value for {called} (cannot begin with sg-)")
    } else {
        return None;
    };
    Some(problem(&summary, ""))
}

fn called(group: &Fields) -> String {
    format!(
        "EC2 Security Group ({})",
        group.text("id").unwrap_or_default()
    )
}

/// The groups there are of these IDs; a filter takes those that are gone, too.
pub(super) async fn look(
    account: &Account,
    ids: &[String],
) -> Result<BTreeMap<String, Element>, CallError> {
    let mut found = BTreeMap::new();
    for ids in ids.chunks(MOST) {
        let wanted = filters::write([filters::filter("group-id", ids.iter().cloned())]);
        let mut next = None;
        loop {
            let parameters = wanted.clone().set_some("NextToken", next);
            let answer = account.ec2("DescribeSecurityGroups", &parameters).await?;
            let groups = answer.items("securityGroupInfo");
            found.extend(
                groups.filter_map(|group| {
                    Some((group.text_of("groupId")?.to_owned(), group.clone()))
                }),
            );
            next = answer.text_of("nextToken").map(str::to_owned);
            if next.is_none() {
                break;
            }
        }
    }
    Ok(found)
}

/// As [`look`], but a group that was read since the last change is not asked for again: it
/// has its rules, which may be objects by themselves.
pub(super) async fn recall(
    account: &Account,
    ids: &BTreeSet<&str>,
) -> Result<BTreeMap<String, Element>, CallError> {
    let (changes, kept) = (account.changes(), &account.kept.groups);
    let (mut found, mut open) = (BTreeMap::new(), Vec::new());
    for id in ids {
        match kept.get(changes, id) {
            Some(Some(told)) => drop(found.insert((*id).to_owned(), told)),
            Some(None) => {}
            None => open.push((*id).to_owned()),
        }
    }
    let mut told = look(account, &open).await?;
    for id in open {
        kept.put(changes, &id, told.get(&id).cloned());
    }
    found.append(&mut told);
    Ok(found)
}

impl SecurityGroup {
    pub(super) fn new() -> Self {
        SecurityGroup {
            shape: LazyLock::new(shape),
        }
    }

    fn show(&self, account: &Account, told: &Element, before: &Fields) -> Fields {
        let mut group = before.clone();
        let id = told.text_of("groupId").unwrap_or_default();
        let owner = told.text_of("ownerId").unwrap_or_default();
        let name = told.text_of("groupName").unwrap_or_default();
        let partition = account.partition().name;
        group.set_text("id", id);
        group.set_text(
            "arn",
            format!(
                "arn:{partition}:ec2:{}:{owner}:security-group/{id}",
                account.region()
            ),
        );
        group.set_text(
            "description",
            told.text_of("groupDescription").unwrap_or_default(),
        );
        group.set_text("name", name);
        if before.text("name_prefix").is_none() {
            group.set_text("name_prefix", unique::prefix(name));
        }
        group.set_text("owner_id", owner);
        group.set("vpc_id", blocks::text(told.text_of("vpcId")));
        if before.flag("revoke_rules_on_delete").is_none() {
            group.set("revoke_rules_on_delete", Value::bool(false));
        }
        for (name, egress) in [("ingress", false), ("egress", true)] {
            let there = permission::told(told, permission::side(egress));
            let before = before.get(name);
            let same = before.is_wholly_known()
                && !before.is_null()
                && rules::permissions(before) == there;
            if !same {
                group.set(name, rules::show(&there));
            }
        }
        let found = filters::read_tags(told);
        let settings = &account.settings;
        tags::show(
            &settings.default_tags,
            &settings.ignored_tags,
            found,
            before,
            &mut group,
        );
        fields::show_region(account, &mut group);
        group
    }

    async fn change(&self, account: &Account, update: Update<'_>) -> Made {
        let prior = Fields::of(&update.prior.value);
        let planned = update.planned;
        let id = prior.text("id").unwrap_or_default();
        let doing = format!("updating {}", called(&prior));
        let changed = async {
            for name in ["ingress", "egress"] {
                let (before, after) = (
                    rules::permissions(prior.get(name)),
                    rules::permissions(planned.get(name)),
                );
                create::change_rules(account, id, name == "egress", &before, &after).await?;
            }
            let (before, after) = (
                tags::read(prior.get("tags_all")),
                tags::read(planned.get("tags_all")),
            );
            create::change_tags(account, id, &TagChange::between(&before, &after)).await?;
            look(account, &[id.to_owned()]).await
        };
        let found = changed
            .await
            .map_err(|error| Failure::from(error.problem(&doing)))?;
        match found.get(id) {
            Some(told) => Ok(self.show(account, told, &planned).into()),
            None => Err(problem(&doing, "There is no such group any more.").into()),
        }
    }

    async fn destroy(&self, account: &Account, group: &Fields) -> Result<(), CallError> {
        let id = group.text("id").unwrap_or_default();
        if group.flag("revoke_rules_on_delete") == Some(true)
            && let Some(told) = look(account, &[id.to_owned()]).await?.get(id)
        {
            for egress in [false, true] {
                let there = permission::told(told, permission::side(egress));
                create::change_rules(account, id, egress, &there, &BTreeSet::new()).await?;
            }
        }
        let parameters = Parameters::default().set("GroupId", id);
        let in_use = |error: &CallError| error.is(&["DependencyViolation", "InvalidGroup.InUse"]);
        let call = account.to(Service::Ec2, "DeleteSecurityGroup");
        let gone = call.waits(PATIENCE, in_use).ec2(&parameters).await;
        gone.map(drop)
    }
}

impl ResourceType<Account> for SecurityGroup {
    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let mut problems = rules::check(config, "ingress");
        problems.extend(rules::check(config, "egress"));
        problems
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
        fields::read_one(self.read_all(account, vec![object]))
    }

    fn read_all<'a>(
        &'a self,
        account: &'a Account,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(async move {
            let objects = fields::of_all(&objects);
            let ids = objects.iter().filter_map(|object| object.text("id"));
            let found = recall(account, &ids.filter(|id| !id.is_empty()).collect()).await;
            let responses = objects.iter().map(|object| {
                let id = object.text("id").unwrap_or_default();
                let shown = match &found {
                    Ok(found) => Ok(found.get(id).map(|told| self.show(account, told, object))),
                    Err(error) => Err(error.clone()),
                };
                fields::read(shown, || called(object))
            });
            responses.collect()
        })
    }

    fn reads_at_once(&self) -> usize {
        MOST
    }

    fn mirrors(&self) -> &'static [Mirror] {
        const RULES: &[&str] = &[
            "aws_security_group_rule",
            "aws_vpc_security_group_egress_rule",
            "aws_vpc_security_group_ingress_rule",
        ];
        const MIRRORS: [Mirror; 2] = [
            Mirror {
                attribute: "ingress",
                of: RULES,
            },
            Mirror {
                attribute: "egress",
                of: RULES,
            },
        ];
        &MIRRORS
    }

    fn identify(&self, account: &Account, planned: &Fields) -> Option<String> {
        create::Identity::choose(account, planned)?.write()
    }

    fn create<'a>(&'a self, account: &'a Account, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(self.make(account, create))
    }

    fn update<'a>(&'a self, account: &'a Account, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(self.change(account, update))
    }

    fn delete<'a>(&'a self, account: &'a Account, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let object = Fields::of(&delete.prior.value);
            let answer = self.destroy(account, &object).await;
            fields::deleted(answer, MISSING, || called(&object))
        })
    }

    fn import<'a>(
        &'a self,
        _: &'a Account,
        empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        Some(fields::import_by_id(empty, id))
    }

    fn explain<'a>(
        &'a self,
        account: &'a Account,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        fields::explain(account, Service::Ec2, drift, "name")
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
            let Some(identity) = action.identity.and_then(create::Identity::read) else {
                return Recovery::Unknown;
            };
            match identity.find(account).await {
                Ok(Some(told)) => {
                    Recovery::Found(Object::from(self.show(account, &told, &self.shape.empty())))
                }
                Ok(None) => Recovery::Absent,
                Err(_) => Recovery::Unknown,
            }
        })
    }
}
