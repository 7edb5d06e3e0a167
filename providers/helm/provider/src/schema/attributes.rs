//! How attributes are written down in this folder.

use std::collections::BTreeMap;

use trueup_sdk::{Attribute, AttributeType, Block, NestingMode, ResourceSchema, StringKind};
use trueup_value::{Str, Type};

/// An attribute by its name.
pub(super) type Named = (&'static str, Attribute);

/// An attribute with a description in plain text.
pub(super) fn about(mut attribute: Attribute, text: &str) -> Attribute {
    attribute.description = Str::new(text);
    attribute.description_kind = StringKind::Plain;
    attribute
}

pub(super) fn required(name: &'static str, ty: Type, text: &str) -> Named {
    (name, about(Attribute::required(ty), text))
}

pub(super) fn optional(name: &'static str, ty: Type, text: &str) -> Named {
    (name, about(Attribute::optional(ty), text))
}

/// May be given; the provider says what it is otherwise.
pub(super) fn defaulted(name: &'static str, ty: Type, text: &str) -> Named {
    (name, about(Attribute::optional(ty).or_computed(), text))
}

pub(super) fn computed(name: &'static str, ty: Type, text: &str) -> Named {
    (name, about(Attribute::computed(ty), text))
}

/// Objects that may be given.
pub(super) fn nested(
    name: &'static str,
    nesting: NestingMode,
    attributes: impl IntoIterator<Item = Named>,
    text: &str,
) -> Named {
    let attribute = Attribute::nested(nesting, by_name(attributes));
    (name, about(attribute, text))
}

/// One object that only the provider decides.
pub(super) fn computed_object(
    name: &'static str,
    attributes: impl IntoIterator<Item = Named>,
    text: &str,
) -> Named {
    let (name, mut attribute) = nested(name, NestingMode::Single, attributes, text);
    attribute.optional = false;
    attribute.computed = true;
    (name, attribute)
}

pub(super) fn sensitive((name, attribute): Named) -> Named {
    (name, attribute.sensitive())
}

/// The attribute and all within it are never stored.
pub(super) fn write_only((name, attribute): Named) -> Named {
    let mut attribute = attribute.write_only();
    if let AttributeType::Nested(nested) = &mut attribute.ty {
        for inner in nested.attributes.values_mut() {
            inner.write_only = true;
        }
    }
    (name, attribute)
}

pub(super) fn texts() -> Type {
    Type::list(Type::String)
}

fn by_name(attributes: impl IntoIterator<Item = Named>) -> BTreeMap<Str, Attribute> {
    let attributes = attributes.into_iter();
    attributes
        .map(|(name, attribute)| (Str::new(name), attribute))
        .collect()
}

/// A schema of attributes alone.
pub(super) fn schema(
    version: u64,
    text: &str,
    attributes: impl IntoIterator<Item = Named>,
) -> ResourceSchema {
    ResourceSchema {
        version,
        block: Block {
            attributes: by_name(attributes),
            description: Str::new(text),
            ..Block::default()
        },
    }
}

/// `set` and its kin: a name, a value, and for some a type.
pub(super) fn set_entry(ty: Option<Attribute>, value: Attribute) -> Vec<Named> {
    let name = "The path of the value, as `helm --set` has it.";
    let mut entry = vec![
        required("name", Type::String, name),
        ("value", about(value, "The value.")),
    ];
    if let Some(ty) = ty {
        let text = "`auto`, `string` or `literal`: how the value is read.";
        entry.push(("type", about(ty, text)));
    }
    entry
}

/// Where the chart comes from: the same for both types.
pub(super) fn source() -> [Named; 9] {
    [
        required(
            "chart",
            Type::String,
            "The chart: a folder, an archive, a URL, or a name within `repository`.",
        ),
        optional(
            "repository",
            Type::String,
            "The repository: a URL, `oci://…`, or a name `helm repo add` gave.",
        ),
        optional(
            "repository_ca_file",
            Type::String,
            "A file of certificates that the repository's must be signed by.",
        ),
        optional(
            "repository_cert_file",
            Type::String,
            "A file with the client's certificate for the repository.",
        ),
        optional(
            "repository_key_file",
            Type::String,
            "A file with the key of the client's certificate.",
        ),
        optional(
            "repository_username",
            Type::String,
            "The user to log in as.",
        ),
        sensitive(optional(
            "repository_password",
            Type::String,
            "The user's password.",
        )),
        optional(
            "devel",
            Type::Bool,
            "Whether versions for developers count; without meaning if `version` is given.",
        ),
        optional(
            "keyring",
            Type::String,
            "The file of public keys that `verify` trusts.",
        ),
    ]
}

/// A program that changes what was rendered.
pub(super) fn postrender() -> Named {
    let attributes = [
        required("binary_path", Type::String, "The program."),
        optional("args", texts(), "Its arguments."),
    ];
    nested(
        "postrender",
        NestingMode::Single,
        attributes,
        "A program that reads the rendered objects and writes those to use.",
    )
}

/// How long things may take.
pub(super) fn timeouts(of: &[&'static str]) -> Named {
    let text = "A duration such as `30s` or `2h45m`.";
    let attributes = of.iter().map(|name| optional(name, Type::String, text));
    nested(
        "timeouts",
        NestingMode::Single,
        attributes.collect::<Vec<_>>(),
        "How long reading and changes may take.",
    )
}
