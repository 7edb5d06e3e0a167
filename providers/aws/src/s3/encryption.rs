//! `aws_s3_bucket_server_side_encryption_configuration`: how objects of a
//! bucket are encrypted where a request does not say.

use std::collections::BTreeSet;

use aws_sdk_s3::types::{
    BlockedEncryptionTypes, EncryptionType, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};
use trueup_sdk::{
    Answer, Problem,
    native::{Field, Fields, Nested, Shape, attribute_problem},
};
use trueup_value::{Type, Value};

use super::setting::{At, Setting, of_bucket, removal, write};
use crate::{
    CallError, blocks,
    client::{Account, Service},
};

const RULE: &str = "rule";
const DEFAULT: &str = "apply_server_side_encryption_by_default";
const ALGORITHMS: &[&str] = &["AES256", "aws:kms", "aws:kms:dsse"];

pub(super) struct Encryption;

/// A rule by what it means.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rule {
    algorithm: Option<String>,
    key: Option<String>,
    /// Not using one and saying nothing of it are the same.
    bucket_key: Option<bool>,
    /// Unless it is said, what there is stays.
    blocked: Option<BTreeSet<String>>,
}

impl Rule {
    fn of(block: &Fields) -> Self {
        let default = blocks::block(block, DEFAULT).unwrap_or_default();
        let text = |name: &str| {
            default
                .text(name)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let blocked: BTreeSet<_> = blocks::texts(block, "blocked_encryption_types")
            .into_iter()
            .collect();
        Rule {
            algorithm: text("sse_algorithm"),
            key: text("kms_master_key_id"),
            bucket_key: block.flag("bucket_key_enabled"),
            blocked: Some(blocked).filter(|blocked| !blocked.is_empty()),
        }
    }

    fn told(told: &ServerSideEncryptionRule) -> Self {
        let default = told.apply_server_side_encryption_by_default();
        let blocked = told.blocked_encryption_types().map(|blocked| {
            let types = blocked.encryption_type().iter();
            types.map(|kind| kind.as_str().to_owned()).collect()
        });
        Rule {
            algorithm: default.map(|default| default.sse_algorithm().as_str().to_owned()),
            key: default
                .and_then(|default| default.kms_master_key_id())
                .map(str::to_owned),
            bucket_key: told.bucket_key_enabled(),
            blocked,
        }
    }

    fn write(&self) -> ServerSideEncryptionRule {
        let default = self.algorithm.as_deref().and_then(|algorithm| {
            let default = ServerSideEncryptionByDefault::builder()
                .sse_algorithm(ServerSideEncryption::from(algorithm))
                .set_kms_master_key_id(self.key.clone());
            default.build().ok()
        });
        let blocked = self.blocked.as_ref().map(|blocked| {
            let types = blocked
                .iter()
                .map(|kind| EncryptionType::from(kind.as_str()));
            BlockedEncryptionTypes::builder()
                .set_encryption_type(Some(types.collect()))
                .build()
        });
        ServerSideEncryptionRule::builder()
            .set_apply_server_side_encryption_by_default(default)
            .set_bucket_key_enabled(self.bucket_key)
            .set_blocked_encryption_types(blocked)
            .build()
    }

    fn show(&self, shape: &Shape) -> Fields {
        let default = shape.empty_at(&format!("{RULE}.{DEFAULT}"));
        let inner = self.algorithm.as_deref().map(|algorithm| {
            let mut inner = default.clone();
            inner.set_text("sse_algorithm", algorithm);
            inner.set_text("kms_master_key_id", self.key.as_deref().unwrap_or_default());
            inner
        });
        let mut block = shape.empty_at(RULE);
        block.set(DEFAULT, blocks::list(&default, inner));
        block.set("bucket_key_enabled", blocks::flag(self.bucket_key));
        if let Some(blocked) = &self.blocked {
            block.set("blocked_encryption_types", blocks::text_list(blocked));
        }
        block
    }

    /// Whether a rule that is told is the one that was written.
    fn fits(&self, told: &Rule) -> bool {
        let encryption = |rule: &Rule| {
            let bucket_key = rule.bucket_key.unwrap_or_default();
            (rule.algorithm.clone(), rule.key.clone(), bucket_key)
        };
        let blocked = self.blocked.is_none() || self.blocked == told.blocked;
        encryption(self) == encryption(told) && blocked
    }
}

fn rules(object: &Fields) -> Vec<Rule> {
    let mut rules: Vec<Rule> = blocks::blocks(object, RULE).iter().map(Rule::of).collect();
    rules.sort();
    rules
}

fn same(config: &Value, prior: &Value) -> bool {
    let rules = |value: &Value| {
        let mut rules: Vec<Rule> = value
            .values()
            .map(|block| Rule::of(&Fields::of(block)))
            .collect();
        rules.sort();
        rules
    };
    config.is_wholly_known() && all_fit(&rules(config), &rules(prior))
}

fn all_fit(ours: &[Rule], theirs: &[Rule]) -> bool {
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(our, their)| our.fits(their))
}

impl Setting for Encryption {
    type Told = Vec<Rule>;

    const CALLED: &'static str = "S3 Bucket Server-side Encryption Configuration";

    fn shape() -> Shape {
        let default = Nested::list(
            DEFAULT,
            [
                Field::required("sse_algorithm", Type::String)
                    .about("AES256, aws:kms or aws:kms:dsse.")
                    .one_of(ALGORITHMS),
                Field::optional("kms_master_key_id", Type::String).about(
                    "The key, for aws:kms and aws:kms:dsse; that of AWS where none is given.",
                ),
            ],
        );
        let rule = Nested::set(
            RULE,
            [
                Field::optional("bucket_key_enabled", Type::Bool).about(
                    "Whether KMS is asked for a key of the bucket instead of one for each object.",
                ),
                Field::optional("blocked_encryption_types", Type::list(Type::String))
                    .about("Kinds of encryption that are refused: NONE or SSE-C."),
            ],
        )
        .same_if(same)
        .at_least(1)
        .about("How objects are encrypted.")
        .block(
            default
                .at_most(1)
                .about("What is taken where a request does not say."),
        );
        Shape::new(
            "How the objects of a bucket are encrypted where a request does not say. Every bucket encrypts with AES256 without it.",
            of_bucket(true),
        )
        .legacy()
        .block(rule)
    }

    fn validate(config: &Fields) -> Vec<Problem> {
        let rules = rules(config).into_iter();
        let wrong =
            rules.filter(|rule| rule.key.is_some() && rule.algorithm.as_deref() == Some("AES256"));
        let detail = "\"kms_master_key_id\" needs the \"sse_algorithm\" aws:kms or aws:kms:dsse; AES256 uses keys of S3.";
        wrong
            .map(|_| attribute_problem(RULE, "Invalid Attribute Combination", detail))
            .collect()
    }

    fn get<'a>(
        account: &'a Account,
        at: &'a At,
    ) -> Answer<'a, Result<Option<Vec<Rule>>, CallError>> {
        Box::pin(async move {
            let s3 = account.s3();
            let call = || {
                let request = s3.get_bucket_encryption().bucket(&at.bucket);
                request.set_expected_bucket_owner(at.owner.clone()).send()
            };
            match account.call(Service::S3, "GetBucketEncryption", call).await {
                Ok(answer) => Ok(answer.server_side_encryption_configuration.map(|told| {
                    let mut rules: Vec<Rule> = told.rules().iter().map(Rule::told).collect();
                    rules.sort();
                    rules
                })),
                Err(error) if error.is(&["ServerSideEncryptionConfigurationNotFoundError"]) => {
                    Ok(None)
                }
                Err(error) => Err(error),
            }
        })
    }

    fn put<'a>(
        account: &'a Account,
        at: &'a At,
        planned: &'a Fields,
        prior: Option<&'a Fields>,
    ) -> Answer<'a, Result<(), CallError>> {
        Box::pin(async move {
            let s3 = account.s3();
            let written = rules(planned).iter().map(Rule::write).collect();
            let configuration = ServerSideEncryptionConfiguration::builder()
                .set_rules(Some(written))
                .build()
                .ok();
            let call = || {
                s3.put_bucket_encryption()
                    .bucket(&at.bucket)
                    .set_expected_bucket_owner(at.owner.clone())
                    .set_server_side_encryption_configuration(configuration.clone())
                    .send()
            };
            let put = write(account, "PutBucketEncryption", prior)
                .send(call)
                .await;
            put.map(drop)
        })
    }

    fn remove<'a>(
        account: &'a Account,
        at: &'a At,
        _: &'a Fields,
    ) -> Answer<'a, Result<(), CallError>> {
        Box::pin(async move {
            let s3 = account.s3();
            let call = || {
                let request = s3.delete_bucket_encryption().bucket(&at.bucket);
                request.set_expected_bucket_owner(at.owner.clone()).send()
            };
            match removal(account, "DeleteBucketEncryption").send(call).await {
                Err(error) if !error.is(&["ServerSideEncryptionConfigurationNotFoundError"]) => {
                    Err(error)
                }
                _ => Ok(()),
            }
        })
    }

    fn settled(told: &Vec<Rule>, planned: &Fields) -> bool {
        all_fit(&rules(planned), told)
    }

    fn show(told: &Vec<Rule>, shape: &Shape, object: &mut Fields) {
        let before = rules(object);
        // What is configured stays as it is written.
        let shown = match all_fit(&before, told) && object.get(RULE).is_wholly_known() {
            true => &before,
            false => told,
        };
        let shown = shown.iter().map(|rule| rule.show(shape));
        object.set(RULE, blocks::set(&shape.empty_at(RULE), shown));
    }
}
