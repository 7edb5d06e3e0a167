//! Requests the load balancer answers by itself.

use aws_sdk_elasticloadbalancingv2::types::FixedResponseActionConfig;
use trueup_sdk::{
    Problem,
    native::{Field, Fields, Nested, problem},
};
use trueup_value::{Type, Value};

use crate::blocks;

pub(super) fn block() -> Nested {
    Nested::list(
        "fixed_response",
        [
            Field::required("content_type", Type::String)
                .about("What the body is.")
                .one_of(&[
                    "text/plain",
                    "text/css",
                    "text/html",
                    "application/javascript",
                    "application/json",
                ]),
            Field::optional("message_body", Type::String)
                .about("The body.")
                .length(0, 1024),
            Field::optional("status_code", Type::String)
                .about("The status: 2xx, 4xx or 5xx.")
                .or_computed()
                .checked(check_status),
        ],
    )
    .at_most(1)
    .about("The answer.")
}

fn check_status(value: &Value, called: &str) -> Option<Problem> {
    let code = value.as_str()?;
    let bytes = code.as_bytes();
    let valid = bytes.len() == 3
        && matches!(bytes[0], b'2' | b'4' | b'5')
        && bytes.iter().all(u8::is_ascii_digit);
    let summary = format!(
        "expected value of {called} to match regular expression \"^[245]\\\\d\\\\d$\", got {code}"
    );
    (!valid).then(|| problem(&summary, ""))
}

pub(super) fn write(block: &Fields) -> FixedResponseActionConfig {
    let text = |name: &str| block.text(name).map(str::to_owned);
    FixedResponseActionConfig::builder()
        .set_content_type(text("content_type"))
        .set_message_body(text("message_body"))
        .set_status_code(text("status_code"))
        .build()
}

pub(super) fn show(config: &FixedResponseActionConfig, mut block: Fields) -> Fields {
    block.set("content_type", blocks::text(config.content_type()));
    block.set("message_body", blocks::text(config.message_body()));
    block.set("status_code", blocks::text(config.status_code()));
    block
}
