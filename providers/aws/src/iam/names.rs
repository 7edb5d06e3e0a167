//! Names, and how what was made under one is found again.

use std::time::{Duration, UNIX_EPOCH};

use trueup_sdk::{
    Problem,
    native::{Field, Fields, problem},
};
use trueup_value::{Type, Value};

use crate::{
    arn::{self, Arn},
    client::Account,
    unique,
};

/// What generated names begin with unless there is a prefix.
const PREFIX: &str = "terraform-";

/// How much the clocks of this machine and of AWS may differ.
const SKEW: Duration = Duration::from_secs(300);

/// A name and when it was chosen, recorded before anything is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) name: String,
    chosen: u64,
}

impl Identity {
    /// The name that is planned, or a new one.
    pub(super) fn choose(account: &Account, planned: &Fields) -> Option<Self> {
        let name = match planned.text("name") {
            Some(name) => name.to_owned(),
            None => {
                let prefix = planned
                    .text("name_prefix")
                    .filter(|prefix| !prefix.is_empty());
                let suffix = unique::suffix(&account.world)?;
                format!("{}{suffix}", prefix.unwrap_or(PREFIX))
            }
        };
        Self::of(account, &name)
    }

    /// A name that is given, chosen now.
    pub(super) fn of(account: &Account, name: &str) -> Option<Self> {
        let chosen = account.world.clock.now().duration_since(UNIX_EPOCH).ok()?;
        Some(Identity {
            name: name.to_owned(),
            chosen: chosen.as_secs(),
        })
    }

    /// As it is recorded.
    pub(super) fn write(&self) -> String {
        format!("{}@{}", self.name, self.chosen)
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let (name, chosen) = text.rsplit_once('@')?;
        Some(Identity {
            name: name.to_owned(),
            chosen: chosen.parse().ok()?,
        })
    }

    /// Whether something made at `created` can be what was made under this
    /// name: something older belongs to somebody else.
    pub(super) fn made(&self, created: &aws_smithy_types::DateTime) -> bool {
        let created = u64::try_from(created.secs()).unwrap_or_default();
        created + SKEW.as_secs() >= self.chosen
    }
}

/// The identity of an object about to be made: the one that was recorded, or a
/// new one.
///
/// # Errors
/// There is no randomness to make a name from.
pub(super) fn of_new(
    account: &Account,
    planned: &Fields,
    recorded: Option<Identity>,
) -> Result<Identity, Problem> {
    let chosen = recorded.or_else(|| Identity::choose(account, planned));
    chosen.ok_or_else(|| {
        let detail = "There is no randomness to make one from.";
        problem("The object has no name", detail)
    })
}

/// `name` and `name_prefix`.
pub(super) fn fields(longest: usize) -> [Field; 2] {
    [
        Field::optional("name", Type::String)
            .or_computed()
            .replaces()
            .conflicts_with(&["name_prefix"])
            .about("The name; a unique one where none is given."),
        Field::optional("name_prefix", Type::String)
            .or_computed()
            .replaces()
            .conflicts_with(&["name"])
            .about("What a unique name begins with."),
    ]
    .map(|field| match longest {
        128 => field.checked(name_of_128),
        _ => field.checked(name_of_64),
    })
}

fn name_of_128(value: &Value, called: &str) -> Option<Problem> {
    check(value, called, 128)
}

fn name_of_64(value: &Value, called: &str) -> Option<Problem> {
    check(value, called, 64)
}

/// The name of a policy that is part of a role.
pub(super) fn check_policy(value: &Value, called: &str) -> Option<Problem> {
    check(value, called, 128)
}

/// The name of a role that is somewhere else.
pub(super) fn check_role(value: &Value, called: &str) -> Option<Problem> {
    let text = value.as_str()?;
    let Some(arn) = Arn::parse(text) else {
        return check(value, called, 64);
    };
    let name = arn.resource.rsplit('/').next().unwrap_or_default();
    let summary = format!("\"{called}\" must be the role's name not its ARN");
    Some(problem(&summary, format!("Write \"{name}\".")))
}

/// The ARN of a managed policy.
pub(super) fn check_policy_arn(value: &Value, called: &str) -> Option<Problem> {
    if let Some(problem) = arn::check(value, called) {
        return Some(problem);
    }
    let text = value.as_str().filter(|text| !text.is_empty())?;
    let right = Arn::parse(text).is_some_and(|arn| arn.resource.starts_with("policy/"));
    let summary = format!("\"{called}\" ({text}) is not the ARN of a managed policy");
    let detail = "It looks like arn:aws:iam::ACCOUNT:policy/NAME; those of AWS have \"aws\" for the account.";
    (!right).then(|| problem(&summary, detail))
}

/// The same where none is a role, too.
pub(super) fn check_any_role(value: &Value, called: &str) -> Option<Problem> {
    let given = value.as_str().is_some_and(|text| !text.is_empty());
    given.then(|| check_role(value, called)).flatten()
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
fn check(value: &Value, called: &str, longest: usize) -> Option<Problem> {
    let text = value.as_str()?;
    let limit = if called.ends_with("name_prefix") {
        longest - 26
    } else {
        longest
    };
    let right = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let length = text.chars().count();
    let summary = if length > limit || (length == 0 && !called.ends_with("prefix")) {
        format!("expected length of {called} to be in the range (1 - {limit}), got {text}")
    } else if !text.chars().all(right) {
        format!(
            "invalid value for {called} (must only contain alphanumeric characters, hyphens, underscores, commas, periods, @ symbols, plus and equals signs)"
        )
    } else {
        return None;
    };
    Some(problem(&summary, ""))
}

/// Shows a name, and the prefix it begins with if it was made up.
pub(super) fn show(object: &mut Fields, name: &str) {
    object.set_text("name", name);
    object.set_text("name_prefix", unique::prefix(name));
}
