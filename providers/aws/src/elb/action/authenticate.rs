//! Requests of users who must have logged in.

use std::collections::HashMap;

use aws_sdk_elasticloadbalancingv2::types::{
    Action, AuthenticateCognitoActionConditionalBehaviorEnum as CognitoBehaviour,
    AuthenticateCognitoActionConfig,
    AuthenticateOidcActionConditionalBehaviorEnum as OidcBehaviour, AuthenticateOidcActionConfig,
};
use trueup_sdk::native::{Field, Fields, Nested};
use trueup_value::{Type, Value};

use crate::{arn, blocks};

const COOKIE: &str = "AWSELBAuthSessionCookie";
const SCOPE: &str = "openid";
const TIMEOUT: i64 = 604_800;

fn required(name: &str, about: &str) -> Field {
    Field::required(name, Type::String).about(about)
}

/// What both ways have; of listeners the service decides all of it where it is
/// left out.
fn session(decided: bool) -> Vec<Field> {
    let open = |field: Field| if decided { field.or_computed() } else { field };
    let text = |name: &str, about: &str| Field::optional(name, Type::String).about(about);
    vec![
        Field::optional(
            "authentication_request_extra_params",
            Type::map(Type::String),
        )
        .about("Parameters for the authorization endpoint, at most 10."),
        text(
            "on_unauthenticated_request",
            "What becomes of others: deny, allow or authenticate.",
        )
        .or_computed()
        .one_of(&["deny", "allow", "authenticate"]),
        open(text("scope", "The claims to ask for; openid by default.")),
        open(text(
            "session_cookie_name",
            "The cookie that keeps the session.",
        )),
        open(
            Field::optional("session_timeout", Type::Number)
                .about("Seconds a session lasts; seven days by default.")
                .between(1, 604_800),
        ),
    ]
}

pub(super) fn oidc(decided: bool) -> Nested {
    let own = [
        required(
            "authorization_endpoint",
            "The provider's authorization endpoint.",
        ),
        required("client_id", "The client."),
        required("client_secret", "Its secret.").sensitive(),
        required("issuer", "The provider's issuer."),
        required("token_endpoint", "The provider's token endpoint."),
        required("user_info_endpoint", "The provider's endpoint for claims."),
    ];
    Nested::list("authenticate_oidc", own.into_iter().chain(session(decided)))
        .at_most(1)
        .about("Users log in at an OpenID Connect provider.")
}

pub(super) fn cognito(decided: bool) -> Nested {
    let own = [
        required("user_pool_arn", "The ARN of the user pool.").checked(arn::check),
        required("user_pool_client_id", "Its client."),
        required("user_pool_domain", "Its domain."),
    ];
    Nested::list(
        "authenticate_cognito",
        own.into_iter().chain(session(decided)),
    )
    .at_most(1)
    .about("Users log in at a user pool of Cognito.")
}

fn extra(block: &Fields) -> Option<HashMap<String, String>> {
    let pairs = block
        .texts("authentication_request_extra_params")
        .into_iter();
    let pairs = pairs.filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value)));
    let pairs: HashMap<_, _> = pairs.collect();
    (!pairs.is_empty()).then_some(pairs)
}

fn text(block: &Fields, name: &str) -> Option<String> {
    block
        .text(name)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

pub(super) fn write_oidc(block: &Fields) -> AuthenticateOidcActionConfig {
    let behaviour = text(block, "on_unauthenticated_request");
    AuthenticateOidcActionConfig::builder()
        .set_authorization_endpoint(text(block, "authorization_endpoint"))
        .set_client_id(text(block, "client_id"))
        .set_client_secret(text(block, "client_secret"))
        .set_issuer(text(block, "issuer"))
        .set_token_endpoint(text(block, "token_endpoint"))
        .set_user_info_endpoint(text(block, "user_info_endpoint"))
        .set_authentication_request_extra_params(extra(block))
        .set_on_unauthenticated_request(behaviour.as_deref().map(OidcBehaviour::from))
        .set_scope(text(block, "scope"))
        .set_session_cookie_name(text(block, "session_cookie_name"))
        .set_session_timeout(block.integer("session_timeout").filter(|s| *s > 0))
        .build()
}

pub(super) fn write_cognito(block: &Fields) -> AuthenticateCognitoActionConfig {
    let behaviour = text(block, "on_unauthenticated_request");
    AuthenticateCognitoActionConfig::builder()
        .set_user_pool_arn(text(block, "user_pool_arn"))
        .set_user_pool_client_id(text(block, "user_pool_client_id"))
        .set_user_pool_domain(text(block, "user_pool_domain"))
        .set_authentication_request_extra_params(extra(block))
        .set_on_unauthenticated_request(behaviour.as_deref().map(CognitoBehaviour::from))
        .set_scope(text(block, "scope"))
        .set_session_cookie_name(text(block, "session_cookie_name"))
        .set_session_timeout(block.integer("session_timeout").filter(|s| *s > 0))
        .build()
}

fn show_extra(told: Option<&HashMap<String, String>>) -> Value {
    let mut pairs: Vec<_> = told.into_iter().flatten().collect();
    pairs.sort();
    Value::map(
        Type::String,
        pairs
            .into_iter()
            .map(|(k, v)| (k.as_str(), Value::string(v.as_str()))),
    )
}

/// The secret is never told; it stays what it was.
pub(super) fn show_oidc(
    config: &AuthenticateOidcActionConfig,
    mut block: Fields,
    prior: Option<&Fields>,
) -> Fields {
    let prior = prior.and_then(|prior| blocks::block(prior, "authenticate_oidc"));
    let secret = prior.and_then(|prior| text(&prior, "client_secret"));
    let behaviour = config
        .on_unauthenticated_request()
        .map(OidcBehaviour::as_str);
    block.set(
        "authorization_endpoint",
        blocks::text(config.authorization_endpoint()),
    );
    block.set("client_id", blocks::text(config.client_id()));
    block.set("client_secret", blocks::text(secret.as_deref()));
    block.set("issuer", blocks::text(config.issuer()));
    block.set("token_endpoint", blocks::text(config.token_endpoint()));
    block.set(
        "user_info_endpoint",
        blocks::text(config.user_info_endpoint()),
    );
    block.set(
        "authentication_request_extra_params",
        show_extra(config.authentication_request_extra_params()),
    );
    block.set("on_unauthenticated_request", blocks::text(behaviour));
    block.set("scope", blocks::text(config.scope()));
    block.set(
        "session_cookie_name",
        blocks::text(config.session_cookie_name()),
    );
    block.set("session_timeout", blocks::number(config.session_timeout()));
    block
}

pub(super) fn show_cognito(config: &AuthenticateCognitoActionConfig, mut block: Fields) -> Fields {
    let behaviour = config
        .on_unauthenticated_request()
        .map(CognitoBehaviour::as_str);
    block.set("user_pool_arn", blocks::text(config.user_pool_arn()));
    block.set(
        "user_pool_client_id",
        blocks::text(config.user_pool_client_id()),
    );
    block.set("user_pool_domain", blocks::text(config.user_pool_domain()));
    block.set(
        "authentication_request_extra_params",
        show_extra(config.authentication_request_extra_params()),
    );
    block.set("on_unauthenticated_request", blocks::text(behaviour));
    block.set("scope", blocks::text(config.scope()));
    block.set(
        "session_cookie_name",
        blocks::text(config.session_cookie_name()),
    );
    block.set("session_timeout", blocks::number(config.session_timeout()));
    block
}

/// The same with the service's defaults.
pub(super) fn normalised(mut action: Action) -> Action {
    if let Some(config) = &mut action.authenticate_oidc_config {
        config
            .on_unauthenticated_request
            .get_or_insert(OidcBehaviour::Authenticate);
        config.scope.get_or_insert_with(|| SCOPE.to_owned());
        config
            .session_cookie_name
            .get_or_insert_with(|| COOKIE.to_owned());
        config.session_timeout.get_or_insert(TIMEOUT);
    }
    if let Some(config) = &mut action.authenticate_cognito_config {
        config
            .on_unauthenticated_request
            .get_or_insert(CognitoBehaviour::Authenticate);
        config.scope.get_or_insert_with(|| SCOPE.to_owned());
        config
            .session_cookie_name
            .get_or_insert_with(|| COOKIE.to_owned());
        config.session_timeout.get_or_insert(TIMEOUT);
    }
    action
}
