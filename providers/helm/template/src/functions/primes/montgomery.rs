//! Powers modulo an odd number, in Montgomery's form.

use std::cell::Cell;

use rsa::BigUint;

/// An odd number to calculate modulo.
pub(super) struct Modulus {
    limbs: Vec<u64>,
    /// What the lowest limb is to be multiplied with to become -1.
    inverse: u64,
    /// 1 in Montgomery's form.
    one: Vec<u64>,
    /// The square of the radix, which brings numbers into the form.
    square: Vec<u64>,
    /// The number less one, without its factors of two.
    odd: Vec<u64>,
    /// How many factors of two those were.
    twos: usize,
}

fn limbs(number: &BigUint, count: usize) -> Vec<u64> {
    let bytes = number.to_bytes_le();
    let limb = |chunk: &[u8]| {
        let bytes = chunk.iter().rev();
        bytes.fold(0, |limb, byte| limb << 8 | u64::from(*byte))
    };
    let mut limbs: Vec<u64> = bytes.chunks(8).map(limb).collect();
    limbs.resize(count, 0);
    limbs
}

impl Modulus {
    /// `number` must be odd and above 1.
    pub(super) fn new(number: &BigUint) -> Self {
        let count = number.bits().div_ceil(64);
        let own = limbs(number, count);
        let lowest = own.first().copied().unwrap_or(1);
        // Newton's iteration doubles the number of right bits each time.
        let inverse = (0..6).fold(1_u64, |inverse, _| {
            inverse.wrapping_mul(2_u64.wrapping_sub(lowest.wrapping_mul(inverse)))
        });
        let power = |exponent: usize| (BigUint::from(1_u8) << exponent) % number;
        let less_one = number - BigUint::from(1_u8);
        let low_zeros = |number: &BigUint| {
            let bytes = number.to_bytes_le();
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            let next = bytes.get(zeros).map_or(0, |byte| byte.trailing_zeros());
            zeros * 8 + next as usize
        };
        let twos = low_zeros(&less_one);
        Modulus {
            inverse: inverse.wrapping_neg(),
            one: limbs(&power(64 * count), count),
            square: limbs(&power(128 * count), count),
            odd: limbs(&(less_one >> twos), count),
            twos,
            limbs: own,
        }
    }

    /// One round of the test of Miller and Rabin, with base 2: multiplying by it is cheap.
    pub(super) fn passes_two(&self) -> bool {
        let mut power = self.one.clone();
        let mut square = power.clone();
        let bits = self.odd.iter().rev().flat_map(|limb| {
            let shifts = (0..64).rev();
            shifts.map(move |shift| limb >> shift & 1 == 1)
        });
        for bit in bits.skip_while(|bit| !bit) {
            self.multiply(&power, &power, &mut square);
            std::mem::swap(&mut power, &mut square);
            if bit {
                self.double(&mut power);
            }
        }
        self.ends_in_minus_one(power)
    }

    /// One round of the test with another base.
    pub(super) fn passes(&self, base: u64) -> bool {
        let mut number = vec![0; self.limbs.len()];
        if let Some(lowest) = number.first_mut() {
            *lowest = base;
        }
        let base = self.product(&number, &self.square);
        self.ends_in_minus_one(self.power(&base, &self.odd))
    }

    /// Whether `power`, a base to the power of what is odd of the number less one, is one, or
    /// becomes -1 by being squared.
    fn ends_in_minus_one(&self, mut power: Vec<u64>) -> bool {
        let mut minus_one = self.limbs.clone();
        subtract(&mut minus_one, &self.one);
        if power == self.one || power == minus_one {
            return true;
        }
        for _ in 1..self.twos {
            power = self.product(&power, &power);
            if power == minus_one {
                return true;
            }
        }
        false
    }

    /// `base` to the power of `exponent`, four bits of it at a time.
    fn power(&self, base: &[u64], exponent: &[u64]) -> Vec<u64> {
        let mut table = vec![self.one.clone()];
        for _ in 1..16 {
            let last = table.last().unwrap_or(&self.one);
            table.push(self.product(last, base));
        }
        let mut power = self.one.clone();
        for limb in exponent.iter().rev() {
            for shift in (0..64).step_by(4).rev() {
                for _ in 0..4 {
                    power = self.product(&power, &power);
                }
                let digit = (limb >> shift & 15) as usize;
                if let Some(factor) = table.get(digit).filter(|_| digit > 0) {
                    power = self.product(&power, factor);
                }
            }
        }
        power
    }

    fn product(&self, left: &[u64], right: &[u64]) -> Vec<u64> {
        let mut product = vec![0; self.limbs.len()];
        self.multiply(left, right, &mut product);
        product
    }

    /// The product of two numbers in the form, reduced limb by limb.
    fn multiply(&self, left: &[u64], right: &[u64], product: &mut [u64]) {
        product.fill(0);
        let over = left.iter().fold(0, |over, factor| {
            self.add_product(product, over, right, *factor)
        });
        self.reduce(over, product);
    }

    fn double(&self, number: &mut [u64]) {
        let over = number.iter_mut().fold(0, |over, limb| {
            let next = *limb >> 63;
            *limb = *limb << 1 | over;
            next
        });
        self.reduce(over, number);
    }

    /// Brings what is less than twice the modulus, `over` being its highest limb, below it.
    fn reduce(&self, over: u64, number: &mut [u64]) {
        if over != 0 || !is_less(number, &self.limbs) {
            subtract(number, &self.limbs);
        }
    }

    /// Adds `factor` times `number`, and the modulus as often as makes the lowest limb zero,
    /// which goes; returns what goes beyond the sum, as `over` does before. Both carries run
    /// side by side, which is what a processor is good at.
    fn add_product(&self, sum: &mut [u64], over: u64, number: &[u64], factor: u64) -> u64 {
        let limbs = Cell::from_mut(sum).as_slice_of_cells();
        let (Some((lowest, number)), Some((own, others))) =
            (number.split_first(), self.limbs.split_first())
        else {
            return over;
        };
        let here = limbs.first().map_or(0, Cell::get);
        let (low, mut carry) = multiply_add(*lowest, factor, here, 0);
        let times = low.wrapping_mul(self.inverse);
        let (_, mut carry_too) = multiply_add(*own, times, low, 0);
        let places = limbs.windows(2).zip(number).zip(others);
        for ((place, limb), own) in places {
            let [below, here] = place else { continue };
            let (low, high) = multiply_add(*limb, factor, here.get(), carry);
            let (low, high_too) = multiply_add(*own, times, low, carry_too);
            below.set(low);
            (carry, carry_too) = (high, high_too);
        }
        let highest = u128::from(over) + u128::from(carry) + u128::from(carry_too);
        if let Some(last) = limbs.last() {
            last.set(highest as u64);
        }
        (highest >> 64) as u64
    }
}

/// The low and the high limb of `one * other + more + carry`, which two limbs always hold.
fn multiply_add(one: u64, other: u64, more: u64, carry: u64) -> (u64, u64) {
    let total = u128::from(one) * u128::from(other) + u128::from(more) + u128::from(carry);
    (total as u64, (total >> 64) as u64)
}

/// Whether `left` is less than `right`, which has as many limbs.
fn is_less(left: &[u64], right: &[u64]) -> bool {
    let pairs = left.iter().zip(right).rev();
    let different = pairs.into_iter().find(|(left, right)| left != right);
    different.is_some_and(|(left, right)| left < right)
}

/// Takes `right` off `left`, modulo the radix.
fn subtract(left: &mut [u64], right: &[u64]) {
    let mut borrow = false;
    for (left, right) in left.iter_mut().zip(right) {
        let (limb, under) = left.overflowing_sub(*right);
        let (limb, under_too) = limb.overflowing_sub(u64::from(borrow));
        borrow = under || under_too;
        *left = limb;
    }
}

#[cfg(test)]
mod tests {
    use rsa::BigUint;

    use super::{Modulus, limbs};

    fn value(limbs: &[u64]) -> BigUint {
        let bytes: Vec<u8> = limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect();
        BigUint::from_bytes_le(&bytes)
    }

    #[test]
    fn powers_are_those_of_plain_arithmetic() {
        let mut seed = 1_u64;
        let mut draw = |count: usize| {
            let mut bytes = Vec::new();
            for _ in 0..count {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                bytes.extend((seed ^ seed >> 31).to_le_bytes());
            }
            BigUint::from_bytes_le(&bytes)
        };
        for count in 1..9 {
            for _ in 0..20 {
                let number = draw(count) | BigUint::from(1_u8);
                let (base, exponent) = (draw(count) % &number, draw(count));
                let modulus = Modulus::new(&number);
                let size = modulus.limbs.len();
                let form = modulus.product(&limbs(&base, size), &modulus.square);
                let power = modulus.power(&form, &limbs(&exponent, size.max(count)));
                let mut plain_one = vec![0; size];
                plain_one[0] = 1;
                let power = modulus.product(&power, &plain_one);
                assert_eq!(value(&power), base.modpow(&exponent, &number));
            }
        }
    }

    #[test]
    fn composites_are_found_out() {
        let is_prime = |number: u64| {
            let modulus = Modulus::new(&number.into());
            // Both ways to reckon agree.
            let answers = [modulus.passes_two(), modulus.passes(2)];
            assert_eq!(answers[0], answers[1], "{number}");
            answers[0]
        };
        let primes = [3, 5, 7, 8191, 2_147_483_647, 18_446_744_073_709_551_557];
        assert!(primes.into_iter().all(is_prime));
        // Among them Carmichael numbers.
        let composites = [9, 15, 561, 1105, 41_041, 9_746_347_772_161, u64::MAX];
        assert!(!composites.into_iter().any(is_prime));
    }
}
