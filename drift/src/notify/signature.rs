//! The signature of a message, as the Standard Webhooks have it.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::config::Secret;

/// The header `webhook-signature`: `v1,` and the HMAC-SHA256, in base64, of the
/// key, the moment in seconds and the body with periods between them. A secret that
/// begins with `whsec_` is base64, any other is used as it is written.
pub fn sign(secret: &Secret, key: &str, moment: Timestamp, body: &str) -> String {
    let written = secret.expose();
    let decoded = written
        .strip_prefix("whsec_")
        .and_then(|encoded| STANDARD.decode(encoded).ok());
    let bytes = decoded.unwrap_or_else(|| written.as_bytes().to_vec());
    // Any length of a key is right.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&bytes) else {
        return String::new();
    };
    mac.update(format!("{key}.{}.{body}", moment.as_second()).as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks' specification and its libraries.
    #[test]
    fn as_the_standard_webhooks_sign() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let moment = Timestamp::from_second(1_614_265_330).unwrap();
        assert_eq!(
            sign(
                &secret,
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                moment,
                "{\"test\": 2432232314}"
            ),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }
}
