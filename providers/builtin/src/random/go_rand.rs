//! Numbers from a seed, the same ones Go's `math/rand` draws, so that a seed
//! means the same here and there.
//!
//! The generator is an additive lagged Fibonacci one: every number is the sum
//! of the ones 607 and 273 before it, modulo 2^64. Go mixes the seed with the
//! state of such a generator after 7.8e12 steps. That state is not stored
//! here but reached by one jump: the recurrence is linear, so a number far
//! away is a sum of the first 607 with the coefficients of a power of x
//! modulo x^607 - x^334 - 1.

use std::sync::OnceLock;

const LENGTH: usize = 607;
const TAP: usize = 273;
const STEPS: u64 = 7_800_000_000_000;
const LARGEST: i64 = (1 << 31) - 1;

/// Where generators come from: keeps what all of them begin with.
#[derive(Default)]
pub(super) struct GoSeeds(OnceLock<Vec<u64>>);

/// A generator; equal seeds give equal numbers.
pub(super) struct GoRand {
    /// The last 607 numbers, the oldest at `next`.
    numbers: Vec<u64>,
    next: usize,
}

impl GoSeeds {
    /// The generator Terraform's users mean by a text as a seed.
    pub(super) fn generator(&self, seed: &str) -> GoRand {
        self.seeded(crc64_iso(seed.as_bytes()).cast_signed())
    }

    fn seeded(&self, seed: i64) -> GoRand {
        let cooked = self
            .0
            .get_or_init(|| after(&first_numbers(1, [20, 10]), STEPS));
        let own = first_numbers(seed, [40, 20]);
        let mixed = |place: usize| own[place] ^ cooked[sequence_of(place, STEPS)];
        let table: Vec<u64> = (0..LENGTH).map(mixed).collect();
        GoRand {
            numbers: (0..LENGTH).map(|at| table[place_of(at)]).collect(),
            next: 0,
        }
    }
}

impl GoRand {
    /// 64 bits.
    fn draw(&mut self) -> u64 {
        let lagging = (self.next + LENGTH - TAP) % LENGTH;
        let number = self.numbers[self.next].wrapping_add(self.numbers[lagging]);
        self.numbers[self.next] = number;
        self.next = (self.next + 1) % LENGTH;
        number
    }

    /// A number below `limit`, which must not be 0 nor beyond 2^63 - 1.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        // Small limits are drawn from 31 bits.
        let bits = if limit <= LARGEST.unsigned_abs() {
            31
        } else {
            63
        };
        let largest = (1_u64 << bits) - 1;
        let fair = largest - (1_u64 << bits) % limit;
        loop {
            let drawn = (self.draw() & (u64::MAX >> 1)) >> (63 - bits);
            if drawn <= fair {
                return drawn % limit;
            }
        }
    }

    /// The numbers below `count` in random order.
    pub(super) fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order = vec![0; count];
        for i in 0..count {
            let j = self.below(i as u64 + 1) as usize;
            order[i] = order[j];
            order[j] = i;
        }
        order
    }
}

/// Where Go keeps the number that is `at` places old.
fn place_of(at: usize) -> usize {
    (LENGTH - TAP - 1 + LENGTH - at % LENGTH) % LENGTH
}

/// Which of the 607 numbers that follow `steps` others Go keeps at a place.
fn sequence_of(place: usize, steps: u64) -> usize {
    let passed = (steps % LENGTH as u64) as usize;
    (2 * LENGTH + place_of(place) - passed) % LENGTH
}

/// Numbers to begin with, in the order of their places.
fn first_numbers(seed: i64, shifts: [u32; 2]) -> Vec<u64> {
    let seed = match seed.rem_euclid(LARGEST) {
        0 => 89_482_311,
        seed => seed,
    };
    let mut x = seed;
    let mut step = || {
        x = x * 48_271 % LARGEST;
        x.unsigned_abs()
    };
    for _ in 0..20 {
        step();
    }
    let numbers = (0..LENGTH).map(|_| step() << shifts[0] ^ step() << shifts[1] ^ step());
    numbers.collect()
}

/// The 607 numbers after `steps` others, oldest first.
fn after(places: &[u64], steps: u64) -> Vec<u64> {
    let mut sequence: Vec<u64> = (0..LENGTH).map(|at| places[place_of(at)]).collect();
    for at in 0..LENGTH {
        sequence.push(sequence[at].wrapping_add(sequence[at + LENGTH - TAP]));
    }
    let coefficients = power_of_x(steps);
    let number = |at: usize| {
        let products = coefficients.iter().zip(&sequence[at..]);
        products.fold(0_u64, |sum, (c, s)| sum.wrapping_add(c.wrapping_mul(*s)))
    };
    (0..LENGTH).map(number).collect()
}

/// The coefficients of x^n modulo x^607 - x^334 - 1.
fn power_of_x(n: u64) -> Vec<u64> {
    let mut power = vec![0; LENGTH];
    power[0] = 1;
    for bit in (0..u64::BITS - n.leading_zeros()).rev() {
        power = square(&power);
        if n >> bit & 1 == 1 {
            power.insert(0, 0);
            reduce(&mut power);
        }
    }
    power
}

fn square(polynomial: &[u64]) -> Vec<u64> {
    let mut product = vec![0_u64; 2 * LENGTH - 1];
    for (i, a) in polynomial.iter().enumerate() {
        for (sum, b) in product[i..].iter_mut().zip(polynomial) {
            *sum = sum.wrapping_add(a.wrapping_mul(*b));
        }
    }
    reduce(&mut product);
    product
}

fn reduce(polynomial: &mut Vec<u64>) {
    while polynomial.len() > LENGTH {
        let top = polynomial.pop().unwrap_or_default();
        let degree = polynomial.len() - LENGTH;
        for low in [degree, degree + LENGTH - TAP] {
            polynomial[low] = polynomial[low].wrapping_add(top);
        }
    }
}

/// CRC-64 with the polynomial of ISO 3309.
fn crc64_iso(bytes: &[u8]) -> u64 {
    let crc = bytes.iter().fold(u64::MAX, |crc, byte| {
        (0..8).fold(crc ^ u64::from(*byte), |crc, _| {
            crc >> 1
                ^ if crc & 1 == 1 {
                    0xd800_0000_0000_0000
                } else {
                    0
                }
        })
    });
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Go 1.26: seed, its checksum, three numbers of 63 bits; then
    /// with a new generator a permutation of 7, and with another one numbers
    /// below 10, 2^20, 2^40 and 3e9.
    type Row = (&'static str, i64, [u64; 3], [usize; 7], [u64; 4]);

    #[rustfmt::skip]
    const GO: [Row; 6] = [
        (
            "a",
            3756002089226993664,
            [
                7074178709695224345,
                1481765485003826782,
                7760098882631508921,
            ],
            [4, 1, 5, 3, 2, 0, 6],
            [2, 18907, 900486144953, 2082710917],
        ),
        (
            "seed",
            3702753618340872192,
            [2835965816241244216, 98985372669651689, 6797438327307176421],
            [3, 6, 4, 5, 2, 1, 0],
            [6, 1026732, 158675044837, 1768772351],
        ),
        (
            "12345",
            5018153484283805696,
            [
                6207398735832905869,
                7749408771572126437,
                7692778818776856201,
            ],
            [4, 5, 0, 6, 3, 2, 1],
            [3, 749112, 635065333385, 986851787],
        ),
        (
            "ü",
            -7995789294675427328,
            [
                3212137118635496865,
                1798158066080787602,
                3257065188217084762,
            ],
            [5, 1, 4, 0, 6, 2, 3],
            [2, 284475, 584953912154, 2263310393],
        ),
        (
            "The quick brown fox",
            3974802600523346416,
            [
                2347350469360644168,
                7308813279234932319,
                2101466482878337982,
            ],
            [3, 4, 0, 1, 6, 5, 2],
            [0, 925428, 695035646910, 1566965530],
        ),
        (
            "z z",
            2317577478341656576,
            [
                6481398593484603296,
                2714799821325788030,
                4716140891337009625,
            ],
            [3, 2, 6, 5, 1, 0, 4],
            [6, 845837, 168759273945, 2552103102],
        ),
    ];

    #[test]
    fn a_seed_gives_the_numbers_of_go() {
        let seeds = GoSeeds::default();
        for (seed, checksum, numbers, permutation, below) in GO {
            assert_eq!(crc64_iso(seed.as_bytes()).cast_signed(), checksum, "{seed}");
            let mut rand = seeds.generator(seed);
            let drawn = [(); 3].map(|()| rand.draw() & (u64::MAX >> 1));
            assert_eq!(drawn, numbers, "{seed}");
            assert_eq!(seeds.generator(seed).permutation(7), permutation, "{seed}");
            let mut rand = seeds.generator(seed);
            let limits = [10, 1 << 20, 1 << 40, 3_000_000_000];
            assert_eq!(limits.map(|limit| rand.below(limit)), below, "{seed}");
        }
    }
}
