//! Networks in CIDR notation.

use std::net::IpAddr;

/// The address and the length of the prefix; `None` if the text is no network.
pub(crate) fn parse(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
    let length: u8 = length.parse().ok().filter(|_| digits)?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    (length <= longest).then_some((address, length))
}

/// The network an address with a prefix is in, written the usual way.
pub(crate) fn network(text: &str) -> Option<String> {
    let (address, length) = parse(text)?;
    let masked = match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            IpAddr::from((u32::from(address) & mask).to_be_bytes())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            IpAddr::from((u128::from(address) & mask).to_be_bytes())
        }
    };
    Some(format!("{masked}/{length}"))
}

/// What is wrong with a text that is to be a network.
pub(crate) fn wrong(text: &str) -> Option<String> {
    let version = if text.contains(':') { "IPv6" } else { "IPv4" };
    match network(text) {
        None => Some(format!("{text:?} is not a valid {version} CIDR block")),
        Some(network) if same(text, &network) => None,
        Some(network) => Some(format!(
            "{text:?} is not a valid {version} CIDR block; did you mean {network:?}?"
        )),
    }
}

/// Whether two texts are the same network.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one == other || (parse(one).is_some() && parse(one) == parse(other))
}
