//! Blocks `notify`: who is told.

use trueup_syntax::{
    Span,
    body::{self, BlockItem, BodySchema, Content},
};

use super::{
    read::{Given, Reader},
    secret::{Secret, secret},
};

/// Somebody who is told when what has drifted is another than before.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// What it is called.
    pub name: String,
    /// What is sent.
    pub protocol: Protocol,
    /// Where to. It may hold a secret.
    pub url: Secret,
    /// What messages are signed with.
    pub secret: Option<Secret>,
}

/// What is sent to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// A signed JSON document, as the Standard Webhooks have it.
    Webhook,
    /// A message as Slack's incoming webhooks take it.
    Slack,
}

const SCHEMA: BodySchema<'static> = BodySchema {
    attributes: &[
        body::attribute("type"),
        body::attribute("url"),
        body::attribute("url_env"),
        body::attribute("url_file"),
        body::attribute("secret_env"),
        body::attribute("secret_file"),
    ],
    blocks: &[],
};

/// All targets; those that are wrong are left out.
pub(super) fn targets(content: &Content, reader: &mut Reader<'_>) -> Vec<Target> {
    let blocks = content.blocks.iter();
    let blocks = blocks.filter(|block| block.kind.name.as_str() == "notify");
    let mut targets: Vec<Target> = Vec::new();
    for block in blocks {
        let name = block.labels.first().map(|label| label.name.to_string());
        let name = name.unwrap_or_default();
        if targets.iter().any(|target| target.name == name) {
            let detail =
                format!("There is a notify block \"{name}\" already. Their names must be unique.");
            reader.wrong("Duplicate notify block", detail, block.header);
        }
        targets.extend(target(name, block, reader));
    }
    targets
}

/// The names of all targets, also of those that are wrong.
pub(super) fn names(content: &Content) -> Vec<String> {
    let blocks = content.blocks.iter();
    let blocks = blocks.filter(|block| block.kind.name.as_str() == "notify");
    let labels = blocks.filter_map(|block| block.labels.first());
    labels.map(|label| label.name.to_string()).collect()
}

fn target(name: String, block: &BlockItem, reader: &mut Reader<'_>) -> Option<Target> {
    let content = block.body.content(&SCHEMA, &mut reader.diagnostics);
    let protocol = protocol(&content, reader);
    let url = url(&content, block.header, reader);
    let secret = secret(&content, "secret", reader);
    if let (Some(Protocol::Slack), Some(secret)) = (protocol, &secret) {
        let detail = "Slack does not check signatures: its address is the secret.";
        reader.wrong("Secret without use", detail, secret.span);
    }
    Some(Target {
        name,
        protocol: protocol?,
        url: url?,
        secret: secret.map(|given| given.value),
    })
}

fn protocol(content: &Content, reader: &mut Reader<'_>) -> Option<Protocol> {
    let Some(given) = reader.text(content, "type") else {
        return Some(Protocol::Webhook);
    };
    match given.value.as_str() {
        "webhook" => Some(Protocol::Webhook),
        "slack" => Some(Protocol::Slack),
        other => {
            let detail = format!("There is no type {other:?}. Expected \"webhook\" or \"slack\".");
            reader.wrong("Unknown type of notification", detail, given.span);
            None
        }
    }
}

fn url(content: &Content, header: Span, reader: &mut Reader<'_>) -> Option<Secret> {
    let plain = reader.text(content, "url").map(|given| Given {
        value: Secret::new(given.value),
        span: given.span,
    });
    let given = plain.or_else(|| secret(content, "url", reader));
    let Some(given) = given else {
        let somewhere = ["url", "url_env", "url_file"];
        if !somewhere
            .iter()
            .any(|name| content.attribute(name).is_some())
        {
            let detail = "One of the arguments url, url_env and url_file is required.";
            reader.wrong("Missing required argument", detail, header);
        }
        return None;
    };
    let parsed = reqwest::Url::parse(given.value.expose());
    let usable = |url: &reqwest::Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    if parsed.as_ref().is_ok_and(usable) {
        return Some(given.value);
    }
    let detail = "Expected an address that begins with https:// or http://.";
    reader.wrong("Invalid address", detail, given.span);
    None
}
