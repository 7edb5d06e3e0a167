//! When credentials end, as far as they say it themselves. API servers only
//! answer "Unauthorized".

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use k8s_openapi::jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::{Map, Value as Json};

/// The end of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expiry {
    /// What ends.
    what: &'static str,
    /// In seconds since 1970.
    at: i64,
}

impl Expiry {
    /// That of a user of a kubeconfig.
    pub(crate) fn of(user: &Map<String, Json>) -> Option<Expiry> {
        let text = |name: &str| user.get(name).and_then(Json::as_str);
        let token = text("token").and_then(of_token);
        let data = || STANDARD.decode(text("client-certificate-data")?).ok();
        let file = || std::fs::read(text("client-certificate")?).ok();
        let certificate = data().or_else(file).and_then(|pem| of_certificate(&pem));
        match (token, certificate) {
            (Some(at), _) => Some(Expiry { what: "token", at }),
            (None, Some(at)) => Some(Expiry {
                what: "client certificate",
                at,
            }),
            (None, None) => None,
        }
    }

    /// A sentence about it, if that was before `now`.
    pub(crate) fn passed(self, now: i64) -> Option<String> {
        let at = Timestamp::from_second(self.at).ok()?;
        (self.at <= now).then(|| format!("the {} expired at {at}", self.what))
    }
}

/// What a JSON web token says. <https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4>
fn of_token(token: &str) -> Option<i64> {
    let claims = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Json = serde_json::from_slice(&claims).ok()?;
    claims.get("exp")?.as_i64()
}

/// What an X.509 certificate in PEM says. Of a chain, the first.
/// <https://www.rfc-editor.org/rfc/rfc5280#section-4.1>
fn of_certificate(pem: &[u8]) -> Option<i64> {
    let pem = std::str::from_utf8(pem).ok()?;
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let body: String = body.split_whitespace().collect();
    let der = STANDARD.decode(body).ok()?;
    let (_, certificate, _) = element(&der)?;
    let (_, mut rest, _) = element(certificate)?;
    // Before the validity are the version, which may be missing, the serial
    // number, the algorithm and the issuer.
    const VERSION: u8 = 0xa0;
    if rest.first() == Some(&VERSION) {
        rest = element(rest)?.2;
    }
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (_, validity, _) = element(rest)?;
    let (_, _, rest) = element(validity)?;
    let (tag, time, _) = element(rest)?;
    moment(tag, std::str::from_utf8(time).ok()?)
}

/// The first element of a text in DER: its tag, what is in it, and the rest.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match usize::from(first) {
        short if short < 0x80 => (short, rest),
        long => {
            let (digits, rest) = rest.split_at_checked(long - 0x80)?;
            let value = digits.iter().try_fold(0_usize, |value, digit| {
                value.checked_mul(256)?.checked_add(usize::from(*digit))
            });
            (value?, rest)
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// `YYMMDDHHMMSSZ` until 2049, `YYYYMMDDHHMMSSZ` afterwards.
fn moment(tag: u8, text: &str) -> Option<i64> {
    const UTC_TIME: u8 = 0x17;
    let text = match (tag, text.get(..2)?) {
        (UTC_TIME, year) if year < "50" => format!("20{text}"),
        (UTC_TIME, _) => format!("19{text}"),
        _ => text.to_owned(),
    };
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", text).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: &str = include_str!("expired.pem");

    fn expiry(name: &str, value: &str) -> Option<String> {
        let user = Map::from_iter([(name.to_owned(), Json::from(value))]);
        Expiry::of(&user)?.passed(1_800_000_000)
    }

    #[test]
    fn certificates_say_when_they_end() {
        let data = STANDARD.encode(CERTIFICATE);
        assert_eq!(
            expiry("client-certificate-data", &data).as_deref(),
            Some("the client certificate expired at 2020-01-02T00:00:00Z")
        );
        assert_eq!(moment(0x18, "20510203040506Z"), Some(2_559_009_906));
    }

    #[test]
    fn tokens_say_when_they_end() {
        let token = |claims: &str| format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
        let expired = token(r#"{"exp":1700000000}"#);
        assert_eq!(
            expiry("token", &expired).as_deref(),
            Some("the token expired at 2023-11-14T22:13:20Z")
        );
        assert_eq!(expiry("token", &token(r#"{"exp":1900000000}"#)), None);
    }

    #[test]
    fn what_is_not_understood_says_nothing() {
        for certificate in [
            "",
            "x",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        ] {
            assert_eq!(of_certificate(certificate.as_bytes()), None);
        }
        assert_eq!(of_token("admin"), None);
    }
}
