//! Failing on purpose.

use super::arguments::{fail, put};
use crate::{Functions, Type, Value};

/// Marks around a message that Helm shows without the template's own words around it.
pub(super) fn warn_wrap(message: &str) -> String {
    format!("HELM_ERR_START{message}HELM_ERR_END")
}

pub(super) fn add(functions: &mut Functions) {
    put(functions, "fail", &[Type::String], |args| {
        fail(warn_wrap(&args.text(0)))
    });
    put(functions, "required", &[Type::String, Type::Any], |args| {
        let value = args.value(1);
        let missing = value.is_nil() || value.as_string().is_some_and(|text| text.is_empty());
        if missing {
            fail(warn_wrap(&args.text(0)))
        } else {
            Ok::<Value, _>(value)
        }
    });
    put(functions, "getHostByName", &[Type::String], |_| {
        Ok("".into())
    });
}
