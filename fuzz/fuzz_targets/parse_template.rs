//! No text makes the template parser fail, and text without sequences is
//! itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_syntax::{FileId, SourceFile, ast::ExprKind, parse::parse_template};
use trueup_value::Str;

fuzz_target!(|text: &str| {
    let file = SourceFile::new(FileId(0), "template.tftpl", text);
    let (expr, diagnostics) = parse_template(&file);
    if !text.contains(['$', '%', '\u{feff}']) && !diagnostics.has_errors() {
        let ExprKind::Template(template) = &expr.kind else {
            panic!("not a template: {expr:?}");
        };
        assert_eq!(template.as_text().expect("no sequences"), Str::from(text));
    }
});
