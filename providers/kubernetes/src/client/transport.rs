//! What goes wrong before the API server has a word.

use kube::client::AuthError;

use super::{Action, Cause, ClusterError, status};

/// What a failed call means.
pub(crate) fn failure(
    action: Action,
    object: impl std::fmt::Display,
    endpoint: &str,
    error: kube::Error,
) -> ClusterError {
    let cause = match error {
        kube::Error::Api(status) => status::cause(&status),
        kube::Error::Auth(error) => credentials(&error),
        kube::Error::Service(error) => match error.downcast_ref::<AuthError>() {
            Some(error) => credentials(error),
            None => unreachable_cause(endpoint, words(&*error)),
        },
        kube::Error::HyperError(error) => unreachable_cause(endpoint, words(&error)),
        kube::Error::SerdeError(error) => Cause::Server {
            code: 200,
            message: format!("an answer that is no JSON ({error})"),
        },
        other => unreachable_cause(endpoint, words(&other)),
    };
    ClusterError::new(action, object, cause)
}

fn unreachable_cause(endpoint: &str, reason: String) -> Cause {
    let endpoint = endpoint.to_owned();
    let lower = reason.to_ascii_lowercase();
    match lower.contains("certificate")
        || lower.contains("tls handshake")
        || lower.contains("alert")
    {
        true => Cause::Certificate { endpoint, reason },
        false => Cause::Unreachable { endpoint, reason },
    }
}

fn credentials(error: &AuthError) -> Cause {
    Cause::Credentials(match error {
        AuthError::InvalidBearerToken(_) => {
            "the token has characters no header can have, such as a line break".to_owned()
        }
        AuthError::ReadTokenFile(error, path) => {
            format!("the token file {} cannot be read: {error}", path.display())
        }
        other => other.to_string(),
    })
}

/// An error with what is behind it, each said once.
pub(crate) fn words(error: &(dyn std::error::Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let text = inner.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        source = inner.source();
    }
    words
}
