//! Packets as text: base64 between two lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The packets in the first armor of `text`; none if it has no whole one. The checksum is not
/// looked at: it was meant for noisy lines, and what it guards is signed.
pub(crate) fn dearmored(text: &str) -> Option<Vec<u8>> {
    let mut lines = text.lines().map(str::trim_end);
    lines.find(|line| line.starts_with("-----BEGIN PGP "))?;
    let mut encoded = String::new();
    let mut in_headers = true;
    for line in lines {
        if line.starts_with("-----END PGP ") {
            return STANDARD.decode(encoded).ok();
        }
        if in_headers {
            in_headers = line.contains(": ");
        }
        if !in_headers && !line.starts_with('=') {
            encoded.push_str(line);
        }
    }
    None
}
