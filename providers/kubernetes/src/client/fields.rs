//! Sets of fields as `metadata.managedFields` notes them.
//!
//! The notation is that of Kubernetes' `FieldsV1`: `f:NAME` for a field,
//! `k:{…}` for an element of a list by its keys, `v:VALUE` for an element of a
//! set, `i:N` for a position; `.` says that the thing itself belongs to the
//! set, too.

use std::{collections::BTreeMap, fmt};

use serde_json::{Map, Value as Json};

/// One step from an object to something in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A field of an object.
    Field(String),
    /// The element of a list whose keys have these values, as JSON.
    Key(BTreeMap<String, String>),
    /// The element of a set, as JSON.
    Value(String),
    /// The element at a position.
    Index(usize),
}

/// Fields of an object, as a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSet {
    /// Whether what this node stands for belongs to the set itself.
    member: bool,
    children: BTreeMap<Step, FieldSet>,
}

/// An entry of `metadata.managedFields`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedFields {
    /// Who manages the fields.
    pub manager: String,
    /// `Apply` or `Update`.
    pub operation: String,
    /// When they were last changed, RFC 3339.
    pub time: Option<String>,
    /// Through which subresource, such as `status` or `scale`.
    pub subresource: Option<String>,
    /// The version of the API the fields are noted in.
    pub api_version: String,
    /// The fields.
    pub fields: FieldSet,
}

impl FieldSet {
    /// Reads a `FieldsV1`. What is not understood is left out.
    pub fn parse(json: &Json) -> FieldSet {
        let Some(entries) = json.as_object() else {
            return FieldSet::default();
        };
        let mut set = FieldSet {
            member: entries.is_empty(),
            children: BTreeMap::new(),
        };
        for (name, inner) in entries {
            if name == "." {
                set.member = true;
            } else if let Some(step) = Step::parse(name) {
                set.children.insert(step, FieldSet::parse(inner));
            }
        }
        set
    }

    /// As `FieldsV1`.
    pub fn to_json(&self) -> Json {
        let mut entries = Map::new();
        if self.member && !self.children.is_empty() {
            entries.insert(".".to_owned(), Json::Object(Map::new()));
        }
        for (step, inner) in &self.children {
            entries.insert(step.notation(), inner.to_json());
        }
        Json::Object(entries)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        !self.member && self.children.is_empty()
    }

    /// Whether the thing itself belongs to the set.
    pub fn is_member(&self) -> bool {
        self.member
    }

    /// Whether nothing below is noted: a value, or one that is owned whole.
    pub fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }

    /// What is noted below.
    pub fn children(&self) -> impl Iterator<Item = (&Step, &FieldSet)> {
        self.children.iter()
    }

    /// What is noted of a field.
    pub fn field(&self, name: &str) -> Option<&FieldSet> {
        self.children.get(&Step::Field(name.to_owned()))
    }

    /// The element of a list: which step leads to it, and what is noted of it.
    pub fn element(&self, index: usize, element: &Json) -> Option<(&Step, &FieldSet)> {
        let mut steps = self.children.iter();
        steps.find(|(step, _)| step.matches(index, element))
    }

    /// The fields of both.
    pub fn union(&self, other: &FieldSet) -> FieldSet {
        let mut union = self.clone();
        union.member |= other.member;
        for (step, inner) in &other.children {
            let own = union.children.entry(step.clone()).or_default();
            *own = own.union(inner);
        }
        union
    }

    /// The fields that are not in `other`. A map of which nothing else is left
    /// is in `other`, too: whoever owns an entry owns that there is a map.
    pub fn without(&self, other: &FieldSet) -> FieldSet {
        let children = self.children.iter().filter_map(|(step, inner)| {
            let rest = match other.children.get(step) {
                Some(other) => inner.without(other),
                None => inner.clone(),
            };
            (!rest.is_empty()).then(|| (step.clone(), rest))
        });
        let children: BTreeMap<Step, FieldSet> = children.collect();
        let kept = !other.member && !children.is_empty();
        FieldSet {
            member: self.member && (kept || other.is_empty()),
            children,
        }
    }

    /// The paths of all members, in order.
    pub fn paths(&self) -> Vec<Vec<Step>> {
        let mut paths = Vec::new();
        self.collect(&mut Vec::new(), &mut paths);
        paths
    }

    fn collect(&self, path: &mut Vec<Step>, paths: &mut Vec<Vec<Step>>) {
        if self.member && !path.is_empty() {
            paths.push(path.clone());
        }
        for (step, inner) in &self.children {
            path.push(step.clone());
            inner.collect(path, paths);
            path.pop();
        }
    }

    /// Whether the thing at `path`, or something in it, or something it is
    /// part of and that is owned whole, belongs to the set.
    pub fn touches(&self, path: &[Step]) -> bool {
        match path.split_first() {
            None => !self.is_empty(),
            Some(_) if self.is_leaf() => self.member,
            Some((step, rest)) => match self.children.get(step) {
                Some(inner) => inner.touches(rest),
                None => false,
            },
        }
    }
}

impl Step {
    fn parse(notation: &str) -> Option<Step> {
        let (kind, rest) = notation.split_once(':')?;
        match kind {
            "f" => Some(Step::Field(rest.to_owned())),
            "v" => Some(Step::Value(rest.to_owned())),
            "i" => rest.parse().ok().map(Step::Index),
            "k" => {
                let keys: Map<String, Json> = serde_json::from_str(rest).ok()?;
                let keys = keys
                    .into_iter()
                    .map(|(key, value)| (key, value.to_string()));
                Some(Step::Key(keys.collect()))
            }
            _ => None,
        }
    }

    fn notation(&self) -> String {
        match self {
            Step::Field(name) => format!("f:{name}"),
            Step::Value(value) => format!("v:{value}"),
            Step::Index(index) => format!("i:{index}"),
            Step::Key(keys) => {
                let keys = keys.iter().map(|(key, value)| {
                    let key = Json::String(key.clone());
                    format!("{key}:{value}")
                });
                format!("k:{{{}}}", keys.collect::<Vec<_>>().join(","))
            }
        }
    }

    /// Whether it leads to `element` of a list.
    pub fn matches(&self, index: usize, element: &Json) -> bool {
        match self {
            Step::Field(_) => false,
            Step::Index(own) => *own == index,
            Step::Value(own) => serde_json::from_str::<Json>(own).is_ok_and(|own| own == *element),
            Step::Key(keys) => keys.iter().all(|(key, value)| match element.get(key) {
                Some(own) => serde_json::from_str::<Json>(value).is_ok_and(|value| value == *own),
                // The server notes defaults of keys that were left out.
                None => key == "protocol" && value == "\"TCP\"",
            }),
        }
    }
}

/// As conflicts name fields: `.spec.ports[port=80].name`.
pub fn path_text(path: &[Step]) -> String {
    path.iter().map(Step::to_string).collect()
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Field(name) => write!(f, ".{name}"),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Value(value) => write!(f, "[={value}]"),
            Step::Key(keys) => {
                let keys = keys.iter().map(|(key, value)| format!("{key}={value}"));
                write!(f, "[{}]", keys.collect::<Vec<_>>().join(","))
            }
        }
    }
}

impl ManagedFields {
    /// The entries of an object.
    pub fn of(object: &Json) -> Vec<ManagedFields> {
        let entries = object.pointer("/metadata/managedFields");
        let entries = entries.and_then(Json::as_array).into_iter().flatten();
        entries.map(ManagedFields::parse).collect()
    }

    fn parse(entry: &Json) -> ManagedFields {
        let text = |name: &str| entry.get(name).and_then(Json::as_str).map(str::to_owned);
        ManagedFields {
            manager: text("manager").unwrap_or_default(),
            operation: text("operation").unwrap_or_default(),
            time: text("time"),
            subresource: text("subresource").filter(|name| !name.is_empty()),
            api_version: text("apiVersion").unwrap_or_default(),
            fields: entry
                .get("fieldsV1")
                .map(FieldSet::parse)
                .unwrap_or_default(),
        }
    }

    /// What `manager` owns in an object by server-side apply.
    pub fn applied_by(object: &Json, manager: &str) -> Option<FieldSet> {
        let entries = ManagedFields::of(object).into_iter();
        let mut own = entries.filter(|entry| entry.is_applied_by(manager));
        own.next().map(|entry| entry.fields)
    }

    /// Whether `manager` may have made an object. Applying nothing but a name
    /// leaves no trace: then nobody manages anything.
    pub fn may_be_made_by(object: &Json, manager: &str) -> bool {
        let entries = ManagedFields::of(object);
        let mut whole = entries.iter().filter(|entry| entry.subresource.is_none());
        let nobody = whole.next().is_none();
        nobody || entries.iter().any(|entry| entry.is_applied_by(manager))
    }

    /// Whether these are the fields `manager` applied.
    pub fn is_applied_by(&self, manager: &str) -> bool {
        self.manager == manager && self.operation == "Apply" && self.subresource.is_none()
    }
}
