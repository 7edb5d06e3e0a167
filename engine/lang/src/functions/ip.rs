//! Functions on IP networks.
//!
//! Addresses are read as Go read them before version 1.17: leading zeros are
//! decimal, as Terraform has kept it.

use std::net::{Ipv4Addr, Ipv6Addr};

use dashu_int::IBig;
use trueup_value::{Number, Type, Value};

use super::{Named, list::integer};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        ("cidrhost", cidrhost()),
        ("cidrnetmask", cidrnetmask()),
        ("cidrsubnet", cidrsubnet()),
        ("cidrsubnets", cidrsubnets()),
    ]
}

/// A network: an address of 32 or 128 bits, of which `prefix` are its own.
#[derive(Clone, Copy)]
struct Network {
    address: u128,
    prefix: u32,
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Network> {
        let (address, prefix) = text.split_once('/')?;
        let (address, bits) = match parse_v4(address) {
            Some(address) => (u128::from(address), 32),
            None => (parse_v6(address)?, 128),
        };
        let (prefix, "") = decimal(prefix)? else {
            return None;
        };
        if prefix > bits {
            return None;
        }
        let network = Network {
            address,
            prefix,
            bits,
        };
        Some(network.at(address))
    }

    /// The network with as long a prefix that `address` is in.
    fn at(self, address: u128) -> Network {
        Network {
            address: address & self.mask(),
            ..self
        }
    }

    /// The bits of the prefix.
    fn mask(self) -> u128 {
        self.all() & !self.hosts()
    }

    /// The bits of the hosts.
    fn hosts(self) -> u128 {
        low_bits(self.bits - self.prefix.min(self.bits))
    }

    fn all(self) -> u128 {
        low_bits(self.bits)
    }

    fn last(self) -> u128 {
        self.address | self.hosts()
    }

    fn contains(self, address: u128) -> bool {
        address & self.mask() == self.address & self.mask()
    }

    fn text(self) -> String {
        let address = address_text(self.address, self.bits);
        let prefix = match mapped(self.address, self.bits) {
            true => self.prefix.saturating_sub(96),
            false => self.prefix,
        };
        format!("{address}/{prefix}")
    }
}

fn low_bits(count: u32) -> u128 {
    match count {
        0 => 0,
        count => u128::MAX >> (128 - count.min(128)),
    }
}

/// Whether it is an IPv4 address in the clothes of IPv6, which prints as it.
fn mapped(address: u128, bits: u32) -> bool {
    bits == 128 && address >> 32 == 0xffff
}

fn address_text(address: u128, bits: u32) -> String {
    if bits == 32 || mapped(address, bits) {
        return Ipv4Addr::from((address & 0xffff_ffff) as u32).to_string();
    }
    Ipv6Addr::from(address).to_string()
}

/// A decimal number below 2^24 at the start, and what follows.
fn decimal(text: &str) -> Option<(u32, &str)> {
    leading(text, 10)
}

fn leading(text: &str, radix: u32) -> Option<(u32, &str)> {
    let end = text
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let mut number: u32 = 0;
    for digit in digits.chars() {
        number = number * radix + digit.to_digit(radix)?;
        if number >= 0xff_ffff {
            return None;
        }
    }
    (end > 0).then_some((number, rest))
}

fn parse_v4(text: &str) -> Option<u32> {
    let mut address: u32 = 0;
    let mut rest = text;
    for place in 0..4 {
        if place > 0 {
            rest = rest.strip_prefix('.')?;
        }
        let (byte, after) = decimal(rest)?;
        address = address << 8 | u32::from(u8::try_from(byte).ok()?);
        rest = after;
    }
    rest.is_empty().then_some(address)
}

fn parse_v6(text: &str) -> Option<u128> {
    let mut groups: Vec<u16> = Vec::with_capacity(8);
    let mut gap = None;
    let mut rest = text;
    if let Some(after) = rest.strip_prefix("::") {
        gap = Some(0);
        rest = after;
    }
    while !rest.is_empty() && groups.len() < 8 {
        let (group, after) = leading(rest, 16)?;
        if after.starts_with('.') {
            let fits = if gap.is_none() {
                groups.len() == 6
            } else {
                groups.len() <= 6
            };
            let address = parse_v4(rest).filter(|_| fits)?;
            groups.extend([(address >> 16) as u16, address as u16]);
            rest = "";
            break;
        }
        groups.push(u16::try_from(group).ok()?);
        rest = after;
        if rest.is_empty() {
            break;
        }
        rest = rest.strip_prefix(':').filter(|rest| !rest.is_empty())?;
        if let Some(after) = rest.strip_prefix(':') {
            if gap.is_some() {
                return None;
            }
            gap = Some(groups.len());
            rest = after;
        }
    }
    let missing = 8 - groups.len();
    match gap {
        Some(gap) if missing > 0 => {
            groups.splice(gap..gap, std::iter::repeat_n(0, missing));
        }
        None if missing == 0 => {}
        _ => return None,
    }
    let address = groups
        .iter()
        .fold(0, |all, group| all << 16 | u128::from(*group));
    rest.is_empty().then_some(address)
}

fn network(value: &Value) -> Result<Network, FunctionError> {
    let text = value.as_str().unwrap_or_default();
    Network::parse(text).ok_or_else(|| {
        FunctionError::new(format!(
            "invalid CIDR expression: invalid CIDR address: {text}"
        ))
    })
}

/// A whole number, however large: its sign and its magnitude.
fn whole(value: &Value) -> Result<(bool, u128), FunctionError> {
    let error = || FunctionError::new("value must be a whole number");
    let number = value.as_number().filter(|number| number.is_integer());
    let text = number.ok_or_else(error)?.to_text();
    let digits = text.trim_start_matches('-');
    let magnitude = digits.parse().unwrap_or(u128::MAX);
    // A zero may have a minus sign.
    Ok((magnitude > 0 && text.starts_with('-'), magnitude))
}

fn prefix() -> Param {
    Param::new("prefix", Type::String).describe("A network, such as \"10.0.0.0/8\".")
}

fn number(name: &'static str) -> Param {
    Param::new(name, Type::Number)
}

fn cidrhost() -> Function {
    Function::new(
        "The address of a host in a network; negative numbers count from the end.",
        vec![prefix(), number("hostnum")],
        Type::String,
        |args| {
            let (negative, magnitude) = whole(&args[1])?;
            let network = network(&args[0])?;
            let most = network.hosts();
            let host = match negative {
                true => (magnitude - 1 <= most).then(|| most - (magnitude - 1)),
                false => Some(magnitude).filter(|host| *host <= most),
            };
            let host = host.ok_or_else(|| no_host(network, negative, &args[1]))?;
            let address = network.address | host;
            Ok(Value::string(address_text(address, network.bits)))
        },
    )
}

fn no_host(network: Network, negative: bool, asked: &Value) -> FunctionError {
    let asked = asked.as_number().map(Number::to_text);
    let asked = asked.as_deref().and_then(|text| text.parse::<IBig>().ok());
    let asked = asked.unwrap_or_default();
    let number = match negative {
        true => asked + network.hosts() + 1,
        false => asked,
    };
    FunctionError::new(format!(
        "prefix of {} does not accommodate a host numbered {number}",
        network.prefix
    ))
}

fn cidrnetmask() -> Function {
    Function::new(
        "The prefix of an IPv4 network as a mask.",
        vec![prefix()],
        Type::String,
        |args| {
            let network = network(&args[0])?;
            if network.bits != 32 {
                let text = args[0].as_str().unwrap_or_default();
                return Err(FunctionError::new(format!(
                    "IPv6 addresses cannot have a netmask: {text}"
                )));
            }
            Ok(Value::string(address_text(network.mask(), 32)))
        },
    )
}

fn cidrsubnet() -> Function {
    Function::new(
        "A network in a network: the prefix longer by some bits, and a number for them.",
        vec![prefix(), number("newbits"), number("netnum")],
        Type::String,
        |args| {
            let new_bits = integer(&args[1]).map_err(FunctionError::new)?;
            let (negative, magnitude) = whole(&args[2])?;
            let network = network(&args[0])?;
            let longer = i64::from(network.prefix).saturating_add(new_bits);
            if longer > i64::from(network.bits) {
                return Err(FunctionError::new(format!(
                    "insufficient address space to extend prefix of {} by {new_bits}",
                    network.prefix
                )));
            }
            let fits = match new_bits {
                0..64 => magnitude & u128::from(u64::MAX) < 1 << new_bits,
                _ => true,
            };
            let Some(longer) = u32::try_from(longer).ok().filter(|_| fits) else {
                let sign = if negative { "-" } else { "" };
                return Err(FunctionError::new(format!(
                    "prefix extension of {new_bits} does not accommodate a subnet numbered {sign}{magnitude}"
                )));
            };
            let shift = network.bits - longer;
            let shifted = magnitude.checked_shl(shift).unwrap_or(0) & network.all();
            let address = if negative {
                // The magnitude of what big integers make of it.
                (network.address | shifted.wrapping_neg()).wrapping_neg() & network.all()
            } else {
                network.address | shifted
            };
            let subnet = Network {
                address,
                prefix: longer,
                ..network
            };
            Ok(Value::string(subnet.text()))
        },
    )
}

fn cidrsubnets() -> Function {
    Function::new(
        "Networks in a network, one after the other, each with a prefix longer by some bits.",
        vec![prefix()],
        Type::list(Type::String),
        |args| {
            let base =
                network(&args[0]).map_err(|error| FunctionError::argument(0, error.message))?;
            let mut subnets = Vec::with_capacity(args.len());
            let mut current: Option<Network> = None;
            for (index, new_bits) in args.iter().enumerate().skip(1) {
                let blame = |message: String| FunctionError::argument(index, message);
                let new_bits = integer(new_bits).map_err(blame)?;
                let prefix = subnet_prefix(base, new_bits).map_err(blame)?;
                let subnet = next_subnet(base, current, prefix).map_err(blame)?;
                subnets.push(Value::string(subnet.text()));
                current = Some(subnet);
            }
            Ok(Value::list(Type::String, subnets))
        },
    )
    .variadic(number("newbits"))
}

fn subnet_prefix(base: Network, new_bits: i64) -> Result<u32, String> {
    if new_bits < 1 {
        return Err("must extend prefix by at least one bit".to_owned());
    }
    let new_bits = u32::try_from(new_bits).ok().filter(|bits| *bits <= 32);
    let new_bits = new_bits.ok_or("may not extend prefix by more than 32 bits")?;
    let prefix = base.prefix + new_bits;
    if prefix > base.bits {
        let protocol = if base.bits == 32 { "IPv4" } else { "IPv6" };
        return Err(format!(
            "would extend prefix to {prefix} bits, which is too long for an {protocol} address"
        ));
    }
    Ok(prefix)
}

/// The first network with `prefix` bits after `current`, or at the start.
fn next_subnet(base: Network, current: Option<Network>, prefix: u32) -> Result<Network, String> {
    let sized = Network { prefix, ..base };
    let Some(current) = current else {
        return Ok(sized.at(base.address));
    };
    let next = sized.at(current.last()).last().checked_add(1);
    let next = next.filter(|next| *next <= base.all() && base.contains(*next));
    next.map(|next| sized.at(next)).ok_or_else(|| {
        format!(
            "not enough remaining address space for a subnet with a prefix of {prefix} bits after {}",
            current.text()
        )
    })
}
