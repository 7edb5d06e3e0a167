//! What the user set, and where.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde_json::{Map, Value};
use trueup_helm_template::yaml::{Content, Document, NodeId, parse};

use super::path::{Step, ValuePath, leaves};
use super::{documents, load_values, merge};
use crate::error::ChartError;

/// Where the user set a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In a values file.
    File {
        /// Its name, as the user gave it.
        name: String,
        /// The line, from 1.
        line: u32,
        /// The column in characters, from 1.
        column: u32,
    },
    /// On the command line: the flag with its text.
    Flag(String),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File { name, line, column } => write!(formatter, "{name}:{line}:{column}"),
            Place::Flag(flag) => formatter.write_str(flag),
        }
    }
}

/// The user's values, merged as Helm does; each leaf has the place that had the last word.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The values.
    pub values: Map<String, Value>,
    origins: Vec<Origin>,
}

/// Where values came from. Places in it are looked for only when somebody asks.
#[derive(Debug, Clone)]
enum Origin {
    File { name: String, text: Vec<u8> },
    Flag { text: String, values: Value },
}

impl Given {
    /// Lays a values file over what there is.
    ///
    /// # Errors
    /// As [`load_values`].
    pub fn file(&mut self, name: &str, text: &[u8]) -> Result<(), ChartError> {
        let values = load_values(text)?;
        self.origins.push(Origin::File {
            name: name.to_owned(),
            text: text.to_vec(),
        });
        merge(&mut self.values, values);
        Ok(())
    }

    /// Lays the values of a flag over what there is. `flag` is the whole of it, as typed; `set`
    /// applies it to the values it is handed.
    ///
    /// # Errors
    /// Those of `set`.
    pub fn flag(
        &mut self,
        flag: &str,
        set: impl Fn(&mut Map<String, Value>) -> Result<(), ChartError>,
    ) -> Result<(), ChartError> {
        set(&mut self.values)?;
        let mut alone = Map::new();
        // What the flag sets is found by applying it to nothing.
        set(&mut alone)?;
        self.origins.push(Origin::Flag {
            text: flag.to_owned(),
            values: Value::Object(alone),
        });
        Ok(())
    }

    /// The leaves with their places; of a value set twice the last one.
    pub fn leaves(&self) -> impl Iterator<Item = (ValuePath, Option<Place>)> {
        let mut found = Vec::new();
        if !self.values.is_empty() {
            let values = Value::Object(self.values.clone());
            leaves(&values, &ValuePath::default(), &mut found);
        }
        let mut places = self.places();
        found.into_iter().map(move |path| {
            let place = places.remove(&path);
            (path, place)
        })
    }

    fn places(&self) -> BTreeMap<ValuePath, Place> {
        let mut places = BTreeMap::new();
        for origin in &self.origins {
            origin.note(&mut places);
        }
        places
    }
}

impl Origin {
    fn note(&self, places: &mut BTreeMap<ValuePath, Place>) {
        let mut found = Vec::new();
        match self {
            Origin::File { name, text } => {
                let values = Value::Object(load_values(text).unwrap_or_default());
                leaves(&values, &ValuePath::default(), &mut found);
                let lines = lines(text);
                places.extend(found.into_iter().map(|path| {
                    let (line, column) = position(&lines, &path);
                    let name = name.clone();
                    (path, Place::File { name, line, column })
                }));
            }
            Origin::Flag { text, values } => {
                leaves(values, &ValuePath::default(), &mut found);
                let place = |path| (path, Place::Flag(text.clone()));
                places.extend(found.into_iter().map(place));
            }
        }
    }
}

/// Where the keys of a values file stand.
fn lines(text: &[u8]) -> HashMap<ValuePath, (u32, u32)> {
    let mut found = HashMap::new();
    for (first_line, document) in documents(text) {
        if let Ok(document) = parse(document) {
            let mut walk = Walk {
                document: &document,
                first_line,
                found: &mut found,
            };
            walk.root();
        }
    }
    found
}

/// The position of a path, or of the nearest place above it: keys that came by an anchor have
/// none of their own.
fn position(lines: &HashMap<ValuePath, (u32, u32)>, path: &ValuePath) -> (u32, u32) {
    let above = (0..=path.0.len()).rev().map(|length| path.head(length));
    let mut found = above.filter_map(|path| lines.get(&path).copied());
    found.next().unwrap_or((1, 1))
}

/// Notes where each key of a document stands.
struct Walk<'a> {
    document: &'a Document,
    first_line: u32,
    found: &'a mut HashMap<ValuePath, (u32, u32)>,
}

impl Walk<'_> {
    fn root(&mut self) {
        if let Some(root) = self.document.root() {
            self.node(root, &ValuePath::default());
        }
    }

    fn node(&mut self, id: NodeId, path: &ValuePath) {
        let document = self.document;
        let Some(node) = document.node(id) else {
            return;
        };
        match &node.content {
            Content::Mapping(entries) => {
                for (key, value) in entries {
                    self.entry(*key, *value, path);
                }
            }
            Content::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    let path = path.child(Step::Index(index));
                    self.mark(*item, &path);
                    self.node(*item, &path);
                }
            }
            Content::Scalar { .. } | Content::Alias { .. } => {}
        }
    }

    fn entry(&mut self, key: NodeId, value: NodeId, path: &ValuePath) {
        if let Some(Content::Scalar { value: text, .. }) =
            self.document.node(key).map(|node| &node.content)
        {
            let path = path.key(text);
            self.mark(key, &path);
            self.node(value, &path);
        }
    }

    fn mark(&mut self, id: NodeId, path: &ValuePath) {
        if let Some(node) = self.document.node(id) {
            let line = node.line.saturating_add(self.first_line).saturating_add(1);
            let column = node.column.saturating_add(1);
            self.found.insert(path.clone(), (line, column));
        }
    }
}
