//! Why two types cannot be the results of one conditional.

use trueup_value::{ObjectType, Type, quote};

/// What keeps the types of the `true` and the `false` result apart, in HCL's
/// words, without a period.
pub(crate) fn describe_mismatch(yes: &Type, no: &Type) -> String {
    let special = match (yes, no) {
        (Type::Object(yes), Type::Object(no)) => objects(yes, no),
        (Type::Tuple(yes), Type::Tuple(no)) => tuples(yes, no),
        (Type::List(yes), Type::List(no)) => elements("list", yes, no),
        (Type::Set(yes), Type::Set(no)) => elements("set", yes, no),
        (Type::Map(yes), Type::Map(no)) => elements("map", yes, no),
        _ => None,
    };
    special.unwrap_or_else(|| names(yes, no))
}

fn names(yes: &Type, no: &Type) -> String {
    let (yes, no) = (yes.to_string(), no.to_string());
    if yes == no {
        return "At least one deeply-nested attribute or element is not compatible across both the 'true' and the 'false' value".to_owned();
    }
    format!("The 'true' value is {yes}, but the 'false' value is {no}")
}

fn objects(yes: &ObjectType, no: &ObjectType) -> Option<String> {
    for (name, ty) in yes.attributes() {
        let Some(other) = no.get(name) else {
            return Some(format!(
                "The 'true' value includes object attribute {}, which is absent in the 'false' value",
                quote(name)
            ));
        };
        if ty != other {
            return Some(format!(
                "Type mismatch for object attribute {}: {}",
                quote(name),
                describe_mismatch(ty, other)
            ));
        }
    }
    let extra = no.attributes().iter().find(|(n, _)| yes.get(n).is_none());
    extra.map(|(name, _)| {
        format!(
            "The 'false' value includes object attribute {}, which is absent in the 'true' value",
            quote(name)
        )
    })
}

fn tuples(yes: &[Type], no: &[Type]) -> Option<String> {
    if yes.len() != no.len() {
        return Some(format!(
            "The 'true' tuple has length {}, but the 'false' tuple has length {}",
            yes.len(),
            no.len()
        ));
    }
    let mut pairs = yes.iter().zip(no).enumerate();
    let (index, (yes, no)) = pairs.find(|(_, (yes, no))| yes != no)?;
    Some(format!(
        "Type mismatch for tuple element {index}: {}",
        describe_mismatch(yes, no)
    ))
}

fn elements(noun: &str, yes: &Type, no: &Type) -> Option<String> {
    let structural = matches!(
        (yes, no),
        (Type::Object(_), Type::Object(_)) | (Type::Tuple(_), Type::Tuple(_))
    );
    structural.then(|| {
        format!(
            "Mismatched {noun} element types: {}",
            describe_mismatch(yes, no)
        )
    })
}
