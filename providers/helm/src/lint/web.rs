//! Addresses of the web and of people, as the library that Helm asks understands them.

use regex::Regex;
use trueup_helm_template::url::Url;

/// Letters beyond ASCII that may be part of addresses.
const WIDE: &str = r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}";

fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

/// Whether `text` looks like a mail address.
pub(super) fn is_email(text: &str) -> bool {
    let atom = format!("[a-zA-Z0-9!#$%&'*+/=?^_`{{|}}~{WIDE}-]+");
    let quoted = format!(r#""[ \t\x01-\x08\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f{WIDE}]*""#);
    let (edge, inner) = (
        format!("[a-zA-Z0-9{WIDE}]"),
        format!("[a-zA-Z0-9._~{WIDE}-]"),
    );
    let label = format!("{edge}(?:{inner}*{edge})?");
    let (letter, inner) = (format!("[a-zA-Z{WIDE}]"), format!("[a-zA-Z0-9_~{WIDE}-]"));
    let last = format!("{letter}(?:{inner}*{letter})?");
    let pattern = format!(r"^(?:{atom}(?:\.{atom})*|{quoted})@(?:{label}\.)+{last}\.?$");
    matches(&pattern, text)
}

/// Whether `text` looks like the address of a page, with or without a scheme.
pub(super) fn is_url(text: &str) -> bool {
    if !(4..2083).contains(&text.len()) || text.starts_with('.') {
        return false;
    }
    let whole = if text.contains(':') && !text.contains("://") {
        format!("http://{text}")
    } else {
        text.to_owned()
    };
    let Ok(url) = Url::parse(whole.as_bytes()) else {
        return false;
    };
    let is_word = url.host.is_empty() && !url.path.is_empty() && !url.path.contains(&b'.');
    !url.host.starts_with(b".") && !is_word && matches(&pattern(), text)
}

fn pattern() -> String {
    let byte = r"(?:1\d\d|2[0-4]\d|25[0-5]|\d{1,2})";
    let ipv4 = format!(r"(?:[1-9]\d?|1\d\d|2[01]\d|22[0-3]|24\d|25[0-5])(?:\.{byte}){{3}}");
    let labels = r"[a-zA-Z0-9](?:[a-zA-Z0-9_-]+)?[a-zA-Z0-9](?:[-.][a-zA-Z0-9]+)*";
    let below = r"(?:www\.|[a-zA-Z0-9]+(?:[-_.]?[a-zA-Z0-9])*[a-zA-Z0-9]\.[a-zA-Z0-9]+)";
    let wide = r"a-zA-Z\x{a1}-\x{ffff}";
    let host = format!(r"(?:{labels}|{below}?)?(?:[{wide}0-9]+-?-?)*[{wide}0-9]+(?:\.[{wide}]+)?");
    format!(
        r"^(?:(?:ftp|tcp|udp|wss?|https?)://)?(?:\S+(?::\S*)?@)?(?:{ipv4}|\[[0-9a-fA-F:.%]+\]|{host})\.?(?::\d{{1,5}})?(?:[/?#]\S*)?$"
    )
}

/// Whether `text` is a URL with a scheme, as a request could name it.
pub(super) fn is_request_url(text: &str) -> bool {
    Url::without_fragment(text.as_bytes()).is_ok_and(|url| !url.scheme.is_empty())
}
