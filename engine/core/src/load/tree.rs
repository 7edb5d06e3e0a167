//! The tree of module calls.

use std::{
    collections::HashMap,
    iter,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use indexmap::IndexMap;
use trueup_lang::context::Files;
use trueup_syntax::{
    Diagnostic, Diagnostics, FileId, SourceFile, SourceMap, Span, json, parse::parse_file,
};
use trueup_value::Str;

use super::{
    ModuleSource, config_files,
    manifest::{Installed, Manifest},
};
use crate::{
    address::{ModuleInstance, ModulePath},
    config::{File, Module, ModuleCall, decode_file},
    version::{LANGUAGE_VERSION, Version},
};
use trueup_syntax::body::Body;

/// A node of the tree of module calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A module where it is called.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its address.
    pub path: ModulePath,
    /// What it declares; shared by all calls of the same directory.
    pub module: Arc<Module>,
    /// The caller, and the name of the call.
    pub parent: Option<(NodeId, Str)>,
    /// The modules it calls.
    pub children: IndexMap<Str, NodeId>,
}

/// A configuration: the root module and all modules it calls.
#[derive(Clone, Debug, Default)]
pub struct Config {
    nodes: Vec<Node>,
    sources: SourceMap,
}

/// Reads configurations.
pub struct Loader<'a> {
    files: &'a dyn Files,
    sources: SourceMap,
    manifest: Manifest,
    modules: HashMap<PathBuf, Arc<Module>>,
    /// The directories of modules without links.
    real_paths: HashMap<PathBuf, PathBuf>,
    diagnostics: Diagnostics,
}

/// How deep calls may nest.
const MAX_DEPTH: usize = 200;

/// How many calls there may be, those in modules that are called counted each
/// time: calls that call twice double with every level.
const MAX_CALLS: usize = 100_000;

impl Config {
    /// The root module.
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// A node of this configuration.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// All nodes, callers before those they call.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> {
        self.nodes
            .iter()
            .enumerate()
            .map(|(index, node)| (NodeId(index as u32), node))
    }

    /// The node at a path; `None` if nobody calls it.
    pub fn descendant(&self, path: &ModulePath) -> Option<NodeId> {
        self.descend(path.0.iter())
    }

    /// The node that a module is an instance of; `None` if nobody calls it.
    pub fn descendant_for_instance(&self, module: &ModuleInstance) -> Option<NodeId> {
        self.descend(module.0.iter().map(|(call, _)| call))
    }

    /// The nodes on the way to a path, the root module first, as far as they are called.
    pub(crate) fn along<'c>(&'c self, path: &'c ModulePath) -> impl Iterator<Item = NodeId> + 'c {
        let root = (!self.is_empty()).then(|| self.root());
        let mut calls = path.0.iter();
        iter::successors(root, move |node| {
            self.node(*node).children.get(calls.next()?).copied()
        })
    }

    fn descend<'n>(&self, mut calls: impl Iterator<Item = &'n Str>) -> Option<NodeId> {
        let root = (!self.is_empty()).then(|| self.root())?;
        calls.try_fold(root, |node, call| {
            self.node(node).children.get(call).copied()
        })
    }

    /// The call that leads to a node; the root module has none.
    pub fn call(&self, id: NodeId) -> Option<&ModuleCall> {
        let (parent, name) = self.node(id).parent.as_ref()?;
        self.node(*parent).module.module_calls.get(name)
    }

    /// The texts spans refer to.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// The texts, to add others that are evaluated with this configuration.
    pub fn sources_mut(&mut self) -> &mut SourceMap {
        &mut self.sources
    }

    /// Whether not even the root module could be read.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

impl<'a> Loader<'a> {
    /// A loader that reads through `files`.
    pub fn new(files: &'a dyn Files) -> Self {
        Loader {
            files,
            sources: SourceMap::default(),
            manifest: Manifest::default(),
            modules: HashMap::new(),
            real_paths: HashMap::new(),
            diagnostics: Diagnostics::default(),
        }
    }

    /// Reads the root module in `dir` and everything it calls. `data_dir` is
    /// where installed modules are listed, usually `.terraform`.
    ///
    /// The configuration is complete only if no error is reported.
    pub fn load(mut self, dir: &Path, data_dir: &Path) -> (Config, Diagnostics) {
        let manifest = data_dir.join("modules/modules.json");
        if let Ok(text) = self.files.read(&manifest) {
            self.manifest = Manifest::parse(&text);
        }
        let mut nodes = Vec::new();
        if let Some(module) = self.module(&clean(dir), None) {
            if !self.diagnostics.has_errors() {
                self.check_core_version(&module, &ModulePath::root(), None);
            }
            nodes.push(Node {
                path: ModulePath::root(),
                module,
                parent: None,
                children: IndexMap::new(),
            });
            if !self.diagnostics.has_errors() {
                self.load_calls(&mut nodes);
            }
        }
        let sound = !self.diagnostics.has_errors();
        let config = Config {
            nodes,
            sources: self.sources,
        };
        if sound {
            self.diagnostics
                .extend(super::provider_rules::check(&config));
        }
        (config, self.diagnostics)
    }

    fn load_calls(&mut self, nodes: &mut Vec<Node>) {
        let mut next = 0;
        while next < nodes.len() {
            let id = NodeId(next as u32);
            let (module, path) = (nodes[next].module.clone(), nodes[next].path.clone());
            for (name, call) in &module.module_calls {
                let child = path.child(name);
                let Some(called) = self.called_module(&module.dir, &child, call) else {
                    continue;
                };
                if self.calls_itself(nodes, id, &called) {
                    self.diagnostics.push(never_complete(call));
                    continue;
                }
                if nodes.len() > MAX_CALLS {
                    self.diagnostics.push(too_many_calls(call));
                    return;
                }
                self.check_child(&called, &child);
                self.check_core_version(&called, &child, call.source.as_ref());
                let child_id = NodeId(nodes.len() as u32);
                nodes[next].children.insert(name.clone(), child_id);
                nodes.push(Node {
                    path: child,
                    module: called,
                    parent: Some((id, name.clone())),
                    children: IndexMap::new(),
                });
            }
            next += 1;
        }
    }

    /// Whether `called` is the module at `caller` or one that leads to it.
    fn calls_itself(&self, nodes: &[Node], caller: NodeId, called: &Module) -> bool {
        let real = |module: &Module| self.real_paths.get(&module.dir);
        let parent = |node: &&Node| node.parent.as_ref().map(|(id, _)| &nodes[id.0 as usize]);
        let mut callers = std::iter::successors(nodes.get(caller.0 as usize), parent);
        callers.any(|node| real(&node.module) == real(called))
    }

    fn error(&mut self, summary: &str, detail: impl Into<String>, subject: Span) {
        self.diagnostics
            .push(Diagnostic::error(summary, detail, subject));
    }

    fn called_module(
        &mut self,
        caller: &Path,
        path: &ModulePath,
        call: &ModuleCall,
    ) -> Option<Arc<Module>> {
        let source = call.source.as_ref()?;
        let span = call.source_span.unwrap_or(call.span);
        if path.0.len() > MAX_DEPTH {
            let name = &call.name.name;
            self.error(
                "Module calls nested too deeply",
                format!(
                    "The call of module \"{name}\" is nested more than {MAX_DEPTH} levels deep."
                ),
                span,
            );
            return None;
        }
        let dir = match source {
            ModuleSource::Local(relative) => clean(&caller.join(relative)),
            _ => {
                let key: Vec<&str> = path.0.iter().map(Str::as_str).collect();
                match stale(source, call, self.manifest.get(&key.join("."))) {
                    Ok(dir) => dir,
                    Err(diagnostic) => {
                        self.diagnostics.push(*diagnostic);
                        return None;
                    }
                }
            }
        };
        self.module(&dir, Some((call, span)))
    }

    /// The module in a directory, read at most once.
    fn module(&mut self, dir: &Path, call: Option<(&ModuleCall, Span)>) -> Option<Arc<Module>> {
        if let Some(module) = self.modules.get(dir) {
            return Some(module.clone());
        }
        let (normal, overrides) = match config_files(self.files, dir) {
            Ok(found) => found,
            Err(error) => {
                self.diagnostics.push(unreadable(dir, &error, call));
                return None;
            }
        };
        let normal = self.files_of(&normal, false);
        let overrides = self.files_of(&overrides, true);
        let (module, diagnostics) = Module::new(dir.to_owned(), normal, overrides, &self.sources);
        self.diagnostics.extend(diagnostics);
        let module = Arc::new(module);
        let real_path = self.files.real_path(dir);
        let real_path = real_path.unwrap_or_else(|_| dir.to_owned());
        self.real_paths.insert(dir.to_owned(), real_path);
        self.modules.insert(dir.to_owned(), module.clone());
        Some(module)
    }

    fn files_of(&mut self, paths: &[PathBuf], overriding: bool) -> Vec<File> {
        paths
            .iter()
            .filter_map(|path| self.file(path, overriding))
            .collect()
    }

    fn file(&mut self, path: &Path, overriding: bool) -> Option<File> {
        let name = path.to_string_lossy();
        let bytes = match self.files.read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.diagnostics.push(without_place(
                    "Failed to read file",
                    format!("The file \"{name}\" could not be read: {error}."),
                ));
                return None;
            }
        };
        let (id, diagnostics) = self.sources.add_bytes(name.as_ref(), bytes);
        if diagnostics.has_errors() {
            self.diagnostics.extend(diagnostics);
            return None;
        }
        let (body, diagnostics) = parse_body(self.sources.file(id));
        self.diagnostics.extend(diagnostics);
        let (file, diagnostics) = decode_file(&body, overriding, &self.sources);
        self.diagnostics.extend(diagnostics);
        Some(file)
    }

    fn check_child(&mut self, module: &Module, path: &ModulePath) {
        if let Some(backend) = &module.backend {
            self.diagnostics.push(Diagnostic::warning(
                "Backend configuration ignored",
                "Any selected backend applies to the entire configuration, so Terraform expects provider configurations only in the root module.\n\nThis is a warning rather than an error because it's sometimes convenient to temporarily call a root module as a child module for testing purposes, but this backend configuration block will have no effect.",
                backend.span,
            ));
        }
        if let Some(cloud) = &module.cloud {
            self.diagnostics.push(Diagnostic::warning(
                "Cloud configuration ignored",
                "A cloud configuration block applies to the entire configuration, so Terraform expects 'cloud' blocks to only be in the root module.\n\nThis is a warning rather than an error because it's sometimes convenient to temporarily call a root module as a child module for testing purposes, but this cloud configuration block will have no effect.",
                cloud.span,
            ));
        }
        for import in &module.imports {
            self.error(
                "Invalid import configuration",
                format!(
                    "An import block was detected in \"{path}\". Import blocks are only allowed in the root module."
                ),
                import.span,
            );
        }
    }

    fn check_core_version(
        &mut self,
        module: &Module,
        path: &ModulePath,
        source: Option<&ModuleSource>,
    ) {
        let Some(current) = Version::parse(LANGUAGE_VERSION) else {
            return;
        };
        for required in &module.core_versions {
            let prereleases = required.constraints.0.iter();
            let mut prereleases = prereleases
                .filter(|c| !c.version.prerelease().is_empty())
                .peekable();
            if prereleases.peek().is_some() {
                for constraint in prereleases {
                    self.error(
                        "Invalid required_version constraint",
                        format!("Prerelease version constraints are not supported: {constraint}. Remove the prerelease information from the constraint. Prerelease versions of terraform will match constraints using their version core only."),
                        required.span,
                    );
                }
                continue;
            }
            if required.constraints.admit(&current) {
                continue;
            }
            let who = match source {
                None => "This configuration".to_owned(),
                Some(source) => format!("Module {path} (from {source})"),
            };
            self.error(
                "Unsupported Terraform Core version",
                format!("{who} does not support Terraform version {LANGUAGE_VERSION}. To proceed, either choose another supported Terraform version or update this version constraint. Version constraints are normally set for good reason, so updating the constraint may lead to other errors or unexpected behavior."),
                required.span,
            );
        }
    }
}

fn never_complete(call: &ModuleCall) -> Diagnostic {
    let detail = format!(
        "The call of module \"{}\" leads back to the module it stands in. A module that calls itself, directly or through others, can never be complete.",
        call.name.name
    );
    let span = call.source_span.unwrap_or(call.span);
    Diagnostic::error("Module calls itself", detail, span)
}

fn too_many_calls(call: &ModuleCall) -> Diagnostic {
    let detail = format!(
        "There are more than {MAX_CALLS} module calls in this configuration, counting those in each module that is called."
    );
    let span = call.source_span.unwrap_or(call.span);
    Diagnostic::error("Too many module calls", detail, span)
}

/// The directory of an installed module, unless it has to be installed again.
fn stale(
    source: &ModuleSource,
    call: &ModuleCall,
    installed: Option<&Installed>,
) -> Result<PathBuf, Box<Diagnostic>> {
    const INIT: &str =
        "Run \"terraform init\" to install all modules required by this configuration.";
    let span = call.source_span.unwrap_or(call.span);
    let error = |summary: &str, detail: String, span| {
        Err(Box::new(Diagnostic::error(summary, detail, span)))
    };
    let Some(installed) = installed else {
        let detail = format!("This module is not yet installed. {INIT}");
        return error("Module not installed", detail, call.span);
    };
    let source = source.to_string();
    if installed.source != source && !installed.source.ends_with(&format!("/{source}")) {
        let detail =
            format!("The source address was changed since this module was installed. {INIT}");
        return error("Module source has changed", detail, span);
    }
    let version = installed.version.as_deref().and_then(Version::parse);
    if let (Some(required), Some(version)) = (&call.version, version)
        && !required.constraints.admit(&version)
    {
        let detail = format!(
            "The version requirements have changed since this module was installed and the installed version ({version}) is no longer acceptable. {INIT}"
        );
        return error(
            "Module version requirements have changed",
            detail,
            required.span,
        );
    }
    Ok(clean(&installed.dir))
}

fn without_place(summary: &str, detail: String) -> Diagnostic {
    Diagnostic {
        subject: None,
        ..Diagnostic::error(summary, detail, Span::new(FileId(0), 0, 0))
    }
}

fn unreadable(
    dir: &Path,
    error: &super::DirectoryError,
    call: Option<(&ModuleCall, Span)>,
) -> Diagnostic {
    let shown = dir.display();
    match call {
        Some((call, span)) => Diagnostic::error(
            "Unreadable module directory",
            format!(
                "The directory {shown} could not be read for module \"{}\": {}.",
                call.name.name, error.source
            ),
            span,
        ),
        None => without_place(
            "Failed to read module directory",
            format!("Module directory {shown} does not exist or cannot be read."),
        ),
    }
}

/// Without `.` and, as far as that can be told from the text, `..`.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match cleaned.components().next_back() {
                Some(Component::Normal(_)) => {
                    cleaned.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => cleaned.push(".."),
            },
            other => cleaned.push(other),
        }
    }
    cleaned
}

/// Reads a file in the syntax its name asks for.
pub(crate) fn parse_body(file: &SourceFile) -> (Body, Diagnostics) {
    if file.name.ends_with(".json") {
        let (node, diagnostics) = json::parse_file(file);
        return (node.into(), diagnostics);
    }
    let (body, diagnostics) = parse_file(file);
    (body.into(), diagnostics)
}
