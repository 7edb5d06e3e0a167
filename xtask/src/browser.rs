//! Chromium, where there is one.

use std::{path::Path, process::Command};

use anyhow::{Context, ensure};

use crate::process::is_installed;

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The browser of this machine.
pub(crate) fn find() -> Option<&'static str> {
    let mut names = NAMES.into_iter();
    names.find(|name| is_installed(name, "--version"))
}

/// A picture of a page, as PNG.
pub(crate) fn picture(
    browser: &str,
    url: &str,
    (width, height): (u32, u32),
    file: &Path,
) -> anyhow::Result<()> {
    let home = tempfile::tempdir()?;
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-proxy-server",
            "--disable-dev-shm-usage",
        ])
        .arg(format!("--user-data-dir={}", home.path().display()))
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--screenshot={}", file.display()))
        .arg(url)
        .output()
        .with_context(|| format!("could not start {browser}"))?;
    ensure!(
        output.status.success() && file.is_file(),
        "{browser} made no picture of {url}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
