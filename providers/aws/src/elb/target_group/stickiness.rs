//! Requests of one client that go to one target.

use trueup_sdk::native::{Field, Fields, Nested, Shape};
use trueup_value::{Type, Value};

use super::shape::one;
use crate::{blocks, elb::attributes::Attributes};

const NAME: &str = "stickiness";
const ENABLED: &str = "stickiness.enabled";
const TYPE: &str = "stickiness.type";
const LB_DURATION: &str = "stickiness.lb_cookie.duration_seconds";
const APP_DURATION: &str = "stickiness.app_cookie.duration_seconds";
const APP_NAME: &str = "stickiness.app_cookie.cookie_name";

pub(super) fn block() -> Nested {
    one(NAME, "Requests of one client go to one target.", [
        Field::optional("enabled", Type::Bool)
            .about("Whether they do.")
            .filled(Value::bool(true)),
        Field::required("type", Type::String)
            .about("How clients are known: by a cookie of the load balancer or of the application, or by addresses.")
            .one_of(&[
                "lb_cookie",
                "app_cookie",
                "source_ip",
                "source_ip_dest_ip",
                "source_ip_dest_ip_proto",
            ]),
        Field::optional("cookie_duration", Type::Number)
            .about("Seconds for which they do.")
            .filled(Value::number(86_400))
            .between(0, 604_800)
            .same_if(without_cookies),
        Field::optional("cookie_name", Type::String).about("The application's cookie."),
    ])
}

/// Target groups that are not sticky by a cookie have no duration.
fn without_cookies(_: &Value, prior: &Value) -> bool {
    prior
        .as_number()
        .is_some_and(|seconds| seconds.to_i64() == Some(0))
}

fn over_http(group: &Fields) -> bool {
    matches!(group.text("protocol"), Some("HTTP" | "HTTPS"))
}

/// Adds the attributes that are planned.
pub(super) fn collect(group: &Fields, into: &mut Attributes) {
    let Some(block) = blocks::block(group, NAME) else {
        return;
    };
    let enabled = block.flag("enabled").unwrap_or(true);
    into.insert(ENABLED.to_owned(), enabled.to_string());
    let Some(kind) = block.text("type").filter(|kind| !kind.is_empty()) else {
        return;
    };
    into.insert(TYPE.to_owned(), kind.to_owned());
    if !over_http(group) {
        return;
    }
    let duration = match kind {
        "lb_cookie" => LB_DURATION,
        "app_cookie" => APP_DURATION,
        _ => return,
    };
    if let Some(seconds) = block.integer("cookie_duration") {
        into.insert(duration.to_owned(), seconds.to_string());
    }
    if let Some(name) = block.text("cookie_name").filter(|_| kind == "app_cookie") {
        into.insert(APP_NAME.to_owned(), name.to_owned());
    }
}

/// Sets the block the service tells; none for those that cannot be sticky.
pub(super) fn read(attributes: &Attributes, shape: &Shape, group: &mut Fields) {
    let empty = shape.empty_at(NAME);
    let mut block = empty.clone();
    let text = |key: &str| attributes.get(key).map(String::as_str);
    let kind = text(TYPE).unwrap_or_default();
    let (duration, name) = match kind {
        "lb_cookie" if over_http(group) => (text(LB_DURATION), None),
        "app_cookie" if over_http(group) => (text(APP_DURATION), text(APP_NAME)),
        _ => (None, None),
    };
    let duration = duration.and_then(|seconds| seconds.parse().ok());
    block.set("enabled", Value::bool(text(ENABLED) == Some("true")));
    block.set_text("type", kind);
    block.set_integer("cookie_duration", duration.unwrap_or_default());
    block.set_text("cookie_name", name.unwrap_or_default());
    group.set(NAME, blocks::list(&empty, [block]));
}
