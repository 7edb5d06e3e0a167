//! The function library: one family, one file.
//!
//! Adding a function: write it in the file of its family, name it in that
//! file's `functions`, and add its cases to `tests/functions`.

mod arguments;
mod boolean;
mod case;
mod filesystem;
pub(crate) mod grapheme;
mod ip;
mod known;
mod list;
mod map;
mod number;
mod power;
mod regex;
mod search;
mod set;
mod strings;

use crate::{
    context::Context,
    function::{Function, Functions},
};

/// A function and its name.
type Named = (&'static str, Function);

/// The families: each gives its functions for a context.
const FAMILIES: &[fn(&Context) -> Vec<Named>] = &[
    boolean::functions,
    filesystem::functions,
    ip::functions,
    list::functions,
    map::functions,
    number::functions,
    regex::functions,
    search::functions,
    set::functions,
    strings::functions,
];

/// All functions of the language, each also as `core::name`.
pub fn standard(context: &Context) -> Functions {
    let mut functions = Functions::new();
    for (name, function) in FAMILIES.iter().flat_map(|family| family(context)) {
        functions.insert(format!("core::{name}"), function.clone());
        functions.insert(name.to_owned(), function);
    }
    functions
}
