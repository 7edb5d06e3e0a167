//! Tags: those of a resource, those of the provider, and those of others.

use std::collections::BTreeMap;

use trueup_sdk::{
    Problem,
    native::{Field, Fields, problem},
};
use trueup_value::{Type, Value};

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// Tags of every resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DefaultTags(Tags);

/// Tags that are nobody's business: neither shown nor removed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct IgnoredTags {
    keys: Vec<String>,
    prefixes: Vec<String>,
}

/// What it takes to get from some tags to others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TagChange {
    pub(crate) set: Tags,
    pub(crate) remove: Vec<String>,
}

impl DefaultTags {
    /// Those of the block `default_tags`; variables `TF_AWS_DEFAULT_TAGS_KEY`
    /// stand behind them.
    pub(crate) fn read(block: Option<&Fields>, variables: &BTreeMap<String, String>) -> Self {
        let from_variables = variables.iter().filter_map(|(name, value)| {
            let key = name.strip_prefix("TF_AWS_DEFAULT_TAGS_")?;
            Some((key.to_owned(), value.clone()))
        });
        let mut tags: Tags = from_variables.collect();
        tags.extend(
            block
                .map(|block| read(block.get("tags")))
                .unwrap_or_default(),
        );
        DefaultTags(tags)
    }

    /// These tags, and those of a resource, which win.
    pub(crate) fn with(&self, own: &Tags) -> Tags {
        let mut all = self.0.clone();
        all.extend(own.clone());
        all
    }

    /// The tags a resource has of its own: without those that are the
    /// provider's, unless `configured` has them, too.
    pub(crate) fn without(&self, all: &Tags, configured: &Tags) -> Tags {
        let own = all.iter().filter(|(key, value)| {
            configured.contains_key(*key) || self.0.get(*key) != Some(value)
        });
        own.map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }
}

impl IgnoredTags {
    pub(crate) fn read(block: Option<&Fields>, variables: &BTreeMap<String, String>) -> Self {
        let texts = |name: &str, variable: &str| {
            let block = block.map(|block| block.texts(name)).unwrap_or_default();
            let block = block.into_iter().map(|(_, text)| text);
            let variable = variables
                .get(variable)
                .map(String::as_str)
                .unwrap_or_default();
            let variable = variable
                .split(',')
                .map(str::trim)
                .filter(|text| !text.is_empty());
            block.chain(variable.map(str::to_owned)).collect()
        };
        IgnoredTags {
            keys: texts("keys", "TF_AWS_IGNORE_TAGS_KEYS"),
            prefixes: texts("key_prefixes", "TF_AWS_IGNORE_TAGS_KEY_PREFIXES"),
        }
    }

    /// The tags that count; those of AWS itself (`aws:`) never do.
    pub(crate) fn strip(&self, tags: Tags) -> Tags {
        let counts = |key: &String| {
            !key.starts_with("aws:")
                && !self.keys.contains(key)
                && !self
                    .prefixes
                    .iter()
                    .any(|prefix| key.starts_with(prefix.as_str()))
        };
        tags.into_iter().filter(|(key, _)| counts(key)).collect()
    }
}

impl TagChange {
    pub(crate) fn between(before: &Tags, after: &Tags) -> Self {
        let set = after
            .iter()
            .filter(|(key, value)| before.get(*key) != Some(value));
        let remove = before.keys().filter(|key| !after.contains_key(*key));
        TagChange {
            set: set
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
            remove: remove.cloned().collect(),
        }
    }
}

/// The tags in a value; null ones are left out.
pub(crate) fn read(value: &Value) -> Tags {
    let tags = value
        .elements()
        .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value.as_str()?.to_owned())));
    tags.collect()
}

/// Tags as a value.
pub(crate) fn value(tags: &Tags) -> Value {
    let tags = tags.iter();
    Value::map(
        Type::String,
        tags.map(|(key, value)| (key.as_str(), Value::string(value.as_str()))),
    )
}

/// The attributes `tags` and `tags_all`.
pub(crate) fn fields() -> [Field; 2] {
    let map = || Type::map(Type::String);
    [
        Field::optional("tags", map())
            .checked(check)
            .about("The tags of the resource itself."),
        Field::optional("tags_all", map())
            .or_computed()
            .about("All tags, with those the provider gives to every resource."),
    ]
}

/// What all services have in common:
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>
fn check(value: &Value, called: &str) -> Option<Problem> {
    let tags = read(value);
    let (most, key_most, value_most) = (50, 128, 256);
    if tags.len() > most {
        let summary = format!("{called} has {} elements", tags.len());
        let detail = format!("A resource can have {most} tags.");
        return Some(problem(&summary, detail));
    }
    let length = |text: &str| text.chars().count();
    let wrong = tags.iter().find_map(|(key, value)| {
        if !(1..=key_most).contains(&length(key)) {
            return Some(format!(
                "The key of a tag has 1 to {key_most} characters, and not {}: \"{key}\".",
                length(key)
            ));
        }
        let long = length(value) > value_most;
        long.then(|| {
            format!(
                "The value of a tag has at most {value_most} characters; that of \"{key}\" has {}.",
                length(value)
            )
        })
    })?;
    Some(problem(&format!("invalid value for {called}"), wrong))
}

/// What `tags_all` will be; unknown while the tags are.
pub(crate) fn plan(defaults: &DefaultTags, config: &Fields, planned: &mut Fields) {
    let tags = config.get("tags");
    let all = match tags.is_wholly_known() {
        true => value(&defaults.with(&read(tags))),
        false => Value::unknown(Type::map(Type::String)),
    };
    planned.set("tags_all", all);
}

/// Shows the tags that were read in `tags` and `tags_all`; `before` is the
/// object as it was.
pub(crate) fn show(
    defaults: &DefaultTags,
    ignored: &IgnoredTags,
    found: Tags,
    before: &Fields,
    object: &mut Fields,
) {
    let all = ignored.strip(found);
    let own = defaults.without(&all, &read(before.get("tags")));
    // Terraform's provider leaves none what was none.
    let none = own.is_empty() && before.get("tags").is_null();
    let shown = match none {
        true => Value::null(Type::map(Type::String)),
        false => value(&own),
    };
    object.set("tags", shown);
    object.set("tags_all", value(&all));
}
