//! A text with the signature below it.

use super::armor::dearmored;
use super::packet::packets;
use super::signature::Signature;

const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";

/// A signed text.
pub(crate) struct SignedText {
    /// The text as people read it.
    pub(crate) text: String,
    /// The text as it was signed: line ends of the network, no spaces before them.
    pub(crate) signed: String,
    /// Who signed it.
    pub(crate) signatures: Vec<Signature>,
}

impl SignedText {
    /// Finds the first signed text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let start = text.find(BEGIN)?;
        let message = text.get(start..)?;
        let end = message.find(&format!("\n{SIGNATURE}"))?;
        let (body, armor) = message.split_at_checked(end)?;
        let mut lines = body.split('\n').skip(1);
        // Headers up to an empty line.
        lines
            .by_ref()
            .find(|line| line.trim_end_matches('\r').is_empty())?;
        let lines: Vec<&str> = lines
            .map(|line| line.strip_prefix("- ").unwrap_or(line))
            .collect();
        let stripped: Vec<&str> = lines
            .iter()
            .map(|line| line.trim_end_matches([' ', '\t', '\r']))
            .collect();
        let bytes = dearmored(armor)?;
        let signatures = packets(&bytes)
            .filter(|packet| packet.tag == 2)
            .filter_map(|packet| Signature::parse(packet.body))
            .collect();
        Some(Self {
            text: lines.join("\n").replace("\r\n", "\n"),
            signed: stripped.join("\r\n"),
            signatures,
        })
    }
}
