//! Documents merged into one.

use std::collections::BTreeSet;

use trueup_sdk::native::Fields;

use super::{
    document::{Document, Statement},
    read,
};

/// The documents of an attribute with their places. Empty texts are none.
fn documents(config: &Fields, name: &str) -> Vec<(usize, String)> {
    let texts = config.texts(name).into_iter().enumerate();
    let texts = texts.map(|(index, (_, text))| (index, text));
    texts.filter(|(_, text)| !text.is_empty()).collect()
}

/// The document a configuration asks for.
pub(super) fn merged(config: &Fields) -> Result<Document, String> {
    let mut merged = sources(config)?;
    merge(&mut merged, own(config)?);
    for (index, text) in &documents(config, "override_policy_documents") {
        let document = read::document(text).map_err(|error| {
            format!("writing IAM Policy Document: merging override document {index}: {error}")
        })?;
        merge(&mut merged, document);
    }
    Ok(merged)
}

/// Documents to begin with; no Sid may come twice.
fn sources(config: &Fields) -> Result<Document, String> {
    let mut merged = Document::default();
    let mut sids = BTreeSet::new();
    for (index, text) in &documents(config, "source_policy_documents") {
        let doing = format!("writing IAM Policy Document: merging source document {index}");
        let document = read::document(text).map_err(|error| format!("{doing}: {error}"))?;
        for (place, statement) in document.statements.iter().enumerate() {
            let sid = &statement.sid;
            if !sid.is_empty() && !sids.insert(sid.clone()) {
                return Err(format!(
                    "{doing}: duplicate Sid ({sid}) in source_policy_documents (statement {place}). Remove the Sid or ensure Sids are unique."
                ));
            }
        }
        merge(&mut merged, document);
    }
    Ok(merged)
}

/// The document the blocks make.
fn own(config: &Fields) -> Result<Document, String> {
    let version = config.text("version").unwrap_or("2012-10-17");
    let mut sids = BTreeSet::new();
    let mut statements: Vec<Statement> = Vec::new();
    for block in config.get("statement").values().map(Fields::of) {
        let sid = block.text("sid").unwrap_or_default();
        if !sid.is_empty() && !sids.insert(sid.to_owned()) {
            return Err(format!(
                "writing IAM Policy Document: duplicate Sid ({sid}). Remove the Sid or ensure the Sid is unique."
            ));
        }
        statements.push(read::block(&block, version)?);
    }
    Ok(Document {
        version: version.to_owned(),
        id: config.text("policy_id").unwrap_or_default().to_owned(),
        statements,
    })
}

/// Adds a document to another: its ID counts, the higher version does, and
/// statements take the place of those with the same Sid.
fn merge(document: &mut Document, other: Document) {
    if !other.id.is_empty() {
        document.id = other.id;
    }
    if other.version > document.version {
        document.version = other.version;
    }
    for statement in other.statements {
        let same = document
            .statements
            .iter_mut()
            .find(|old| !statement.sid.is_empty() && old.sid == statement.sid);
        match same {
            Some(old) => *old = statement,
            None => document.statements.push(statement),
        }
    }
}
