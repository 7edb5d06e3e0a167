//! No text makes the parser, the reading of its result or the rendering of
//! its diagnostics fail; spans lie in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_syntax::{
    Diagnostics, SourceMap,
    body::{Body, BodySchema, attribute, block},
    parse::{parse_expression, parse_file, parse_traversal},
    render::{Renderer, Style},
};

const SCHEMA: BodySchema<'_> = BodySchema {
    attributes: &[attribute("a")],
    blocks: &[block("b", &["name"])],
};

fuzz_target!(|bytes: &[u8]| {
    let mut sources = SourceMap::default();
    let (id, mut all) = sources.add_bytes("main.tf", bytes.to_vec());
    let file = sources.file(id);
    let (body, diagnostics) = parse_file(file);
    all.extend(diagnostics);
    let body = Body::from(body);
    body.content(&SCHEMA, &mut all);
    body.just_attributes(&mut all);
    for parsed in [parse_expression(file).1, parse_traversal(file).1] {
        all.extend(parsed);
    }
    check(&sources, &all);
});

fn check(sources: &SourceMap, diagnostics: &Diagnostics) {
    let mut renderer = Renderer::new(sources);
    // Rendering a hundred of them shows what there is to see.
    for diagnostic in diagnostics.0.iter().take(100) {
        let subject = diagnostic.subject.expect("syntax errors have a place");
        let file = sources.file(subject.file);
        assert!(subject.start <= subject.end && subject.end as usize <= file.text.len());
        for color in [false, true] {
            renderer.human(diagnostic, Style { color, width: 80 });
        }
        renderer.json(diagnostic);
    }
}
