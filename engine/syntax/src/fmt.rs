//! The canonical layout: what `terraform fmt` makes of a file, byte for byte.
//!
//! Formatting works on tokens. First the few rewrites that change more than
//! spaces (`rewrite`), then the spaces before each token (`layout`).

mod confusing;
mod diff;
mod label;
mod layout;
mod pieces;
mod rewrite;
mod spacing;

pub use diff::unified_diff;
use pieces::Pieces;

use crate::parse::parse_file;
use crate::token::{ScanMode, Token, scan};
use crate::{Diagnostics, SourceFile};

/// The endings of the names of the files that are formatted.
pub const FILE_SUFFIXES: [&str; 4] = [".tf", ".tfvars", ".tftest.hcl", ".tfmock.hcl"];

/// The canonical layout of `text`, a file without syntax errors.
///
/// Changes spaces, and beyond that only what Terraform changes: labels of
/// blocks get quotes, comments between them go, `"${expr}"` as the value of an
/// argument becomes `expr`, and the type constraints of old (`"string"`,
/// `list`) become those of today. Where Terraform's own rewrite would break the
/// file or lose a label, that piece is left as it is.
///
/// Never fails; of text with syntax errors the result means nothing, nor is
/// text of over 2 GiB changed.
pub fn format(text: &str) -> String {
    formatted(text, rewrite::rewrite)
}

/// [`format()`] for a file that may have syntax errors: then these are the answer,
/// and the file had better be left alone.
pub fn format_file(file: &SourceFile) -> Result<String, Diagnostics> {
    let (_, diagnostics) = parse_file(file);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    Ok(format(&file.text))
}

/// `text` with canonical spaces and nothing else changed; it may be a part of a
/// file.
///
/// Never fails; text of over 2 GiB is not changed.
pub fn format_spaces(text: &str) -> String {
    formatted(text, rewrite::keep_all)
}

fn formatted(text: &str, rewrite: fn(&[Token], &mut Pieces)) -> String {
    if text.len() > i32::MAX as usize {
        return text.to_string();
    }
    let mut pieces = Pieces::new(text);
    rewrite(&scan(text, ScanMode::Normal), &mut pieces);
    layout::lay_out(&mut pieces);
    pieces.write()
}
