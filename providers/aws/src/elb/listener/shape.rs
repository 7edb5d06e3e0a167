//! What `aws_lb_listener` looks like.

use trueup_sdk::{
    Problem,
    native::{Field, Fields, Nested, Shape, attribute_problem, problem},
};
use trueup_value::{Type, Value};

use super::MUTUAL;
use crate::{
    arn, blocks,
    elb::{
        action,
        attributes::{Setting, setting},
    },
    fields, tags,
};

/// The blocks of actions.
pub(super) const ACTION: &str = "default_action";

/// Settings that are attributes of a listener.
pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "tcp_idle_timeout_seconds",
        "tcp.idle_timeout.seconds",
        "350",
    ),
    setting(
        "routing_http_response_server_enabled",
        "routing.http.response.server.enabled",
        "true",
    ),
    setting(
        "routing_http_request_x_amzn_mtls_clientcert_header_name",
        "routing.http.request.x_amzn_mtls_clientcert.header_name",
        "",
    ),
    setting(
        "routing_http_request_x_amzn_mtls_clientcert_issuer_header_name",
        "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name",
        "",
    ),
    setting(
        "routing_http_request_x_amzn_mtls_clientcert_leaf_header_name",
        "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name",
        "",
    ),
    setting(
        "routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name",
        "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
        "",
    ),
    setting(
        "routing_http_request_x_amzn_mtls_clientcert_subject_header_name",
        "routing.http.request.x_amzn_mtls_clientcert_subject.header_name",
        "",
    ),
    setting(
        "routing_http_request_x_amzn_mtls_clientcert_validity_header_name",
        "routing.http.request.x_amzn_mtls_clientcert_validity.header_name",
        "",
    ),
    setting(
        "routing_http_request_x_amzn_tls_cipher_suite_header_name",
        "routing.http.request.x_amzn_tls_cipher_suite.header_name",
        "",
    ),
    setting(
        "routing_http_request_x_amzn_tls_version_header_name",
        "routing.http.request.x_amzn_tls_version.header_name",
        "",
    ),
    setting(
        "routing_http_response_access_control_allow_credentials_header_value",
        "routing.http.response.access_control_allow_credentials.header_value",
        "",
    ),
    setting(
        "routing_http_response_access_control_allow_headers_header_value",
        "routing.http.response.access_control_allow_headers.header_value",
        "",
    ),
    setting(
        "routing_http_response_access_control_allow_methods_header_value",
        "routing.http.response.access_control_allow_methods.header_value",
        "",
    ),
    setting(
        "routing_http_response_access_control_allow_origin_header_value",
        "routing.http.response.access_control_allow_origin.header_value",
        "",
    ),
    setting(
        "routing_http_response_access_control_expose_headers_header_value",
        "routing.http.response.access_control_expose_headers.header_value",
        "",
    ),
    setting(
        "routing_http_response_access_control_max_age_header_value",
        "routing.http.response.access_control_max_age.header_value",
        "",
    ),
    setting(
        "routing_http_response_content_security_policy_header_value",
        "routing.http.response.content_security_policy.header_value",
        "",
    ),
    setting(
        "routing_http_response_strict_transport_security_header_value",
        "routing.http.response.strict_transport_security.header_value",
        "",
    ),
    setting(
        "routing_http_response_x_content_type_options_header_value",
        "routing.http.response.x_content_type_options.header_value",
        "",
    ),
    setting(
        "routing_http_response_x_frame_options_header_value",
        "routing.http.response.x_frame_options.header_value",
        "",
    ),
];

const PROTOCOLS: &[&str] = &["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE"];

pub(super) fn shape() -> Shape {
    let text = |name: &str, about: &str| Field::optional(name, Type::String).about(about);
    let own = [
        fields::id(),
        fields::region(),
        Field::computed("arn", Type::String).about("The ARN."),
        Field::required("load_balancer_arn", Type::String)
            .about("The ARN of the load balancer.")
            .checked(arn::check)
            .replaces(),
        text("alpn_policy", "The protocols to agree on in TLS.").one_of(&[
            "HTTP1Only",
            "HTTP2Only",
            "HTTP2Optional",
            "HTTP2Preferred",
            "None",
        ]),
        text(
            "certificate_arn",
            "The ARN of the certificate, for HTTPS and TLS.",
        )
        .checked(arn::check),
        Field::optional("port", Type::Number)
            .about("The port. Not for gateway load balancers.")
            .checked(check_port),
        text("protocol", "The protocol. Not for gateway load balancers.")
            .or_computed()
            .same_if(same_in_any_case)
            .checked(check_protocol),
        text("ssl_policy", "The policy that says which TLS is spoken.").or_computed(),
    ];
    let settings = SETTINGS.iter().map(|setting| {
        let field = match setting.argument {
            "tcp_idle_timeout_seconds" => Field::optional(setting.argument, Type::Number)
                .about("Seconds after which a connection that says nothing ends.")
                .between(60, 6000),
            "routing_http_response_server_enabled" => Field::optional(setting.argument, Type::Bool)
                .about("Whether answers tell what server they are from."),
            name if name.ends_with("header_name") => Field::optional(name, Type::String)
                .about("The name of the header that tells targets this."),
            name => {
                Field::optional(name, Type::String).about("The value of this header of answers.")
            }
        };
        field.or_computed()
    });
    Shape::new(
        "A listener: a port of a load balancer, and what becomes of requests that no rule is for.",
        own.into_iter().chain(settings).chain(tags::fields()),
    )
    .legacy()
    .block(action::block(ACTION))
    .block(mutual())
    .block(Nested::timeouts(&["create", "update"]))
}

fn mutual() -> Nested {
    Nested::list(
        MUTUAL,
        [
            Field::optional("advertise_trust_store_ca_names", Type::String)
                .about("Whether clients are told which authorities are trusted: on or off.")
                .or_computed()
                .one_of(&["on", "off"]),
            Field::optional("ignore_client_certificate_expiry", Type::Bool)
                .about("Whether certificates that have expired will do.")
                .filled(Value::bool(false)),
            Field::required("mode", Type::String)
                .about("off, passthrough or verify.")
                .one_of(&["off", "passthrough", "verify"]),
            Field::optional("trust_store_arn", Type::String)
                .about("The ARN of the trust store.")
                .checked(arn::check),
        ],
    )
    .at_most(1)
    .or_computed()
    .about("Clients that must show a certificate.")
}

fn check_port(value: &Value, called: &str) -> Option<Problem> {
    let port = value.as_number()?;
    let valid = port
        .to_i64()
        .is_some_and(|port| (1..=65_535).contains(&port));
    let summary = format!("expected \"{called}\" to be a valid port number, got: {port}");
    (!valid).then(|| problem(&summary, ""))
}

fn check_protocol(value: &Value, called: &str) -> Option<Problem> {
    let protocol = value.as_str()?;
    let known = PROTOCOLS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(protocol));
    let names: Vec<String> = PROTOCOLS.iter().map(|name| format!("{name:?}")).collect();
    let summary = format!(
        "expected {called} to be one of [{}], got {protocol}",
        names.join(" ")
    );
    (!known).then(|| problem(&summary, ""))
}

fn same_in_any_case(config: &Value, prior: &Value) -> bool {
    match (config.as_str(), prior.as_str()) {
        (Some(config), Some(prior)) => config.eq_ignore_ascii_case(prior),
        _ => false,
    }
}

/// What is wrong with a configuration as a whole.
pub(super) fn check(config: &Fields) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |name: &str, detail: String| {
        problems.push(attribute_problem(
            name,
            "Invalid Attribute Combination",
            detail,
        ));
    };
    let protocol = config.text("protocol").map(str::to_uppercase);
    let secure = matches!(protocol.as_deref(), Some("HTTPS" | "TLS"));
    if secure && config.get("certificate_arn").is_null() {
        let protocol = protocol.as_deref().unwrap_or_default();
        wrong(
            "certificate_arn",
            format!(
                "Attribute \"certificate_arn\" must be specified when \"protocol\" is \"{protocol}\"."
            ),
        );
    }
    if let Some(mutual) = blocks::block(config, MUTUAL) {
        let verify = mutual.text("mode") == Some("verify");
        if verify && mutual.get("trust_store_arn").is_null() {
            wrong(MUTUAL, "Attribute \"mutual_authentication[0].trust_store_arn\" must be specified when \"mutual_authentication[0].mode\" is \"verify\".".to_owned());
        }
    }
    problems
}
