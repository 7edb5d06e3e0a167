//! What Kubernetes' own OpenAPI document says of the fields of its kinds.

use std::{collections::HashMap, sync::OnceLock};

/// Derived by `openapi/derive.py`.
const TABLE: &str = include_str!("../../openapi/kinds.txt");

/// A field of a kind, or of something within it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ApiField {
    pub(crate) ty: &'static str,
    pub(crate) about: &'static str,
}

type Definition = HashMap<&'static str, ApiField>;

fn definitions() -> &'static HashMap<&'static str, Definition> {
    static DEFINITIONS: OnceLock<HashMap<&'static str, Definition>> = OnceLock::new();
    DEFINITIONS.get_or_init(|| {
        let mut definitions: HashMap<&str, Definition> = HashMap::new();
        let mut name = "";
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let (head, about) = line.split_once(" | ").unwrap_or((line, ""));
            match head
                .strip_prefix("  ")
                .and_then(|head| head.split_once(": "))
            {
                Some((field, ty)) => {
                    let field = field.trim_end_matches('!');
                    let fields = definitions.entry(name).or_default();
                    fields.insert(field, ApiField { ty, about });
                }
                None => name = head,
            }
        }
        definitions
    })
}

/// A field of a definition.
pub(crate) fn field(definition: &str, name: &str) -> Option<ApiField> {
    definitions().get(definition)?.get(name).copied()
}
