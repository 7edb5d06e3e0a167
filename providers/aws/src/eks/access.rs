//! Access to a cluster by its name, for those who talk to its API server.

use std::time::{Duration, SystemTime};

use trueup_sdk::{Problem, native::Fields, world::World};

use super::token;
use crate::{
    client::{Account, Pool, Service, Surroundings},
    provider::{AssumeRole, Settings},
};

/// Clusters take a token for 15 minutes; the last one is left for clocks that
/// differ.
const LIFETIME: Duration = Duration::from_secs(14 * 60);

/// Which cluster, and as whom.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The cluster's name.
    pub name: &'a str,
    /// Its region, if not the one of the environment.
    pub region: Option<&'a str>,
    /// The profile, if not the one of the environment.
    pub profile: Option<&'a str>,
    /// A role to assume first.
    pub role_arn: Option<&'a str>,
}

/// Where a cluster is, and what lets one in.
#[derive(Clone)]
pub struct Access {
    /// The URL of its API server.
    pub endpoint: String,
    /// The certificate authority: PEM in Base64.
    pub certificate_authority_data: String,
    /// A bearer token.
    pub token: String,
    /// When another one is needed.
    pub expires: SystemTime,
}

/// Finds a cluster and signs a token for it; one call.
///
/// # Errors
/// In a sentence: no region or credentials, what EKS answered, or that the
/// cluster has no API server yet.
pub async fn find(world: &World, wanted: &Wanted<'_>) -> Result<Access, String> {
    let surroundings = Surroundings::new(world, &Pool::default(), None);
    let account = Account::new(settings(world, wanted), &surroundings).await;
    let account = account.map_err(|problems| said(&problems))?;
    let call = || account.eks().describe_cluster().name(wanted.name).send();
    let answer = account.call(Service::Eks, "DescribeCluster", call).await;
    let answer = answer.map_err(|error| {
        match error.is(&["ResourceNotFoundException"]) {
            true => format!(
                "there is no cluster by this name in {}; check the name, the region, and which account the credentials belong to",
                account.region()
            ),
            false => error.to_string(),
        }
    })?;
    let told = answer.cluster;
    let told = told.ok_or("EKS told nothing of it")?;
    let authority = told
        .certificate_authority
        .and_then(|authority| authority.data);
    let (Some(endpoint), Some(authority)) = (told.endpoint, authority) else {
        let status = told
            .status
            .map_or_else(String::new, |status| status.to_string());
        return Err(format!("it has no API server yet; its status is {status}"));
    };
    let now = world.clock.now();
    Ok(Access {
        endpoint,
        certificate_authority_data: authority,
        token: sign(&account, wanted.name, now).await?,
        expires: now + LIFETIME,
    })
}

async fn sign(account: &Account, cluster: &str, now: SystemTime) -> Result<String, String> {
    let credentials = account.credentials().await;
    let credentials = credentials.map_err(|error| error.to_string())?;
    let (endpoint, region) = account.sts_endpoint();
    let token = token::token(cluster, &endpoint, &region, &credentials, now);
    token.map_err(|error| error.to_string())
}

/// Those of a provider's block with nothing but what is wanted.
fn settings(world: &World, wanted: &Wanted<'_>) -> Settings {
    let mut block = Fields::default();
    for (name, given) in [("region", wanted.region), ("profile", wanted.profile)] {
        if let Some(given) = given {
            block.set_text(name, given.to_owned());
        }
    }
    let settings = Settings::read(&block, &world.variables);
    let mut settings = settings.within(&world.working_dir);
    settings
        .assume_roles
        .extend(wanted.role_arn.map(|arn| AssumeRole {
            role_arn: arn.to_owned(),
            ..AssumeRole::default()
        }));
    settings
}

fn said(problems: &[Problem]) -> String {
    let said = problems.iter();
    let said: Vec<&str> = said.map(|problem| problem.summary.as_str()).collect();
    said.join("; ")
}
