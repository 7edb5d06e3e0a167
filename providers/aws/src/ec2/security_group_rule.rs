//! `aws_security_group_rule`: rules of a security group that differ in their
//! source only. One rule with an ID of its own is
//! `aws_vpc_security_group_ingress_rule` or `_egress_rule`.

use std::{collections::BTreeSet, sync::LazyLock};

use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{
        Create, Delete, Deleted, Failure, Field, Fields, Made, Nested, ResourceType, Shape, Update,
        attribute_problem, problem,
    },
    ready,
};
use trueup_value::{Type, Value};

use super::{
    permission::{self, Permission, Source, protocol},
    security_group::{self, change_rules},
    vpc_rule,
};
use crate::{
    CallError, blocks, cidr,
    client::{Account, Element, Service},
    fields, plan,
};

const SOURCES: [&str; 5] = [
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "self",
    "source_security_group_id",
];

pub(super) struct SecurityGroupRule {
    shape: LazyLock<Shape>,
}

fn shape() -> Shape {
    let texts = |name: &str, about: &str| {
        let field = Field::optional(name, Type::list(Type::String)).about(about);
        field.same_if(same_in_any_order).replaces()
    };
    let number = |name: &str, about: &str| {
        Field::required(name, Type::Number)
            .about(about)
            .integer()
            .replaces()
    };
    let fields = [
        fields::id(),
        fields::region(),
        texts("cidr_blocks", "Networks.")
            .conflicts_with(&["self", "source_security_group_id"])
            .checked(check_networks),
        Field::optional("description", Type::String)
            .about("What it is for.")
            .length(0, 255),
        number("from_port", "The first port, or the type of ICMP."),
        texts("ipv6_cidr_blocks", "Networks of IPv6.")
            .conflicts_with(&["self", "source_security_group_id"])
            .checked(check_networks),
        texts("prefix_list_ids", "Lists of networks."),
        Field::required("protocol", Type::String)
            .about("The protocol, by name or number; -1 for all.")
            .same_if(same_protocol)
            .replaces(),
        Field::required("security_group_id", Type::String)
            .about("The security group.")
            .replaces(),
        Field::computed("security_group_rule_id", Type::String)
            .about("The ID of the rule, where it has one source."),
        Field::optional("self", Type::Bool)
            .about("Whether the group itself is a source.")
            .filled(Value::bool(false))
            .conflicts_with(&[
                "cidr_blocks",
                "ipv6_cidr_blocks",
                "source_security_group_id",
            ])
            .replaces(),
        Field::optional("source_security_group_id", Type::String)
            .about("Another security group.")
            .or_computed()
            .conflicts_with(&["cidr_blocks", "ipv6_cidr_blocks", "self"])
            .replaces(),
        number("to_port", "The last port, or the code of ICMP."),
        Field::required("type", Type::String)
            .about("ingress or egress.")
            .one_of(&["egress", "ingress"])
            .replaces(),
    ];
    Shape::new("Rules of a security group that differ in their source only. Not to be used together with rules that stand in the group itself.", fields)
        .version(2)
        .legacy()
        .block(Nested::timeouts(&["create"]))
}

fn same_in_any_order(config: &Value, prior: &Value) -> bool {
    let sorted = |value: &Value| {
        let texts = value
            .values()
            .filter_map(|text| text.as_str().map(str::to_owned));
        texts.collect::<BTreeSet<_>>()
    };
    config.is_wholly_known() && sorted(config) == sorted(prior)
}

fn same_protocol(config: &Value, prior: &Value) -> bool {
    match (config.as_str(), prior.as_str()) {
        (Some(config), Some(prior)) => protocol(config) == protocol(prior),
        _ => false,
    }
}

fn check_networks(value: &Value, _: &str) -> Option<Problem> {
    let mut texts = value.values().filter_map(Value::as_str);
    texts.find_map(cidr::wrong).map(|wrong| problem(&wrong, ""))
}

fn group(rule: &Fields) -> &str {
    rule.text("security_group_id").unwrap_or_default()
}

fn egress(rule: &Fields) -> bool {
    rule.text("type") == Some("egress")
}

fn called(rule: &Fields) -> String {
    format!(
        "Security Group Rule ({}) of {}",
        rule.text("id").unwrap_or_default(),
        group(rule)
    )
}

fn permissions(rule: &Fields) -> BTreeSet<Permission> {
    let of = |source: Source| Permission {
        protocol: protocol(rule.text("protocol").unwrap_or_default()),
        from: rule.integer("from_port").unwrap_or_default(),
        to: rule.integer("to_port").unwrap_or_default(),
        source,
        description: rule.text("description").unwrap_or_default().to_owned(),
    };
    let texts = |name: &str| blocks::texts(rule, name).into_iter();
    let own = rule.flag("self") == Some(true);
    let other = rule
        .text("source_security_group_id")
        .filter(|id| !id.is_empty() && !own);
    let other = other.map(|id| match id == group(rule) {
        true => of(Source::Own),
        false => of(Source::Group(id.to_owned())),
    });
    texts("cidr_blocks")
        .map(|cidr| of(Source::Ipv4(cidr)))
        .chain(texts("ipv6_cidr_blocks").map(|cidr| of(Source::Ipv6(cidr))))
        .chain(texts("prefix_list_ids").map(|id| of(Source::PrefixList(id))))
        .chain(own.then(|| of(Source::Own)))
        .chain(other)
        .collect()
}

/// The ID Terraform's provider makes of a rule.
fn id_of(rule: &Fields) -> String {
    let protocol = protocol(rule.text("protocol").unwrap_or_default());
    let mut text = format!("{}-", group(rule));
    for name in ["from_port", "to_port"] {
        if let Some(port) = rule.integer(name).filter(|port| *port > 0) {
            text.push_str(&format!("{port}-"));
        }
    }
    text.push_str(&format!(
        "{protocol}-{}-",
        rule.text("type").unwrap_or_default()
    ));
    for name in ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids"] {
        let mut texts = blocks::texts(rule, name);
        texts.sort();
        texts
            .iter()
            .for_each(|one| text.push_str(&format!("{one}-")));
    }
    let own = (rule.flag("self") == Some(true)).then(|| group(rule));
    let other = rule
        .text("source_security_group_id")
        .filter(|id| !id.is_empty());
    if let Some(id) = own.or(other) {
        text.push_str(&format!("{id}-"));
    }
    format!("sgrule-{}", crc32fast::hash(text.as_bytes()))
}

/// What the group has of the rule's permissions, and the IDs of all its rules.
async fn there(
    account: &Account,
    rule: &Fields,
) -> Result<Option<BTreeSet<Permission>>, CallError> {
    let found = security_group::look(account, &[group(rule).to_owned()]).await?;
    Ok(found.get(group(rule)).map(|told| permitted(told, rule)))
}

/// What a group has of the rule's permissions.
fn permitted(group: &Element, rule: &Fields) -> BTreeSet<Permission> {
    permission::told(group, permission::side(egress(rule)))
}

fn plain(all: &BTreeSet<Permission>) -> BTreeSet<Permission> {
    all.iter().map(Permission::undescribed).collect()
}

/// The ID of the only rule of the service this one is.
async fn service_id(account: &Account, rule: &Fields) -> Result<String, CallError> {
    let wanted = plain(&permissions(rule));
    if wanted.len() != 1 {
        return Ok(String::new());
    }
    let told = vpc_rule::find(account, "group-id", vec![group(rule).to_owned()]).await?;
    let mut told = told
        .iter()
        .filter(|told| told.flag_of("isEgress") == egress(rule));
    let found = told.find(|told| {
        let mut permission = vpc_rule::permission_of(told).undescribed();
        if permission.source == Source::Group(group(rule).to_owned()) {
            permission.source = Source::Own;
        }
        if permission.protocol == "-1" {
            (permission.from, permission.to) = (0, 0);
        }
        wanted.contains(&permission)
    });
    let id = found.and_then(|told| told.text_of("securityGroupRuleId"));
    Ok(id.unwrap_or_default().to_owned())
}

impl SecurityGroupRule {
    pub(super) fn new() -> Self {
        SecurityGroupRule {
            shape: LazyLock::new(shape),
        }
    }

    async fn make(&self, account: &Account, create: Create<'_>) -> Made {
        let mut rule = create.planned;
        let doing = format!("creating Security Group Rule of {}", group(&rule));
        let failed = |error: CallError| Failure::from(error.problem(&doing));
        let (wanted, none) = (permissions(&rule), BTreeSet::new());
        let had = there(account, &rule).await.map_err(failed)?;
        let taken = plain(&had.unwrap_or_default());
        if create.identity.is_some() && plain(&wanted).iter().any(|one| taken.contains(one)) {
            let detail = "The group has a rule like this already, which this state does not know. Import it, or remove one of the two.";
            return Err(problem(&format!("{doing}: InvalidPermission.Duplicate"), detail).into());
        }
        let made = change_rules(account, group(&rule), egress(&rule), &none, &wanted).await;
        if let Err(error) = made {
            return Err(self.half_made(account, rule, failed(error)).await);
        }
        let id = id_of(&rule);
        rule.set_text("id", id);
        let service_id = service_id(account, &rule).await;
        self.fill(account, &mut rule);
        match service_id {
            Ok(id) => {
                rule.set_text("security_group_rule_id", id);
                Ok(rule.into())
            }
            Err(error) => {
                rule.set_text("security_group_rule_id", "");
                Err(failed(error).leaving(rule))
            }
        }
    }

    /// A rule whose making failed: it may be there all the same.
    async fn half_made(&self, account: &Account, mut rule: Fields, failure: Failure) -> Failure {
        let there = there(account, &rule).await.ok().flatten();
        if !plain(&there.unwrap_or_default()).is_superset(&plain(&permissions(&rule))) {
            return failure;
        }
        let id = id_of(&rule);
        rule.set_text("id", id);
        self.fill(account, &mut rule);
        failure.leaving(rule)
    }

    /// The rule as it is among what its group has; `None` where it is not.
    fn show(
        &self,
        account: &Account,
        there: &BTreeSet<Permission>,
        mut rule: Fields,
    ) -> Option<Fields> {
        let bare = plain(&permissions(&rule));
        if !plain(there).is_superset(&bare) {
            return None;
        }
        let mut described = there.iter().filter(|one| bare.contains(&one.undescribed()));
        let description = described.next().map(|one| one.description.clone());
        let before = rule.text("description").unwrap_or_default();
        if let Some(now) = description.filter(|now| now != before) {
            rule.set_text("description", now);
        }
        self.fill(account, &mut rule);
        Some(rule)
    }

    fn fill(&self, account: &Account, rule: &mut Fields) {
        for name in ["security_group_rule_id", "source_security_group_id"] {
            if !rule.get(name).is_known() {
                rule.set(name, Value::null(Type::String));
            }
        }
        fields::show_region(account, rule);
    }
}

impl ResourceType<Account> for SecurityGroupRule {
    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        if SOURCES.iter().any(|name| !config.get(name).is_null()) {
            return Vec::new();
        }
        let detail = format!(
            "\"cidr_blocks\": one of `{}` must be specified",
            SOURCES.join(",")
        );
        vec![attribute_problem(
            "security_group_id",
            "Missing required argument",
            detail,
        )]
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
            let rules = fields::of_all(&objects);
            let groups = rules.iter().map(group).filter(|id| !id.is_empty());
            let found = security_group::recall(account, &groups.collect()).await;
            let responses = rules.into_iter().map(|rule| {
                let called = called(&rule);
                let shown = match &found {
                    Ok(found) => {
                        let there = found.get(group(&rule)).map(|told| permitted(told, &rule));
                        Ok(there.and_then(|there| self.show(account, &there, rule)))
                    }
                    Err(error) => Err(error.clone()),
                };
                fields::read(shown, || called)
            });
            responses.collect()
        })
    }

    fn reads_at_once(&self) -> usize {
        security_group::MOST
    }

    /// The group, and what the rule lets through.
    fn identify(&self, _: &Account, planned: &Fields) -> Option<String> {
        let texts = |name: &str| blocks::texts(planned, name);
        let text = |name: &str| planned.text(name).unwrap_or_default().to_owned();
        let identity = serde_json::json!({
            "security_group_id": group(planned),
            "type": text("type"),
            "protocol": text("protocol"),
            "from_port": planned.integer("from_port"),
            "to_port": planned.integer("to_port"),
            "cidr_blocks": texts("cidr_blocks"),
            "ipv6_cidr_blocks": texts("ipv6_cidr_blocks"),
            "prefix_list_ids": texts("prefix_list_ids"),
            "self": planned.flag("self"),
            "source_security_group_id": planned.text("source_security_group_id"),
        });
        Some(identity.to_string())
    }

    fn create<'a>(&'a self, account: &'a Account, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(self.make(account, create))
    }

    fn update<'a>(&'a self, account: &'a Account, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(async move {
            let prior = Fields::of(&update.prior.value);
            let mut rule = update.planned;
            let doing = format!("updating {}", called(&prior));
            let (before, after) = (permissions(&prior), permissions(&rule));
            let changed = change_rules(account, group(&rule), egress(&rule), &before, &after).await;
            changed.map_err(|error| Failure::from(error.problem(&doing)))?;
            self.fill(account, &mut rule);
            Ok(rule.into())
        })
    }

    fn delete<'a>(&'a self, account: &'a Account, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let rule = Fields::of(&delete.prior.value);
            let (had, none) = (permissions(&rule), BTreeSet::new());
            let answer = change_rules(account, group(&rule), egress(&rule), &had, &none).await;
            fields::deleted(answer, security_group::MISSING, || called(&rule))
        })
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
            let Some(mut rule) = action.identity.and_then(|text| self.read_identity(text)) else {
                return Recovery::Unknown;
            };
            let id = id_of(&rule);
            rule.set_text("id", id);
            match service_id(account, &rule).await {
                Ok(id) => rule.set_text("security_group_rule_id", id),
                Err(_) => return Recovery::Unknown,
            }
            fields::recovered(self.read(account, rule.into()).await)
        })
    }
}

impl SecurityGroupRule {
    fn read_identity(&self, text: &str) -> Option<Fields> {
        let identity: serde_json::Value = serde_json::from_str(text).ok()?;
        let mut rule = self.shape.empty();
        for name in [
            "security_group_id",
            "type",
            "protocol",
            "source_security_group_id",
        ] {
            rule.set(name, blocks::text(identity[name].as_str()));
        }
        for name in ["from_port", "to_port"] {
            rule.set(name, blocks::number(identity[name].as_i64()));
        }
        for name in ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids"] {
            let texts: Vec<&str> = identity[name]
                .as_array()?
                .iter()
                .filter_map(|t| t.as_str())
                .collect();
            if !texts.is_empty() {
                rule.set(name, blocks::text_list(texts));
            }
        }
        rule.set(
            "self",
            Value::bool(identity["self"].as_bool().unwrap_or_default()),
        );
        Some(rule)
    }
}
