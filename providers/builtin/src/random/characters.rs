//! What `random_string` and `random_password` share: the characters to draw,
//! their schema, older states.

use std::io;

use trueup_sdk::{
    Problem,
    native::{Failure, Field, Fields, attribute_problem},
    world::Random,
};
use trueup_value::{Type, Value};

use crate::{draw, keepers::keepers};

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
const SPECIAL: &str = "!@#$%&*()-_=+[]{}<>:?";

/// The classes of characters: what switches them on, and how many there must
/// be at least.
const CLASSES: [(&str, &str, &str); 4] = [
    ("upper", "min_upper", UPPER),
    ("lower", "min_lower", LOWER),
    ("numeric", "min_numeric", DIGITS),
    ("special", "min_special", SPECIAL),
];

/// The arguments.
pub(super) fn arguments() -> Vec<Field> {
    let class = |name: &str, what: &str| {
        Field::optional(name, Type::Bool)
            .about(&format!("Whether {what} may be drawn; `true` by default."))
            .or_computed()
    };
    let plain = |name, what| {
        let field = class(name, what);
        field.default(Value::bool(true)).replaces()
    };
    let least = |name: &str, what: &str| {
        Field::optional(name, Type::Number)
            .about(&format!(
                "How many {what} there are at least; 0 by default."
            ))
            .integer()
            .default(Value::number(0))
            .replaces()
    };
    vec![
        keepers(),
        Field::required("length", Type::Number)
            .about("How many characters to draw: at least 1, and no fewer than the four minima together.")
            .at_least(1)
            .replaces(),
        plain("special", "the special characters `!@#$%&*()-_=+[]{}<>:?`"),
        plain("upper", "capital letters"),
        plain("lower", "small letters"),
        class("number", "digits")
            .about("The old name of `numeric`.")
            .deprecated()
            .derived(|config| numeric(config, "number", "numeric"))
            .replaces(),
        class("numeric", "digits")
            .derived(|config| numeric(config, "numeric", "number"))
            .replaces(),
        least("min_numeric", "digits"),
        least("min_upper", "capital letters"),
        least("min_lower", "small letters"),
        least("min_special", "special characters"),
        Field::optional("override_special", Type::String)
            .about("The special characters to draw from, in place of the usual ones; only where `special` allows them.")
            .replaces_if(|change| {
                let emptied = change.config.is_null() && change.prior.as_str() == Some("");
                change.config.is_known() && !emptied
            }),
    ]
}

/// `number` and `numeric` are two names for one thing.
fn numeric(config: &Fields, name: &str, other: &str) -> Value {
    match (config.get(name), config.get(other)) {
        (own, other) if own.is_null() && other.is_null() => Value::bool(true),
        (own, other) if own.is_null() => other.clone(),
        (own, _) => own.clone(),
    }
}

/// The arguments of what is drawn anew with every run: nothing replaces it, and
/// nothing is kept for it.
pub(super) fn ephemeral_arguments() -> Vec<Field> {
    let class = |name: &str, what: &str| {
        Field::optional(name, Type::Bool)
            .about(&format!("Whether {what} may be drawn; `true` by default."))
            .or_computed()
    };
    let least = |name: &str, what: &str| {
        Field::optional(name, Type::Number)
            .about(&format!(
                "How many {what} there are at least; 0 by default."
            ))
            .integer()
            .or_computed()
    };
    vec![
        Field::required("length", Type::Number)
            .about("How many characters to draw: at least 1, and no fewer than the four minima together.")
            .at_least(1),
        class("special", "the special characters `!@#$%&*()-_=+[]{}<>:?`"),
        class("upper", "capital letters"),
        class("lower", "small letters"),
        class("numeric", "digits"),
        least("min_numeric", "digits"),
        least("min_upper", "capital letters"),
        least("min_lower", "small letters"),
        least("min_special", "special characters"),
        Field::optional("override_special", Type::String)
            .about("The special characters to draw from, in place of the usual ones; only where `special` allows them."),
    ]
}

/// Gives arguments that are not there their defaults.
pub(super) fn set_defaults(object: &mut Fields) {
    for (allowed, least, _) in CLASSES {
        if object.get(allowed).is_null() {
            object.set_flag(allowed, true);
        }
        if object.get(least).is_null() {
            object.set_integer(least, 0);
        }
    }
}

/// What is wrong with the arguments together.
pub(super) fn validate(config: &Fields) -> Vec<Problem> {
    let mut problems = Vec::new();
    let minima = CLASSES.map(|(_, least, _)| config.get(least));
    let known = minima.iter().all(|value| value.is_known());
    let sum = minima.iter().filter_map(|v| v.as_number()?.to_i64());
    let sum = sum.fold(0, i64::saturating_add);
    if let Some(length) = config.integer("length")
        && known
        && length < sum
    {
        let names = CLASSES.map(|(_, least, _)| least).join(" + ");
        let detail =
            format!("Attribute length value must be at least sum of {names}, got: {length}");
        problems.push(attribute_problem(
            "length",
            "Invalid Attribute Value",
            detail,
        ));
    }
    if let (Some(number), Some(numeric)) = (config.flag("number"), config.flag("numeric"))
        && number != numeric
    {
        problems.push(attribute_problem(
            "number",
            "Number and numeric are both configured with different values",
            "Number is deprecated, use numeric instead",
        ));
    }
    let off = |name: &str| config.flag(name) == Some(false);
    if off("upper") && off("lower") && off("special") && (off("numeric") || off("number")) {
        problems.push(nothing_to_draw());
    }
    problems
}

fn nothing_to_draw() -> Problem {
    attribute_problem(
        "special",
        "Invalid Attribute Combination",
        "At least one attribute out of [special,upper,lower,numeric] must be specified as true",
    )
}

/// Draws a text.
pub(super) fn draw(random: &dyn Random, planned: &Fields) -> Result<String, Failure> {
    let length = draw::count(planned, "length")?;
    let mut characters = Vec::new();
    let mut all = Vec::new();
    for (allowed, least, usual) in CLASSES {
        let class: Vec<char> = match planned.text("override_special") {
            Some(given) if allowed == "special" && !given.is_empty() => given.chars().collect(),
            _ => usual.chars().collect(),
        };
        if planned.flag(allowed) == Some(true) {
            all.extend(&class);
        }
        let least = match planned.integer(least) {
            Some(least) if least > 0 => draw::count(planned, &format!("min_{allowed}"))?,
            _ => 0,
        };
        characters.extend(some(random, &class, least).map_err(|e| draw::failed(&e))?);
    }
    let rest = length.saturating_sub(characters.len());
    if all.is_empty() && rest > 0 {
        return Err(nothing_to_draw().into());
    }
    characters.extend(some(random, &all, rest).map_err(|e| draw::failed(&e))?);
    draw::shuffle(random, &mut characters).map_err(|e| draw::failed(&e))?;
    Ok(characters.into_iter().collect())
}

fn some(random: &dyn Random, class: &[char], count: usize) -> io::Result<Vec<char>> {
    let mut drawn = Vec::with_capacity(count);
    for _ in 0..count {
        let at = random.below(class.len() as u64)?;
        drawn.extend(class.get(usize::try_from(at).unwrap_or_default()));
    }
    Ok(drawn)
}

/// The object an import of `result` begins with: all arguments at their
/// defaults.
pub(super) fn imported(object: &mut Fields, result: &str) {
    object.set_text("result", result);
    fill(object);
}

/// Fills in what states of older versions lack.
pub(super) fn fill(object: &mut Fields) {
    let length = object.text("result").map_or(0, str::len);
    if object.get("length").is_null() {
        object.set_integer("length", i64::try_from(length).unwrap_or(i64::MAX));
    }
    if object.get("numeric").is_null() {
        object.set("numeric", object.get("number").clone());
    }
    for name in ["special", "upper", "lower", "number", "numeric"] {
        if object.get(name).is_null() {
            object.set(name, Value::bool(true));
        }
    }
    for (_, least, _) in CLASSES {
        if object.get(least).is_null() {
            object.set_integer(least, 0);
        }
    }
}
