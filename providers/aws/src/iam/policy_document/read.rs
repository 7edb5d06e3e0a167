//! Documents read from JSON, and blocks. Errors have the words of Go's
//! decoder, which users know.

use serde_json::{Map, Value};
use trueup_sdk::native::Fields;

use super::{
    document::{Conditions, Document, Principals, Statement, Texts},
    order,
};

/// Reads a document.
pub(super) fn document(text: &str) -> Result<Document, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| match error.is_eof() {
        true => "unexpected end of JSON input".to_owned(),
        false => error.to_string(),
    })?;
    let document = match &value {
        Value::Null => return Ok(Document::default()),
        Value::Object(document) => document,
        other => {
            let kind = kind(other);
            return Err(format!(
                "json: cannot unmarshal {kind} into Go value of type iam.IAMPolicyDoc"
            ));
        }
    };
    let place = "IAMPolicyDoc";
    let statements = match member(document, "Statement") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(all)) => all.iter().map(statement).collect::<Result<_, _>>()?,
        Some(other) => {
            return Err(mismatch(
                other,
                "IAMPolicyDoc.Statement",
                "[]*iam.IAMPolicyStatement",
            ));
        }
    };
    Ok(Document {
        version: text_of(document, place, "Version")?,
        id: text_of(document, place, "Id")?,
        statements,
    })
}

fn statement(value: &Value) -> Result<Statement, String> {
    let Value::Object(statement) = value else {
        return Err(mismatch(
            value,
            "IAMPolicyDoc.Statement",
            "iam.IAMPolicyStatement",
        ));
    };
    let place = "IAMPolicyStatement.Statement";
    let any = |name: &str| {
        member(statement, name)
            .filter(|value| !value.is_null())
            .map(as_go)
    };
    Ok(Statement {
        sid: text_of(statement, place, "Sid")?,
        effect: text_of(statement, place, "Effect")?,
        action: any("Action"),
        not_action: any("NotAction"),
        resource: any("Resource"),
        not_resource: any("NotResource"),
        principal: principals(member(statement, "Principal"))?,
        not_principal: principals(member(statement, "NotPrincipal"))?,
        condition: conditions(member(statement, "Condition"))?,
    })
}

/// A value after Go has read it: all numbers are floating point.
fn as_go(value: &Value) -> Value {
    match value {
        Value::Number(number) => {
            let float = number.as_f64().unwrap_or_default();
            let text = float.to_string();
            text.parse::<i64>()
                .map(Value::from)
                .or_else(|_| text.parse::<u64>().map(Value::from))
                .unwrap_or_else(|_| Value::from(float))
        }
        Value::Array(all) => all.iter().map(as_go).collect(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), as_go(value)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

fn principals(value: Option<&Value>) -> Result<Principals, String> {
    const SET: &str = "IAMPolicyStatementPrincipalSet";
    let typed = match value {
        None => return Ok(Principals::default()),
        // Any text is taken for everybody.
        Some(Value::String(_)) => {
            let everybody = Texts::Many(vec!["*".to_owned()]);
            return Ok(Principals(vec![("*".to_owned(), everybody)]));
        }
        Some(Value::Object(typed)) => typed,
        Some(other) => {
            return Err(format!(
                "Unsupported data type {} for {SET}",
                go_type(other)
            ));
        }
    };
    let principals = typed.iter().map(|(kind, value)| {
        let texts = match value {
            Value::String(one) => Texts::One(one.clone()),
            Value::Array(many) => Texts::Many(texts(many)),
            other => {
                return Err(format!(
                    "Unsupported data type {} for {SET}.Identifiers",
                    go_type(other)
                ));
            }
        };
        Ok((kind.clone(), texts))
    });
    Ok(Principals(principals.collect::<Result<_, _>>()?))
}

fn conditions(value: Option<&Value>) -> Result<Conditions, String> {
    let operators = match value {
        None | Some(Value::Null) => return Ok(Conditions::default()),
        Some(Value::Object(operators)) => operators,
        Some(other) => return Err(mismatch_value(other, "map[string]map[string]interface {}")),
    };
    let mut conditions = Vec::new();
    for (operator, keys) in operators {
        let keys = match keys {
            Value::Null => continue,
            Value::Object(keys) => keys,
            other => return Err(mismatch_value(other, "map[string]interface {}")),
        };
        for (key, values) in keys {
            let values = match values {
                Value::String(one) => Texts::One(one.clone()),
                Value::Bool(flag) => Texts::One(flag.to_string()),
                Value::Array(many) => Texts::of(texts(many)),
                // Nothing else is heeded.
                _ => continue,
            };
            conditions.push((operator.clone(), key.clone(), values));
        }
    }
    Ok(Conditions(conditions))
}

fn texts(values: &[Value]) -> Vec<String> {
    let texts = values.iter().map(|value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    texts.collect()
}

/// Go finds members by their name whatever its case, the exact one first.
fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| {
        let mut found = object
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value)
    })
}

fn text_of(object: &Map<String, Value>, place: &str, name: &str) -> Result<String, String> {
    match member(object, name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Err(mismatch(other, &format!("{place}.{name}"), "string")),
    }
}

fn mismatch(value: &Value, field: &str, ty: &str) -> String {
    format!(
        "json: cannot unmarshal {} into Go struct field {field} of type {ty}",
        kind(value)
    )
}

fn mismatch_value(value: &Value, ty: &str) -> String {
    format!(
        "json: cannot unmarshal {} into Go value of type {ty}",
        kind(value)
    )
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(_) => "float64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// Reads a block `statement`.
pub(super) fn block(block: &Fields, version: &str) -> Result<Statement, String> {
    let list = |name: &str| -> Option<Value> {
        let texts = reversed(block, name);
        (!texts.is_empty()).then(|| Texts::of(texts).into_value())
    };
    let replaced = |name: &str| -> Result<Option<Value>, String> {
        let texts = replace_all(reversed(block, name), version);
        let texts = texts.map_err(|error| format!("reading {name}: {error}"))?;
        Ok((!texts.is_empty()).then(|| Texts::of(texts).into_value()))
    };
    let principals = |name: &str| -> Result<Principals, String> {
        principal_blocks(block, name, version).map_err(|error| format!("reading {name}: {error}"))
    };
    Ok(Statement {
        sid: block.text("sid").unwrap_or_default().to_owned(),
        effect: block.text("effect").unwrap_or("Allow").to_owned(),
        action: list("actions"),
        not_action: list("not_actions"),
        resource: replaced("resources")?,
        not_resource: replaced("not_resources")?,
        principal: principals("principals")?,
        not_principal: principals("not_principals")?,
        condition: condition_blocks(block, version)
            .map_err(|error| format!("reading condition: {error}"))?,
    })
}

fn principal_blocks(block: &Fields, name: &str, version: &str) -> Result<Principals, String> {
    let blocks = order::principals(block, name).into_iter();
    let principals = blocks.map(|block| {
        let texts = replace_all(reversed(&block, "identifiers"), version);
        let texts = texts.map_err(|error| format!("reading identifiers: {error}"))?;
        let kind = block.text("type").unwrap_or_default().to_owned();
        Ok((kind, Texts::of(texts)))
    });
    Ok(Principals(principals.collect::<Result<_, String>>()?))
}

fn condition_blocks(block: &Fields, version: &str) -> Result<Conditions, String> {
    let blocks = order::conditions(block).into_iter();
    let conditions = blocks.map(|block| {
        let texts = replace_all(texts_of(&block, "values"), version);
        let texts = texts.map_err(|error| format!("reading values: {error}"))?;
        let values = Texts::of(texts);
        let text = |name: &str| block.text(name).unwrap_or_default().to_owned();
        Ok((text("test"), text("variable"), values))
    });
    Ok(Conditions(conditions.collect::<Result<_, String>>()?))
}

fn texts_of(block: &Fields, name: &str) -> Vec<String> {
    block
        .texts(name)
        .into_iter()
        .map(|(_, text)| text)
        .collect()
}

/// The last first.
fn reversed(block: &Fields, name: &str) -> Vec<String> {
    let mut texts = texts_of(block, name);
    texts.sort();
    texts.reverse();
    texts
}

/// `&{` stands for `${`, which the language would take for its own.
fn replace_all(texts: Vec<String>, version: &str) -> Result<Vec<String>, String> {
    let replaced = texts.into_iter().map(|text| {
        if version == "2008-10-17" && text.contains("&{") {
            return Err(format!(
                "found &{{ sequence in ({text}), which is not supported in document version 2008-10-17"
            ));
        }
        Ok(text.replace("&{", "${"))
    });
    replaced.collect()
}
