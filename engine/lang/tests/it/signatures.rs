//! The functions as they describe themselves.
//!
//! The table was taken from `terraform metadata functions -json`; a function
//! that is missing, or one too many, is a difference as well.

use trueup_lang::{
    function::{Function, Param},
    functions::{REMOVED, standard},
};

use crate::functions::context;

fn signature(name: &str, function: &Function) -> String {
    let mut params: Vec<String> = function.params.iter().map(param).collect();
    params.extend(function.variadic.iter().map(|p| param(p) + "..."));
    let params = params.join(", ");
    let result = function.static_result().constraint().to_string();
    format!("{name}({params}) -> {result}")
}

fn param(param: &Param) -> String {
    let nullable = if param.allow_null { "?" } else { "" };
    format!("{}: {}{nullable}", param.name, param.ty.constraint())
}

#[test]
fn are_those_of_terraform() {
    let table = include_str!("../signatures/all.txt");
    let expected: Vec<&str> = table.lines().filter(|l| !l.starts_with('#')).collect();
    let functions = standard(&context());
    let found: Vec<String> = functions
        .iter()
        .filter(|(name, _)| !REMOVED.contains(&name.as_str()))
        .map(|(name, function)| signature(name, function))
        .collect();
    let missing = expected
        .iter()
        .filter(|line| !found.iter().any(|f| f == *line));
    let extra = found.iter().filter(|f| !expected.contains(&f.as_str()));
    let missing: Vec<_> = missing.map(|line| format!("want {line}")).collect();
    let extra: Vec<_> = extra.map(|line| format!("got  {line}")).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "{missing:#?}\n{extra:#?}"
    );
}
