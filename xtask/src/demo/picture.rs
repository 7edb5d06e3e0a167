//! What a terminal showed as a picture.

use std::{fs, path::Path};

/// Writes an SVG of `shown`, a text with a terminal's colours.
pub(super) fn write(shown: &str, file: &Path) -> anyhow::Result<()> {
    let picture = anstyle_svg::Term::new()
        .min_width_px(880)
        .render_svg(shown.trim());
    fs::write(file, picture)?;
    Ok(())
}
