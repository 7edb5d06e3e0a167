//! What can be read from MessagePack is the same after it was written and read
//! again. The first byte chooses a type.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_value::{Type, msgpack};

fn types() -> Vec<Type> {
    let object = Type::object([("a", Type::String), ("b", Type::list(Type::Number))]);
    vec![
        Type::Dynamic,
        Type::String,
        Type::Number,
        Type::Bool,
        Type::list(Type::String),
        Type::set(Type::Number),
        Type::map(Type::Bool),
        Type::tuple([Type::String, Type::Dynamic]),
        Type::list(object.clone()),
        Type::set(object.clone()),
        Type::map(Type::list(Type::Dynamic)),
        object,
        Type::list(Type::Dynamic),
        Type::object([("d", Type::Dynamic)]),
    ]
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let types = types();
    let ty = &types[usize::from(*first) % types.len()];
    if let Ok(value) = msgpack::decode(rest, ty) {
        let written = msgpack::encode(&value, ty).expect("what was read can be written");
        assert_eq!(msgpack::decode(&written, ty), Ok(value));
    }
});
