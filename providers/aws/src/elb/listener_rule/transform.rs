//! How a request is rewritten on its way.

use aws_sdk_elasticloadbalancingv2::types::{
    HostHeaderRewriteConfig, RewriteConfig, RuleTransform, TransformTypeEnum, UrlRewriteConfig,
};
use trueup_sdk::native::{Field, Fields, Nested, Shape};
use trueup_value::{Type, Value};

use crate::blocks;

const NAME: &str = "transform";
const HOST: &str = "host_header_rewrite_config";
const URL: &str = "url_rewrite_config";

pub(super) fn block() -> Nested {
    let config = |name: &str, about: &str| {
        let rewrite = Nested::list(
            "rewrite",
            [
                Field::required("regex", Type::String).about("What is replaced."),
                Field::required("replace", Type::String).about("What with."),
            ],
        );
        Nested::list(name, [])
            .at_most(1)
            .about(about)
            .block(rewrite.at_most(1).about("The rewrite."))
    };
    Nested::set(
        NAME,
        [Field::required("type", Type::String)
            .about("host-header-rewrite or url-rewrite.")
            .one_of(&["host-header-rewrite", "url-rewrite"])],
    )
    .at_most(2)
    .about("How requests are rewritten.")
    .block(config(HOST, "The host is rewritten."))
    .block(config(URL, "Path and query are rewritten."))
}

pub(super) fn planned(rule: &Fields) -> Vec<RuleTransform> {
    let blocks = blocks::blocks(rule, NAME).into_iter();
    let transforms = blocks.filter_map(|block| {
        let kind = TransformTypeEnum::from(block.text("type")?);
        let transform = RuleTransform::builder().r#type(kind.clone());
        let rewrites = |name: &str| {
            let inner = blocks::block(&block, name)?;
            let rewrites = blocks::blocks(&inner, "rewrite").into_iter();
            Some(rewrites.map(|rewrite| write(&rewrite)).collect::<Vec<_>>())
        };
        let host = HostHeaderRewriteConfig::builder();
        let url = UrlRewriteConfig::builder();
        let transform = match kind {
            TransformTypeEnum::HostHeaderRewrite => {
                transform.host_header_rewrite_config(host.set_rewrites(rewrites(HOST)).build())
            }
            _ => transform.url_rewrite_config(url.set_rewrites(rewrites(URL)).build()),
        };
        Some(transform.build())
    });
    transforms.collect()
}

fn write(rewrite: &Fields) -> RewriteConfig {
    let text = |name: &str| rewrite.text(name).map(str::to_owned);
    RewriteConfig::builder()
        .set_regex(text("regex"))
        .set_replace(text("replace"))
        .build()
}

pub(super) fn read(told: &[RuleTransform], shape: &Shape) -> Value {
    let empty = shape.empty_at(NAME);
    let shown = told.iter().map(|transform| {
        let mut block = empty.clone();
        let host = transform.host_header_rewrite_config().map(|c| c.rewrites());
        let url = transform.url_rewrite_config().map(|c| c.rewrites());
        block.set(
            "type",
            blocks::text(transform.r#type().map(TransformTypeEnum::as_str)),
        );
        block.set(HOST, show(host, shape, HOST));
        block.set(URL, show(url, shape, URL));
        block
    });
    blocks::set(&empty, shown)
}

fn show(rewrites: Option<&[RewriteConfig]>, shape: &Shape, name: &str) -> Value {
    let empty = shape.empty_at(&format!("{NAME}.{name}"));
    let inner = shape.empty_at(&format!("{NAME}.{name}.rewrite"));
    let shown = rewrites.map(|rewrites| {
        let rewrites = rewrites.iter().map(|told| {
            let mut rewrite = inner.clone();
            rewrite.set("regex", blocks::text(told.regex()));
            rewrite.set("replace", blocks::text(told.replace()));
            rewrite
        });
        let mut block = empty.clone();
        block.set("rewrite", blocks::list(&inner, rewrites));
        block
    });
    blocks::list(&empty, shown)
}
