//! DSA keys: parameters of 2048 and 256 bits, as Go chooses them.

use rsa::BigUint;

use super::weierstrass::padded;
use crate::functions::der::{Der, Element, integer, sequence};
use crate::functions::primes::{is_prime, small_primes};
use crate::functions::source::Sources;

/// Bits of the prime, and of the one that divides it less one.
const BITS: [usize; 2] = [2048, 256];

/// The numbers of a private key, in the order they are written in: version, p, q, g, y, x.
#[derive(Debug, Clone)]
pub(in crate::functions) struct Key([BigUint; 6]);

impl Key {
    pub(super) fn generate(sources: &Sources) -> Self {
        Key::of_bits(BITS, sources)
    }

    fn of_bits(bits: [usize; 2], sources: &Sources) -> Self {
        let (prime, order) = parameters(bits, sources);
        let one = BigUint::from(1_u8);
        let exponent = (&prime - &one) / &order;
        let mut base = BigUint::from(2_u8);
        let mut generator = base.modpow(&exponent, &prime);
        while generator == one {
            base += 1_u8;
            generator = base.modpow(&exponent, &prime);
        }
        let secret = loop {
            let secret = draw(bits[1], sources);
            if secret > BigUint::default() && secret < order {
                break secret;
            }
        };
        let public = generator.modpow(&secret, &prime);
        Key([BigUint::default(), prime, order, generator, public, secret])
    }

    /// Reads what [`Key::der`] writes.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let numbers = Element::whole(der)?.children()?;
        let numbers: Vec<BigUint> = numbers.iter().map(Element::number).collect::<Option<_>>()?;
        numbers.try_into().ok().map(Key)
    }

    pub(super) fn der(&self) -> Der {
        let number = |number: &BigUint| integer(&number.to_bytes_be());
        sequence(&self.0.each_ref().map(number))
    }
}

/// A prime, and one that divides it less one.
fn parameters([bits, order_bits]: [usize; 2], sources: &Sources) -> (BigUint, BigUint) {
    let small = small_primes();
    loop {
        let order = top_and_odd(draw(order_bits, sources), order_bits);
        if has_small_factor(&order, &small) || !is_prime(&order, sources) {
            continue;
        }
        // With so many candidates there is nearly always one.
        for _ in 0..4 * bits {
            let start = top_and_odd(draw(bits, sources), bits);
            let prime = &start - &start % &order + BigUint::from(1_u8);
            let fits = prime.bits() == bits && !has_small_factor(&prime, &small);
            if fits && is_prime(&prime, sources) {
                return (prime, order);
            }
        }
    }
}

fn draw(bits: usize, sources: &Sources) -> BigUint {
    let mut bytes = padded(&BigUint::default(), bits / 8);
    sources.entropy.fill(&mut bytes);
    BigUint::from_bytes_be(&bytes)
}

fn top_and_odd(number: BigUint, bits: usize) -> BigUint {
    let top = BigUint::from(1_u8) << (bits - 1);
    number | top | BigUint::from(1_u8)
}

fn has_small_factor(number: &BigUint, small: &[u64]) -> bool {
    let mut small = small.iter();
    small.any(|prime| number % *prime == BigUint::default())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rsa::BigUint;

    use super::Key;
    use crate::functions::{Moment, Seeded, Sources};

    #[test]
    fn the_numbers_of_a_key_go_together() {
        let clock = Moment {
            seconds: 0,
            nanoseconds: 0,
        };
        let sources = Sources {
            cluster: None,
            entropy: Arc::new(Seeded::new("dsa")),
            clock: Arc::new(clock),
        };
        let key = Key::of_bits([512, 160], &sources);
        let one = BigUint::from(1_u8);
        let [version, prime, order, generator, public, secret] = &key.0;
        assert_eq!((prime.bits(), order.bits()), (512, 160));
        assert_eq!(*version, BigUint::default());
        assert_eq!((prime - &one) % order, BigUint::default());
        assert_ne!(*generator, one);
        assert_eq!(generator.modpow(order, prime), one);
        assert_eq!(generator.modpow(secret, prime), *public);
        assert_eq!(Key::read(key.der().bytes()).unwrap().0, key.0);
    }
}
