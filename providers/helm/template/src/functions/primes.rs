//! Large primes, as keys need them.
//!
//! The search of the RSA library takes ten times as long as Go's, which is seconds for a key of
//! 4096 bits. Here most candidates are sieved out by small primes, and powers are taken in
//! Montgomery's form.

mod montgomery;

use rsa::BigUint;

use self::montgomery::Modulus;
use super::source::Sources;

/// Sieved with primes below this.
const SMALL: usize = 1 << 13;
/// Odd numbers that are tried from one random number on.
const WINDOW: usize = 1 << 12;
/// Rounds with random bases: a random candidate of 1024 bits or more that passes them is not
/// prime with a probability below 2^-100 (FIPS 186-5, table B.1).
const ROUNDS: usize = 5;

/// Two different primes whose product has `bits` bits.
pub(super) fn pair(bits: usize, sources: &Sources) -> [BigUint; 2] {
    let small = small_primes();
    let first = prime(bits.div_ceil(2), &small, None, sources);
    let second = prime(bits / 2, &small, Some(&first), sources);
    [first, second]
}

/// A prime of exactly `bits` bits, the two highest of which are set.
fn prime(bits: usize, small: &[u64], other: Option<&BigUint>, sources: &Sources) -> BigUint {
    loop {
        let start = start(bits, sources);
        let found = candidates(&start, small).find(|candidate| {
            candidate.bits() == bits && Some(candidate) != other && is_prime(candidate, sources)
        });
        if let Some(found) = found {
            return found;
        }
    }
}

/// A random odd number to search from.
fn start(bits: usize, sources: &Sources) -> BigUint {
    let mut bytes = vec![0; bits.div_ceil(8)];
    sources.entropy.fill(&mut bytes);
    let mut number = BigUint::from_bytes_be(&bytes);
    number >>= bytes.len() * 8 - bits;
    let top = BigUint::from(3_u8) << (bits - 2);
    (number | top) | BigUint::from(1_u8)
}

pub(super) fn small_primes() -> Vec<u64> {
    let mut composite = vec![false; SMALL];
    let mut primes = Vec::new();
    for number in 2..SMALL {
        if composite.get(number) == Some(&false) {
            primes.push(number as u64);
            let multiples = composite.iter_mut().skip(number * number).step_by(number);
            multiples.for_each(|multiple| *multiple = true);
        }
    }
    primes
}

/// The odd numbers from `start` on that no small prime divides.
fn candidates(start: &BigUint, small: &[u64]) -> impl Iterator<Item = BigUint> {
    let mut composite = vec![false; WINDOW];
    for prime in small.iter().copied().filter(|prime| *prime > 2) {
        let rest = (start % prime).to_bytes_le();
        let rest = rest
            .iter()
            .rev()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        // start + 2i is a multiple where i is (-rest)/2, taken modulo the prime.
        let missing = (prime - rest) % prime;
        let first = if missing.is_multiple_of(2) {
            missing / 2
        } else {
            (missing + prime) / 2
        };
        let (first, step) = (first as usize, prime as usize);
        let multiples = composite.iter_mut().skip(first).step_by(step);
        multiples.for_each(|multiple| *multiple = true);
    }
    let start = start.clone();
    let left = composite.into_iter().enumerate();
    left.filter(|(_, composite)| !composite)
        .map(move |(index, _)| &start + BigUint::from(2 * index as u64))
}

/// The test of Miller and Rabin: once with base 2, which nearly no composite passes, then with
/// random ones.
pub(super) fn is_prime(number: &BigUint, sources: &Sources) -> bool {
    let modulus = Modulus::new(number);
    let random = (0..ROUNDS).map(|_| {
        let mut bytes = [0; 8];
        sources.entropy.fill(&mut bytes);
        u64::from_le_bytes(bytes).max(3)
    });
    modulus.is_probable_prime(2)
        && random
            .into_iter()
            .all(|base| modulus.is_probable_prime(base))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rsa::{BigUint, RsaPrivateKey};

    use super::{pair, small_primes};
    use crate::functions::{Clock, Entropy, Sources};

    /// The same byte for ever.
    struct Stuck;

    impl Entropy for Stuck {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0x5A);
        }
    }

    impl Clock for Stuck {
        fn now(&self) -> (i64, u32) {
            (0, 0)
        }
    }

    #[test]
    fn small_primes_are_those_of_the_sieve() {
        let primes = small_primes();
        assert_eq!(primes.get(..5), Some(&[2, 3, 5, 7, 11][..]));
        assert_eq!(primes.len(), 1028);
        assert_eq!(primes.last(), Some(&8191));
    }

    #[test]
    fn even_a_source_that_repeats_itself_gives_a_key() {
        let sources = Sources {
            entropy: Arc::new(Stuck),
            cluster: None,
            clock: Arc::new(Stuck),
        };
        let primes = pair(512, &sources);
        let key = RsaPrivateKey::from_primes(primes.to_vec(), BigUint::from(65_537_u32)).unwrap();
        key.validate().unwrap();
        let [first, second] = primes;
        assert_eq!((&first * &second).bits(), 512);
        for prime in [first, second] {
            let one = BigUint::from(1_u8);
            let three = BigUint::from(3_u8);
            assert_eq!(three.modpow(&(&prime - &one), &prime), one);
        }
    }
}
