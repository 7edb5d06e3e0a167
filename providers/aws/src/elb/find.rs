//! How data sources find what they are about, and tell what they found.

use trueup_sdk::{
    Problem,
    native::{Field, Fields, Shape, problem},
};

use super::calls;
use crate::{client::Account, tags};

/// The one of `arns` that has all the tags of the configuration.
pub(super) async fn by_tags(
    account: &Account,
    arns: Vec<String>,
    config: &Fields,
    what: &str,
) -> Result<Option<String>, Vec<Problem>> {
    let wanted = tags::read(config.get("tags"));
    let mut found = Vec::new();
    if wanted.is_empty() {
        found = arns;
    } else {
        for (arn, told) in calls::tags(account, arns).await {
            let told =
                told.map_err(|error| vec![error.problem(&format!("reading tags of {what}"))])?;
            let told = told.unwrap_or_default();
            if wanted
                .iter()
                .all(|(key, value)| told.get(key) == Some(value))
            {
                found.push(arn);
            }
        }
    }
    if found.len() > 1 {
        let count = found.len();
        let detail = format!("{count} match. Give an ARN, a name, or more tags.");
        return Err(vec![problem(
            &format!("reading {what}: multiple results matched"),
            detail,
        )]);
    }
    Ok(found.pop())
}

/// Attributes and blocks of a resource type as what a data source tells.
pub(super) fn computed(resource: &Shape, names: &[&'static str]) -> Vec<Field> {
    let empty = resource.empty();
    let fields = names.iter().map(|name| {
        let field = Field::computed(name, empty.get(name).ty());
        field.about("As of the resource type.")
    });
    fields.collect()
}

/// The configuration with what was found.
pub(super) fn answer(config: Fields, found: &Fields) -> Fields {
    let mut answer = config.clone();
    for (name, _) in config.iter() {
        let told = found.get(name);
        if !told.is_null() && name != "timeouts" {
            answer.set(name, told.clone());
        }
    }
    answer
}
