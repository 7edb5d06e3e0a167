//! `bcrypt`: password hashes.

use std::sync::Arc;

use bcrypt::Version;
use trueup_value::{Type, Value};

use super::{
    Named,
    arguments::{integer, text},
};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

/// The cost if none is given, or one that is too low.
const DEFAULT_COST: u32 = 10;

/// The longest password the algorithm can take.
const MAX_PASSWORD: usize = 72;

pub(super) fn functions(context: &Context) -> Vec<Named> {
    vec![("bcrypt", hash(context))]
}

fn hash(context: &Context) -> Function {
    let random = Arc::clone(&context.random);
    let pure_only = context.pure_only;
    let params = vec![Param::new("str", Type::String).describe("The password.")];
    let cost = Param::new("cost", Type::Number).describe("The cost, from 4 to 31; 10 if left out.");
    let description = "Hashes a password with bcrypt and a random salt.";
    Function::new(description, params, Type::String, move |args| {
        if pure_only {
            return Ok(Value::unknown(Type::String));
        }
        let password = text(args, 0)?;
        let cost = cost_of(args)?;
        let failed = |problem: &str| {
            let message = format!("error occured generating password {problem}");
            FunctionError::new(message)
        };
        if password.len() > MAX_PASSWORD {
            return Err(failed("bcrypt: password length exceeds 72 bytes"));
        }
        let mut salt = [0; 16];
        let filled = random.fill(&mut salt);
        filled.map_err(|error| failed(&error.to_string()))?;
        let parts = bcrypt::hash_with_salt(password, cost, salt);
        let parts = parts.map_err(|error| failed(&error.to_string()))?;
        Ok(Value::string(parts.format_for_version(Version::TwoA)))
    })
    .variadic(cost)
}

fn cost_of(args: &[Value]) -> Result<u32, FunctionError> {
    let cost = match args.len() {
        0 | 1 => return Ok(DEFAULT_COST),
        2 => integer(args, 1)?,
        _ => {
            let message = "bcrypt() takes no more than two arguments";
            return Err(FunctionError::new(message));
        }
    };
    if cost < 4 {
        return Ok(DEFAULT_COST);
    }
    u32::try_from(cost).ok().filter(|cost| *cost <= 31).ok_or_else(|| {
        FunctionError::new(format!(
            "error occured generating password crypto/bcrypt: cost {cost} is outside allowed range (4,31)"
        ))
    })
}
