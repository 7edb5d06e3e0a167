use trueup_value::{Marks, Number, NumberFormat, Path, Type, Value, convert, json, ops};

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

#[test]
fn marks_survive_conversion() {
    let secret = Value::string("7").with_marks(Marks::SENSITIVE);
    let tuple = Value::tuple(vec![secret.clone(), Value::string("1")]);
    let number = Value::number(Number::literal(7)).with_marks(Marks::SENSITIVE);
    assert_eq!(
        convert::convert(&tuple, &Type::list(Type::Number)),
        Ok(Value::list(
            Type::Number,
            vec![number.clone(), Value::number(1)]
        ))
    );
    let set = Value::set(Type::Number, vec![Value::number(7), Value::number(1)]);
    assert_eq!(
        convert::convert(&tuple, &Type::set(Type::Number)),
        Ok(set.with_marks(Marks::SENSITIVE))
    );
    let object = Value::object([("a", secret)]).with_marks(Marks::EPHEMERAL);
    assert_eq!(
        convert::convert(&object, &Type::map(Type::Dynamic)),
        Ok(Value::map(
            Type::String,
            [("a", Value::string("7").with_marks(Marks::SENSITIVE))]
        )
        .with_marks(Marks::EPHEMERAL))
    );
    let null = Value::null(Type::Dynamic).with_marks(Marks::SENSITIVE);
    assert_eq!(
        convert::convert(&null, &Type::Bool),
        Ok(Value::null(Type::Bool).with_marks(Marks::SENSITIVE))
    );
}

#[test]
fn marks_of_operands_are_marks_of_the_result() {
    let sensitive = Value::number(1).with_marks(Marks::SENSITIVE);
    let ephemeral = Value::number(2).with_marks(Marks::EPHEMERAL);
    let both = Marks::SENSITIVE | Marks::EPHEMERAL;
    assert_eq!(
        ops::add(&sensitive, &ephemeral),
        Ok(Value::number(3).with_marks(both))
    );
    let list = Value::tuple(vec![sensitive]);
    assert_eq!(
        ops::equals(&list, &list),
        Ok(Value::bool(true).with_marks(Marks::SENSITIVE))
    );
    assert_eq!(ops::length(&list), Ok(Value::number(1)));
    let error = json::to_json(&list, &Type::Dynamic).expect_err("marked");
    assert_eq!(
        (error.path.to_string().as_str(), error.message.as_str()),
        ("[0]", "value has marks, so it cannot be serialized as JSON")
    );
}

#[test]
fn integers_in_other_radixes() {
    let cases = [
        ("ff", 16, "255"),
        ("-FF", 16, "-255"),
        ("zZ", 62, "2231"),
        ("777", 8, "511"),
    ];
    for (digits, radix, decimal) in cases {
        let number = Number::from_radix(digits, radix).expect("integer");
        assert_eq!(number.to_text(), decimal);
    }
    for (digits, radix) in [
        ("", 10),
        ("-", 10),
        ("12", 2),
        ("1_0", 10),
        ("1", 63),
        ("1", 1),
    ] {
        assert_eq!(Number::from_radix(digits, radix), None);
    }
    let large = Number::parse("1e20").expect("number");
    assert_eq!(large.to_radix(16).as_deref(), Some("56bc75e2d63100000"));
    assert_eq!(large.format(NumberFormat::Exponent, Some(2)), "1.00e+20");
}
