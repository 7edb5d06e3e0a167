//! The page: how everything is, rendered here, without a script.

mod access;
mod ago;
mod chart;
pub(crate) mod diff;
mod overview;
mod serve;
mod stack;
mod strip;

pub use access::Access;
pub use serve::{router, serve};

use jiff::Timestamp;

use crate::service::Status;

pub(crate) use overview::Overview;
pub(crate) use stack::StackPage;

/// What every page shows.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The moment, in UTC.
    pub(crate) now: String,
    /// Why the history cannot be written.
    pub(crate) history: Option<String>,
    /// Stacks that are not checked.
    pub(crate) left_out: Vec<String>,
    /// Targets that do not take messages: name, how many wait, why.
    pub(crate) targets: Vec<(String, usize, String)>,
    /// Where the bubble of the level stands, from -8 to 8.
    pub(crate) tilt: i32,
}

impl Frame {
    fn new(status: &Status, wrong: usize) -> Self {
        let troubled = status.targets.iter().filter_map(|(name, waiting)| {
            let trouble = waiting.trouble.clone()?;
            Some((name.clone(), waiting.pending, trouble))
        });
        Frame {
            now: status.now.strftime("%Y-%m-%d %H:%M").to_string(),
            left_out: status.left_out.clone(),
            history: status.history.clone(),
            targets: troubled.collect(),
            tilt: i32::try_from(wrong.min(4) * 2).unwrap_or(8),
        }
    }
}

/// A moment for people.
pub(crate) fn clock(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// The address of the page of a stack.
fn address_of(name: &str) -> String {
    let mut address = String::from("/stack?name=");
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
                address.push(char::from(byte));
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

/// `1 stack`, `2 stacks`.
fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}
