//! Where a text stops being Base64, as Go's decoder counts.

/// The offset of the first symbol that cannot be decoded; of a group that ends
/// too early, as far before the end as it has symbols.
pub(super) fn offset(source: &str) -> usize {
    let source = source.as_bytes();
    let mut at = 0;
    loop {
        match group(source, at) {
            Ok(next) if next == source.len() => return next,
            Ok(next) => at = next,
            Err(offset) => return offset,
        }
    }
}

/// Reads four symbols; gives the place after them.
fn group(source: &[u8], mut at: usize) -> Result<usize, usize> {
    let mut symbols = 0;
    while symbols < 4 {
        let Some(byte) = source.get(at) else {
            return if symbols == 0 {
                Ok(at)
            } else {
                Err(at - symbols)
            };
        };
        at += 1;
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => symbols += 1,
            b'\n' | b'\r' => {}
            b'=' if symbols >= 2 => return padding(source, at, symbols),
            _ => return Err(at - 1),
        }
    }
    Ok(at)
}

/// What follows the first `=`: another one after two symbols, and the end.
fn padding(source: &[u8], at: usize, symbols: usize) -> Result<usize, usize> {
    let mut at = after_lines(source, at);
    if symbols == 2 {
        match source.get(at) {
            None => return Err(source.len()),
            Some(b'=') => at = after_lines(source, at + 1),
            Some(_) => return Err(at - 1),
        }
    }
    Err(at)
}

fn after_lines(source: &[u8], at: usize) -> usize {
    let rest = source.get(at..).unwrap_or_default();
    let breaks = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    at + breaks.count()
}
