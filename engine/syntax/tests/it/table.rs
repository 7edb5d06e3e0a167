//! Tables of inputs and outputs as text.
//!
//! A case is `=== name`, the input, `---`, the output. The line break before
//! each of these lines belongs to the table, not to the text.

/// A case of a table.
pub(crate) struct Case<'a> {
    pub(crate) name: &'a str,
    pub(crate) input: &'a str,
    pub(crate) output: &'a str,
}

/// The cases of `table`.
pub(crate) fn cases(table: &str) -> Vec<Case<'_>> {
    let body = table.strip_prefix("=== ").expect("starts with a case");
    body.split("\n=== ").map(case).collect()
}

fn case(text: &str) -> Case<'_> {
    let (name, rest) = text.split_once('\n').expect("a name");
    let (input, output) = match rest.strip_prefix("---\n") {
        Some(output) => ("", output),
        None => rest.split_once("\n---\n").expect("an output"),
    };
    Case {
        name,
        input,
        output,
    }
}
