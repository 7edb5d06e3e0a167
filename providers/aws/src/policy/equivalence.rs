//! When two policy documents mean the same.
//!
//! The rules are those Terraform's provider compares by, so that both see the
//! same changes: the order of statements, of actions, resources and principals
//! does not count, nor whether a single one stands in a list; an account's ID
//! means its root user. Wildcards are not expanded, and what AWS reads without
//! regard to case is compared with regard to it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A document in a form in which documents that mean the same are equal.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Document {
    pub(super) version: String,
    pub(super) id: String,
    pub(super) statements: Vec<Statement>,
}

/// Values by key, by operator.
pub(super) type Conditions = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// A statement in such a form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Statement {
    pub(super) sid: String,
    pub(super) effect: String,
    pub(super) lists: BTreeMap<&'static str, Vec<String>>,
    pub(super) principals: BTreeMap<&'static str, Principals>,
    pub(super) conditions: Option<Conditions>,
}

/// Who a statement is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Principals {
    /// Written as a text, such as `*`.
    Text(String),
    /// By type.
    Typed(BTreeMap<String, Vec<String>>),
}

/// The elements that are lists of texts.
pub(super) const LISTS: [&str; 4] = ["Action", "NotAction", "Resource", "NotResource"];

const PRINCIPALS: [&str; 2] = ["Principal", "NotPrincipal"];

/// Whether two policy documents mean the same. Texts that are no policy
/// documents mean the same only if they are equal.
pub fn equivalent(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    match (Document::read(one), Document::read(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

impl Document {
    /// Reads a document; `None` if it is none.
    pub(super) fn read(text: &str) -> Option<Document> {
        let text = if text.trim().is_empty() { "{}" } else { text };
        let value: Value = serde_json::from_str(text).ok()?;
        let document = match &value {
            Value::Array(one) if one.len() == 1 => one.first()?.as_object()?,
            other => other.as_object()?,
        };
        let statements = match document.get("Statement") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(all)) => all.iter().collect(),
            Some(one) => vec![one],
        };
        let statements = statements
            .into_iter()
            .map(|one| Statement::read(one.as_object()?));
        let mut statements = statements.collect::<Option<Vec<_>>>()?;
        statements.sort();
        Some(Document {
            version: text_of(document, "Version")?,
            id: text_of(document, "Id")?,
            statements,
        })
    }
}

impl Statement {
    fn read(statement: &Map<String, Value>) -> Option<Statement> {
        let mut lists = BTreeMap::new();
        for name in LISTS {
            let mut texts = texts(statement.get(name))?;
            texts.sort();
            lists.insert(name, texts);
        }
        let mut principals = BTreeMap::new();
        for name in PRINCIPALS {
            if let Some(found) = Principals::read(statement.get(name))? {
                principals.insert(name, found);
            }
        }
        Some(Statement {
            sid: text_of(statement, "Sid")?,
            effect: text_of(statement, "Effect")?.to_lowercase(),
            lists,
            principals,
            conditions: conditions(statement.get("Condition"))?,
        })
    }
}

impl Principals {
    fn read(value: Option<&Value>) -> Option<Option<Principals>> {
        let typed = match value {
            None | Some(Value::Null) => return Some(None),
            Some(Value::String(text)) => return Some(Some(Principals::Text(text.clone()))),
            Some(Value::Object(typed)) => typed,
            Some(_) => return None,
        };
        let mut found = BTreeMap::new();
        for (kind, value) in typed {
            let mut texts = texts(Some(value))?;
            if kind == "AWS" {
                texts.iter_mut().for_each(|text| *text = account(text));
            }
            texts.sort();
            if !texts.is_empty() {
                found.insert(kind.clone(), texts);
            }
        }
        Some((!found.is_empty()).then_some(Principals::Typed(found)))
    }
}

/// `arn:PARTITION:iam::ACCOUNT:root` is the account.
fn account(text: &str) -> String {
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", account, "root"] if is_account(account) => (*account).to_owned(),
        _ => text.to_owned(),
    }
}

pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn conditions(value: Option<&Value>) -> Option<Option<Conditions>> {
    let operators = match value {
        None | Some(Value::Null) => return Some(None),
        Some(value) => value.as_object()?,
    };
    let operators = operators.iter().map(|(operator, keys)| {
        let keys = keys.as_object()?.iter().map(|(key, values)| {
            let mut values = texts(Some(values))?;
            values.sort();
            Some((key.clone(), values))
        });
        Some((operator.clone(), keys.collect::<Option<_>>()?))
    });
    Some(Some(operators.collect::<Option<_>>()?))
}

/// The texts of an element that is one or many.
fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    match value {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(all)) => all.iter().map(scalar).collect(),
        Some(one) => Some(vec![scalar(one)?]),
    }
}

/// Quoted or not makes no difference.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn text_of(object: &Map<String, Value>, name: &str) -> Option<String> {
    match object.get(name) {
        None | Some(Value::Null) => Some(String::new()),
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => None,
    }
}
