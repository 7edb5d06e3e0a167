//! `irsa-audience`

use trueup_syntax::Severity;
use trueup_value::Path;

use crate::{
    aws::irsa::{Trust, passes, role_of, trusts},
    found::Found,
    rule::Rule,
    text::listed,
    view::{Look, Object, Resource, View},
};

/// What tokens say whom they are for, unless an annotation says otherwise.
const AUDIENCE: &str = "sts.amazonaws.com";
/// The annotation that says otherwise.
const ANNOTATION: &str = "eks.amazonaws.com/audience";

pub(super) static RULE: Rule = Rule {
    id: "irsa-audience",
    severity: Severity::Error,
    summary: "Role trusts tokens for another audience",
    protects: "Tokens of service accounts are made for `sts.amazonaws.com`. A role that asks for another audience, or an identity provider that doesn't list it, refuses all of them with `InvalidIdentityToken: Incorrect token audience`. A role that asks for none also takes tokens that were made for somebody else.",
    decides: "The conditions on `aud` of roles that trust a cluster, against `sts.amazonaws.com` or the annotation `eks.amazonaws.com/audience` of the service accounts that take the role; and the `client_id_list` of identity providers of the plan. Silent while these are not known.",
    fix: "Let the condition on `aud` be `sts.amazonaws.com`, and the provider's `client_id_list` contain it.",
    when_destroying: false,
    check,
};

fn check(view: &View<'_>) -> Vec<Found> {
    let trusts = trusts(view);
    let mut found: Vec<Found> = trusts
        .iter()
        .flat_map(|trust| of_trust(view, trust))
        .collect();
    let providers = view.managed("aws_iam_openid_connect_provider");
    found.extend(providers.filter_map(of_provider));
    found
}

fn of_trust(view: &View<'_>, trust: &Trust<'_>) -> Vec<Found> {
    if trust.statement.open
        || trust
            .conditions("aud")
            .any(|condition| condition.values.open)
    {
        return Vec::new();
    }
    if trust.conditions("aud").next().is_none() {
        let detail = format!(
            "{} has no condition on `aud`: tokens that were made for others may take it, too.",
            trust.role.address
        );
        let found = at(trust, detail)
            .summary("Role takes tokens for any audience")
            .warning();
        return vec![found.hint(format!("ask for `aud` to be \"{AUDIENCE}\""))];
    }
    let found = audiences(view, trust)
        .into_iter()
        .filter_map(|(audience, account)| refused(trust, &audience, account));
    found.collect()
}

/// Whom the tokens are for that come: those of the accounts of the plan, or
/// else what all are for.
fn audiences<'o, 'a>(
    view: &'o View<'a>,
    trust: &Trust<'_>,
) -> Vec<(String, Option<&'o Object<'a>>)> {
    let accounts = view.of_kind("ServiceAccount");
    let takers = accounts.filter(|account| {
        role_of(view, account).is_some_and(|role| role.address == trust.role.address)
    });
    let told: Vec<_> = takers
        .filter_map(|account| {
            let annotation = account.annotation(ANNOTATION);
            let audience = match annotation.is_absent() {
                true => AUDIENCE,
                false => annotation.text()?,
            };
            Some((audience.to_owned(), Some(account)))
        })
        .collect();
    match told.is_empty() {
        true => vec![(AUDIENCE.to_owned(), None)],
        false => told,
    }
}

fn refused(trust: &Trust<'_>, audience: &str, account: Option<&Object<'_>>) -> Option<Found> {
    let passed: Option<Vec<bool>> = trust
        .conditions("aud")
        .map(|condition| passes(condition, audience))
        .collect();
    if passed?.into_iter().all(|passed| passed) {
        return None;
    }
    let asked: Vec<String> = trust
        .conditions("aud")
        .flat_map(|condition| condition.values.known.clone())
        .collect();
    let whose = match account {
        Some(account) => format!("tokens of {}", account.label()),
        None => "tokens of service accounts".to_owned(),
    };
    let detail = format!(
        "{} asks for tokens for {}; {whose} are for \"{audience}\".",
        trust.role.address,
        listed(&asked)
    );
    Some(at(trust, detail).hint(format!("let the condition on `aud` be \"{audience}\"")))
}

fn of_provider(provider: &Resource<'_>) -> Option<Found> {
    let url = provider.at("url").text()?;
    let clients = provider.at("client_id_list");
    let of_cluster = url.trim_start_matches("https://").starts_with("oidc.eks.");
    if !of_cluster || clients.has_unknown() || clients.is_absent() {
        return None;
    }
    let known: Vec<&str> = clients.items().filter_map(Look::text).collect();
    if known.contains(&AUDIENCE) {
        return None;
    }
    let detail = format!(
        "{} takes tokens for {} only; those of service accounts are for \"{AUDIENCE}\".",
        provider.address,
        listed(&known)
    );
    let found = Found::at(provider, Path::new().attr("client_id_list"), detail);
    Some(
        found
            .summary("Identity provider takes tokens for another audience")
            .hint(format!("add \"{AUDIENCE}\"")),
    )
}

fn at(trust: &Trust<'_>, detail: String) -> Found {
    Found::at(trust.role, Path::new().attr("assume_role_policy"), detail)
}
