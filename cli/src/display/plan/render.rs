//! Differences as text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use trueup_core::config::is_identifier;
use trueup_value::Str;

use super::{
    diff::{Action, Blocks, Diff, Group, Secret, Shape},
    paint::{Paint, Piece},
    parts::Part,
    string,
};
use crate::display::value::write_quoted;

/// Attributes that tell which object it is: shown also if they stay.
const IMPORTANT: [&str; 3] = ["id", "name", "tags"];

/// How a difference is to be shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) paint: Paint,
    /// What stays as it is is shown, too.
    pub(super) unchanged: bool,
    /// No symbols, and no room for them.
    pub(super) plain: bool,
    /// What is removed is not said to become null.
    no_null: bool,
    /// It forces a replacement, whatever the difference says.
    force: bool,
    /// It does not, whatever the difference says.
    forbid: bool,
}

impl Style {
    pub(super) fn new(paint: Paint) -> Self {
        Style {
            paint,
            unchanged: false,
            plain: false,
            no_null: false,
            force: false,
            forbid: false,
        }
    }

    /// The style of what is within.
    pub(super) fn inner(self) -> Self {
        Style {
            force: false,
            forbid: false,
            ..self
        }
    }

    fn showing_unchanged(self) -> Self {
        Style {
            unchanged: true,
            ..self.inner()
        }
    }

    pub(super) fn without_null(self, no_null: bool) -> Self {
        Style {
            no_null,
            ..self.inner()
        }
    }

    fn forcing(self, force: bool) -> Self {
        Style { force, ..self }
    }

    pub(super) fn indent(self, out: &mut String, level: usize) {
        out.extend(std::iter::repeat_n("    ", level));
    }

    pub(super) fn symbol(self, out: &mut String, action: Action) {
        if self.plain {
            return;
        }
        let (colour, symbol) = match action {
            Action::NoOp => return out.push_str("    "),
            Action::Create => (Piece::Green, "+"),
            Action::Update => (Piece::Yellow, "~"),
            Action::Delete => (Piece::Red, "-"),
        };
        let pieces = [Piece::Text("  "), colour, Piece::Text(symbol), Piece::Reset];
        self.paint.write(out, &pieces);
        out.push(' ');
    }

    pub(super) fn null_suffix(self, out: &mut String, action: Action) {
        if !self.no_null && action == Action::Delete {
            let pieces = [
                Piece::Text(" "),
                Piece::Gray,
                Piece::Text("-> null"),
                Piece::Reset,
            ];
            self.paint.write(out, &pieces);
        }
    }

    pub(super) fn forces_replacement(self, out: &mut String, replace: bool) {
        if (replace || self.force) && !self.forbid {
            let pieces = [
                Piece::Text(" "),
                Piece::Red,
                Piece::Text("# forces replacement"),
                Piece::Reset,
            ];
            self.paint.write(out, &pieces);
        }
    }

    pub(super) fn arrow(self, out: &mut String) {
        out.push(' ');
        self.paint
            .write(out, &[Piece::Yellow, Piece::Text("->"), Piece::Reset]);
        out.push(' ');
    }

    pub(super) fn null(self, out: &mut String) {
        self.paint
            .write(out, &[Piece::Gray, Piece::Text("null"), Piece::Reset]);
    }

    /// How many of something are not shown.
    fn hidden(self, out: &mut String, level: usize, what: &str, count: usize) {
        self.indent(out, level);
        self.symbol(out, Action::NoOp);
        let plural = if count == 1 { "" } else { "s" };
        let text = format!("# ({count} unchanged {what}{plural} hidden)");
        self.paint
            .write(out, &[Piece::Gray, Piece::Text(&text), Piece::Reset]);
        out.push('\n');
    }

    fn close(self, out: &mut String, level: usize, bracket: char) {
        self.indent(out, level);
        self.symbol(out, Action::NoOp);
        out.push(bracket);
    }
}

/// Writes a difference that begins at the end of a line of the given level.
pub(super) fn write(out: &mut String, diff: &Diff, level: usize, style: Style) {
    let Diff {
        action, replace, ..
    } = *diff;
    match &diff.shape {
        Shape::Block { attributes, blocks } => block(out, diff, attributes, blocks, level, style),
        Shape::List { elements, context } => list(out, diff, elements, *context, level, style),
        Shape::Set { elements, nested } => set(out, diff, elements, *nested, level, style),
        Shape::Map { elements, nested } => map(out, diff, elements, *nested, level, style),
        Shape::Object { attributes, nested } => {
            object(out, diff, attributes, *nested, level, style);
        }
        Shape::Plain { before, after } => plain(out, diff, before.as_ref(), after.as_ref(), style),
        Shape::Text { before, after } => {
            string::write(out, diff, [before.as_ref(), after.as_ref()], level, style);
        }
        Shape::Sensitive(_) => marked(out, "(sensitive value)", diff, style),
        Shape::WriteOnly { sensitive: true } => {
            marked(out, "(sensitive, write-only attribute)", diff, style);
        }
        Shape::WriteOnly { sensitive: false } => {
            marked(out, "(write-only attribute)", diff, style);
        }
        Shape::SensitiveBlock(_) => sensitive_block(out, replace, level, style),
        Shape::Unknown(before) => {
            if let Some(before) = before.as_ref().filter(|_| action != Action::Create) {
                let inner = Style {
                    forbid: replace,
                    ..style.without_null(true)
                };
                write(out, before, level, inner);
                out.push_str(" -> ");
            }
            out.push_str("(known after apply)");
            style.forces_replacement(out, replace);
        }
        Shape::TypeChange(before, after) => {
            let style = Style {
                no_null: true,
                ..style
            };
            write(out, before, level, style);
            style.arrow(out);
            write(out, after, level, style);
        }
    }
}

/// Writes the difference of a resource, and after it what becomes of its parts.
pub(super) fn resource(out: &mut String, diff: &Diff, parts: &[Part<'_>], style: Style) {
    let Shape::Block { attributes, blocks } = &diff.shape else {
        return write(out, diff, 0, style);
    };
    if parts.is_empty() {
        return write(out, diff, 0, style);
    }
    out.push('{');
    style.forces_replacement(out, diff.replace);
    out.push('\n');
    within(out, diff, attributes, blocks, 0, style);
    for part in parts {
        out.push('\n');
        part.write(out, 1, style.inner());
        out.push('\n');
    }
    style.close(out, 0, '}');
}

fn marked(out: &mut String, text: &str, diff: &Diff, style: Style) {
    out.push_str(text);
    style.null_suffix(out, diff.action);
    style.forces_replacement(out, diff.replace);
}

fn plain(out: &mut String, diff: &Diff, before: Option<&Str>, after: Option<&Str>, style: Style) {
    let show = |out: &mut String, value: Option<&Str>| match value {
        Some(text) => out.push_str(text),
        None => style.null(out),
    };
    match diff.action {
        Action::Create => show(out, after),
        Action::Delete => {
            show(out, before);
            style.null_suffix(out, diff.action);
        }
        Action::NoOp => show(out, before),
        Action::Update => {
            show(out, before);
            style.arrow(out);
            show(out, after);
        }
    }
    style.forces_replacement(out, diff.replace);
}

/// What is to be said before a value whose sensitivity changes.
fn warnings(out: &mut String, diff: &Diff, level: usize, style: Style) {
    let (secret, block) = match diff.shape {
        Shape::Sensitive(secret) => (secret, false),
        Shape::SensitiveBlock(secret) => (secret, true),
        _ => return,
    };
    let Secret {
        inner,
        before,
        after,
    } = secret;
    if before == after || matches!(inner, Action::Create | Action::Delete) {
        return;
    }
    let what = if block { "block" } else { "attribute value" };
    let (first, second) = match before {
        true => (
            format!(": this {what} will no longer be marked as sensitive\n"),
            "  # after applying this change.",
        ),
        false => (
            format!(": this {what} will be marked as sensitive and will not\n"),
            "  # display in UI output after applying this change.",
        ),
    };
    let mut rest = first;
    style.indent(&mut rest, level);
    rest.push_str(second);
    style.indent(out, level);
    let pieces = [
        Piece::Text("  # "),
        Piece::Yellow,
        Piece::Text("Warning"),
        Piece::Reset,
        Piece::Text(&rest),
    ];
    style.paint.write(out, &pieces);
    if !block && inner == Action::NoOp {
        out.push_str(" The value is unchanged.");
    }
    out.push('\n');
}

fn sensitive_block(out: &mut String, replace: bool, level: usize, style: Style) {
    let mut prefix = String::new();
    style.indent(&mut prefix, level);
    style.symbol(&mut prefix, Action::NoOp);
    out.push('{');
    style.forces_replacement(out, replace);
    let _ = write!(
        out,
        "\n{prefix}  # At least one attribute in this block is (or was) sensitive,\n{prefix}  # so its contents will not be displayed.\n{prefix}}}"
    );
}

/// The name of an attribute as it must be written.
pub(super) fn attribute_name(name: &str) -> String {
    match is_identifier(name) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

pub(super) fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_quoted(&mut out, text);
    out
}

/// Attributes one below the other; how many were not shown.
fn attributes(
    out: &mut String,
    attributes: &BTreeMap<Str, Diff>,
    level: usize,
    style: Style,
    inner: Style,
) -> usize {
    let names: Vec<String> = attributes.keys().map(|name| attribute_name(name)).collect();
    let width = names.iter().map(String::len).max().unwrap_or(0);
    let mut hidden = 0;
    for ((key, diff), name) in attributes.iter().zip(&names) {
        let important = IMPORTANT.contains(&key.as_str());
        if !important && diff.action == Action::NoOp && !style.unchanged {
            hidden += 1;
            continue;
        }
        let inner = match important {
            true => inner.showing_unchanged(),
            false => inner,
        };
        warnings(out, diff, level, inner);
        style.indent(out, level);
        style.symbol(out, diff.action);
        let _ = write!(out, "{name:width$} = ");
        write(out, diff, level, inner);
        out.push('\n');
    }
    hidden
}

fn block(
    out: &mut String,
    diff: &Diff,
    contents: &BTreeMap<Str, Diff>,
    groups: &BTreeMap<Str, Group>,
    level: usize,
    style: Style,
) {
    out.push('{');
    if contents.is_empty() && groups.is_empty() {
        out.push('}');
        return style.forces_replacement(out, diff.replace);
    }
    style.forces_replacement(out, diff.replace);
    out.push('\n');
    within(out, diff, contents, groups, level, style);
    style.close(out, level, '}');
}

/// What is between the braces of a block.
fn within(
    out: &mut String,
    diff: &Diff,
    contents: &BTreeMap<Str, Diff>,
    groups: &BTreeMap<Str, Group>,
    level: usize,
    style: Style,
) {
    let hidden = attributes(out, contents, level + 1, style, style.inner());
    if hidden > 0 {
        style.hidden(out, level + 1, "attribute", hidden);
    }
    let mut hidden = 0;
    for (name, group) in groups {
        let mut separated = contents.is_empty();
        each_block(diff.action, group, |label, block| {
            let replaced = covered(group, block);
            let block = replaced.as_ref().unwrap_or(block);
            if block.action == Action::NoOp && !style.unchanged {
                hidden += 1;
                return;
            }
            if !separated {
                out.push('\n');
                separated = true;
            }
            let style = style.inner().forcing(group.replace);
            warnings(out, block, level + 1, style);
            style.indent(out, level + 1);
            style.symbol(out, block.action);
            out.push_str(&attribute_name(name));
            if let Some(label) = label {
                out.push(' ');
                write_quoted(out, label);
            }
            out.push(' ');
            write(out, block, level + 1, style);
            out.push('\n');
        });
    }
    if hidden > 0 {
        out.push('\n');
        style.hidden(out, level + 1, "block", hidden);
    }
}

fn each_block(action: Action, group: &Group, mut show: impl FnMut(Option<&str>, &Diff)) {
    if group.unknown && !matches!(group.blocks, Blocks::One(_)) {
        show(None, &Diff::new(Shape::Unknown(None), action, false));
    }
    match &group.blocks {
        Blocks::One(diff) => show(None, diff),
        Blocks::Many(diffs) => diffs.iter().for_each(|diff| show(None, diff)),
        Blocks::Map(diffs) => diffs
            .iter()
            .for_each(|(label, diff)| show(Some(label.as_str()), diff)),
    }
}

/// A block as it may be shown where all blocks of the type are sensitive.
fn covered(group: &Group, block: &Diff) -> Option<Diff> {
    let (before, after) = (group.before_sensitive, group.after_sensitive);
    let secret = match block.action {
        Action::Create => after,
        Action::Delete => before,
        Action::Update | Action::NoOp => before || after,
    };
    if !secret {
        return None;
    }
    let action = match block.action {
        Action::NoOp if before != after => Action::Update,
        action => action,
    };
    let inner = block.action;
    let secret = Secret {
        inner,
        before,
        after,
    };
    Some(Diff::new(
        Shape::SensitiveBlock(secret),
        action,
        block.replace,
    ))
}

fn object(
    out: &mut String,
    diff: &Diff,
    contents: &BTreeMap<Str, Diff>,
    nested: bool,
    level: usize,
    style: Style,
) {
    if contents.is_empty() {
        out.push_str("{}");
        style.null_suffix(out, diff.action);
        return style.forces_replacement(out, diff.replace);
    }
    out.push('{');
    style.forces_replacement(out, diff.replace);
    out.push('\n');
    let inner = style.without_null(!nested);
    let hidden = attributes(out, contents, level + 1, style, inner);
    if hidden > 0 {
        style.hidden(out, level + 1, "attribute", hidden);
    }
    style.close(out, level, '}');
    style.null_suffix(out, diff.action);
}

fn map(
    out: &mut String,
    diff: &Diff,
    elements: &BTreeMap<Str, Diff>,
    nested: bool,
    level: usize,
    style: Style,
) {
    let own = diff.replace && !nested;
    if elements.is_empty() {
        out.push_str("{}");
        style.null_suffix(out, diff.action);
        return style.forces_replacement(out, own);
    }
    let inner = style.without_null(diff.action == Action::Delete || nested);
    let inner = inner.forcing(diff.replace && nested);
    let keys: Vec<String> = elements.keys().map(|key| quoted(key)).collect();
    let width = keys.iter().map(String::len).max().filter(|_| !nested);
    let width = width.unwrap_or(0);
    out.push('{');
    style.forces_replacement(out, own);
    out.push('\n');
    let mut hidden = 0;
    for (element, key) in elements.values().zip(&keys) {
        if element.action == Action::NoOp && !style.unchanged {
            hidden += 1;
            continue;
        }
        warnings(out, element, level + 1, style);
        style.indent(out, level + 1);
        style.symbol(out, element.action);
        let _ = write!(out, "{key:width$} = ");
        write(out, element, level + 1, inner);
        if matches!(element.shape, Shape::Object { .. }) {
            out.push(',');
        }
        out.push('\n');
    }
    if hidden > 0 {
        style.hidden(out, level + 1, "element", hidden);
    }
    style.close(out, level, '}');
    style.null_suffix(out, diff.action);
}

fn set(out: &mut String, diff: &Diff, elements: &[Diff], nested: bool, level: usize, style: Style) {
    let own = diff.replace && !nested;
    if elements.is_empty() {
        out.push_str("[]");
        style.null_suffix(out, diff.action);
        return style.forces_replacement(out, own);
    }
    let inner = style.without_null(true).forcing(diff.replace && nested);
    out.push('[');
    style.forces_replacement(out, own);
    out.push('\n');
    let mut hidden = 0;
    for element in elements {
        if element.action == Action::NoOp && !style.unchanged {
            hidden += 1;
            continue;
        }
        warnings(out, element, level + 1, style);
        element_line(out, element, level, inner);
    }
    if hidden > 0 {
        style.hidden(out, level + 1, "element", hidden);
    }
    style.close(out, level, ']');
    style.null_suffix(out, diff.action);
}

fn element_line(out: &mut String, element: &Diff, level: usize, style: Style) {
    style.indent(out, level + 1);
    style.symbol(out, element.action);
    write(out, element, level + 1, style);
    out.push_str(",\n");
}

fn list(
    out: &mut String,
    diff: &Diff,
    elements: &[Diff],
    context: bool,
    level: usize,
    style: Style,
) {
    if elements.is_empty() {
        out.push_str("[]");
        style.null_suffix(out, diff.action);
        return style.forces_replacement(out, diff.replace);
    }
    out.push('[');
    style.forces_replacement(out, diff.replace);
    out.push('\n');
    let changed = style.without_null(true);
    let neighbour = style.showing_unchanged();
    let mut hidden: Vec<&Diff> = Vec::new();
    let mut follows_change = false;
    for element in elements {
        let same = element.action == Action::NoOp;
        if same && !follows_change && !style.unchanged {
            hidden.push(element);
            continue;
        }
        follows_change = context && !same;
        let mut inner = changed;
        if context {
            if let Some((last, before)) = hidden.split_last() {
                if !before.is_empty() {
                    style.hidden(out, level + 1, "element", before.len());
                }
                element_line(out, last, level, neighbour);
            }
            hidden.clear();
            if same {
                inner = neighbour;
            }
        }
        warnings(out, element, level + 1, inner);
        element_line(out, element, level, inner);
    }
    if !hidden.is_empty() {
        style.hidden(out, level + 1, "element", hidden.len());
    }
    style.close(out, level, ']');
    style.null_suffix(out, diff.action);
}
