//! `trueup fmt`

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

use clap::ArgAction;
use trueup_syntax::{Diagnostics, FileId, SourceMap, fmt, parse::parse_file};

use super::Context;
use crate::{display::path, error::CommandError};

/// The exit code of `-check` when a file would change.
const NOT_FORMATTED: u8 = 3;

/// The exit code after an error, as Terraform has it.
const ERROR: u8 = 2;

/// Rewrite configuration files to the canonical layout
///
/// All configuration files (.tf), variables files (.tfvars) and test files
/// (.tftest.hcl, .tfmock.hcl) are rewritten; JSON files are left alone. A file
/// with a syntax error is reported and not touched.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup fmt -recursive              rewrites this folder and those below\n  trueup fmt -check -diff            shows what would change; exits with 3 if anything would\n  trueup fmt - < main.tf             from standard input to standard output"
)]
pub(crate) struct FmtArgs {
    /// Files or folders to format; "-" for standard input [default: .]
    targets: Vec<String>,

    /// Don't list files whose layout differs, with -list=false
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, default_value_t = true, hide_default_value = true)]
    list: bool,

    /// Don't write to files, with -write=false
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, default_value_t = true, hide_default_value = true)]
    write: bool,

    /// Show what changes
    #[arg(long)]
    diff: bool,

    /// Write nothing; exit with 3 if a file would change
    #[arg(long)]
    check: bool,

    /// Also process subfolders
    #[arg(long)]
    recursive: bool,
}

/// What is done with a file whose layout differs.
#[derive(Clone, Copy)]
struct Mode {
    list: bool,
    write: bool,
    diff: bool,
}

struct Formatter {
    mode: Mode,
    recursive: bool,
    sources: SourceMap,
    diagnostics: Diagnostics,
    errors: Vec<CommandError>,
    output: String,
}

pub(crate) fn run(args: &FmtArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let stdin = args.targets.first().is_some_and(|target| target == "-");
    let mode = Mode {
        list: (args.list && !stdin) || args.check,
        write: args.write && !stdin && !args.check,
        diff: args.diff,
    };
    let mut formatter = Formatter {
        mode,
        recursive: args.recursive,
        sources: SourceMap::default(),
        diagnostics: Diagnostics::default(),
        errors: Vec::new(),
        output: String::new(),
    };
    if stdin {
        formatter.stdin();
    } else if args.targets.is_empty() {
        formatter.folder(Path::new("."));
    } else {
        args.targets
            .iter()
            .for_each(|target| formatter.target(target));
    }
    let differs = !formatter.output.is_empty();
    formatter.report(context, args)?;
    if args.check && differs {
        return Err(CommandError::Exit(NOT_FORMATTED));
    }
    Ok(())
}

impl Formatter {
    fn report(self, context: &Context<'_>, args: &FmtArgs) -> Result<(), CommandError> {
        let failed = !self.errors.is_empty() || self.diagnostics.has_errors();
        if !args.check || (args.list && !failed) {
            context.ui.print(&self.output)?;
        }
        context.ui.diagnostics(&self.diagnostics, &self.sources);
        for error in &self.errors {
            context.ui.error(error);
        }
        if failed {
            return Err(CommandError::Exit(ERROR));
        }
        Ok(())
    }

    fn stdin(&mut self) {
        let mut bytes = Vec::new();
        match io::stdin().lock().read_to_end(&mut bytes) {
            Ok(_) => {
                self.text("<stdin>", bytes);
            }
            Err(source) => self
                .errors
                .push(CommandError::io("Failed to read", "<stdin>", source)),
        }
    }

    fn target(&mut self, target: &str) {
        let path = path::clean(Path::new(target));
        if path.is_dir() {
            self.folder(&path);
        } else if !path.exists() {
            let summary = format!("No file or directory at {target}");
            self.errors.push(CommandError::usage(summary, ""));
        } else if is_formatted(&path) {
            self.file(&path);
        } else {
            let summary =
                "Only .tf, .tfvars, and .tftest.hcl files can be processed with trueup fmt";
            self.errors.push(CommandError::usage(summary, ""));
        }
    }

    fn folder(&mut self, folder: &Path) {
        let entries = match sorted_entries(folder) {
            Ok(entries) => entries,
            Err(source) => return self.fail("Failed to read the folder", folder, source),
        };
        for entry in entries {
            let path = path::clean(&entry);
            if is_ignored(&path) {
                continue;
            }
            if path.is_dir() {
                if self.recursive && !path.is_symlink() {
                    self.folder(&path);
                }
            } else if is_formatted(&path) {
                self.file(&path);
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(source) => return self.fail("Failed to read file", path, source),
        };
        let Some(formatted) = self.text(&path.display().to_string(), bytes) else {
            return;
        };
        if self.mode.write
            && let Err(source) = std::fs::write(path, formatted)
        {
            self.fail("Failed to write", path, source);
        }
    }

    /// Formats a text; the new one if it differs.
    fn text(&mut self, name: &str, bytes: Vec<u8>) -> Option<String> {
        let file = self.read(name, bytes)?;
        let (_, diagnostics) = parse_file(self.sources.file(file));
        if diagnostics.has_errors() {
            self.diagnostics.extend(diagnostics);
            return None;
        }
        let text = &self.sources.file(file).text;
        let formatted = fmt::format(text);
        let differs = *formatted != **text;
        if differs && self.mode.list {
            self.output.push_str(name);
            self.output.push('\n');
        }
        if differs && self.mode.diff {
            self.output
                .push_str(&fmt::unified_diff(text, &formatted, name));
        }
        if !(self.mode.list || self.mode.write || self.mode.diff) {
            self.output.push_str(&formatted);
        }
        differs.then_some(formatted)
    }

    /// Takes a text in; `None` if it is not UTF-8, which has been reported.
    fn read(&mut self, name: &str, bytes: Vec<u8>) -> Option<FileId> {
        let (file, diagnostics) = self.sources.add_bytes(name, bytes);
        let sound = !diagnostics.has_errors();
        self.diagnostics.extend(diagnostics);
        sound.then_some(file)
    }

    fn fail(&mut self, doing: &str, path: &Path, source: io::Error) {
        self.errors.push(CommandError::io(doing, path, source));
    }
}

fn sorted_entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

fn is_formatted(path: &Path) -> bool {
    let name = path.to_string_lossy();
    fmt::FILE_SUFFIXES
        .iter()
        .any(|suffix| name.ends_with(suffix))
}

/// Hidden files and the backups of editors.
fn is_ignored(path: &Path) -> bool {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else {
        return false;
    };
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}
