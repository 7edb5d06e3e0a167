//! Random text and numbers.

use base64::Engine as _;

use super::arguments::{Args, Result, check_size, fail};
use super::source::Sources;
use crate::{Call, Function, Functions, Signature, Type, Value};

const INT: Type = Type::INT;

/// Steps of a template that take as long as a function does.
pub(super) type Cost = fn(Args<'_>) -> u64;

/// Next to nothing.
pub(super) const LITTLE: Cost = |_| 0;

/// A row in the table of a family that draws from the sources: what functions are called, take
/// and cost, and what they do.
pub(super) type Drawing = (
    &'static [&'static str],
    &'static [Type],
    Cost,
    fn(Args<'_>, &Sources) -> Result,
);

/// Adds the functions of a table.
pub(super) fn put_drawing(functions: &mut Functions, sources: &Sources, table: &[Drawing]) {
    for (names, params, cost, body) in table {
        for name in *names {
            let (sources, cost, body) = (sources.clone(), *cost, *body);
            let body = move |call: &mut Call<'_>, args: &[Value]| {
                call.spend(cost(Args(args)))?;
                body(Args(args), &sources)
            };
            functions.insert(name, Function::new(Signature::fixed(params), body));
        }
    }
}

const FUNCTIONS: &[Drawing] = &[
    (&["randAlphaNum"], &[INT], LITTLE, |args, sources| {
        drawn(args, sources, |letter| letter.is_ascii_alphanumeric())
    }),
    (&["randAlpha"], &[INT], LITTLE, |args, sources| {
        drawn(args, sources, |letter| letter.is_ascii_alphabetic())
    }),
    (&["randNumeric"], &[INT], LITTLE, |args, sources| {
        drawn(args, sources, |letter| letter.is_ascii_digit())
    }),
    (&["randAscii"], &[INT], LITTLE, |args, sources| {
        drawn(args, sources, |_| true)
    }),
    (&["randInt"], &[INT, INT], LITTLE, between),
    (&["randBytes"], &[INT], LITTLE, bytes),
    (&["uuidv4"], &[], LITTLE, |_, sources| {
        Ok(uuid(sources).into())
    }),
    (&["shuffle"], &[Type::String], LITTLE, shuffle),
];

pub(super) fn add(functions: &mut Functions, sources: &Sources) {
    put_drawing(functions, sources, FUNCTIONS);
}

/// Printable characters of ASCII that belong.
fn drawn(args: Args<'_>, sources: &Sources, belongs: fn(&char) -> bool) -> Result {
    let alphabet: Vec<char> = (' '..='~').filter(belongs).collect();
    let count = usize::try_from(args.int(0)).unwrap_or(0);
    check_size(count)?;
    let pick = |_| {
        let index = usize::try_from(sources.below(alphabet.len() as u64));
        let letter = index.ok().and_then(|index| alphabet.get(index));
        letter.copied().unwrap_or('0')
    };
    Ok((0..count).map(pick).collect::<String>().into())
}

fn between(args: Args<'_>, sources: &Sources) -> Result {
    let (low, high) = (args.int(0), args.int(1));
    let width = high.checked_sub(low).map(u64::try_from);
    match width {
        Some(Ok(width)) if width > 0 => {
            let offset = i64::try_from(sources.below(width)).unwrap_or(0);
            Ok(Value::int(low + offset))
        }
        _ => fail("invalid argument to Intn"),
    }
}

fn bytes(args: Args<'_>, sources: &Sources) -> Result {
    let count = usize::try_from(args.int(0)).unwrap_or(0);
    check_size(count)?;
    let mut bytes = vec![0; count];
    sources.entropy.fill(&mut bytes);
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    Ok(text.into())
}

fn shuffle(args: Args<'_>, sources: &Sources) -> Result {
    let mut characters: Vec<char> = args.text(0).chars().collect();
    for index in (1..characters.len()).rev() {
        let other = usize::try_from(sources.below(index as u64 + 1)).unwrap_or(0);
        characters.swap(index, other);
    }
    Ok(characters.into_iter().collect::<String>().into())
}

fn uuid(sources: &Sources) -> String {
    let mut bytes = [0; 16];
    sources.entropy.fill(&mut bytes);
    let mut number = u128::from_be_bytes(bytes);
    number = number & !(0xF << 76) | 4 << 76;
    number = number & !(0x3 << 62) | 2 << 62;
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )
}
