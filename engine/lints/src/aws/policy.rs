//! Policy documents as far as rules have to understand them.

use serde_json::Value as Json;

use crate::{
    text::matches,
    view::{Look, Resource, View},
};

/// A policy document, known as far as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    pub(crate) statements: Vec<Statement>,
    /// There may be statements that are not known yet.
    pub(crate) open: bool,
}

/// A statement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statement {
    pub(crate) sid: Option<String>,
    /// It denies instead of allowing.
    pub(crate) denies: bool,
    pub(crate) actions: Texts,
    pub(crate) resources: Texts,
    /// It has `NotAction`, `NotResource` or `NotPrincipal`.
    pub(crate) inverted: bool,
    pub(crate) principals: Vec<Principal>,
    pub(crate) conditions: Vec<Condition>,
    /// Its conditions are not known.
    pub(crate) open: bool,
}

/// Whom a statement is about, of one type such as `Federated`.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) kind: String,
    pub(crate) identifiers: Texts,
}

/// A test of a statement, such as `StringEquals`.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) test: String,
    pub(crate) variable: String,
    pub(crate) values: Texts,
}

/// Texts, some of which may not be known yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    pub(crate) known: Vec<String>,
    pub(crate) open: bool,
}

impl Texts {
    /// Whether any known one, as a pattern, matches a text.
    pub(crate) fn cover(&self, text: &str) -> bool {
        self.known.iter().any(|pattern| matches(pattern, text))
    }

    /// The same without regard to case, as actions are compared.
    pub(crate) fn cover_action(&self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        let mut known = self.known.iter();
        known.any(|pattern| matches(&pattern.to_ascii_lowercase(), &action))
    }
}

impl Condition {
    /// What the test does, without what it does about several values or none.
    pub(crate) fn operator(&self) -> &str {
        let test = self.test.rsplit(':').next().unwrap_or_default();
        test.strip_suffix("IfExists").unwrap_or(test)
    }
}

impl Statement {
    /// Whether it is known to be about an action on a resource, whatever its
    /// conditions are.
    pub(crate) fn covers(&self, action: &str, resource: &str) -> bool {
        !self.inverted && self.actions.cover_action(action) && self.resources.cover(resource)
    }

    /// Whether it is not known yet what it is about.
    pub(crate) fn is_open(&self) -> bool {
        self.inverted || self.actions.open || self.resources.open
    }
}

impl Policy {
    fn unknown() -> Self {
        Policy {
            open: true,
            ..Policy::default()
        }
    }

    /// The document that an attribute of a resource holds. While that is not
    /// known, the `aws_iam_policy_document` it refers to may tell most of it.
    pub(crate) fn of(view: &View<'_>, resource: &Resource<'_>, argument: &str) -> Self {
        let value = resource.at(argument);
        if let Some(text) = value.text() {
            return Policy::parse(text).unwrap_or_else(Policy::unknown);
        }
        if value.is_absent() {
            return Policy::default();
        }
        match view.target(resource, argument) {
            Some(document) if document.kind() == "aws_iam_policy_document" => {
                Policy::drafted(document)
            }
            _ => Policy::unknown(),
        }
    }

    /// A document in JSON.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let document: Json = serde_json::from_str(text).ok()?;
        let statements = match document.get("Statement")? {
            Json::Array(statements) => statements.iter().map(statement).collect(),
            single => vec![statement(single)],
        };
        Some(Policy {
            statements,
            open: false,
        })
    }

    /// A document as the arguments of its data source have it.
    fn drafted(document: &Resource<'_>) -> Self {
        let statements = document.at("statement");
        let others = ["source_policy_documents", "override_policy_documents"];
        let others = others.iter().any(|name| !document.at(name).is_absent());
        Policy {
            statements: statements.items().map(drafted_statement).collect(),
            open: statements.is_unknown() || others,
        }
    }
}

fn statement(json: &Json) -> Statement {
    let has = |name: &str| json.get(name).is_some();
    Statement {
        sid: json.get("Sid").and_then(Json::as_str).map(str::to_owned),
        denies: json.get("Effect").and_then(Json::as_str) == Some("Deny"),
        actions: texts(json.get("Action")),
        resources: texts(json.get("Resource")),
        inverted: has("NotAction") || has("NotResource") || has("NotPrincipal"),
        principals: principals(json.get("Principal")),
        conditions: conditions(json.get("Condition")),
        open: false,
    }
}

fn texts(json: Option<&Json>) -> Texts {
    let text = |json: &Json| match json {
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) => Some(json.to_string()),
        _ => None,
    };
    let known = match json {
        Some(Json::Array(items)) => items.iter().filter_map(text).collect(),
        Some(single) => text(single).into_iter().collect(),
        None => Vec::new(),
    };
    Texts { known, open: false }
}

fn principals(json: Option<&Json>) -> Vec<Principal> {
    match json {
        Some(Json::Object(kinds)) => kinds
            .iter()
            .map(|(kind, identifiers)| Principal {
                kind: kind.clone(),
                identifiers: texts(Some(identifiers)),
            })
            .collect(),
        Some(everybody) => vec![Principal {
            kind: "*".to_owned(),
            identifiers: texts(Some(everybody)),
        }],
        None => Vec::new(),
    }
}

fn conditions(json: Option<&Json>) -> Vec<Condition> {
    let tests = json.and_then(Json::as_object).into_iter().flatten();
    let conditions = tests.flat_map(|(test, variables)| {
        let variables = variables.as_object().into_iter().flatten();
        variables.map(move |(variable, values)| Condition {
            test: test.clone(),
            variable: variable.clone(),
            values: texts(Some(values)),
        })
    });
    conditions.collect()
}

fn drafted_statement(block: Look<'_>) -> Statement {
    let has = |name: &str| block.at(name).items().next().is_some();
    let text = |look: Look<'_>| look.text().unwrap_or_default().to_owned();
    let principals = block.at("principals").items().map(|principal| Principal {
        kind: text(principal.at("type")),
        identifiers: drafted_texts(principal.at("identifiers")),
    });
    let conditions = block.at("condition").items().map(|condition| Condition {
        test: text(condition.at("test")),
        variable: text(condition.at("variable")),
        values: drafted_texts(condition.at("values")),
    });
    Statement {
        sid: block.at("sid").text().map(str::to_owned),
        denies: block.at("effect").text() == Some("Deny"),
        actions: drafted_texts(block.at("actions")),
        resources: drafted_texts(block.at("resources")),
        inverted: has("not_actions") || has("not_resources") || has("not_principals"),
        principals: principals.collect(),
        conditions: conditions.collect(),
        open: block.at("condition").has_unknown(),
    }
}

fn drafted_texts(look: Look<'_>) -> Texts {
    Texts {
        known: look
            .items()
            .filter_map(Look::text)
            .map(str::to_owned)
            .collect(),
        open: look.has_unknown(),
    }
}
