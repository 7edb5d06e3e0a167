//! Parts of a resource: blocks with a label after those of the configuration.

use trueup_sdk::PartChange;

use super::{
    change::Change,
    compute,
    diff::{Action, Diff},
    paint::Piece,
    render::{self, Style, attribute_name, quoted},
    tree::Tree,
};
use trueup_value::Type;

/// A part as it is shown.
pub(super) struct Part<'a> {
    change: &'a PartChange,
    diff: Diff,
}

/// The parts there is something to say of.
pub(super) fn shown(parts: &[PartChange]) -> Vec<Part<'_>> {
    let parts = parts.iter().map(|change| {
        let (before, after) = (Tree::of(&change.before), Tree::of(&change.after));
        let pair = Change::of(Some(&before), Some(&after));
        Part {
            change,
            diff: compute::value(pair, &Type::Dynamic),
        }
    });
    let told = |part: &Part<'_>| {
        part.change.replaced || part.diff.action != Action::NoOp || !part.change.notes.is_empty()
    };
    parts.filter(told).collect()
}

impl Part<'_> {
    /// Writes the part and what is to be noted above it, without a final
    /// newline.
    pub(super) fn write(&self, out: &mut String, level: usize, style: Style) {
        for note in &self.change.notes {
            style.indent(out, level);
            style.symbol(out, Action::NoOp);
            let text = format!("# {note}");
            let pieces = [Piece::Gray, Piece::Text(&text), Piece::Reset];
            style.paint.write(out, &pieces);
            out.push('\n');
        }
        style.indent(out, level);
        match self.change.replaced {
            true => replacement(out, style),
            false => style.symbol(out, self.diff.action),
        }
        out.push_str(&attribute_name(&self.change.kind));
        out.push(' ');
        out.push_str(&quoted(&self.change.name));
        out.push(' ');
        render::write(out, &self.diff, level, style.without_null(true));
    }
}

fn replacement(out: &mut String, style: Style) {
    use Piece::{Green, Red, Reset, Text};
    let pieces = [
        Red,
        Text("-"),
        Reset,
        Text("/"),
        Green,
        Text("+"),
        Reset,
        Text(" "),
    ];
    style.paint.write(out, &pieces);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::plan::paint::Paint;
    use trueup_value::{Marks, Value};

    fn text(parts: &[PartChange]) -> String {
        let style = Style::new(Paint { color: false });
        let mut out = String::new();
        for part in shown(parts) {
            part.write(&mut out, 1, style);
            out.push('\n');
        }
        out
    }

    #[test]
    fn parts_are_blocks_with_a_label() {
        let none = || Value::null(Type::Dynamic);
        let object = |size: Value, secret: &str| {
            let secret = Value::string(secret).with_marks(Marks::SENSITIVE);
            Value::object([
                ("name", Value::string("a")),
                ("secret", secret),
                ("size", size),
            ])
        };
        let (one, unknown) = (Value::number(1), Value::unknown(Type::Number));
        let mut changed = PartChange::new(
            "object",
            "Secret a/b",
            (object(one.clone(), "x"), object(unknown, "y")),
        );
        changed.notes.push("changed by kubectl".to_owned());
        let same = (object(one.clone(), "x"), object(one.clone(), "x"));
        let quiet = PartChange::new("object", "Service a/b", same);
        let gone = PartChange::new("hook", "Job c", (one.clone(), none()));
        let new = PartChange::new("hook", "Job d", (none(), object(one.clone(), "x")));
        let replaced = PartChange {
            replaced: true,
            ..PartChange::new("hook", "Job e", (one.clone(), Value::number(2)))
        };
        let expected = r#"        # changed by kubectl
      ~ object "Secret a/b" {
            name   = "a"
          ~ secret = (sensitive value)
          ~ size   = 1 -> (known after apply)
        }
      - hook "Job c" 1
      + hook "Job d" {
          + name   = "a"
          + secret = (sensitive value)
          + size   = 1
        }
    -/+ hook "Job e" 1 -> 2
"#;
        assert_eq!(text(&[changed, quiet, gone, new, replaced]), expected);
    }
}
