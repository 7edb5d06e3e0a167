//! The part of OpenPGP that checks a signed text: RFC 4880 and the same packets in RFC 9580.
//!
//! Signatures and keys of version 4, RSA, ECDSA on NIST's curves and Ed25519, with SHA-2. What is
//! older (DSA, SHA-1) proves nothing today and counts as a signature that can't be verified.

mod armor;
mod cleartext;
mod key;
mod material;
mod packet;
mod signature;

pub(crate) use armor::dearmored;
pub(crate) use cleartext::SignedText;
pub(crate) use key::Key;

/// Takes bytes off the front of a packet.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn two(&mut self) -> Option<usize> {
        let bytes = self.take(2)?.try_into().ok()?;
        Some(usize::from(u16::from_be_bytes(bytes)))
    }

    fn four(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// A number with its length in bits before it.
    fn number(&mut self) -> Option<&'a [u8]> {
        let bits = self.two()?;
        self.take(bits.div_ceil(8))
    }
}
