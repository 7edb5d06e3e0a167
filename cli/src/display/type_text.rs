//! A type as the console's `type` shows it.

use std::fmt::Write as _;

use trueup_value::Type;

/// `ty` over as many lines as it takes: primitive element types stay on one.
pub(crate) fn text(ty: &Type) -> String {
    let mut out = String::new();
    write_type(&mut out, ty, 0);
    out
}

fn write_type(out: &mut String, ty: &Type, indent: usize) {
    match ty {
        Type::Dynamic => out.push_str("dynamic"),
        Type::Bool => out.push_str("bool"),
        Type::Number => out.push_str("number"),
        Type::String => out.push_str("string"),
        Type::List(element) => write_collection(out, "list", element, indent),
        Type::Set(element) => write_collection(out, "set", element, indent),
        Type::Map(element) => write_collection(out, "map", element, indent),
        Type::Tuple(elements) if elements.is_empty() => out.push_str("tuple([])"),
        Type::Tuple(elements) => {
            out.push_str("tuple([\n");
            for element in elements.iter() {
                write_line(out, "", element, indent + 1);
            }
            close(out, "])", indent);
        }
        Type::Object(object) if object.attributes().is_empty() => out.push_str("object({})"),
        Type::Object(object) => {
            out.push_str("object({\n");
            for (name, ty) in object.attributes() {
                write_line(out, &format!("{name}: "), ty, indent + 1);
            }
            close(out, "})", indent);
        }
    }
}

fn write_collection(out: &mut String, kind: &str, element: &Type, indent: usize) {
    let _ = write!(out, "{kind}(");
    if element.is_primitive() || *element == Type::Dynamic {
        write_type(out, element, indent);
        return out.push(')');
    }
    out.push('\n');
    write_line(out, "", element, indent + 1);
    close(out, ")", indent);
}

fn write_line(out: &mut String, name: &str, ty: &Type, indent: usize) {
    let _ = write!(out, "{:width$}{name}", "", width = indent * 4);
    write_type(out, ty, indent);
    out.push_str(",\n");
}

fn close(out: &mut String, bracket: &str, indent: usize) {
    let _ = write!(out, "{:width$}{bracket}", "", width = indent * 4);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_take_a_line_for_each_part() {
        let ty = Type::map(Type::object([
            ("a", Type::Number),
            (
                "b",
                Type::tuple([Type::list(Type::String), Type::tuple([])]),
            ),
        ]));
        assert_eq!(
            text(&ty),
            "map(\n    object({\n        a: number,\n        b: tuple([\n            list(string),\n            tuple([]),\n        ]),\n    }),\n)"
        );
    }
}
