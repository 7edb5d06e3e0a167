//! No text makes the JSON parser or the reading of its result fail.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_syntax::{
    SourceMap,
    body::{Body, BodySchema, attribute, block},
    json,
    render::{Renderer, Style},
};

const SCHEMA: BodySchema<'_> = BodySchema {
    attributes: &[attribute("a")],
    blocks: &[block("b", &["name"]), block("c", &[])],
};

fuzz_target!(|bytes: &[u8]| {
    let mut sources = SourceMap::default();
    let (id, mut all) = sources.add_bytes("main.tf.json", bytes.to_vec());
    let (root, diagnostics) = json::parse_file(sources.file(id));
    all.extend(diagnostics);
    let body = Body::from(root);
    let content = body.content(&SCHEMA, &mut all);
    for attribute in &content.attributes {
        let _ = (attribute.expr.as_traversal(), attribute.expr.as_call());
    }
    body.just_attributes(&mut all);
    let mut renderer = Renderer::new(&sources);
    for diagnostic in all.0.iter().take(100) {
        renderer.human(diagnostic, Style { color: true, width: 80 });
        renderer.json(diagnostic);
    }
});
