//! The blocks of one file.

use trueup_syntax::{Diagnostic, SourceMap, Span};

use super::{
    Backend, Check, Cloud, Decoder, Import, Local, ModuleCall, Moved, Output, ProviderConfig,
    ProviderMeta, Removed, Requirements, Resource, Variable, VersionRequirement,
};
use trueup_syntax::body::{BlockItem, Body, BodySchema, block};

/// What a file declares.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named after the blocks they hold")]
pub struct File {
    pub core_versions: Vec<VersionRequirement>,
    pub backends: Vec<Backend>,
    pub clouds: Vec<Cloud>,
    pub requirements: Vec<Requirements>,
    pub provider_metas: Vec<ProviderMeta>,
    pub provider_configs: Vec<ProviderConfig>,
    pub variables: Vec<Variable>,
    pub locals: Vec<Local>,
    pub outputs: Vec<Output>,
    pub module_calls: Vec<ModuleCall>,
    pub resources: Vec<Resource>,
    pub moved: Vec<Moved>,
    pub imports: Vec<Import>,
    pub removed: Vec<Removed>,
    pub checks: Vec<Check>,
}

const FILE: BodySchema<'_> = BodySchema {
    attributes: &[],
    blocks: &[
        block("terraform", &[]),
        block("required_providers", &[]),
        block("provider", &["name"]),
        block("variable", &["name"]),
        block("locals", &[]),
        block("output", &["name"]),
        block("module", &["name"]),
        block("resource", &["type", "name"]),
        block("data", &["type", "name"]),
        block("ephemeral", &["type", "name"]),
        block("moved", &[]),
        block("import", &[]),
        block("check", &["name"]),
        block("removed", &[]),
    ],
};

/// Reads all blocks of a file.
pub fn decode_file(
    body: &Body,
    overriding: bool,
    sources: &SourceMap,
) -> (File, trueup_syntax::Diagnostics) {
    let mut decoder = Decoder::new(sources);
    decoder.overriding = overriding;
    let mut file = File::default();
    let content = body.content(&FILE, &mut decoder.diagnostics);
    for block in &content.blocks {
        decoder.top_level(block, &mut file);
    }
    (file, decoder.diagnostics)
}

impl Decoder<'_> {
    fn top_level(&mut self, block: &BlockItem, file: &mut File) {
        match block.kind.name.as_str() {
            "terraform" => self.settings(block, file),
            "required_providers" => self.misplaced_requirements(block.header),
            "provider" => file.provider_configs.extend(self.provider_config(block)),
            "variable" => file.variables.extend(self.variable(block)),
            "locals" => file.locals.extend(self.locals(block)),
            "output" => file.outputs.extend(self.output(block)),
            "module" => file.module_calls.extend(self.module_call(block)),
            "resource" => file.resources.extend(self.resource(block)),
            "data" => file.resources.extend(self.data(block, false)),
            "ephemeral" => file.resources.extend(self.ephemeral(block)),
            "moved" => file.moved.extend(self.moved(block)),
            "import" => file.imports.extend(self.import(block)),
            "check" if self.overriding => self.diagnostics.push(Diagnostic::error(
                "Can't override check blocks",
                "Override files cannot override check blocks.",
                block.header,
            )),
            "check" => file.checks.extend(self.check(block)),
            "removed" => file.removed.extend(self.removed(block)),
            _ => {}
        }
    }

    fn misplaced_requirements(&mut self, span: Span) {
        self.diagnostics.push(Diagnostic::error(
            "Invalid required_providers block",
            "A \"required_providers\" block must be nested inside a \"terraform\" block.",
            span,
        ));
    }
}
