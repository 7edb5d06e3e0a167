//! `irsa-subject`

use trueup_syntax::{Severity, suggest::nearest_name};
use trueup_value::Path;

use crate::{
    aws::{
        irsa::{Subjects, Trust, passes, role_of, subject, trusts},
        policy::Condition,
        roles::ROLE_ANNOTATION,
    },
    found::Found,
    rule::Rule,
    text::{is_pattern, listed},
    view::{Object, View},
};

pub(super) static RULE: Rule = Rule {
    id: "irsa-subject",
    severity: Severity::Error,
    summary: "Role and service account do not fit",
    protects: "A pod whose service account the role doesn't trust gets `AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity` when it first needs the role, often hours after everything was applied without an error. A role that trusts more than one account is open to pods that shouldn't have it.",
    decides: "The trust of each role of the plan (`sub` in its conditions) is held against the service accounts of manifests, of typed resources and of rendered charts, in both directions: accounts annotated with the role (`eks.amazonaws.com/role-arn`) that it does not trust; accounts it trusts that have no annotation; a name that is nearly that of an account of the plan. `StringEquals` with `*` or `?` in it compares letter by letter and so trusts nobody. Silent where trust, name or namespace are not known yet, and about accounts that the plan doesn't tell of.",
    fix: "Let the condition on `sub` be `system:serviceaccount:NAMESPACE:NAME` of the account that is made, with `StringEquals`; with `StringLike` where a pattern is meant.",
    when_destroying: false,
    check,
};

fn check(view: &View<'_>) -> Vec<Found> {
    let trusts = trusts(view);
    let mut found = Vec::new();
    for trust in &trusts {
        found.extend(literal_patterns(trust));
        found.extend(open_to_all(trust));
    }
    let accounts: Vec<&Object<'_>> = view.of_kind("ServiceAccount").collect();
    for account in &accounts {
        found.extend(not_trusted(view, &trusts, account));
    }
    for trust in &trusts {
        found.extend(not_taken(view, trust, &accounts));
    }
    found
}

/// Patterns in tests that know none.
fn literal_patterns(trust: &Trust<'_>) -> Vec<Found> {
    let conditions = trust.conditions("sub");
    let exact = conditions.filter(|condition| condition.operator() == "StringEquals");
    let patterns = exact.flat_map(|condition| {
        condition
            .values
            .known
            .iter()
            .filter(|value| is_pattern(value))
    });
    let found = patterns.map(|pattern| {
        let detail = format!(
            "{} trusts \"{pattern}\" with StringEquals, which knows no patterns: no account has that name.",
            trust.role.address
        );
        at(trust, detail)
            .summary("Role trusts a pattern that matches nobody")
            .hint("test it with StringLike, or name the account")
    });
    found.collect()
}

/// No condition on the account at all.
fn open_to_all(trust: &Trust<'_>) -> Option<Found> {
    let Subjects::All = trust.subjects() else {
        return None;
    };
    let detail = format!(
        "{} has no condition on `sub`: every service account of the cluster may take it.",
        trust.role.address
    );
    Some(
        at(trust, detail)
            .summary("Role trusts every service account")
            .warning(),
    )
}

/// An account that takes a role which does not trust it.
fn not_trusted(view: &View<'_>, trusts: &[Trust<'_>], account: &Object<'_>) -> Option<Found> {
    let role = role_of(view, account)?;
    let subject = subject(account)?;
    let mut of_role = trusts
        .iter()
        .filter(|trust| trust.role.address == role.address)
        .peekable();
    of_role.peek()?;
    let mut named = Vec::new();
    for trust in of_role {
        match trust.subjects() {
            Subjects::Told(told) => {
                let passed: Option<Vec<bool>> = told
                    .iter()
                    .map(|condition| passes(condition, &subject))
                    .collect();
                // A test that rules don't know may let it pass.
                if passed?.into_iter().all(|passed| passed) {
                    return None;
                }
                named.extend(
                    told.into_iter()
                        .flat_map(|condition| condition.values.known.clone()),
                );
            }
            Subjects::All | Subjects::Unknown => return None,
        }
    }
    let detail = format!(
        "{} takes {}, which trusts {} and not \"{subject}\": its pods will be denied the role.",
        account.label(),
        role.address,
        listed(&named)
    );
    let found = Found::at(role, Path::new().attr("assume_role_policy"), detail);
    Some(
        found
            .note(
                account.owner.address.to_string(),
                format!("makes {}", account.label()),
            )
            .hint(format!(
                "trust \"{subject}\", or give the service account the name the role trusts"
            )),
    )
}

/// An account that is trusted and does not say that it takes the role, or that
/// is nearly the one that is trusted.
fn not_taken(view: &View<'_>, trust: &Trust<'_>, accounts: &[&Object<'_>]) -> Vec<Found> {
    let Subjects::Told(told) = trust.subjects() else {
        return Vec::new();
    };
    let is_taken = |account: &&&Object<'_>| {
        let role = role_of(view, account);
        role.is_some_and(|role| role.address == trust.role.address)
    };
    if accounts.iter().any(|account| is_taken(&account)) {
        return Vec::new();
    }
    let exact = told
        .into_iter()
        .filter(|condition: &&Condition| condition.operator() == "StringEquals");
    let names = exact.flat_map(|condition| condition.values.known.iter());
    let found = names.filter_map(|name| {
        let (namespace, name) = name
            .strip_prefix("system:serviceaccount:")?
            .split_once(':')?;
        match accounts.iter().find(|account| account.is(namespace, name)) {
            Some(account) => without_annotation(trust, account),
            None => nearly(trust, namespace, name, accounts),
        }
    });
    found.collect()
}

fn without_annotation(trust: &Trust<'_>, account: &Object<'_>) -> Option<Found> {
    if !account.annotation(ROLE_ANNOTATION).is_absent()
        || account.at("metadata.annotations").is_unknown()
    {
        return None;
    }
    let detail = format!(
        "{} trusts it, but it has no annotation {ROLE_ANNOTATION}: its pods will not know of the role.",
        trust.role.address
    );
    let found = Found::of(account, detail).warning();
    Some(
        found
            .summary("Service account does not take the role that trusts it")
            .hint(format!(
                "annotate it with the ARN of {}",
                trust.role.address
            )),
    )
}

fn nearly(
    trust: &Trust<'_>,
    namespace: &str,
    name: &str,
    accounts: &[&Object<'_>],
) -> Option<Found> {
    let there = accounts
        .iter()
        .filter(|account| account.namespace.as_deref() == Some(namespace));
    let names: Vec<&str> = there
        .filter_map(|account| account.name.as_deref())
        .collect();
    let longer = names.iter().copied().find(|other| {
        let rest = other
            .strip_prefix(name)
            .or_else(|| name.strip_prefix(other));
        rest.is_some_and(|rest| rest.starts_with('-'))
    });
    let meant = nearest_name(name, names.iter().copied()).map(|meant| meant.to_string());
    let meant = meant.or(longer.map(str::to_owned))?;
    let detail = format!(
        "{} trusts the service account \"{name}\" in namespace \"{namespace}\", which the plan does not make; it makes \"{meant}\" there.",
        trust.role.address
    );
    Some(at(trust, detail).warning().hint(format!(
        "did you mean `system:serviceaccount:{namespace}:{meant}`?"
    )))
}

fn at(trust: &Trust<'_>, detail: String) -> Found {
    Found::at(trust.role, Path::new().attr("assume_role_policy"), detail)
}
