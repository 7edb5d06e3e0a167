//! The keys of a state file: its version, and keys that damage has changed.
//!
//! Programs ignore keys they do not know, so a single flipped bit in
//! `instances` would make all objects of a resource vanish from the next state
//! that is written.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// What a file says of itself.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Its format version.
    pub(super) version: Option<u64>,
    /// The keys that look like others, each in a sentence.
    pub(super) problems: Vec<String>,
}

/// Where in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    File,
    Outputs,
    Output,
    Resource,
    Instance,
    CheckResult,
    CheckObject,
    /// Where keys are not ours.
    Elsewhere,
}

impl Place {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Place::File => &[
                "version",
                "terraform_version",
                "serial",
                "lineage",
                "outputs",
                "resources",
                "check_results",
            ],
            Place::Output => &["value", "type", "sensitive"],
            Place::Resource => &[
                "module",
                "mode",
                "type",
                "name",
                "each",
                "provider",
                "instances",
            ],
            Place::Instance => &[
                "index_key",
                "status",
                "deposed",
                "schema_version",
                "attributes",
                "attributes_flat",
                "sensitive_attributes",
                "identity_schema_version",
                "identity",
                "private",
                "dependencies",
                "create_before_destroy",
            ],
            Place::CheckResult => &["object_kind", "config_addr", "status", "objects"],
            Place::CheckObject => &["object_addr", "status", "failure_messages"],
            Place::Outputs | Place::Elsewhere => &[],
        }
    }

    /// What the value of a key is.
    fn below(self, key: &str) -> Place {
        match (self, key) {
            (Place::File, "outputs") => Place::Outputs,
            (Place::Outputs, _) => Place::Output,
            (Place::File, "resources") => Place::Resource,
            (Place::Resource, "instances") => Place::Instance,
            (Place::File, "check_results") => Place::CheckResult,
            (Place::CheckResult, "objects") => Place::CheckObject,
            _ => Place::Elsewhere,
        }
    }
}

/// Reads the outline of a file.
pub(super) fn outline(bytes: &[u8]) -> serde_json::Result<Outline> {
    let mut outline = Outline::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let walk = Walk {
        place: Place::File,
        outline: &mut outline,
    };
    walk.deserialize(&mut json)?;
    json.end()?;
    Ok(outline)
}

struct Walk<'a> {
    place: Place,
    outline: &'a mut Outline,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        match self.place {
            Place::Elsewhere => json.deserialize_ignored_any(IgnoredAny).map(drop),
            Place::File => json.deserialize_map(self),
            _ => json.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a state")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut keys: Vec<Cow<'de, str>> = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            if self.place == Place::File && key == "version" {
                self.outline.version = map.next_value()?;
            } else {
                map.next_value_seed(Walk {
                    place: self.place.below(&key),
                    outline: self.outline,
                })?;
            }
            keys.push(key);
        }
        report(self.place, &keys, &mut self.outline.problems);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        loop {
            let next = Walk {
                place: self.place,
                outline: self.outline,
            };
            if elements.next_element_seed(next)?.is_none() {
                return Ok(());
            }
        }
    }

    // Of the wrong type, which is found out when it is read for good.

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// Reports keys that differ in one byte from one that is not there.
fn report(place: Place, keys: &[Cow<'_, str>], problems: &mut Vec<String>) {
    let known = place.keys();
    let foreign = keys.iter().filter(|key| !known.contains(&key.as_ref()));
    for key in foreign {
        let meant = known
            .iter()
            .find(|meant| differ_in_one(meant, key) && !keys.iter().any(|key| key == *meant));
        if let Some(meant) = meant {
            problems.push(format!("it has a {key:?} where {meant:?} belongs"));
        }
    }
}

fn differ_in_one(a: &str, b: &str) -> bool {
    let pairs = || a.bytes().zip(b.bytes());
    a.len() == b.len() && pairs().filter(|(a, b)| a != b).count() == 1
}

/// A key, borrowed where it can be.
struct Key<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_str(KeyVisitor).map(Key)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}
