//! `irsa-provider`

use trueup_syntax::Severity;
use trueup_value::Path;

use crate::{
    aws::irsa::{Trust, role_of, trusts},
    found::Found,
    rule::Rule,
    text::listed,
    view::{Resource, View},
};

pub(super) static RULE: Rule = Rule {
    id: "irsa-provider",
    severity: Severity::Error,
    summary: "Role trusts the identity provider of another cluster",
    protects: "After a cluster was made anew, or a stack was copied, a role goes on trusting the OIDC provider of the old cluster: every pod is denied it, and the trust looks right at first sight, since only the ID differs. Conditions on keys of another issuer than the trusted one never hold.",
    decides: "The issuer of the trusted provider (`oidc.eks.REGION.amazonaws.com/id/ID`) against the issuer that the keys of the conditions begin with; and, if service accounts of the plan take the role, against the issuers of the clusters in the plan (`aws_eks_cluster`, resource or data source). Silent while ARN or issuer are not known.",
    fix: "Take ARN and issuer from the cluster: `aws_iam_openid_connect_provider.….arn`, and `trimprefix(data.aws_eks_cluster.….identity[0].oidc[0].issuer, \"https://\")` for the keys.",
    when_destroying: false,
    check,
};

fn check(view: &View<'_>) -> Vec<Found> {
    let issuers = issuers(view);
    let trusts = trusts(view);
    let found = trusts.iter().filter_map(|trust| {
        let issuer = trust.issuer.as_deref()?;
        conditions(trust, issuer).or_else(|| cluster(view, trust, issuer, issuers.as_deref()?))
    });
    found.collect()
}

/// Conditions on claims of tokens that somebody else issues.
fn conditions(trust: &Trust<'_>, issuer: &str) -> Option<Found> {
    let keys = trust.conditions("sub").chain(trust.conditions("aud"));
    let of_others = keys.filter_map(|condition| {
        let (key, _) = condition.variable.rsplit_once(':')?;
        (key != issuer).then_some(key)
    });
    let other = of_others.into_iter().next()?;
    let detail = format!(
        "{} trusts the provider of \"{issuer}\", and its conditions are on tokens of \"{other}\": they never hold.",
        trust.role.address
    );
    Some(at(trust, detail).hint(format!(
        "let the keys of the conditions begin with \"{issuer}:\""
    )))
}

fn cluster(
    view: &View<'_>,
    trust: &Trust<'_>,
    issuer: &str,
    issuers: &[(String, &Resource<'_>)],
) -> Option<Found> {
    if issuers.is_empty() || issuers.iter().any(|(known, _)| known == issuer) {
        return None;
    }
    let mut accounts = view.of_kind("ServiceAccount");
    let account = accounts.find(|account| {
        role_of(view, account).is_some_and(|role| role.address == trust.role.address)
    })?;
    let known: Vec<&str> = issuers.iter().map(|(issuer, _)| issuer.as_str()).collect();
    let detail = format!(
        "{} takes {}, which trusts \"{issuer}\"; the cluster's issuer is {}.",
        account.label(),
        trust.role.address,
        listed(&known)
    );
    let mut found = at(trust, detail);
    for (issuer, cluster) in issuers {
        found = found.note(
            cluster.address.to_string(),
            format!("has the issuer \"{issuer}\""),
        );
    }
    Some(found)
}

/// The issuers of the plan's clusters; none if one of them is not known.
fn issuers<'a>(view: &View<'a>) -> Option<Vec<(String, &'a Resource<'a>)>> {
    let clusters = view
        .managed("aws_eks_cluster")
        .chain(view.data("aws_eks_cluster"));
    let issuers = clusters.map(|cluster| {
        let issuer = cluster
            .at("identity")
            .first()
            .at("oidc")
            .first()
            .at("issuer")
            .text()?;
        Some((issuer.trim_start_matches("https://").to_owned(), cluster))
    });
    issuers.collect()
}

fn at(trust: &Trust<'_>, detail: String) -> Found {
    Found::at(trust.role, Path::new().attr("assume_role_policy"), detail)
}
