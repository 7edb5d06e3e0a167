//! Arguments meant to take for ever or all memory: an answer or an error, soon.

use trueup_lang::{function::Functions, functions::standard};
use trueup_value::Value;

use crate::functions::context;

fn call(functions: &Functions, name: &str, args: &[&str]) -> Result<Value, String> {
    let args: Vec<Value> = args.iter().map(|arg| Value::string(*arg)).collect();
    let called = functions[name].call(&args);
    called.map_err(|error| error.message)
}

#[test]
fn deep_documents_are_refused() {
    let functions = standard(&context());
    for depth in [10_000, 200_000] {
        let json = "[".repeat(depth);
        let error = call(&functions, "jsondecode", &[&json]);
        assert_eq!(error, Err("exceeded max depth".to_owned()));
        let object = "{\"a\":".repeat(depth);
        let error = call(&functions, "jsondecode", &[&object]);
        assert_eq!(error, Err("exceeded max depth".to_owned()));
        let error = call(&functions, "yamldecode", &[&json]);
        assert_eq!(error, Err("exceeded max depth".to_owned()));
        let block = "- ".repeat(depth);
        let error = call(&functions, "yamldecode", &[&block]);
        assert_eq!(error, Err("exceeded max depth".to_owned()));
        let groups = format!("{}{}", "(".repeat(depth), ")".repeat(depth));
        assert!(call(&functions, "regexall", &[&groups, "x"]).is_err());
    }
}

#[test]
fn aliases_cannot_multiply_without_end() {
    let functions = standard(&context());
    let mut yaml = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        yaml.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let error = call(&functions, "yamldecode", &[&yaml]);
    let message = "on line 6, column 10: the document's aliases stand for too many values";
    assert_eq!(error, Err(message.to_owned()));
}

#[test]
fn patterns_stay_linear() {
    let functions = standard(&context());
    let text = "a".repeat(100_000);
    let bomb = call(&functions, "regexall", &["(?:a*)*b", &text]);
    assert_eq!(bomb.map(|found| found.length()), Ok(Some(0)));
    let large = "(?:(?:[\\pL\\pN]{100}){10}){1000}";
    let error = call(&functions, "regex", &[large, "a"]).expect_err("too large");
    assert_eq!(
        error,
        "invalid regexp pattern: invalid repeat count in {1000}"
    );
}

#[test]
fn results_have_bounds() {
    let functions = standard(&context());
    let wide = call(&functions, "format", &["%999999999d", "1"]);
    assert!(wide.is_err());
    let precise = call(&functions, "format", &["%.99999999999999999999f", "1"]);
    assert!(precise.is_err());
    let spaces = Value::number(1_000_000_000_000_i64);
    let indented = functions["indent"].call(&[spaces, Value::string("a\nb")]);
    assert!(indented.is_err());
    let text = "a".repeat(1 << 20);
    let replaced = call(&functions, "replace", &[&text, "", &text]);
    assert!(replaced.is_err());
}

#[test]
fn megabytes_are_no_trouble() {
    let functions = standard(&context());
    let text = "é".repeat(1 << 19);
    for name in [
        "upper",
        "title",
        "strrev",
        "jsonencode",
        "yamlencode",
        "urlencode",
        "base64gzip",
    ] {
        assert!(call(&functions, name, &[&text]).is_ok(), "{name}");
    }
    let digits = "9".repeat(1 << 20);
    let base = Value::number(62);
    let parsed = functions["parseint"].call(&[Value::string(digits.as_str()), base]);
    assert!(parsed.is_ok());
    let csv = "\"a\n".repeat(1 << 18);
    assert!(call(&functions, "csvdecode", &[&csv]).is_err());
}
