//! Any bytes as a template, executed if they are one: an answer or an error,
//! within the limits.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_helm_template::{
    Function, Functions, Limits, List, Map, Options, Renderer, Signature, Templates, Type, Value,
};

fn functions() -> Functions {
    let mut functions = Functions::new();
    let text_and_data = Signature::fixed(&[Type::String, Type::Any]);
    functions.insert(
        "include",
        Function::new(text_and_data, |call, args| {
            let name = args[0].as_string().map(|name| name.to_string());
            call.execute(&name.unwrap_or_default(), &args[1])
        }),
    );
    functions.insert(
        "tpl",
        Function::new(text_and_data, |call, args| {
            let text = args[0].as_string().cloned().unwrap_or_default();
            call.execute_text(&text, &args[1])
        }),
    );
    functions.insert(
        "list",
        Function::new(Signature::variadic(&[], Type::Any), |_, args| {
            Ok(List::new(args.to_vec()).into())
        }),
    );
    let set = Function::new(
        Signature::fixed(&[Type::MAP, Type::String, Type::Any]),
        |_, args| {
            if let (Some(map), Some(key)) = (args[0].as_map(), args[1].as_string()) {
                map.insert(key.clone(), args[2].clone());
            }
            Ok(args[0].clone())
        },
    );
    functions.insert("set", set.mutating());
    functions
}

fuzz_target!(|text: &[u8]| {
    let mut templates = Templates::new("gotpl", functions());
    if templates.parse("t", text).is_err() {
        return;
    }
    let inner = Map::new();
    inner.insert("b", 1.5.into());
    let data = Map::new();
    data.insert("a", inner.into());
    data.insert("s", "text".into());
    data.insert("l", List::strings(["x", "y"]).into());
    data.insert("n", Value::int(7));
    let options = Options {
        limits: Limits {
            output: 1 << 20,
            steps: 20_000,
            depth: 200,
        },
        trace: text.len() % 2 == 0,
        ..Options::default()
    };
    let _ = Renderer::new(&templates, options).execute("t", &data.into());
});
