//! The order in which Terraform's older plugin SDK goes through sets: by a
//! checksum of what their elements have. It shows where several blocks say
//! something of the same principals or the same key.

use trueup_sdk::native::Fields;

/// The checksum by which an element is put in order, as text.
fn key(text: &str) -> String {
    crc32fast::hash(text.as_bytes()).to_string()
}

fn texts(block: &Fields, name: &str) -> Vec<String> {
    block
        .texts(name)
        .into_iter()
        .map(|(_, text)| format!("{text};"))
        .collect()
}

/// Blocks `principals` in their order.
pub(super) fn principals(block: &Fields, name: &str) -> Vec<Fields> {
    let blocks = block.get(name).values().map(Fields::of);
    sorted(blocks, |block| {
        let mut identifiers = texts(block, "identifiers");
        identifiers.sort_by_cached_key(|text| key(text));
        let kind = block.text("type").unwrap_or_default();
        format!("identifiers:{{{}}};type:{kind};", identifiers.concat())
    })
}

/// Blocks `condition` in their order.
pub(super) fn conditions(block: &Fields) -> Vec<Fields> {
    let blocks = block.get("condition").values().map(Fields::of);
    sorted(blocks, |block| {
        let text = |name: &str| block.text(name).unwrap_or_default();
        let values = texts(block, "values").concat();
        format!(
            "test:{};values:({values});variable:{};",
            text("test"),
            text("variable")
        )
    })
}

fn sorted(
    blocks: impl Iterator<Item = Fields>,
    written: impl Fn(&Fields) -> String,
) -> Vec<Fields> {
    let mut blocks: Vec<Fields> = blocks.collect();
    blocks.sort_by_cached_key(|block| key(&written(block)));
    blocks
}
