//! Who may see the page.

use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use crate::config::Secret;

/// Who may see the page.
#[derive(Clone, Debug)]
pub enum Access {
    /// Whoever is on this machine.
    Local,
    /// Whoever knows this.
    Token(Secret),
}

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denied {
    /// A page of somebody else's has led a browser here.
    Elsewhere,
    /// The token is not there, or another one.
    Token,
}

impl Access {
    /// Whether a request with these headers is answered.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Denied> {
        match self {
            // A name that leads to this machine may be anybody's.
            Access::Local if !is_local(headers) => Err(Denied::Elsewhere),
            Access::Token(token) if !knows(headers, token) => Err(Denied::Token),
            _ => Ok(()),
        }
    }
}

fn is_local(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let Some(host) = host else {
        return false;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let loopback = address
        .parse()
        .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    loopback || name.eq_ignore_ascii_case("localhost")
}

/// As a bearer, or as the password a browser asks for.
fn knows(headers: &HeaderMap, token: &Secret) -> bool {
    let given = headers.get(header::AUTHORIZATION);
    let given = given.and_then(|given| given.to_str().ok()?.split_once(' '));
    let told = match given {
        Some((scheme, told)) if scheme.eq_ignore_ascii_case("bearer") => Some(told.to_owned()),
        Some((scheme, encoded)) if scheme.eq_ignore_ascii_case("basic") => password(encoded),
        _ => None,
    };
    // How long comparing digests takes tells nothing of the token.
    told.is_some_and(|told| {
        Sha256::digest(told.trim().as_bytes()) == Sha256::digest(token.expose().as_bytes())
    })
}

fn password(encoded: &str) -> Option<String> {
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (_, password) = decoded.split_once(':')?;
    Some(password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn only_this_machine_without_a_token() {
        for (host, expected) in [
            ("localhost:9127", Ok(())),
            ("127.0.0.1:9127", Ok(())),
            ("127.0.0.1", Ok(())),
            ("[::1]:9127", Ok(())),
            ("evil.example:9127", Err(Denied::Elsewhere)),
            ("127.0.0.1.evil.example", Err(Denied::Elsewhere)),
        ] {
            let headers = headers(header::HOST, host);
            assert_eq!(Access::Local.check(&headers), expected, "{host}");
        }
        assert_eq!(
            Access::Local.check(&HeaderMap::new()),
            Err(Denied::Elsewhere)
        );
    }

    #[test]
    fn whoever_knows_the_token() {
        let access = Access::Token(Secret::new("open sesame"));
        for (given, expected) in [
            ("Bearer open sesame", Ok(())),
            // `anybody:open sesame`
            ("Basic YW55Ym9keTpvcGVuIHNlc2FtZQ==", Ok(())),
            ("Bearer open", Err(Denied::Token)),
            ("Basic open sesame", Err(Denied::Token)),
            ("open sesame", Err(Denied::Token)),
        ] {
            let headers = headers(header::AUTHORIZATION, given);
            assert_eq!(access.check(&headers), expected, "{given}");
        }
        assert_eq!(access.check(&HeaderMap::new()), Err(Denied::Token));
    }
}
