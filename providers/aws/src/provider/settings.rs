//! What the provider's block and the environment say.

use std::{collections::BTreeMap, path::Path, time::Duration};

use trueup_sdk::native::Fields;
use trueup_value::Value;

use super::endpoints;
use crate::tags::{DefaultTags, IgnoredTags};

/// The settings of a provider; the block goes before the environment.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Settings {
    pub(crate) region: Option<String>,
    pub(crate) sts_region: Option<String>,
    pub(crate) keys: Option<Keys>,
    pub(crate) profile: Option<String>,
    pub(crate) config_files: Vec<String>,
    pub(crate) credentials_files: Vec<String>,
    pub(crate) assume_roles: Vec<AssumeRole>,
    pub(crate) web_identity: Option<WebIdentity>,
    pub(crate) default_tags: DefaultTags,
    pub(crate) ignored_tags: IgnoredTags,
    pub(crate) endpoints: BTreeMap<&'static str, String>,
    pub(crate) retry: Retry,
    pub(crate) allowed_accounts: Vec<String>,
    pub(crate) forbidden_accounts: Vec<String>,
    pub(crate) fips: bool,
    pub(crate) dual_stack: bool,
    pub(crate) s3_path_style: bool,
    pub(crate) skip_region_validation: bool,
    pub(crate) skip_metadata: bool,
}

/// Static credentials.
#[derive(Clone, PartialEq)]
pub(crate) struct Keys {
    pub(crate) access: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
}

/// How calls are tried again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Retry {
    /// How often a call may fail or be throttled.
    pub(crate) attempts: Option<u32>,
}

/// A role to assume.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AssumeRole {
    pub(crate) role_arn: String,
    pub(crate) session: Session,
    pub(crate) external_id: Option<String>,
    pub(crate) source_identity: Option<String>,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) transitive_tags: Vec<String>,
}

/// What all sessions have.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Session {
    pub(crate) name: Option<String>,
    pub(crate) duration: Option<Duration>,
    pub(crate) policy: Option<String>,
    pub(crate) policy_arns: Vec<String>,
}

/// A role to assume with a token.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct WebIdentity {
    pub(crate) role_arn: String,
    pub(crate) session: Session,
    pub(crate) token: Option<String>,
    pub(crate) token_file: Option<String>,
}

/// The block, and the environment behind it.
struct Source<'a> {
    block: &'a Fields,
    variables: &'a BTreeMap<String, String>,
}

impl Source<'_> {
    fn variable(&self, names: &[&str]) -> Option<String> {
        let mut found = names.iter().filter_map(|name| self.variables.get(*name));
        found.find(|value| !value.is_empty()).cloned()
    }

    fn text(&self, name: &str, variables: &[&str]) -> Option<String> {
        given(self.block, name).or_else(|| self.variable(variables))
    }

    fn flag(&self, name: &str, variables: &[&str]) -> bool {
        let given = self.block.flag(name);
        given.unwrap_or_else(|| self.variable(variables).is_some_and(|v| v == "true"))
    }

    fn keys(&self) -> Option<Keys> {
        if let Some(access) = given(self.block, "access_key") {
            return Some(Keys {
                access,
                secret: given(self.block, "secret_key")?,
                token: given(self.block, "token"),
            });
        }
        // A profile in the block goes before keys in the environment.
        if given(self.block, "profile").is_some() {
            return None;
        }
        Some(Keys {
            access: self.variable(&["AWS_ACCESS_KEY_ID"])?,
            secret: self.variable(&["AWS_SECRET_ACCESS_KEY"])?,
            token: self.variable(&["AWS_SESSION_TOKEN"]),
        })
    }

    fn endpoints(&self) -> BTreeMap<&'static str, String> {
        let sets: Vec<Fields> = self
            .block
            .get("endpoints")
            .values()
            .map(Fields::of)
            .collect();
        let mut found = BTreeMap::new();
        for service in [
            "cloudtrail",
            "ec2",
            "eks",
            "elbv2",
            "iam",
            "s3",
            "ssm",
            "sts",
        ] {
            let names = endpoints::names(service).iter();
            let mut set = names.flat_map(|name| sets.iter().filter_map(|set| given(set, name)));
            let variable = format!("AWS_ENDPOINT_URL_{}", variable_of(service));
            let set = set.next();
            let url = set.or_else(|| self.variable(&[&variable, "AWS_ENDPOINT_URL"]));
            if let Some(url) = url {
                found.insert(service, url);
            }
        }
        found
    }

    fn retry(&self) -> Retry {
        // Terraform's provider counts the first attempt, too.
        let block = self.block.integer("max_retries");
        let variable = || self.variable(&["AWS_MAX_ATTEMPTS"])?.parse::<i64>().ok();
        let attempts = block.or_else(variable);
        Retry {
            attempts: attempts.and_then(|attempts| u32::try_from(attempts.max(1)).ok()),
        }
    }

    fn web_identity(&self) -> Option<WebIdentity> {
        let block = first(self.block, "assume_role_with_web_identity");
        if let Some(block) = block {
            let role = given(&block, "role_arn").or_else(|| self.variable(&["AWS_ROLE_ARN"]));
            return Some(WebIdentity {
                role_arn: role?,
                session: self.session(&block),
                token: given(&block, "web_identity_token"),
                token_file: given(&block, "web_identity_token_file")
                    .or_else(|| self.variable(&["AWS_WEB_IDENTITY_TOKEN_FILE"])),
            });
        }
        None
    }

    fn session(&self, block: &Fields) -> Session {
        let duration = given(block, "duration");
        let name = given(block, "session_name");
        Session {
            name: name.or_else(|| self.variable(&["AWS_ROLE_SESSION_NAME"])),
            duration: duration.and_then(|text| duration_of(&text)),
            policy: given(block, "policy"),
            policy_arns: texts(block, "policy_arns"),
        }
    }

    fn assume_roles(&self) -> Vec<AssumeRole> {
        let blocks = self.block.get("assume_role").values().map(Fields::of);
        let roles = blocks.filter_map(|block| {
            let tags = block.texts("tags").into_iter();
            let tags = tags.filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value)));
            Some(AssumeRole {
                role_arn: given(&block, "role_arn")?,
                session: self.session(&block),
                external_id: given(&block, "external_id"),
                source_identity: given(&block, "source_identity"),
                tags: tags.collect(),
                transitive_tags: texts(&block, "transitive_tag_keys"),
            })
        });
        roles.collect()
    }
}

impl Settings {
    pub(crate) fn read(block: &Fields, variables: &BTreeMap<String, String>) -> Self {
        let source = Source { block, variables };
        let files = |name: &str, variable: &str| {
            let block = texts(block, name);
            let variable = source.variable(&[variable]).map(|path| vec![path]);
            if block.is_empty() {
                variable.unwrap_or_default()
            } else {
                block
            }
        };
        Settings {
            region: source.text("region", &["AWS_REGION", "AWS_DEFAULT_REGION"]),
            sts_region: given(block, "sts_region"),
            keys: source.keys(),
            profile: source.text("profile", &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]),
            config_files: files("shared_config_files", "AWS_CONFIG_FILE"),
            credentials_files: files("shared_credentials_files", "AWS_SHARED_CREDENTIALS_FILE"),
            assume_roles: source.assume_roles(),
            web_identity: source.web_identity(),
            default_tags: DefaultTags::read(first(block, "default_tags").as_ref(), variables),
            ignored_tags: IgnoredTags::read(first(block, "ignore_tags").as_ref(), variables),
            endpoints: source.endpoints(),
            retry: source.retry(),
            allowed_accounts: texts(block, "allowed_account_ids"),
            forbidden_accounts: texts(block, "forbidden_account_ids"),
            fips: source.flag("use_fips_endpoint", &["AWS_USE_FIPS_ENDPOINT"]),
            dual_stack: source.flag("use_dualstack_endpoint", &["AWS_USE_DUALSTACK_ENDPOINT"]),
            s3_path_style: block.flag("s3_use_path_style").unwrap_or_default(),
            skip_region_validation: block.flag("skip_region_validation").unwrap_or_default(),
            skip_metadata: block.text("skip_metadata_api_check") == Some("true")
                || source
                    .variable(&["AWS_EC2_METADATA_DISABLED"])
                    .is_some_and(|v| v == "true"),
        }
    }
}

impl Settings {
    /// The same with relative paths starting at `folder`; `~` is the home folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        let identity = self.web_identity.as_mut();
        let token = identity.and_then(|identity| identity.token_file.as_mut());
        let files = self.config_files.iter_mut();
        for file in files.chain(&mut self.credentials_files).chain(token) {
            if !file.starts_with('~') {
                *file = folder.join(&*file).to_string_lossy().into_owned();
            }
        }
        self
    }
}

/// How the variable with its endpoint calls a service.
fn variable_of(service: &str) -> &'static str {
    match service {
        "cloudtrail" => "CLOUDTRAIL",
        "ec2" => "EC2",
        "eks" => "EKS",
        "elbv2" => "ELASTIC_LOAD_BALANCING_V2",
        "iam" => "IAM",
        "s3" => "S3",
        "ssm" => "SSM",
        _ => "STS",
    }
}

/// A text that is neither null nor empty.
fn given(fields: &Fields, name: &str) -> Option<String> {
    let text = fields.text(name).filter(|text| !text.is_empty());
    text.map(str::to_owned)
}

fn texts(fields: &Fields, name: &str) -> Vec<String> {
    fields
        .texts(name)
        .into_iter()
        .map(|(_, text)| text)
        .collect()
}

/// The first block of a kind.
fn first(fields: &Fields, name: &str) -> Option<Fields> {
    let block = fields
        .get(name)
        .values()
        .find(|value| matches!(value, Value::Object(_)));
    block.map(Fields::of)
}

/// A duration as Go writes it: `1h30m`, `900s`.
pub(super) fn duration_of(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (amount, after) = rest.split_at(number);
        let unit = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        total += amount.parse::<f64>().ok()? * seconds(unit)?;
        rest = after;
    }
    (!text.is_empty()).then(|| Duration::from_secs_f64(total))
}

fn seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "h" => 3600.0,
        "m" => 60.0,
        "s" => 1.0,
        "ms" => 1e-3,
        "us" | "µs" => 1e-6,
        "ns" => 1e-9,
        _ => return None,
    })
}
