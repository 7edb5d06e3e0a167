//! The function library: one family, one file.
//!
//! Adding a function: write it in the file of its family, name it in that
//! file's `functions`, and add its cases to `tests/functions`.

mod arguments;
mod attempt;
mod bcrypt;
mod boolean;
mod bound;
mod case;
mod conversion;
mod csv;
mod datetime;
mod encoding;
mod filesystem;
mod format;
pub(crate) mod grapheme;
mod gzip;
mod hash;
mod ip;
mod json;
mod known;
mod list;
mod map;
mod number;
mod parseint;
mod power;
mod regex;
mod removed;
mod rsa;
mod search;
mod sensitivity;
mod set;
mod strings;
mod template;
mod terraform_provider;
mod text_encoding;
mod uuid;
mod yaml;

pub use removed::REMOVED;
pub use terraform_provider::{expression_text, terraform_provider};
pub use yaml::yaml_value;

use crate::{
    context::Context,
    function::{Function, Functions},
};

/// A function and its name.
type Named = (&'static str, Function);

/// The families: each gives its functions for a context.
const FAMILIES: &[fn(&Context) -> Vec<Named>] = &[
    attempt::functions,
    bcrypt::functions,
    boolean::functions,
    conversion::functions,
    csv::functions,
    datetime::functions,
    encoding::functions,
    filesystem::functions,
    format::functions,
    gzip::functions,
    hash::functions,
    ip::functions,
    json::functions,
    list::functions,
    map::functions,
    number::functions,
    parseint::functions,
    regex::functions,
    removed::functions,
    rsa::functions,
    search::functions,
    sensitivity::functions,
    set::functions,
    strings::functions,
    template::functions,
    text_encoding::functions,
    uuid::functions,
    yaml::functions,
];

/// All functions of the language and those [`REMOVED`] from it.
pub fn standard(context: &Context) -> Functions {
    let families = FAMILIES.iter().flat_map(|family| family(context));
    families
        .map(|(name, function)| (name.to_owned(), function))
        .collect()
}

/// `c` in single quotes, escaped as in a string.
fn quote_char(c: char) -> String {
    match c {
        '\'' => "'\\''".to_owned(),
        '"' => "'\"'".to_owned(),
        _ => {
            let quoted = trueup_value::quote(c.encode_utf8(&mut [0; 4]));
            format!("'{}'", quoted.trim_matches('"'))
        }
    }
}
