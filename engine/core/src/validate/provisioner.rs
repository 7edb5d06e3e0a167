//! Provisioners and connections.

use std::collections::BTreeMap;

use trueup_sdk::{Attribute, Block};
use trueup_syntax::Diagnostics;
use trueup_value::Type;

use super::{block::decode_block, scope::View, without_place};
use crate::config::{Connection, Provisioner};
use trueup_syntax::body::Body;

/// The provisioners there are.
pub(super) const KINDS: [&str; 3] = ["file", "local-exec", "remote-exec"];

/// Judges a provisioner; `connection` is that of its resource.
pub(super) fn check(
    view: &View<'_>,
    provisioner: &Provisioner,
    connection: Option<&Connection>,
) -> Diagnostics {
    let kind = provisioner.kind.name.as_str();
    let (value, mut diagnostics) = decode_block(view, &provisioner.body, &schema(kind));
    if value.is_known() {
        check_value(kind, &value, &mut diagnostics);
    }
    let body = match (&provisioner.connection, connection) {
        (Some(own), Some(base)) => Body::overridden(base.body.clone(), own.body.clone()),
        (Some(own), None) => own.body.clone(),
        (None, Some(base)) => base.body.clone(),
        (None, None) => return diagnostics,
    };
    diagnostics.extend(decode_block(view, &body, &connection_schema()).1);
    diagnostics
}

fn check_value(kind: &str, value: &trueup_value::Value, diagnostics: &mut Diagnostics) {
    let given = |name: &str| value.get(name).is_some_and(|v| !v.is_null());
    let message = match kind {
        "file" if given("source") && given("content") => "Cannot set both 'source' and 'content'",
        "file" if !given("source") && !given("content") => {
            "Must provide one of 'source' or 'content'"
        }
        "remote-exec" => {
            let set = ["inline", "script", "scripts"]
                .into_iter()
                .filter(|n| given(n))
                .count();
            match set {
                0 => "One of \"inline\", \"script\", or \"scripts\" must be set",
                1 => return,
                _ => "Only one of \"inline\", \"script\", or \"scripts\" must be set",
            }
        }
        _ => return,
    };
    diagnostics.push(match kind {
        "remote-exec" => without_place("Invalid remote-exec provisioner configuration", message),
        _ => without_place(message, ""),
    });
}

fn block(attributes: &[(&str, Attribute)]) -> Block {
    let attributes = attributes
        .iter()
        .map(|(name, a)| ((*name).into(), a.clone()));
    Block {
        attributes: attributes.collect::<BTreeMap<_, _>>(),
        ..Block::default()
    }
}

/// The arguments of a kind of provisioner.
pub(crate) fn schema(kind: &str) -> Block {
    let text = || Attribute::optional(Type::String);
    match kind {
        "file" => block(&[
            ("source", text()),
            ("content", text()),
            ("destination", Attribute::required(Type::String)),
        ]),
        "local-exec" => block(&[
            ("command", Attribute::required(Type::String)),
            ("interpreter", Attribute::optional(Type::list(Type::String))),
            ("working_dir", text()),
            ("environment", Attribute::optional(Type::map(Type::String))),
            ("quiet", Attribute::optional(Type::Bool)),
        ]),
        _ => block(&[
            ("inline", Attribute::optional(Type::list(Type::String))),
            ("script", text()),
            ("scripts", Attribute::optional(Type::list(Type::String))),
        ]),
    }
}

pub(super) fn connection_schema() -> Block {
    const TEXTS: [&str; 24] = [
        "type",
        "user",
        "password",
        "timeout",
        "script_path",
        "target_platform",
        "private_key",
        "certificate",
        "host_key",
        "agent_identity",
        "proxy_scheme",
        "proxy_host",
        "proxy_user_name",
        "proxy_user_password",
        "proxy_command",
        "bastion_host",
        "bastion_host_key",
        "bastion_user",
        "bastion_password",
        "bastion_private_key",
        "bastion_certificate",
        "cacert",
        "port",
        "proxy_port",
    ];
    let mut attributes: BTreeMap<trueup_value::Str, Attribute> = TEXTS
        .into_iter()
        .map(|name| (name.into(), Attribute::optional(Type::String)))
        .collect();
    for name in ["port", "proxy_port", "bastion_port"] {
        attributes.insert(name.into(), Attribute::optional(Type::Number));
    }
    for name in ["agent", "https", "insecure", "use_ntlm"] {
        attributes.insert(name.into(), Attribute::optional(Type::Bool));
    }
    attributes.insert("host".into(), Attribute::required(Type::String));
    Block {
        attributes,
        ..Block::default()
    }
}
