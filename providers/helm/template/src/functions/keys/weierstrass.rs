//! Elliptic curves as NIST defines them: y² = x³ - 3x + b over a prime field.
//!
//! Keys of templates are made here one at a time, by whoever may read them: no care is taken to
//! spend the same time on every key.

use hmac::{Hmac, KeyInit, Mac};
use rsa::BigUint;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::functions::der::{Der, integer, sequence};
use crate::functions::source::Sources;

/// A curve by its parameters, in hexadecimal digits.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::functions) struct Curve {
    pub(super) oid: &'static [u64],
    /// ECDSA with the digest that goes with the curve.
    pub(super) signature: &'static [u64],
    prime: &'static str,
    order: &'static str,
    x: &'static str,
    y: &'static str,
    hash: Hash,
}

/// What is signed with keys of a curve: a digest of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

pub(super) const P224: Curve = Curve {
    oid: &[1, 3, 132, 0, 33],
    signature: &[1, 2, 840, 10_045, 4, 3, 2],
    prime: "ffffffffffffffffffffffffffffffff000000000000000000000001",
    order: "ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d",
    x: "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21",
    y: "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34",
    hash: Hash::Sha256,
};

pub(super) const P256: Curve = Curve {
    oid: &[1, 2, 840, 10_045, 3, 1, 7],
    signature: &[1, 2, 840, 10_045, 4, 3, 2],
    prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    x: "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
    y: "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    hash: Hash::Sha256,
};

pub(super) const P384: Curve = Curve {
    oid: &[1, 3, 132, 0, 34],
    signature: &[1, 2, 840, 10_045, 4, 3, 3],
    prime: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
    order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    x: "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
    y: "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
    hash: Hash::Sha384,
};

pub(super) const P521: Curve = Curve {
    oid: &[1, 3, 132, 0, 35],
    signature: &[1, 2, 840, 10_045, 4, 3, 4],
    prime: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    order: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    x: "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
    y: "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
    hash: Hash::Sha512,
};

/// The private key of a curve: a number from 1 to the order.
#[derive(Debug, Clone)]
pub(in crate::functions) struct Key {
    pub(super) curve: &'static Curve,
    secret: BigUint,
}

/// A point with coordinates X/Z² and Y/Z³.
struct Point {
    x: BigUint,
    y: BigUint,
    z: BigUint,
}

fn number(digits: &str) -> BigUint {
    BigUint::parse_bytes(digits.as_bytes(), 16).unwrap_or_default()
}

/// A number as `length` bytes.
pub(super) fn padded(number: &BigUint, length: usize) -> Vec<u8> {
    let digits = number.to_bytes_be();
    let mut bytes = vec![0; length.saturating_sub(digits.len())];
    bytes.extend(digits);
    bytes
}

impl Curve {
    pub(super) fn of_oid(oid: &Der) -> Option<&'static Self> {
        const CURVES: [&Curve; 4] = [&P224, &P256, &P384, &P521];
        let is_it = |curve: &&&Curve| crate::functions::der::oid(curve.oid) == *oid;
        CURVES.iter().find(is_it).copied()
    }

    /// Bytes of a coordinate, and of a private key.
    pub(super) fn size(&self) -> usize {
        self.prime.len() / 2
    }

    /// The generator `scalar` times over, as coordinates.
    fn multiply(&self, scalar: &BigUint) -> (BigUint, BigUint) {
        let field = Field(number(self.prime));
        let (x, y) = (number(self.x), number(self.y));
        let mut sum = Point {
            x: BigUint::default(),
            y: BigUint::from(1_u8),
            z: BigUint::default(),
        };
        for byte in scalar.to_bytes_be() {
            for bit in (0..8).rev() {
                sum = field.double(&sum);
                if byte >> bit & 1 == 1 {
                    sum = field.add(&sum, &x, &y);
                }
            }
        }
        field.coordinates(&sum)
    }
}

impl Key {
    /// A key that exists; none for 0, or what is not below the order.
    pub(super) fn new(curve: &'static Curve, secret: &[u8]) -> Option<Self> {
        let secret = BigUint::from_bytes_be(secret);
        let is_one = secret > BigUint::default() && secret < number(curve.order);
        is_one.then_some(Key { curve, secret })
    }

    pub(super) fn generate(curve: &'static Curve, sources: &Sources) -> Self {
        let mut bytes = vec![0; curve.size()];
        loop {
            sources.entropy.fill(&mut bytes);
            if let Some(key) = Key::new(curve, &bytes) {
                return key;
            }
        }
    }

    pub(super) fn secret(&self) -> Vec<u8> {
        padded(&self.secret, self.curve.size())
    }

    /// The public key: its point, not compressed.
    pub(super) fn public(&self) -> Vec<u8> {
        let (x, y) = self.curve.multiply(&self.secret);
        let mut bytes = vec![4];
        bytes.extend(padded(&x, self.curve.size()));
        bytes.extend(padded(&y, self.curve.size()));
        bytes
    }

    /// A signature (ECDSA), whose secret number is made of key and message (RFC 6979): no source
    /// that repeats itself gives the key away.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self.curve.hash {
            Hash::Sha256 => self.sign_digest::<Hmac<Sha256>>(&Sha256::digest(message)),
            Hash::Sha384 => self.sign_digest::<Hmac<Sha384>>(&Sha384::digest(message)),
            Hash::Sha512 => self.sign_digest::<Hmac<Sha512>>(&Sha512::digest(message)),
        }
    }

    fn sign_digest<M: Mac + KeyInit>(&self, digest: &[u8]) -> Vec<u8> {
        let order = number(self.curve.order);
        let field = Field(order.clone());
        let digest = leftmost(digest, &order);
        let mut nonces = Nonces::<M>::new(&order, &self.secret, &digest);
        loop {
            let nonce = nonces.next();
            let r = self.curve.multiply(&nonce).0 % &order;
            let sum = (&digest + &r * &self.secret) % &order;
            let s = field.multiply(&field.inverse(&nonce), &sum);
            if r != BigUint::default() && s != BigUint::default() {
                let numbers = [integer(&r.to_bytes_be()), integer(&s.to_bytes_be())];
                return sequence(&numbers).bytes().to_vec();
            }
        }
    }
}

/// As many of the leading bits as `order` has.
fn leftmost(bytes: &[u8], order: &BigUint) -> BigUint {
    BigUint::from_bytes_be(bytes) >> (bytes.len() * 8).saturating_sub(order.bits())
}

/// Secret numbers for signatures, as RFC 6979 draws them.
struct Nonces<'a, M> {
    order: &'a BigUint,
    key: Vec<u8>,
    value: Vec<u8>,
    hash: std::marker::PhantomData<M>,
}

impl<'a, M: Mac + KeyInit> Nonces<'a, M> {
    fn new(order: &'a BigUint, secret: &BigUint, digest: &BigUint) -> Self {
        let size = M::output_size();
        let mut nonces = Nonces {
            order,
            key: vec![0; size],
            value: vec![1; size],
            hash: std::marker::PhantomData,
        };
        let length = order.bits().div_ceil(8);
        let mut seed = padded(secret, length);
        seed.extend(padded(&(digest % order), length));
        nonces.stir(0, &seed);
        nonces.stir(1, &seed);
        nonces
    }

    fn mac(&self, parts: &[&[u8]]) -> Vec<u8> {
        // A key of any length is taken.
        let Ok(mut mac) = <M as KeyInit>::new_from_slice(&self.key) else {
            return Vec::new();
        };
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().to_vec()
    }

    fn stir(&mut self, separator: u8, seed: &[u8]) {
        self.key = self.mac(&[&self.value, &[separator], seed]);
        self.value = self.mac(&[&self.value]);
    }

    fn next(&mut self) -> BigUint {
        loop {
            let mut bytes = Vec::new();
            while bytes.len() * 8 < self.order.bits() {
                self.value = self.mac(&[&self.value]);
                bytes.extend_from_slice(&self.value);
            }
            let number = leftmost(&bytes, self.order);
            let fits = number > BigUint::default() && number < *self.order;
            if fits {
                return number;
            }
            self.stir(0, &[]);
        }
    }
}

/// Arithmetic modulo a prime.
pub(super) struct Field(pub(super) BigUint);

impl Field {
    pub(super) fn multiply(&self, left: &BigUint, right: &BigUint) -> BigUint {
        left * right % &self.0
    }

    pub(super) fn sum(&self, left: &BigUint, right: &BigUint) -> BigUint {
        (left + right) % &self.0
    }

    pub(super) fn difference(&self, left: &BigUint, right: &BigUint) -> BigUint {
        (left + &self.0 - right) % &self.0
    }

    pub(super) fn inverse(&self, number: &BigUint) -> BigUint {
        number.modpow(&(&self.0 - BigUint::from(2_u8)), &self.0)
    }

    fn square(&self, number: &BigUint) -> BigUint {
        self.multiply(number, number)
    }

    fn times(&self, factor: u8, number: &BigUint) -> BigUint {
        number * BigUint::from(factor) % &self.0
    }

    /// Twice a point: "dbl-2001-b" of the Explicit-Formulas Database.
    fn double(&self, point: &Point) -> Point {
        let (delta, gamma) = (self.square(&point.z), self.square(&point.y));
        let beta = self.multiply(&point.x, &gamma);
        let outer = self.multiply(
            &self.difference(&point.x, &delta),
            &self.sum(&point.x, &delta),
        );
        let alpha = self.times(3, &outer);
        let x = self.difference(&self.square(&alpha), &self.times(8, &beta));
        let sum = self.square(&self.sum(&point.y, &point.z));
        let slope = self.multiply(&alpha, &self.difference(&self.times(4, &beta), &x));
        Point {
            y: self.difference(&slope, &self.times(8, &self.square(&gamma))),
            z: self.difference(&self.difference(&sum, &gamma), &delta),
            x,
        }
    }

    /// The sum of a point and another one, whose Z is 1.
    fn add(&self, point: &Point, x: &BigUint, y: &BigUint) -> Point {
        if point.z == BigUint::default() {
            return Point {
                x: x.clone(),
                y: y.clone(),
                z: BigUint::from(1_u8),
            };
        }
        let square = self.square(&point.z);
        let width = self.difference(&self.multiply(x, &square), &point.x);
        let cube = self.multiply(&point.z, &square);
        let height = self.difference(&self.multiply(y, &cube), &point.y);
        if width == BigUint::default() && height == BigUint::default() {
            return self.double(point);
        }
        let width_square = self.square(&width);
        let width_cube = self.multiply(&width, &width_square);
        let middle = self.multiply(&point.x, &width_square);
        let far = self.difference(&self.square(&height), &width_cube);
        let sum = self.difference(&far, &self.times(2, &middle));
        let rise = self.multiply(&height, &self.difference(&middle, &sum));
        Point {
            y: self.difference(&rise, &self.multiply(&point.y, &width_cube)),
            z: self.multiply(&point.z, &width),
            x: sum,
        }
    }

    fn coordinates(&self, point: &Point) -> (BigUint, BigUint) {
        let inverse = self.inverse(&point.z);
        let square = self.square(&inverse);
        let cube = self.multiply(&inverse, &square);
        (
            self.multiply(&point.x, &square),
            self.multiply(&point.y, &cube),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Curve, Key, P224, P256, P384, P521};
    use crate::functions::der::hex;

    /// Key, public point and signature of "sample", from RFC 6979, appendix A.2.
    fn check(curve: &'static Curve, secret: &str, public: [&str; 2], signature: [&str; 2]) {
        let key = Key::new(curve, &super::number(secret).to_bytes_be()).unwrap();
        let width = curve.size() * 2;
        let point = public.map(|part| format!("{part:0>width$}"));
        assert_eq!(
            hex(&key.public()),
            format!("04{}", point.concat()).to_lowercase()
        );
        let numbers = signature.map(|part| super::integer(&super::number(part).to_bytes_be()));
        assert_eq!(
            hex(&key.sign(b"sample")),
            hex(super::sequence(&numbers).bytes())
        );
    }

    #[test]
    fn keys_and_signatures_are_those_of_the_standard() {
        check(
            &P224,
            "F220266E1105BFE3083E03EC7A3A654651F45E37167E88600BF257C1",
            [
                "00CF08DA5AD719E42707FA431292DEA11244D64FC51610D94B130D6C",
                "EEAB6F3DEBE455E3DBF85416F7030CBD94F34F2D6F232C69F3C1385A",
            ],
            [
                "61AA3DA010E8E8406C656BC477A7A7189895E7E840CDFE8FF42307BA",
                "BC814050DAB5D23770879494F9E0A680DC1AF7161991BDE692B10101",
            ],
        );
        check(
            &P256,
            "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
            [
                "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
                "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
            ],
            [
                "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
                "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
            ],
        );
        check(
            &P384,
            "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
            [
                "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13",
                "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720",
            ],
            [
                "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
                "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
            ],
        );
        check(
            &P521,
            "0FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA896EB32F1F47C70855836A6D16FCC1466F6D8FBEC67DB89EC0C08B0E996B83538",
            [
                "1894550D0785932E00EAA23B694F213F8C3121F86DC97A04E5A7167DB4E5BCD371123D46E45DB6B5D5370A7F20FB633155D38FFA16D2BD761DCAC474B9A2F5023A4",
                "0493101C962CD4D2FDDF782285E64584139C2F91B47F87FF82354D6630F746A28A0DB25741B5B34A828008B22ACC23F924FAAFBD4D33F81EA66956DFEAA2BFDFCF5",
            ],
            [
                "0C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E377FA",
                "0617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A",
            ],
        );
    }
}
