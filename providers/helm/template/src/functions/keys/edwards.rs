//! Ed25519: keys of 32 bytes and signatures of 64, by RFC 8032.

use rsa::BigUint;
use sha2::{Digest, Sha512};

use super::weierstrass::Field;
use crate::functions::source::Sources;

/// The seed that key and signatures are made of.
#[derive(Debug, Clone)]
pub(in crate::functions) struct Key(pub(super) [u8; 32]);

/// A point with coordinates X/Z and Y/Z, and T = XY/Z.
#[derive(Clone)]
struct Point {
    x: BigUint,
    y: BigUint,
    z: BigUint,
    t: BigUint,
}

/// The curve -x² + y² = 1 + dx²y².
struct Curve {
    field: Field,
    order: BigUint,
    /// Twice d.
    double: BigUint,
    base: Point,
}

fn decimal(digits: &str) -> BigUint {
    BigUint::parse_bytes(digits.as_bytes(), 10).unwrap_or_default()
}

impl Curve {
    fn new() -> Self {
        let prime = (BigUint::from(1_u8) << 255) - BigUint::from(19_u8);
        let field = Field(prime);
        let fraction = |above: BigUint, below: u32| {
            field.multiply(&above, &field.inverse(&BigUint::from(below)))
        };
        let less = field.difference(&BigUint::default(), &BigUint::from(121_665_u32));
        let d = fraction(less, 121_666);
        let x = decimal(
            "15112221349535400772501151409588531511454012693041857206046113283949847762202",
        );
        let y = fraction(BigUint::from(4_u8), 5);
        Curve {
            order: (BigUint::from(1_u8) << 252) + decimal("27742317777372353535851937790883648493"),
            double: field.sum(&d, &d),
            base: Point {
                t: field.multiply(&x, &y),
                z: BigUint::from(1_u8),
                x,
                y,
            },
            field,
        }
    }

    /// The sum of two points, which may be the same: "add-2008-hwcd-3" of the Explicit-Formulas
    /// Database.
    fn add(&self, left: &Point, right: &Point) -> Point {
        let field = &self.field;
        let a = field.multiply(
            &field.difference(&left.y, &left.x),
            &field.difference(&right.y, &right.x),
        );
        let b = field.multiply(&field.sum(&left.y, &left.x), &field.sum(&right.y, &right.x));
        let c = field.multiply(&field.multiply(&left.t, &self.double), &right.t);
        let half = field.multiply(&left.z, &right.z);
        let d = field.sum(&half, &half);
        let (e, f) = (field.difference(&b, &a), field.difference(&d, &c));
        let (g, h) = (field.sum(&d, &c), field.sum(&b, &a));
        Point {
            x: field.multiply(&e, &f),
            y: field.multiply(&g, &h),
            z: field.multiply(&f, &g),
            t: field.multiply(&e, &h),
        }
    }

    /// The base point `scalar` times over, as 32 bytes.
    fn multiply(&self, scalar: &BigUint) -> [u8; 32] {
        let mut sum = Point {
            x: BigUint::default(),
            y: BigUint::from(1_u8),
            z: BigUint::from(1_u8),
            t: BigUint::default(),
        };
        for byte in scalar.to_bytes_be() {
            for bit in (0..8).rev() {
                sum = self.add(&sum, &sum);
                if byte >> bit & 1 == 1 {
                    sum = self.add(&sum, &self.base);
                }
            }
        }
        let inverse = self.field.inverse(&sum.z);
        let x = self.field.multiply(&sum.x, &inverse);
        let mut bytes = little(&self.field.multiply(&sum.y, &inverse));
        let odd = x.to_bytes_le().first().is_some_and(|byte| byte & 1 == 1);
        bytes[31] |= u8::from(odd) << 7;
        bytes
    }

    /// A digest as a number below the order.
    fn reduced(&self, parts: &[&[u8]]) -> BigUint {
        let mut digest = Sha512::new();
        parts.iter().for_each(|part| digest.update(part));
        BigUint::from_bytes_le(&digest.finalize()) % &self.order
    }
}

/// 32 bytes, the lowest first.
fn little(number: &BigUint) -> [u8; 32] {
    let mut bytes = [0; 32];
    let digits = number.to_bytes_le();
    bytes
        .iter_mut()
        .zip(digits)
        .for_each(|(byte, digit)| *byte = digit);
    bytes
}

impl Key {
    pub(super) fn generate(sources: &Sources) -> Self {
        let mut seed = [0; 32];
        sources.entropy.fill(&mut seed);
        Key(seed)
    }

    /// The secret number, and what numbers of signatures are made of.
    fn expanded(&self) -> (BigUint, Vec<u8>) {
        let digest = Sha512::digest(self.0);
        let (low, prefix) = digest.split_at(32);
        let mut low = low.to_vec();
        if let [first, .., last] = low.as_mut_slice() {
            *first &= 0xF8;
            *last = *last & 0x7F | 0x40;
        }
        (BigUint::from_bytes_le(&low), prefix.to_vec())
    }

    pub(super) fn public(&self) -> [u8; 32] {
        Curve::new().multiply(&self.expanded().0)
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let curve = Curve::new();
        let (secret, prefix) = self.expanded();
        let public = curve.multiply(&secret);
        let nonce = curve.reduced(&[&prefix, message]);
        let point = curve.multiply(&nonce);
        let challenge = curve.reduced(&[&point, &public, message]);
        let answer = (nonce + challenge * secret) % &curve.order;
        [point, little(&answer)].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::Key;
    use crate::functions::der::{hex, unhex};

    /// Tests 1 and 3 of RFC 8032, section 7.1.
    #[test]
    fn keys_and_signatures_are_those_of_the_standard() {
        let cases = [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
                 5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
                 18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ];
        for (seed, public, message, signature) in cases {
            let key = Key(unhex(seed).try_into().unwrap());
            assert_eq!(hex(&key.public()), public);
            assert_eq!(hex(&key.sign(&unhex(message))), signature);
        }
    }
}
