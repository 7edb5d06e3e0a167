//! No text makes loading and validating a module fail. A text that begins with
//! `{` is JSON.
#![no_main]

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use trueup_builtin::TerraformProvider;
use trueup_core::{
    address::ProviderSource,
    load::Loader,
    validate::{Environment, Registry, validate},
};
use trueup_fuzz::{Memory, context};
use trueup_lang::{function::Functions, functions::standard};
use trueup_syntax::render::{Renderer, Style};

static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| {
    let mut context = context(Memory::default());
    context.pure_only = true;
    context.console = false;
    standard(&context)
});

static PROVIDERS: LazyLock<Registry> = LazyLock::new(|| {
    let mut registry = Registry::default();
    let source = ProviderSource::builtin("terraform");
    registry.add(source, Box::new(TerraformProvider::new()));
    registry
});

fuzz_target!(|bytes: &[u8]| {
    let name = match bytes.first() {
        Some(b'{') => "main.tf.json",
        _ => "main.tf",
    };
    let files = Memory(BTreeMap::from([(name.into(), bytes.to_vec())]));
    let (config, mut diagnostics) =
        Loader::new(&files).load(Path::new("."), Path::new(".terraform"));
    if !diagnostics.has_errors() {
        let environment = Environment {
            schemas: &*PROVIDERS,
            functions: &FUNCTIONS,
            workspace: "default",
            cwd: "/work",
        };
        diagnostics.extend(validate(&config, &environment));
    }
    let mut renderer = Renderer::new(config.sources());
    for diagnostic in diagnostics.0.iter().take(100) {
        renderer.human(diagnostic, Style { color: true, width: 80 });
        renderer.json(diagnostic);
    }
});
