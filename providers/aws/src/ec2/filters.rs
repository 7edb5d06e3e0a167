//! What data sources look for.

use trueup_sdk::native::{Field, Fields, Nested};
use trueup_value::Type;

use crate::{
    blocks,
    client::{Element, Parameters},
    tags::{self, Tags},
};

/// What is looked at, and the values of which one must be met.
pub(super) type Filter = (String, Vec<String>);

/// The blocks `filter`.
pub(super) fn block() -> Nested {
    Nested::set(
        "filter",
        [
            Field::required("name", Type::String).about("What is looked at, as EC2 calls it."),
            Field::required("values", Type::set(Type::String))
                .about("Values of which one must be met."),
        ],
    )
    .about("What must be met.")
}

pub(super) fn filter(name: &str, values: impl IntoIterator<Item = String>) -> Filter {
    (name.to_owned(), values.into_iter().collect())
}

/// Filters as a request carries them.
pub(super) fn write(filters: impl IntoIterator<Item = Filter>) -> Parameters {
    let filters = filters.into_iter();
    let filters = filters.map(|(name, values)| {
        Parameters::default()
            .set("Name", name)
            .list("Value", values)
    });
    Parameters::default().each("Filter", filters)
}

/// The filters of a configuration: its blocks, and its tags.
pub(super) fn planned(config: &Fields) -> Vec<Filter> {
    let blocks = blocks::blocks(config, "filter").into_iter();
    let blocks = blocks.map(|block| {
        filter(
            block.text("name").unwrap_or_default(),
            blocks::texts(&block, "values"),
        )
    });
    let tags = tags::read(config.get("tags")).into_iter();
    let tags = tags.map(|(key, value)| filter(&format!("tag:{key}"), [value]));
    tags.chain(blocks).collect()
}

/// The tags something tells in its `tagSet`.
pub(super) fn read_tags(told: &Element) -> Tags {
    let tags = told.items("tagSet");
    tags.filter_map(|tag| {
        let value = tag.text_of("value").unwrap_or_default();
        Some((tag.text_of("key")?.to_owned(), value.to_owned()))
    })
    .collect()
}

/// Tags that something is to be made with.
pub(super) fn write_tags(kind: &str, tags: &Tags) -> Parameters {
    let written = tags
        .iter()
        .map(|(key, value)| Parameters::default().set("Key", key).set("Value", value));
    let specification = Parameters::default()
        .set("ResourceType", kind)
        .each("Tag", written);
    Parameters::default().each(
        "TagSpecification",
        (!tags.is_empty()).then_some(specification),
    )
}
