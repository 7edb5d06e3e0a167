//! Large primes, as keys need them.
//!
//! The search of the RSA library takes ten times as long as Go's, which is seconds for a key of
//! 4096 bits. Here most candidates are sieved out by small primes, and powers are taken in
//! Montgomery's form.

mod montgomery;

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rsa::BigUint;

use self::montgomery::Modulus;
use super::source::Sources;

/// Sieved with primes below this.
const SMALL: usize = 1 << 15;
/// Odd numbers that are tried from one random number on.
const WINDOW: usize = 1 << 12;
/// Rounds with random bases: a random candidate of 1024 bits or more that passes them is not
/// prime with a probability below 2^-100 (FIPS 186-5, table B.1).
const ROUNDS: usize = 5;
/// A key of 2048 bits needs some seventy tests: more threads only get into each other's way.
const MOST_THREADS: usize = 4;

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
        let candidates = candidates(&start, small);
        let candidates = candidates.filter(|it| it.bits() == bits && Some(it) != other);
        let candidates: Vec<BigUint> = candidates.collect();
        let mut left = candidates.as_slice();
        while let Some((found, rest)) = first_probable(left) {
            if passes_random(&Modulus::new(found), sources) {
                return found.clone();
            }
            left = rest;
        }
    }
}

/// The first that passes the test with base 2, and those after it. The processors look side by
/// side; which one is found does not depend on how many there are.
fn first_probable(candidates: &[BigUint]) -> Option<(&BigUint, &[BigUint])> {
    let next = AtomicUsize::new(0);
    let found = AtomicUsize::new(candidates.len());
    let search = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= found.load(Ordering::Relaxed) {
                return;
            }
            let candidate = candidates.get(index).map(Modulus::new);
            if candidate.is_some_and(|candidate| candidate.passes_two()) {
                found.fetch_min(index, Ordering::Relaxed);
            }
        }
    };
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 1..processors.min(MOST_THREADS) {
            scope.spawn(search);
        }
        search();
    });
    candidates.get(found.into_inner()..)?.split_first()
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
    modulus.passes_two() && passes_random(&modulus, sources)
}

fn passes_random(modulus: &Modulus, sources: &Sources) -> bool {
    (0..ROUNDS).all(|_| {
        let mut bytes = [0; 8];
        sources.entropy.fill(&mut bytes);
        modulus.passes(u64::from_le_bytes(bytes).max(3))
    })
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
        assert_eq!(primes.len(), 3512);
        assert_eq!(primes.last(), Some(&32_749));
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
