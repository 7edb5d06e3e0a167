//! The functions of Sprig, and Helm's own, as `helm template` offers them.
//!
//! Each family has its file, with a table of what it adds. Functions that Helm takes out (`env`,
//! `expandenv`) are absent; `getHostByName` is empty, as without `--enable-dns`.

mod arguments;
mod certificates;
mod crypto;
mod dates;
mod defaults;
mod der;
mod dicts;
mod duration;
mod durations;
mod encoding;
mod equality;
mod from_toml;
mod json;
mod json_scan;
mod keys;
mod layout;
mod layout_parse;
mod leaf_flow;
mod letter_case;
mod lists;
mod logic;
mod lookup;
mod merge;
mod numbers;
mod paths;
mod primes;
mod random;
mod reflection;
mod regex_syntax;
mod regexes;
pub mod semver;
mod source;
mod strings;
mod templating;
mod time;
mod toml;
mod urls;
mod versions;
mod words;
mod yaml;

pub use json::{from_json_value, to_json_value};
pub use source::{Clock, Entropy, Lookup, Moment, Query, Seeded, Sources};

use crate::{Function, Functions};

/// What changes its first argument.
const MUTATING: [&str; 6] = [
    "set",
    "unset",
    "merge",
    "mustMerge",
    "mergeOverwrite",
    "mustMergeOverwrite",
];

/// What puts values together as they are.
const GATHERING: &[&str] = &[
    "dict",
    "list",
    "tuple",
    "append",
    "push",
    "mustAppend",
    "mustPush",
    "prepend",
    "mustPrepend",
    "concat",
    "merge",
    "mustMerge",
    "mergeOverwrite",
    "mustMergeOverwrite",
    "deepCopy",
    "mustDeepCopy",
    "set",
    "values",
    "pluck",
    "reverse",
    "mustReverse",
];

/// What picks one value, or says something of a value that no element of it matters to.
const CHOOSING: &[&str] = &[
    "default",
    "coalesce",
    "ternary",
    "empty",
    "all",
    "any",
    "get",
    "unset",
    "hasKey",
    "pick",
    "omit",
    "dig",
    "keys",
    "first",
    "mustFirst",
    "last",
    "mustLast",
    "rest",
    "mustRest",
    "initial",
    "mustInitial",
    "kindOf",
    "kindIs",
    "typeOf",
    "typeIs",
    "typeIsLike",
    "slice",
    "mustSlice",
];

/// What a chart's templates may call. Random numbers, the time and what is in a
/// cluster come from `sources` alone.
#[must_use]
pub fn helm(sources: &Sources) -> Functions {
    let mut functions = Functions::new();
    for add in [
        strings::add,
        words::add,
        numbers::add,
        defaults::add,
        logic::add,
        lists::add,
        dicts::add,
        encoding::add,
        reflection::add,
        paths::add,
        urls::add,
        regexes::add,
        versions::add,
        durations::add,
        yaml::add,
        toml::add,
        templating::add,
    ] {
        add(&mut functions);
    }
    random::add(&mut functions, sources);
    dates::add(&mut functions, sources);
    crypto::add(&mut functions, sources);
    certificates::add(&mut functions, sources);
    lookup::add(&mut functions, sources);
    for name in MUTATING {
        functions.change(name, Function::mutating);
    }
    for name in GATHERING {
        functions.change(name, Function::gathering);
    }
    for name in CHOOSING {
        functions.change(name, Function::choosing);
    }
    functions
}
