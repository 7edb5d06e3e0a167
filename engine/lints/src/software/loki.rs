//! The configuration of Loki, wherever a plan has it.

use trueup_lang::functions::yaml_value;
use trueup_value::Value;

use crate::view::{Look, Object, View};

/// A configuration file of Loki.
pub(crate) struct Configuration<'o, 'a> {
    /// The Secret or ConfigMap it is in.
    pub(crate) object: &'o Object<'a>,
    /// Its key there.
    pub(crate) key: String,
    settings: Value,
}

/// All configuration files of Loki that are known.
pub(crate) fn configurations<'o, 'a>(view: &'o View<'a>) -> Vec<Configuration<'o, 'a>> {
    let holders = view.objects().iter();
    let holders = holders.filter(|object| matches!(object.kind.as_str(), "Secret" | "ConfigMap"));
    let found = holders.flat_map(|object| {
        let files = object.files().into_iter();
        files.filter_map(move |(key, text)| {
            // Reading every file of a plan as YAML would take its time.
            if !text.contains("schema_config") {
                return None;
            }
            let settings = yaml_value(&text).ok()?;
            Some(Configuration {
                object,
                key,
                settings,
            })
        })
    });
    found.collect()
}

impl Configuration<'_, '_> {
    /// A setting, by the names that lead to it.
    pub(crate) fn at(&self, names: &str) -> Look<'_> {
        Look::of(&self.settings).find(names)
    }

    /// The buckets it keeps logs in.
    pub(crate) fn buckets(&self) -> Vec<String> {
        let places = ["storage_config.aws", "common.storage.s3"];
        let buckets = places.iter().flat_map(|place| {
            let place = self.at(place);
            let named = place.at("bucketnames").text().unwrap_or_default();
            let named = named.split(',').map(str::trim);
            let named: Vec<String> = named
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect();
            match named.is_empty() {
                true => place
                    .at("s3")
                    .text()
                    .and_then(bucket_of_url)
                    .into_iter()
                    .collect(),
                false => named,
            }
        });
        buckets.collect()
    }

    /// The periods of its schema, in the order of the file.
    pub(crate) fn periods(&self) -> impl Iterator<Item = Look<'_>> {
        self.at("schema_config.configs").items()
    }
}

/// `s3://region/bucket` and `s3://key:secret@region/bucket`.
fn bucket_of_url(url: &str) -> Option<String> {
    let (_, place) = url.strip_prefix("s3://")?.split_once('/')?;
    let bucket = place.split(['?', '/']).next()?;
    (!bucket.is_empty()).then(|| bucket.to_owned())
}
