//! `aws_iam_policy_document`: a policy document put together from blocks and
//! from other documents. Nothing is called.
//!
//! Its texts are those of Terraform's provider, byte by byte.

mod document;
mod merge;
mod order;
mod read;

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Nested, Shape, attribute_problem, problem},
    ready,
};
use trueup_value::Type;

use crate::{client::Account, policy::json};

pub(super) struct PolicyDocument;

impl DataSource<Account> for PolicyDocument {
    fn shape(&self) -> Shape {
        let text = |name: &str, about: &str| Field::optional(name, Type::String).about(about);
        let texts =
            |name: &str, about: &str| Field::optional(name, Type::list(Type::String)).about(about);
        Shape::new(
            "A policy document, put together from blocks and from other documents.",
            [
                text("id", "A checksum of the document.").or_computed(),
                text("policy_id", "The ID of the policy."),
                text(
                    "version",
                    "The version of the policy language; \"2012-10-17\" by default.",
                ),
                texts("source_policy_documents", "Documents to begin with."),
                texts(
                    "override_policy_documents",
                    "Documents whose statements take the place of those with the same Sid.",
                ),
                text("source_json", "Use `source_policy_documents`.").deprecated(),
                text("override_json", "Use `override_policy_documents`.").deprecated(),
                Field::computed("json", Type::String).about("The document."),
                Field::computed("minified_json", Type::String)
                    .about("The same without white space."),
            ],
        )
        .block(statement())
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let mut problems = Vec::new();
        for name in ["source_json", "override_json"] {
            if let Some(text) = config.text(name).filter(|text| !text.is_empty()) {
                let summary = format!("expected \"{name}\" to be an empty string: got {text}");
                problems.push(attribute_problem(name, &summary, ""));
            }
        }
        for name in ["source_policy_documents", "override_policy_documents"] {
            for (index, text) in config.texts(name).into_iter().enumerate() {
                if let Some(wrong) = invalid(&text.1).filter(|_| !text.1.is_empty()) {
                    let summary = format!("\"{name}.{index}\" contains an invalid JSON: {wrong}");
                    problems.push(attribute_problem(name, &summary, ""));
                }
            }
        }
        problems.extend(validate_texts(config));
        problems
    }

    fn read<'a>(
        &'a self,
        _: &'a Account,
        config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        ready(document(config).map_err(|error| vec![problem(&error, "")]))
    }
}

fn statement() -> Nested {
    let texts =
        |name: &str, about: &str| Field::optional(name, Type::set(Type::String)).about(about);
    let principals = |name: &str, about: &str| {
        let fields = [
            Field::required("identifiers", Type::set(Type::String)).about("Who it is about."),
            Field::required("type", Type::String)
                .about("What they are: `AWS`, `Service`, `Federated`, `CanonicalUser` or `*`."),
        ];
        Nested::set(name, fields).about(about)
    };
    let condition = Nested::set(
        "condition",
        [
            Field::required("test", Type::String).about("The operator, such as `StringEquals`."),
            Field::required("variable", Type::String).about("The key, such as `aws:SourceIp`."),
            Field::required("values", Type::list(Type::String)).about("The values; one is enough."),
        ],
    );
    let fields = [
        Field::optional("sid", Type::String).about("The ID of the statement."),
        Field::optional("effect", Type::String).about("`Allow`, which is the default, or `Deny`."),
        texts("actions", "The actions."),
        texts("not_actions", "All actions but these."),
        texts("resources", "The resources."),
        texts("not_resources", "All resources but these."),
    ];
    Nested::list("statement", fields)
        .about("A statement.")
        .block(principals("principals", "Who it is about."))
        .block(principals("not_principals", "All but these."))
        .block(condition.about("When it counts."))
}

/// Why a text is no JSON; `None` if it is.
fn invalid(text: &str) -> Option<String> {
    let error = serde_json::from_str::<serde_json::Value>(text).err()?;
    Some(match error.is_eof() {
        true => "unexpected end of JSON input".to_owned(),
        false => error.to_string(),
    })
}

fn validate_texts(config: &Fields) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut one_of = |name: &str, text: Option<&str>, known: [&str; 2]| {
        if let Some(text) = text.filter(|text| !known.contains(text)) {
            let [one, other] = known;
            let summary =
                format!("expected {name} to be one of [\"{one}\" \"{other}\"], got {text}");
            let attribute = name.split('.').next().unwrap_or_default();
            problems.push(attribute_problem(attribute, &summary, ""));
        }
    };
    one_of(
        "version",
        config.text("version"),
        ["2008-10-17", "2012-10-17"],
    );
    for (index, block) in config.get("statement").values().map(Fields::of).enumerate() {
        let name = format!("statement.{index}.effect");
        one_of(&name, block.text("effect"), ["Allow", "Deny"]);
    }
    problems
}

fn document(mut config: Fields) -> Result<Fields, String> {
    let document = merge::merged(&config)?;
    let value = |indent: bool| {
        let text = match indent {
            true => serde_json::to_string_pretty(&document),
            false => serde_json::to_string(&document),
        };
        text.map(|text| json::escaped(&text))
            .map_err(|error| error.to_string())
    };
    let text = value(true)?;
    config.set_text("id", crc32fast::hash(text.as_bytes()).to_string());
    config.set_text("json", text);
    config.set_text("minified_json", value(false)?);
    if config.get("version").is_null() {
        config.set_text("version", "2012-10-17");
    }
    Ok(config)
}
