//! `aws_vpc_security_group_ingress_rule` and
//! `aws_vpc_security_group_egress_rule`: one rule of a security group, with an
//! ID of its own.

use std::sync::LazyLock;

use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{
        Change, Create, Delete, Deleted, Failure, Field, Fields, Made, ResourceType, Shape, Update,
        attribute_problem, problem,
    },
    ready,
};
use trueup_value::{Type, Value};

use super::{
    filters,
    permission::{Permission, Source, protocol},
    security_group::{self, change_tags},
};
use crate::{
    CallError, blocks, cidr,
    client::{Account, Element, Parameters, Service},
    fields, patience, plan,
    tags::{self, TagChange, Tags},
};

const MISSING: &[&str] = &[
    "InvalidSecurityGroupRuleId.NotFound",
    "InvalidPermission.NotFound",
    "InvalidGroup.NotFound",
];
const SOURCES: [&str; 4] = [
    "cidr_ipv4",
    "cidr_ipv6",
    "prefix_list_id",
    "referenced_security_group_id",
];

/// Most rules in one call.
const MOST: usize = 200;

/// The two types differ in their direction.
pub(super) struct VpcRule {
    shape: LazyLock<Shape>,
    egress: bool,
}

fn shape(egress: bool) -> Shape {
    let text = |name: &str, about: &str| Field::optional(name, Type::String).about(about);
    let told = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
    let port = |name: &str, about: &str| {
        Field::optional(name, Type::Number)
            .about(about)
            .between(-1, 65_535)
    };
    let about = match egress {
        true => {
            "One rule of a security group: what goes out. Not to be used together with rules that stand in the group itself."
        }
        false => {
            "One rule of a security group: what comes in. Not to be used together with rules that stand in the group itself."
        }
    };
    let fields = [
        Field::computed("id", Type::String)
            .about("The ID of the rule.")
            .kept(),
        fields::region(),
        told("arn", "The ARN.").kept(),
        source("cidr_ipv4", "A network.").checked(check_network),
        source("cidr_ipv6", "A network of IPv6.").checked(check_network),
        text("description", "What it is for."),
        port(
            "from_port",
            "The first port, or the type of ICMP; -1 for any.",
        ),
        Field::required("ip_protocol", Type::String)
            .about("The protocol, by name or number; -1 for all.")
            .same_if(same_protocol),
        source("prefix_list_id", "A list of networks."),
        source(
            "referenced_security_group_id",
            "Another security group, or the group itself.",
        ),
        Field::required("security_group_id", Type::String)
            .about("The security group.")
            .replaces(),
        told("security_group_rule_id", "The ID of the rule.").kept(),
        Field::optional("tags", Type::map(Type::String)).about("The tags of the resource itself."),
        Field::computed("tags_all", Type::map(Type::String))
            .about("All tags, with those the provider gives to every resource."),
        port("to_port", "The last port, or the code of ICMP; -1 for any."),
    ];
    Shape::new(about, fields).legacy()
}

/// Where traffic comes from or goes to: another one of a kind is taken, another
/// kind is not.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/working-with-security-group-rules.html>
fn source(name: &str, about: &str) -> Field {
    let another_kind = |change: &Change<'_>| change.prior.is_null() != change.config.is_null();
    let field = Field::optional(name, Type::String).about(about);
    field.replaces_if(another_kind)
}

fn check_network(value: &Value, called: &str) -> Option<Problem> {
    let text = value.as_str()?;
    let version = if called.contains("ipv6") {
        "IPv6"
    } else {
        "IPv4"
    };
    cidr::wrong(text).map(|_| {
        let detail = format!(
            "Attribute {called} value must be a valid {version} CIDR that represents a network address, got: {text}"
        );
        problem("Invalid Attribute Value", detail)
    })
}

fn same_protocol(config: &Value, prior: &Value) -> bool {
    match (config.as_str(), prior.as_str()) {
        (Some(config), Some(prior)) => protocol(config) == protocol(prior),
        _ => false,
    }
}

fn group(rule: &Fields) -> String {
    rule.text("security_group_id")
        .unwrap_or_default()
        .to_owned()
}

fn id(rule: &Fields) -> String {
    let id = rule.text("security_group_rule_id").or(rule.text("id"));
    id.unwrap_or_default().to_owned()
}

fn called(rule: &Fields) -> String {
    format!("VPC Security Group Rule ({})", id(rule))
}

/// The rule as a permission of its group.
fn permission(rule: &Fields) -> Permission {
    let text = |name: &str| {
        rule.text(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let source = text("cidr_ipv4")
        .map(Source::Ipv4)
        .or_else(|| text("cidr_ipv6").map(Source::Ipv6))
        .or_else(|| text("prefix_list_id").map(Source::PrefixList))
        .or_else(|| text("referenced_security_group_id").map(Source::Group));
    Permission {
        protocol: protocol(rule.text("ip_protocol").unwrap_or_default()),
        from: rule.integer("from_port").unwrap_or(-1),
        to: rule.integer("to_port").unwrap_or(-1),
        source: source.unwrap_or(Source::Own),
        description: text("description").unwrap_or_default(),
    }
}

/// The rules that meet a filter.
pub(super) async fn find(
    account: &Account,
    by: &str,
    values: Vec<String>,
) -> Result<Vec<Element>, CallError> {
    let wanted = filters::write([filters::filter(by, values)]);
    let mut found = Vec::new();
    let mut next = None;
    loop {
        let parameters = wanted.clone().set_some("NextToken", next);
        let answer = account
            .ec2("DescribeSecurityGroupRules", &parameters)
            .await?;
        found.extend(answer.items("securityGroupRuleSet").cloned());
        next = answer.text_of("nextToken").map(str::to_owned);
        if next.is_none() {
            return Ok(found);
        }
    }
}

/// What a rule of a group lets through.
pub(super) fn permission_of(told: &Element) -> Permission {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let referenced = told
        .child("referencedGroupInfo")
        .and_then(|info| info.text_of("groupId"));
    let source = text(told.text_of("cidrIpv4"))
        .map(Source::Ipv4)
        .or_else(|| text(told.text_of("cidrIpv6")).map(Source::Ipv6))
        .or_else(|| text(told.text_of("prefixListId")).map(Source::PrefixList))
        .or_else(|| text(referenced).map(Source::Group));
    Permission {
        protocol: protocol(told.text_of("ipProtocol").unwrap_or_default()),
        from: told.number_of("fromPort").unwrap_or(-1),
        to: told.number_of("toPort").unwrap_or(-1),
        source: source.unwrap_or(Source::Own),
        description: told.text_of("description").unwrap_or_default().to_owned(),
    }
}

impl VpcRule {
    pub(super) fn ingress() -> Self {
        VpcRule {
            shape: LazyLock::new(|| shape(false)),
            egress: false,
        }
    }

    pub(super) fn egress() -> Self {
        VpcRule {
            shape: LazyLock::new(|| shape(true)),
            egress: true,
        }
    }

    fn show(&self, account: &Account, told: &Element, before: &Fields) -> Fields {
        let mut rule = before.clone();
        let id = told.text_of("securityGroupRuleId").unwrap_or_default();
        let owner = told.text_of("groupOwnerId").unwrap_or_default();
        let partition = account.partition().name;
        let arn = format!(
            "arn:{partition}:ec2:{}:{owner}:security-group-rule/{id}",
            account.region()
        );
        rule.set_text("id", id);
        rule.set_text("security_group_rule_id", id);
        rule.set_text("arn", arn);
        rule.set("security_group_id", blocks::text(told.text_of("groupId")));
        rule.set("cidr_ipv4", blocks::text(told.text_of("cidrIpv4")));
        rule.set("cidr_ipv6", blocks::text(told.text_of("cidrIpv6")));
        rule.set("prefix_list_id", blocks::text(told.text_of("prefixListId")));
        rule.set(
            "description",
            blocks::text(told.text_of("description").filter(|text| !text.is_empty())),
        );
        let referenced = told
            .child("referencedGroupInfo")
            .and_then(|info| info.text_of("groupId"));
        rule.set("referenced_security_group_id", blocks::text(referenced));
        let now = told.text_of("ipProtocol").unwrap_or_default();
        if before
            .text("ip_protocol")
            .is_none_or(|before| protocol(before) != protocol(now))
        {
            rule.set_text("ip_protocol", now);
        }
        self.show_ports(told, &mut rule);
        let found = filters::read_tags(told);
        let settings = &account.settings;
        tags::show(
            &settings.default_tags,
            &settings.ignored_tags,
            found,
            before,
            &mut rule,
        );
        fields::show_region(account, &mut rule);
        rule
    }

    /// Rules for all protocols have no ports, which the service writes as -1.
    fn show_ports(&self, told: &Element, rule: &mut Fields) {
        let all = protocol(told.text_of("ipProtocol").unwrap_or_default()) == "-1";
        for (name, port) in [
            ("from_port", told.number_of("fromPort")),
            ("to_port", told.number_of("toPort")),
        ] {
            let open = rule.integer(name).is_none();
            let port = port.filter(|port| !(all && open && *port == -1));
            rule.set(name, blocks::number(port));
        }
    }

    async fn make(&self, account: &Account, create: Create<'_>) -> Made {
        let planned = create.planned;
        let doing = format!("creating VPC Security Group Rule of {}", group(&planned));
        let failed = |error: CallError| Failure::from(error.problem(&doing));
        let tags = tags::read(planned.get("tags_all"));
        let written = permission(&planned).write(&group(&planned));
        let parameters = filters::write_tags("security-group-rule", &tags)
            .set("GroupId", group(&planned))
            .each("IpPermissions", [written]);
        let made = self.authorize(account, &parameters, &planned, &tags).await;
        match made.map_err(failed)? {
            Some(told) => {
                let mut rule = self.show(account, &told, &planned);
                let settings = &account.settings;
                tags::show(
                    &settings.default_tags,
                    &settings.ignored_tags,
                    tags,
                    &planned,
                    &mut rule,
                );
                Ok(rule.into())
            }
            None => Err(problem(&doing, "The service told nothing of it.").into()),
        }
    }

    async fn authorize(
        &self,
        account: &Account,
        parameters: &Parameters,
        planned: &Fields,
        tags: &Tags,
    ) -> Result<Option<Element>, CallError> {
        let action = match self.egress {
            true => "AuthorizeSecurityGroupEgress",
            false => "AuthorizeSecurityGroupIngress",
        };
        let read = |answer: &Element| answer.items("securityGroupRuleSet").next().cloned();
        let (group, wanted) = (group(planned), permission(planned));
        let (known_by, wanted) = (&identity(&group, &wanted), &wanted);
        let find = || async move {
            let found = self.find_again(account, known_by).await?;
            let ours = |told: &Element| {
                permission_of(told).description == wanted.description
                    && filters::read_tags(told) == *tags
            };
            Ok(found.filter(ours).map(Some))
        };
        let call = account.to(Service::Ec2, action);
        let call = call.waits(patience::APPEARING, security_group::fresh);
        call.ec2_once(parameters, read, find).await
    }

    /// The rule that is known by this.
    async fn find_again(
        &self,
        account: &Account,
        known_by: &str,
    ) -> Result<Option<Element>, CallError> {
        let group = known_by.split('|').next().unwrap_or_default();
        let found = find(account, "group-id", vec![group.to_owned()]).await?;
        let mut rules = found
            .into_iter()
            .filter(|told| told.flag_of("isEgress") == self.egress);
        Ok(rules.find(|told| identity(group, &permission_of(told)) == known_by))
    }

    async fn change(&self, account: &Account, update: Update<'_>) -> Made {
        let prior = Fields::of(&update.prior.value);
        let doing = format!("updating {}", called(&prior));
        let changed = self.send_changes(account, &prior, &update.planned).await;
        match changed.map_err(|error| Failure::from(error.problem(&doing)))? {
            Some(told) => Ok(self.show(account, &told, &update.planned).into()),
            None => Err(problem(&doing, "There is no such rule any more.").into()),
        }
    }

    async fn send_changes(
        &self,
        account: &Account,
        prior: &Fields,
        planned: &Fields,
    ) -> Result<Option<Element>, CallError> {
        let id = id(prior);
        let wanted = permission(planned);
        if permission(prior) != wanted {
            let text = |name: &str| {
                planned
                    .text(name)
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned)
            };
            let request = Parameters::default()
                .set("IpProtocol", &wanted.protocol)
                .set("FromPort", wanted.from.to_string())
                .set("ToPort", wanted.to.to_string())
                .set_some("CidrIpv4", text("cidr_ipv4"))
                .set_some("CidrIpv6", text("cidr_ipv6"))
                .set_some("PrefixListId", text("prefix_list_id"))
                .set_some("ReferencedGroupId", text("referenced_security_group_id"))
                .set_some("Description", text("description"));
            let change = Parameters::default()
                .set("SecurityGroupRuleId", &id)
                .within("SecurityGroupRule", request);
            let parameters = Parameters::default()
                .set("GroupId", group(prior))
                .each("SecurityGroupRule", [change]);
            account.ec2("ModifySecurityGroupRules", &parameters).await?;
        }
        let (before, after) = (
            tags::read(prior.get("tags_all")),
            tags::read(planned.get("tags_all")),
        );
        change_tags(account, &id, &TagChange::between(&before, &after)).await?;
        let found = find(account, "security-group-rule-id", vec![id]).await?;
        Ok(found.into_iter().next())
    }
}

impl ResourceType<Account> for VpcRule {
    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let open = SOURCES.iter().any(|name| !config.get(name).is_known());
        let given = SOURCES
            .iter()
            .filter(|name| !config.get(name).is_null())
            .count();
        if open || given == 1 {
            return Vec::new();
        }
        let summary = match given {
            0 => "Missing Attribute Configuration",
            _ => "Invalid Attribute Combination",
        };
        let detail = format!(
            "Exactly one of these attributes must be configured: [{}]",
            SOURCES.join(",")
        );
        vec![attribute_problem("security_group_id", summary, detail)]
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
            let ids: Vec<String> = objects.iter().map(id).collect();
            let mut found = Vec::new();
            let mut failed = None;
            for ids in ids.chunks(MOST) {
                match find(account, "security-group-rule-id", ids.to_vec()).await {
                    Ok(told) => found.extend(told),
                    Err(error) => failed = Some(error),
                }
            }
            let responses = objects.iter().map(|object| {
                let id = id(object);
                let mut told = found.iter();
                let told =
                    told.find(|told| told.text_of("securityGroupRuleId") == Some(id.as_str()));
                let shown = match (told, &failed) {
                    (None, Some(error)) => Err(error.clone()),
                    (told, _) => Ok(told.map(|told| self.show(account, told, object))),
                };
                fields::read(shown, || called(object))
            });
            responses.collect()
        })
    }

    fn reads_at_once(&self) -> usize {
        MOST
    }

    /// A group has a rule once: what it lets through is what it is known by.
    fn identify(&self, _: &Account, planned: &Fields) -> Option<String> {
        Some(identity(&group(planned), &permission(planned)))
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
            let action = match self.egress {
                true => "RevokeSecurityGroupEgress",
                false => "RevokeSecurityGroupIngress",
            };
            let parameters = Parameters::default().set("GroupId", group(&object));
            let parameters = parameters.list("SecurityGroupRuleId", [id(&object)]);
            let answer = account.ec2(action, &parameters).await;
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
        fields::explain(account, Service::Ec2, drift, "security_group_id")
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
            let Some(wanted) = action.identity else {
                return Recovery::Unknown;
            };
            match self.find_again(account, wanted).await {
                Ok(Some(told)) => {
                    Recovery::Found(Object::from(self.show(account, &told, &self.shape.empty())))
                }
                Ok(None) => Recovery::Absent,
                Err(_) => Recovery::Unknown,
            }
        })
    }
}

/// What a rule is known by: all but its description.
fn identity(group: &str, permission: &Permission) -> String {
    format!("{group}|{:?}", permission.undescribed())
}
