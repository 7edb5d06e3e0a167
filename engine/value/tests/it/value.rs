use trueup_value::{Marks, Number, Path, Type, Value};

#[test]
fn values_stay_small() {
    assert_eq!(size_of::<Number>(), 16);
    assert_eq!(size_of::<Type>(), 16);
    assert!(size_of::<Value>() <= 24, "{}", size_of::<Value>());
}

#[test]
fn debug_output_hides_marked_values() {
    let secret = Value::string("hunter2");
    let value = Value::object([
        ("a", secret.with_marks(Marks::SENSITIVE)),
        ("b", secret.with_marks(Marks::EPHEMERAL)),
        ("c", Value::number(1)),
    ]);
    assert_eq!(
        format!("{value:?}"),
        r#"{"a": (sensitive), "b": (ephemeral), "c": 1}"#
    );
}

#[test]
fn marks_of_set_elements_move_to_the_set() {
    let secret = Value::string("b").with_marks(Marks::SENSITIVE);
    let set = Value::set(Type::String, vec![secret, Value::string("a")]);
    assert_eq!(set.marks(), Marks::SENSITIVE);
    let plain = Value::set(Type::String, vec![Value::string("a"), Value::string("b")]);
    assert_eq!(set.unmarked(), (&plain, Marks::SENSITIVE));
}

#[test]
fn marks_come_off_and_go_back_with_their_paths() {
    let secret = Value::string("s").with_marks(Marks::SENSITIVE);
    let value = Value::object([
        (
            "list",
            Value::list(Type::String, vec![Value::string("x"), secret.clone()]),
        ),
        (
            "map",
            Value::map(Type::String, [("k k", secret)]).with_marks(Marks::EPHEMERAL),
        ),
    ]);
    let (unmarked, paths) = value.unmark_deep_with_paths();
    let shown: Vec<_> = paths
        .iter()
        .map(|(path, m)| (path.to_string(), *m))
        .collect();
    assert_eq!(
        shown,
        [
            (".list[1]".to_owned(), Marks::SENSITIVE),
            (".map".to_owned(), Marks::EPHEMERAL),
            (".map[\"k k\"]".to_owned(), Marks::SENSITIVE),
        ]
    );
    assert!(!unmarked.contains_marked());
    assert_eq!(unmarked.mark_with_paths(&paths), value);
    assert_eq!(value.unmark_deep().1, Marks::SENSITIVE | Marks::EPHEMERAL);
}

#[test]
fn path_starts_with_its_prefix() {
    let path = Path::new().attr("a").index(Value::number(0));
    assert!(path.starts_with(&Path::new().attr("a")));
    assert!(!path.starts_with(&Path::new().attr("b")));
}
