//! One resource of a plan or a state.

use trueup_core::{
    address::ResourceMode,
    diff::mark_sensitive,
    plan::{Action, ResourceChange},
};
use trueup_sdk::Block;
use trueup_value::{Path, Type, Value};

use super::{
    change::Change,
    comment::{Cause, comment},
    compute,
    diff::{Action as Part, Diff},
    paint::{Paint, Piece},
    parts,
    paths::Paths,
    render::{self, Style},
    tree::Tree,
};

/// The difference of a resource; of what has drifted, only what is `relevant`.
pub(super) fn difference(
    change: &ResourceChange,
    schema: &Block,
    relevant: Option<&[&Path]>,
) -> Diff {
    let [before, after] = [&change.before, &change.after].map(|value| marked(value, schema));
    let pair = Change::of(Some(&before), Some(&after));
    let pair = Change {
        replace: Paths::of(&change.replace_paths, false),
        relevant: relevant.map_or(Paths::Everywhere, |paths| {
            Paths::of(paths.iter().copied(), true)
        }),
        ..pair
    };
    // What is forgotten stays as it is.
    let pair = match change.action {
        Action::Forget => pair.unchanged(),
        _ => pair,
    };
    compute::block(pair, schema)
}

/// Writes the comment and the block of a resource, without a final newline.
pub(super) fn text(
    out: &mut String,
    change: &ResourceChange,
    diff: &Diff,
    cause: Cause,
    paint: Paint,
) {
    comment(out, change, cause, paint);
    symbol(out, change.action, paint);
    let resource = &change.address.resource.resource;
    let mode = match resource.mode {
        ResourceMode::Managed => "resource",
        _ => "data",
    };
    for part in [
        " ",
        mode,
        " \"",
        &resource.kind,
        "\" \"",
        &resource.name,
        "\" ",
    ] {
        out.push_str(part);
    }
    let mut style = Style::new(paint);
    style.unchanged = change.importing.is_some();
    let parts = parts::shown(&change.parts);
    render::resource(out, diff, &parts, style);
}

/// An object of a state as a block, from its opening to its closing brace.
pub(crate) fn object(value: &Value, schema: &Block) -> String {
    let tree = marked(value, schema);
    let diff = compute::block(Change::of(Some(&tree), Some(&tree)), schema);
    plainly(&diff)
}

/// An output of a state.
pub(crate) fn output(value: &Value, ty: &Type) -> String {
    let tree = Tree::of(value);
    let diff = compute::value(Change::of(Some(&tree), Some(&tree)), ty);
    plainly(&diff)
}

/// An object with all marked that its schema says is sensitive.
fn marked(value: &Value, schema: &Block) -> Tree {
    Tree::of(&mark_sensitive(schema, value))
}

/// Everything there is, without symbols and colours.
fn plainly(diff: &Diff) -> String {
    let mut style = Style::new(Paint { color: false });
    (style.plain, style.unchanged) = (true, true);
    let mut out = String::new();
    render::write(&mut out, diff, 0, style);
    out
}

fn symbol(out: &mut String, action: Action, paint: Paint) {
    use Piece::{Cyan, Green, Red, Reset, Text, Yellow};
    let pieces: &[Piece<'_>] = match action {
        Action::NoOp => &[Text("   ")],
        Action::Create => &[Text("  "), Green, Text("+"), Reset],
        Action::Read => &[Text(" "), Cyan, Text("<="), Reset],
        Action::Update => &[Text("  "), Yellow, Text("~"), Reset],
        Action::Delete => &[Text("  "), Red, Text("-"), Reset],
        Action::Forget => &[Text(" "), Red, Text("."), Reset],
        Action::DeleteThenCreate => &[Red, Text("-"), Reset, Text("/"), Green, Text("+"), Reset],
        Action::CreateThenDelete => &[Green, Text("+"), Reset, Text("/"), Red, Text("-"), Reset],
    };
    paint.write(out, pieces);
}

/// The symbol of a part of an output.
pub(super) fn part_symbol(out: &mut String, action: Part, paint: Paint) {
    let action = match action {
        Part::NoOp => Action::NoOp,
        Part::Create => Action::Create,
        Part::Update => Action::Update,
        Part::Delete => Action::Delete,
    };
    symbol(out, action, paint);
}
