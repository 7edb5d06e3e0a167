//! Roles for service accounts: who trusts whom, through which issuer.

use super::{
    policy::{Condition, Policy, Statement},
    roles::{ROLE_ANNOTATION, role_by_arn},
};
use crate::{
    text::matches,
    view::{Object, Resource, View},
};

/// A statement by which a role trusts an identity provider of a cluster.
pub(crate) struct Trust<'a> {
    pub(crate) role: &'a Resource<'a>,
    /// What the conditions begin with: the issuer without `https://`. None if
    /// it is not known.
    pub(crate) issuer: Option<String>,
    pub(crate) statement: Statement,
}

/// How a statement tells whom it trusts.
pub(crate) enum Subjects<'t> {
    /// By these conditions.
    Told(Vec<&'t Condition>),
    /// Not at all: it trusts all that the issuer vouches for.
    All,
    /// That is not known yet.
    Unknown,
}

/// The statements by which roles of the plan trust clusters' service accounts.
pub(crate) fn trusts<'a>(view: &View<'a>) -> Vec<Trust<'a>> {
    let roles = view.managed("aws_iam_role");
    let trusts = roles.flat_map(|role| {
        let policy = Policy::of(view, role, "assume_role_policy");
        let statements = policy.statements.into_iter();
        let statements = statements.filter(|statement| {
            !statement.denies
                && statement
                    .actions
                    .cover_action("sts:AssumeRoleWithWebIdentity")
        });
        statements.filter_map(move |statement| {
            let issuer = issuer(&statement);
            let of_cluster =
                issuer.as_deref().is_some_and(is_cluster) || about_accounts(&statement);
            of_cluster.then_some(Trust {
                role,
                issuer,
                statement,
            })
        })
    });
    trusts.collect()
}

/// The issuer that the trusted provider is of.
fn issuer(statement: &Statement) -> Option<String> {
    let federated = statement
        .principals
        .iter()
        .find(|principal| principal.kind == "Federated")?;
    let arn = federated.identifiers.known.first()?;
    let (_, issuer) = arn.split_once(":oidc-provider/")?;
    Some(issuer.to_owned())
}

/// Whether an issuer is a cluster's of EKS.
fn is_cluster(issuer: &str) -> bool {
    issuer.starts_with("oidc.eks.")
}

fn about_accounts(statement: &Statement) -> bool {
    let mut values = statement
        .conditions
        .iter()
        .flat_map(|condition| &condition.values.known);
    values.any(|value| value.starts_with("system:serviceaccount:"))
}

impl Trust<'_> {
    /// The conditions on a claim of the issuer's tokens: `sub` or `aud`.
    pub(crate) fn conditions(&self, claim: &str) -> impl Iterator<Item = &Condition> {
        let end = format!(":{claim}");
        let conditions = self.statement.conditions.iter();
        conditions.filter(move |condition| condition.variable.ends_with(&end))
    }

    /// Whom it trusts.
    pub(crate) fn subjects(&self) -> Subjects<'_> {
        let told: Vec<&Condition> = self.conditions("sub").collect();
        if self.statement.open || told.iter().any(|condition| condition.values.open) {
            return Subjects::Unknown;
        }
        match told.is_empty() {
            true => Subjects::All,
            false => Subjects::Told(told),
        }
    }
}

/// Whether a condition lets a value pass; none if that can't be told.
pub(crate) fn passes(condition: &Condition, value: &str) -> Option<bool> {
    let mut values = condition.values.known.iter();
    match condition.operator() {
        "StringEquals" => Some(values.any(|known| known == value)),
        "StringEqualsIgnoreCase" => Some(values.any(|known| known.eq_ignore_ascii_case(value))),
        "StringLike" => Some(values.any(|pattern| matches(pattern, value))),
        "StringNotEquals" => Some(values.all(|known| known != value)),
        "StringNotLike" => Some(!values.any(|pattern| matches(pattern, value))),
        _ => None,
    }
}

/// What tokens of a service account say it is.
pub(crate) fn subject(account: &Object<'_>) -> Option<String> {
    let (namespace, name) = (account.namespace.as_ref()?, account.name.as_ref()?);
    Some(format!("system:serviceaccount:{namespace}:{name}"))
}

/// The role of the plan that a service account takes. While the annotation is
/// not known, it is the only role its resource refers to.
pub(crate) fn role_of<'a>(view: &View<'a>, account: &Object<'_>) -> Option<&'a Resource<'a>> {
    let annotation = account.annotation(ROLE_ANNOTATION);
    if let Some(arn) = annotation.text() {
        return role_by_arn(view, arn);
    }
    if !annotation.is_unknown() {
        return None;
    }
    let mut roles = view.managed("aws_iam_role");
    let role = roles.find(|role| view.refers(account.owner, role))?;
    let other = roles.find(|role| view.refers(account.owner, role));
    other.is_none().then_some(role)
}
