//! Tokens that clusters take: a call to STS, signed in advance, which tells
//! the cluster who is calling.
//!
//! <https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster>

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign},
    sign::v4,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::percent::encode;

/// What tokens begin with.
pub const PREFIX: &str = "k8s-aws-v1.";

/// The header that binds a call to a cluster.
const CLUSTER: &str = "x-k8s-aws-id";

/// How long the signed call may be made. Clusters take the token for 15
/// minutes after it was signed, whatever this says.
const EXPIRES: Duration = Duration::from_secs(60);

/// A token could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("the call to STS in the token cannot be signed: {0}")]
pub struct TokenError(String);

/// A token for the cluster of a name or ID: `endpoint` is that of STS, such as
/// `https://sts.eu-west-1.amazonaws.com`. Nothing is called.
///
/// # Errors
/// The endpoint is no URL, or the call cannot be signed.
pub fn token(
    cluster: &str,
    endpoint: &str,
    region: &str,
    credentials: &Credentials,
    now: SystemTime,
) -> Result<String, TokenError> {
    let base = endpoint.trim_end_matches('/');
    let url = format!("{base}/?Action=GetCallerIdentity&Version=2011-06-15");
    let parameters = signature(&url, cluster, region, credentials, (now, EXPIRES))?;
    let url = parameters.into_iter().fold(url, |url, (name, value)| {
        format!("{url}&{}={}", encode(&name), encode(&value))
    });
    Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(url)))
}

/// The parameters that sign a call.
fn signature(
    url: &str,
    cluster: &str,
    region: &str,
    credentials: &Credentials,
    (now, expires): (SystemTime, Duration),
) -> Result<Vec<(String, String)>, TokenError> {
    let failed = |error: &dyn std::error::Error| TokenError(error.to_string());
    let host = url
        .split("//")
        .nth(1)
        .and_then(|rest| rest.split('/').next());
    let host = host.filter(|host| !host.is_empty());
    let host = host.ok_or_else(|| TokenError(format!("{url} is no URL of an endpoint")))?;
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(expires);
    let identity = credentials.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("sts")
        .time(now)
        .settings(settings)
        .build()
        .map_err(|error| failed(&error))?
        .into();
    let headers = [("host", host), (CLUSTER, cluster)];
    let request = SignableRequest::new("GET", url, headers.into_iter(), SignableBody::Bytes(&[]));
    let request = request.map_err(|error| failed(&error))?;
    let signed = sign(request, &parameters).map_err(|error| failed(&error))?;
    let (instructions, _) = signed.into_parts();
    let (_, parameters) = instructions.into_parts();
    Ok(parameters
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into_owned()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Credentials {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let session = Some("session/token+with=signs".to_owned());
        Credentials::new("AKIAIOSFODNN7EXAMPLE", secret, session, None, "test")
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// The parameters of a token that Terraform's provider made for the same
    /// credentials in the same second; it has the call expire at once.
    #[test]
    fn the_signature_is_that_of_terraforms_provider() {
        let url =
            "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15";
        let when = (at(1_795_919_396), Duration::ZERO);
        let mut signed = signature(url, "loki", "eu-west-1", &credentials(), when).unwrap();
        signed.sort();
        let expected = [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            (
                "X-Amz-Credential",
                "AKIAIOSFODNN7EXAMPLE/20261129/eu-west-1/sts/aws4_request",
            ),
            ("X-Amz-Date", "20261129T022956Z"),
            ("X-Amz-Expires", "0"),
            ("X-Amz-Security-Token", "session/token+with=signs"),
            (
                "X-Amz-Signature",
                "da285cfce46ab865073e64559e16b630f7d32e637404698005de2ca9f1e97dc7",
            ),
            ("X-Amz-SignedHeaders", "host;x-k8s-aws-id"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(signed, expected);
    }

    #[test]
    fn a_token_is_the_call_in_base64() {
        let made = token(
            "loki",
            "https://sts.eu-west-1.amazonaws.com",
            "eu-west-1",
            &credentials(),
            at(1_795_919_396),
        );
        let made = made.unwrap();
        let call = URL_SAFE_NO_PAD
            .decode(made.strip_prefix(PREFIX).unwrap())
            .unwrap();
        let call = String::from_utf8(call).unwrap();
        let (start, _) = call.split_once("&X-Amz-Signature=").unwrap_or((&call, ""));
        assert!(start.starts_with("https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-"), "{call}");
        assert!(
            call.contains("X-Amz-Expires=60") && call.contains("session%2Ftoken%2Bwith%3Dsigns"),
            "{call}"
        );
        assert!(!call.contains("wJalr"), "{call}");
    }

    #[test]
    fn an_endpoint_that_is_no_url_is_an_error() {
        let made = token("loki", "sts", "eu-west-1", &credentials(), at(0));
        assert_eq!(
            made.unwrap_err().to_string(),
            "the call to STS in the token cannot be signed: sts/?Action=GetCallerIdentity&Version=2011-06-15 is no URL of an endpoint"
        );
    }
}
