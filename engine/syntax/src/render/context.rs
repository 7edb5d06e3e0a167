//! Which block a place lies in.

use crate::{SourceFile, ast::Block, parse::parse_file};

/// The headers of a file's top-level blocks, in source order.
#[derive(Debug)]
pub(super) struct Headers {
    blocks: Vec<(u32, u32, String)>,
}

impl Headers {
    /// Reads them from the text; broken blocks have none.
    pub(super) fn of(file: &SourceFile) -> Headers {
        if file.name.ends_with(".json") {
            return Headers { blocks: Vec::new() };
        }
        let (body, _) = parse_file(file);
        let header = |block: &Block| (block.kind.span.start, block.close.end, header(block));
        Headers {
            blocks: body.blocks.iter().map(header).collect(),
        }
    }

    /// The header of the block around `byte`, such as `variable "region"`.
    pub(super) fn around(&self, byte: u32) -> Option<&str> {
        let after = self.blocks.partition_point(|(start, ..)| *start <= byte);
        let (_, end, header) = self.blocks.get(after.checked_sub(1)?)?;
        (byte < *end).then_some(header)
    }
}

fn header(block: &Block) -> String {
    let mut text = block.kind.name.to_string();
    for label in &block.labels {
        let escaped = label.name.replace('\\', "\\\\").replace('"', "\\\"");
        text.push_str(&format!(" \"{escaped}\""));
    }
    text
}
