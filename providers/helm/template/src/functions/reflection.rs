//! Types of values.

use super::arguments::{kind_name, put};
use super::equality::deep_equal;
use crate::{Functions, Type, Value};

const ANY: Type = Type::Any;
const S: Type = Type::String;

pub(super) fn add(functions: &mut Functions) {
    put(functions, "typeOf", &[ANY], |args| {
        Ok(type_name(&args.value(0)).into())
    });
    put(functions, "typeIs", &[S, ANY], |args| {
        Ok((type_name(&args.value(1)) == args.text(0)).into())
    });
    put(functions, "typeIsLike", &[S, ANY], |args| {
        let (wanted, found) = (args.text(0), type_name(&args.value(1)));
        Ok((found == wanted || found == format!("*{wanted}")).into())
    });
    put(functions, "kindOf", &[ANY], |args| {
        Ok(kind_name(&args.value(0)).into())
    });
    put(functions, "kindIs", &[S, ANY], |args| {
        Ok((kind_name(&args.value(1)) == args.text(0)).into())
    });
    put(functions, "deepEqual", &[ANY, ANY], |args| {
        Ok(deep_equal(&args.value(0), &args.value(1)).into())
    });
}

fn type_name(value: &Value) -> String {
    value
        .ty()
        .map_or_else(|| "<nil>".to_owned(), |ty| ty.to_string())
}
