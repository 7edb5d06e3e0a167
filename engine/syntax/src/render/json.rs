//! Diagnostics for programs: the shape `terraform validate -json` prints.

use serde::Serialize;
use serde_json::Value as Json;
use trueup_value::{Type, json::type_to_json};

use super::snippet::Snippet;
use crate::{Diagnostic, FailedCall, Position, Severity, Signature};

/// A diagnostic with its fields in Terraform's order; `hints` are our own.
#[derive(Clone, Debug, Serialize)]
pub struct JsonDiagnostic {
    severity: &'static str,
    summary: String,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<JsonRange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<JsonSnippet>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hints: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct JsonRange {
    filename: String,
    start: JsonPosition,
    end: JsonPosition,
}

#[derive(Clone, Debug, Serialize)]
struct JsonPosition {
    line: u32,
    column: u32,
    byte: u32,
}

#[derive(Clone, Debug, Serialize)]
struct JsonSnippet {
    context: Option<String>,
    code: String,
    start_line: u32,
    highlight_start_offset: usize,
    highlight_end_offset: usize,
    values: Vec<JsonNote>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_call: Option<JsonCall>,
}

#[derive(Clone, Debug, Serialize)]
struct JsonNote {
    traversal: String,
    statement: String,
}

#[derive(Clone, Debug, Serialize)]
struct JsonCall {
    called_as: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<JsonSignature>,
}

#[derive(Clone, Debug, Serialize)]
struct JsonSignature {
    name: String,
    params: Vec<JsonParam>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variadic_param: Option<JsonParam>,
    return_type: Json,
}

#[derive(Clone, Debug, Serialize)]
struct JsonParam {
    name: String,
    #[serde(rename = "type")]
    ty: Json,
}

impl JsonDiagnostic {
    pub(super) fn new(diagnostic: &Diagnostic, snippet: Option<Snippet>) -> Self {
        JsonDiagnostic {
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            summary: diagnostic.summary.clone(),
            detail: diagnostic.detail.clone(),
            address: diagnostic.address.clone(),
            range: snippet.as_ref().map(JsonRange::of),
            snippet: snippet.map(|snippet| JsonSnippet::new(diagnostic, snippet)),
            hints: diagnostic.hints.clone(),
        }
    }
}

impl JsonRange {
    fn of(snippet: &Snippet) -> Self {
        JsonRange {
            filename: snippet.file.clone(),
            start: snippet.start.into(),
            end: snippet.end.into(),
        }
    }
}

impl From<Position> for JsonPosition {
    fn from(position: Position) -> Self {
        JsonPosition {
            line: position.line,
            column: position.column,
            byte: position.byte,
        }
    }
}

impl JsonSnippet {
    fn new(diagnostic: &Diagnostic, snippet: Snippet) -> Self {
        let note = |note: &crate::Note| JsonNote {
            traversal: note.traversal.clone(),
            statement: note.statement.clone(),
        };
        let mut values: Vec<JsonNote> = diagnostic.values.iter().map(note).collect();
        values.sort_by(|a, b| a.traversal.cmp(&b.traversal));
        JsonSnippet {
            context: snippet.context,
            code: snippet.code,
            start_line: snippet.first_line,
            highlight_start_offset: snippet.highlight.start,
            highlight_end_offset: snippet.highlight.end,
            values,
            function_call: diagnostic.call.as_deref().map(JsonCall::new),
        }
    }
}

impl JsonCall {
    fn new(call: &FailedCall) -> Self {
        let name = call.called_as.rsplit("::").next().unwrap_or_default();
        JsonCall {
            called_as: call.called_as.clone(),
            signature: call.signature.as_ref().map(|s| JsonSignature::new(name, s)),
        }
    }
}

impl JsonSignature {
    fn new(name: &str, signature: &Signature) -> Self {
        let param = |(name, ty): &(String, Type)| JsonParam {
            name: name.clone(),
            ty: type_json(ty),
        };
        JsonSignature {
            name: name.to_owned(),
            params: signature.params.iter().map(param).collect(),
            variadic_param: signature.variadic.as_ref().map(param),
            return_type: type_json(&signature.result),
        }
    }
}

/// A type as its JSON; the text comes from the codec, so it is JSON.
fn type_json(ty: &Type) -> Json {
    serde_json::from_str(&type_to_json(ty)).unwrap_or_default()
}
