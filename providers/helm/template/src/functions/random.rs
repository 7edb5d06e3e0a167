//! Random text and numbers.

use base64::Engine as _;

use super::arguments::{Args, Result, check_size, fail};
use super::source::Sources;
use crate::{Call, Function, Functions, Signature, Type, Value};

const INT: Type = Type::INT;

/// A function's name and the characters it draws.
type Alphabet = (&'static str, fn(char) -> bool);

pub(super) fn add(functions: &mut Functions, sources: &Sources) {
    let alphabets: [Alphabet; 4] = [
        ("randAlphaNum", |character| {
            character.is_ascii_alphanumeric()
        }),
        ("randAlpha", |character| character.is_ascii_alphabetic()),
        ("randNumeric", |character| character.is_ascii_digit()),
        ("randAscii", |character| (' '..='~').contains(&character)),
    ];
    for (name, belongs) in alphabets {
        let alphabet: Vec<char> = (' '..='~')
            .filter(|character| belongs(*character))
            .collect();
        put(functions, name, &[INT], sources, move |args, sources| {
            let count = usize::try_from(args.int(0)).unwrap_or(0);
            check_size(count)?;
            let pick = |_| {
                let index = sources.below(alphabet.len() as u64);
                usize::try_from(index)
                    .ok()
                    .and_then(|index| alphabet.get(index))
                    .copied()
                    .unwrap_or('0')
            };
            Ok((0..count).map(pick).collect::<String>().into())
        });
    }
    put(
        functions,
        "randInt",
        &[INT, INT],
        sources,
        |args, sources| {
            let (low, high) = (args.int(0), args.int(1));
            match high
                .checked_sub(low)
                .and_then(|width| u64::try_from(width).ok())
            {
                Some(width) if width > 0 => {
                    let offset = i64::try_from(sources.below(width)).unwrap_or(0);
                    Ok(Value::int(low + offset))
                }
                _ => fail("invalid argument to Intn"),
            }
        },
    );
    put(functions, "randBytes", &[INT], sources, |args, sources| {
        let count = usize::try_from(args.int(0)).unwrap_or(0);
        check_size(count)?;
        let mut bytes = vec![0; count];
        sources.entropy.fill(&mut bytes);
        Ok(base64::engine::general_purpose::STANDARD
            .encode(bytes)
            .into())
    });
    put(functions, "uuidv4", &[], sources, |_, sources| {
        Ok(uuid(sources).into())
    });
    put(
        functions,
        "shuffle",
        &[Type::String],
        sources,
        |args, sources| {
            let mut characters: Vec<char> = args.text(0).chars().collect();
            for index in (1..characters.len()).rev() {
                let other = usize::try_from(sources.below(index as u64 + 1)).unwrap_or(0);
                characters.swap(index, other);
            }
            Ok(characters.into_iter().collect::<String>().into())
        },
    );
}

/// Adds a function that draws from the sources.
pub(super) fn put(
    functions: &mut Functions,
    name: &'static str,
    params: &'static [Type],
    sources: &Sources,
    body: impl Fn(Args<'_>, &Sources) -> Result + Send + Sync + 'static,
) {
    let sources = sources.clone();
    let body = move |_: &mut Call<'_>, args: &[Value]| body(Args(args), &sources);
    functions.insert(name, Function::new(Signature::fixed(params), body));
}

/// The same for one that takes as long as a number of steps of a template do.
pub(super) fn put_costly(
    functions: &mut Functions,
    name: &'static str,
    params: &'static [Type],
    cost: fn(Args<'_>) -> u64,
    sources: &Sources,
    body: fn(Args<'_>, &Sources) -> Result,
) {
    let sources = sources.clone();
    let body = move |call: &mut Call<'_>, args: &[Value]| {
        call.spend(cost(Args(args)))?;
        body(Args(args), &sources)
    };
    functions.insert(name, Function::new(Signature::fixed(params), body));
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
