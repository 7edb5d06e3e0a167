//! The host of a URL, with its port.

use super::address::is_ipv4;
use super::escape::{Part, unescape};
use crate::strconv::quote;

/// The host and port that are meant.
///
/// # Errors
/// As Go's `net/url` words them.
pub(super) fn parse(scheme: &[u8], host: &[u8]) -> Result<Vec<u8>, String> {
    match host.iter().rposition(|byte| *byte == b'[') {
        Some(0) => return literal(host),
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    // Several hosts with ports are known from databases, and no business of the web.
    let is_port = |byte: &u8| *byte == b':';
    let port = match scheme {
        b"http" | b"https" => host.iter().position(is_port),
        _ => host.iter().rposition(is_port),
    };
    check_port(port.and_then(|at| host.get(at..)).unwrap_or_default())?;
    unescape(host, Part::Host)
}

/// `[address]:port`.
fn literal(host: &[u8]) -> Result<Vec<u8>, String> {
    let close = host.iter().rposition(|byte| *byte == b']');
    let close = close.ok_or("missing ']' in host")?;
    let port = host.get(close + 1..).unwrap_or_default();
    check_port(port)?;
    let address = host.get(1..close).unwrap_or_default();
    let zone = address.windows(3).position(|three| three == b"%25");
    let (address, zone) = address.split_at(zone.unwrap_or(address.len()));
    let mut meant = unescape(address, Part::Host)?;
    meant.extend(unescape(zone, Part::Zone)?);
    if is_ipv4(&meant).map_err(|error| format!("invalid host: {error}"))? {
        return Err("invalid IP-literal".to_owned());
    }
    Ok([b"[", meant.as_slice(), b"]", port].concat())
}

fn check_port(port: &[u8]) -> Result<(), String> {
    if is_port(port) {
        Ok(())
    } else {
        Err(format!("invalid port {} after host", quote(port)))
    }
}

/// Whether `text` is nothing, or a colon with any number of digits.
pub(super) fn is_port(text: &[u8]) -> bool {
    match text.split_first() {
        None => true,
        Some((colon, digits)) => *colon == b':' && digits.iter().all(u8::is_ascii_digit),
    }
}
