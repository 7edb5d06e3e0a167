//! Differences of texts: of one line, of many, and of JSON by its meaning.

use trueup_value::Str;

use super::{
    change::Change,
    diff::{Action, Diff, Shape},
    dynamic,
    render::{self, Style, quoted},
    sequence::{numbered_lines, pairs},
    tree::Tree,
};

/// A text as it is to be shown.
enum Text<'a> {
    Null,
    Line(&'a str),
    Lines(&'a str),
    Json(Tree),
}

impl<'a> Text<'a> {
    fn of(text: Option<&'a Str>) -> Self {
        let Some(text) = text else {
            return Text::Null;
        };
        match Tree::of_json(text) {
            Some(tree) => Text::Json(tree),
            None if text.contains('\n') => Text::Lines(text.trim()),
            None => Text::Line(text),
        }
    }

    fn lines<'b>(&self, null: &'b str) -> Vec<&'b str>
    where
        'a: 'b,
    {
        match self {
            Text::Line(text) | Text::Lines(text) => text.split('\n').collect(),
            Text::Null | Text::Json(_) => vec![null],
        }
    }

    fn write(&self, out: &mut String, style: Style) {
        match self {
            Text::Line(text) | Text::Lines(text) => out.push_str(&quoted(text)),
            Text::Null | Text::Json(_) => style.null(out),
        }
    }
}

/// Writes the difference of two texts.
pub(super) fn write(
    out: &mut String,
    diff: &Diff,
    [before, after]: [Option<&Str>; 2],
    level: usize,
    style: Style,
) {
    let action = diff.action;
    match action {
        Action::Create | Action::NoOp | Action::Delete => {
            let text = Text::of(if action == Action::Delete {
                before
            } else {
                after
            });
            one(out, diff, &text, level, style);
        }
        Action::Update => match (Text::of(before), Text::of(after)) {
            (Text::Json(a), Text::Json(b)) => {
                json(out, diff, Some(&a), Some(&b), level, style);
            }
            (Text::Json(_), _) | (_, Text::Json(_)) => {
                render::write(out, &two_texts(diff, before, after), level, style);
            }
            (a @ (Text::Null | Text::Line(_)), b @ (Text::Null | Text::Line(_))) => {
                a.write(out, style);
                style.arrow(out);
                b.write(out, style);
                style.forces_replacement(out, diff.replace);
            }
            (a, b) => {
                let mut null = String::new();
                style.null(&mut null);
                let lines = changed_lines(&a.lines(&null), &b.lines(&null));
                heredoc(out, diff, &lines, level, style);
            }
        },
    }
}

/// A text that comes, stays or goes.
fn one(out: &mut String, diff: &Diff, text: &Text<'_>, level: usize, style: Style) {
    match text {
        Text::Json(tree) => {
            let (before, after) = match diff.action {
                Action::Create => (None, Some(tree)),
                Action::Delete => (Some(tree), None),
                _ => (Some(tree), Some(tree)),
            };
            json(out, diff, before, after, level, style);
        }
        Text::Lines(lines) => {
            let lines: Vec<_> = lines.split('\n').map(|line| (Action::NoOp, line)).collect();
            heredoc(out, diff, &lines, level, style);
        }
        Text::Line(_) | Text::Null => {
            text.write(out, style);
            if !matches!(text, Text::Null) {
                style.null_suffix(out, diff.action);
            }
            style.forces_replacement(out, diff.replace);
        }
    }
}

fn two_texts(diff: &Diff, before: Option<&Str>, after: Option<&Str>) -> Diff {
    let text = |before: Option<&Str>, after: Option<&Str>, action| {
        let shape = Shape::Text {
            before: before.cloned(),
            after: after.cloned(),
        };
        Box::new(Diff::new(shape, action, false))
    };
    let old = text(before, None, Action::Delete);
    let new = text(None, after, Action::Create);
    Diff::new(Shape::TypeChange(old, new), diff.action, diff.replace)
}

fn changed_lines<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<(Action, &'a str)> {
    let (old, new) = numbered_lines(before, after);
    let mut lines = Vec::new();
    for (old, new) in pairs(&old, &new, |_, _| false) {
        match (before.get(old), after.get(new)) {
            (Some(a), Some(b)) if a == b => lines.push((Action::NoOp, *a)),
            (a, b) => {
                lines.extend(a.map(|line| (Action::Delete, *line)));
                lines.extend(b.map(|line| (Action::Create, *line)));
            }
        }
    }
    lines
}

fn heredoc(out: &mut String, diff: &Diff, lines: &[(Action, &str)], level: usize, style: Style) {
    out.push_str("<<-EOT");
    style.forces_replacement(out, diff.replace);
    out.push('\n');
    for (action, line) in lines {
        style.indent(out, level + 1);
        style.symbol(out, *action);
        out.push_str(line);
        out.push('\n');
    }
    style.indent(out, level);
    style.symbol(out, Action::NoOp);
    out.push_str("EOT");
    style.null_suffix(out, diff.action);
}

fn json(
    out: &mut String,
    diff: &Diff,
    before: Option<&Tree>,
    after: Option<&Tree>,
    level: usize,
    style: Style,
) {
    let change = Change {
        before_explicit: before.is_some(),
        after_explicit: after.is_some(),
        ..Change::of(before, after)
    };
    let inner = dynamic::json(change);
    let only_space = inner.action == Action::NoOp && diff.action == Action::Update;
    let mut inner_style = style.without_null(true);
    let mut note = "";
    if only_space {
        note = match diff.replace {
            true => " # whitespace changes force replacement",
            false => " # whitespace changes",
        };
        inner_style.unchanged = true;
    }
    let mut text = String::new();
    render::write(&mut text, &inner, level + 1, inner_style);
    out.push_str("jsonencode(");
    if !text.contains('\n') {
        out.push_str(&text);
        out.push(')');
        out.push_str(note);
        if !only_space {
            style.forces_replacement(out, diff.replace);
        }
        return;
    }
    let symbol = match diff.action {
        Action::Update if !only_space => Action::Update,
        _ => Action::NoOp,
    };
    out.push_str(note);
    out.push('\n');
    style.indent(out, level + 1);
    style.symbol(out, symbol);
    out.push_str(&text);
    if !only_space {
        style.forces_replacement(out, diff.replace);
    }
    out.push('\n');
    style.indent(out, level);
    style.symbol(out, Action::NoOp);
    out.push(')');
    style.null_suffix(out, diff.action);
}
