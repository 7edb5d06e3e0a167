//! Which objects a rule is for.

use std::collections::BTreeMap;

use aws_sdk_s3::types::{LifecycleRuleAndOperator, LifecycleRuleFilter, Tag};
use trueup_sdk::native::{Field, Fields, Nested, Shape};
use trueup_value::{Type, Value};

use super::{RULE, shape::number};
use crate::blocks;

const NAME: &str = "filter";

/// What objects must be like; all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Filter {
    pub(super) prefix: String,
    larger: Option<i64>,
    smaller: Option<i64>,
    tags: BTreeMap<String, String>,
}

fn sizes() -> [Field; 2] {
    [
        number("object_size_greater_than", "Objects of more bytes.")
            .or_computed()
            .at_least(0),
        number("object_size_less_than", "Objects of fewer bytes.")
            .or_computed()
            .at_least(1),
    ]
}

fn prefix() -> Field {
    let field = Field::optional("prefix", Type::String).or_computed();
    field.about("What their keys begin with.")
}

pub(super) fn block() -> Nested {
    let tags = Field::optional("tags", Type::map(Type::String)).about("Their tags.");
    let both = Nested::list("and", sizes().into_iter().chain([prefix(), tags]));
    let tag = Nested::list(
        "tag",
        [
            Field::required("key", Type::String).about("Its key."),
            Field::required("value", Type::String).about("Its value."),
        ],
    );
    Nested::list(NAME, sizes().into_iter().chain([prefix()]))
        .about("The objects it is for: all of them where it is empty.")
        .block(both.about("Several conditions, which must all hold."))
        .block(tag.about("A tag."))
}

impl Filter {
    pub(super) fn of(rule: &Fields) -> Self {
        let old = rule.text("prefix").unwrap_or_default();
        let Some(block) = blocks::block(rule, NAME) else {
            return Filter {
                prefix: old.to_owned(),
                ..Filter::default()
            };
        };
        let inner = blocks::block(&block, "and").unwrap_or(block.clone());
        let mut tags = BTreeMap::new();
        if let Some(tag) = blocks::block(&block, "tag")
            && let (Some(key), Some(value)) = (tag.text("key"), tag.text("value"))
        {
            tags.insert(key.to_owned(), value.to_owned());
        }
        let several = inner.texts("tags").into_iter();
        tags.extend(several.filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value))));
        Filter {
            prefix: inner.text("prefix").unwrap_or_default().to_owned(),
            larger: inner
                .integer("object_size_greater_than")
                .filter(|size| *size > 0),
            smaller: inner
                .integer("object_size_less_than")
                .filter(|size| *size > 0),
            tags,
        }
    }

    pub(super) fn told(told: Option<&LifecycleRuleFilter>, old: Option<&str>) -> Self {
        let Some(told) = told else {
            return Filter {
                prefix: old.unwrap_or_default().to_owned(),
                ..Filter::default()
            };
        };
        let pair = |tag: &Tag| (tag.key().to_owned(), tag.value().to_owned());
        let positive = |size: Option<i64>| size.filter(|size| *size > 0);
        match told.and() {
            Some(and) => Filter {
                prefix: and.prefix().unwrap_or_default().to_owned(),
                larger: positive(and.object_size_greater_than()),
                smaller: positive(and.object_size_less_than()),
                tags: and.tags().iter().map(pair).collect(),
            },
            None => Filter {
                prefix: told.prefix().unwrap_or_default().to_owned(),
                larger: positive(told.object_size_greater_than()),
                smaller: positive(told.object_size_less_than()),
                tags: told.tag().into_iter().map(pair).collect(),
            },
        }
    }

    /// How many conditions there are.
    fn size(&self) -> usize {
        usize::from(!self.prefix.is_empty())
            + usize::from(self.larger.is_some())
            + usize::from(self.smaller.is_some())
            + self.tags.len()
    }

    pub(super) fn write(&self) -> LifecycleRuleFilter {
        let tags = self.tags.iter();
        let tags: Vec<Tag> = tags
            .filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok())
            .collect();
        let filter = LifecycleRuleFilter::builder();
        if self.size() > 1 {
            let and = LifecycleRuleAndOperator::builder()
                .set_prefix(Some(self.prefix.clone()).filter(|prefix| !prefix.is_empty()))
                .set_object_size_greater_than(self.larger)
                .set_object_size_less_than(self.smaller)
                .set_tags(Some(tags).filter(|tags| !tags.is_empty()));
            return filter.and(and.build()).build();
        }
        let alone = self.larger.is_none() && self.smaller.is_none() && tags.is_empty();
        filter
            .set_prefix(alone.then(|| self.prefix.clone()))
            .set_object_size_greater_than(self.larger)
            .set_object_size_less_than(self.smaller)
            .set_tag(tags.into_iter().next())
            .build()
    }

    pub(super) fn show(&self, shape: &Shape) -> Value {
        let path = format!("{RULE}.{NAME}");
        let (empty, and) = (
            shape.empty_at(&path),
            shape.empty_at(&format!("{path}.and")),
        );
        let tag = shape.empty_at(&format!("{path}.tag"));
        let mut block = empty.clone();
        if self.size() > 1 {
            let mut both = and.clone();
            self.show_plain(&mut both);
            let tags = self.tags.iter();
            let tags = tags.map(|(key, value)| (key.as_str(), Value::string(value.as_str())));
            both.set("tags", Value::map(Type::String, tags));
            block.set("and", blocks::list(&and, [both]));
        } else {
            self.show_plain(&mut block);
            let only = self.tags.iter().next().map(|(key, value)| {
                let mut only = tag.clone();
                only.set_text("key", key.as_str());
                only.set_text("value", value.as_str());
                only
            });
            block.set("tag", blocks::list(&tag, only));
        }
        blocks::list(&empty, [block])
    }

    fn show_plain(&self, block: &mut Fields) {
        block.set_text("prefix", self.prefix.as_str());
        block.set("object_size_greater_than", blocks::number(self.larger));
        block.set("object_size_less_than", blocks::number(self.smaller));
    }
}
