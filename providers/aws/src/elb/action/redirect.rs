//! Requests answered with where else to go.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, RedirectActionConfig, RedirectActionStatusCodeEnum,
};
use trueup_sdk::native::{Field, Fields, Nested};
use trueup_value::{Type, Value};

use crate::blocks;

/// The parts of a URL, and what keeps them as they are.
const PARTS: &[(&str, &str)] = &[
    ("host", "#{host}"),
    ("path", "/#{path}"),
    ("port", "#{port}"),
    ("protocol", "#{protocol}"),
    ("query", "#{query}"),
];

pub(super) fn block() -> Nested {
    let part = |index: usize, about: &str| {
        let (name, same) = PARTS[index];
        Field::optional(name, Type::String)
            .about(about)
            .filled(Value::string(same))
    };
    Nested::list(
        "redirect",
        [
            part(0, "The host; `#{host}` stands for the one there was.").length(1, 128),
            part(
                1,
                "The path, beginning with a slash; `#{path}` stands for the one there was.",
            )
            .length(1, 128),
            part(2, "The port; `#{port}` stands for the one there was."),
            part(
                3,
                "HTTP or HTTPS; `#{protocol}` stands for the one there was.",
            )
            .one_of(&["#{protocol}", "HTTP", "HTTPS"]),
            part(
                4,
                "The query without its question mark; `#{query}` stands for the one there was.",
            )
            .length(0, 128),
            Field::required("status_code", Type::String)
                .about("HTTP_301, for good, or HTTP_302.")
                .one_of(&["HTTP_301", "HTTP_302"]),
        ],
    )
    .at_most(1)
    .about("Where to go instead.")
}

pub(super) fn write(block: &Fields) -> RedirectActionConfig {
    let text = |name: &str| block.text(name).map(str::to_owned);
    let code = block
        .text("status_code")
        .map(RedirectActionStatusCodeEnum::from);
    RedirectActionConfig::builder()
        .set_host(text("host"))
        .set_path(text("path"))
        .set_port(text("port"))
        .set_protocol(text("protocol"))
        .set_query(text("query"))
        .set_status_code(code)
        .build()
}

pub(super) fn show(config: &RedirectActionConfig, mut block: Fields) -> Fields {
    block.set("host", blocks::text(config.host()));
    block.set("path", blocks::text(config.path()));
    block.set("port", blocks::text(config.port()));
    block.set("protocol", blocks::text(config.protocol()));
    block.set("query", blocks::text(config.query()));
    let code = config
        .status_code()
        .map(RedirectActionStatusCodeEnum::as_str);
    block.set("status_code", blocks::text(code));
    block
}

/// The same with what keeps parts as they are.
pub(super) fn normalised(mut action: Action) -> Action {
    if let Some(config) = &mut action.redirect_config {
        let slots = [
            &mut config.host,
            &mut config.path,
            &mut config.port,
            &mut config.protocol,
            &mut config.query,
        ];
        for (slot, (_, same)) in slots.into_iter().zip(PARTS) {
            slot.get_or_insert_with(|| (*same).to_owned());
        }
    }
    action
}
