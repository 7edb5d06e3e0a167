//! How fast a large file is scanned, parsed and formatted:
//! `cargo run --release --example format_speed -- [FILE]`.

#![expect(clippy::print_stdout, reason = "it reports to people")]

use std::fmt::Write;
use std::time::Instant;

use trueup_syntax::token::{ScanMode, scan};
use trueup_syntax::{SourceMap, fmt, parse};

fn main() -> std::io::Result<()> {
    let text = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(path)?,
        None => roles(20_000),
    };
    let mut sources = SourceMap::default();
    let file = sources.add("main.tf", text.as_str());
    let file = sources.file(file);
    println!("{:.1} MB", text.len() as f64 / 1e6);
    measure("scan", || scan(&text, ScanMode::Normal).len());
    measure("parse", || parse::parse_file(file).0.blocks.len());
    measure("format", || fmt::format(&text).len());
    measure("parse and format", || fmt::format_file(file).is_ok());
    Ok(())
}

fn measure<T>(what: &str, mut run: impl FnMut() -> T) {
    let times = (0..5).map(|_| {
        let start = Instant::now();
        std::hint::black_box(run());
        start.elapsed()
    });
    println!("{what:>16}: {:?}", times.min().unwrap_or_default());
}

/// Resources with indentation and columns askew.
fn roles(count: usize) -> String {
    let mut text = String::new();
    for index in 0..count {
        let _ = write!(
            text,
            "# Role of service {index}\n\
             resource \"aws_iam_role\" \"service_{index}\" {{\n\
             name = \"service-{index}-${{var.environment}}\"\n    \
             description   = \"What service {index} may do\"   # by hand\n  \
             assume_role_policy=jsonencode({{\n\
             Version = \"2012-10-17\"\n      \
             Statement = [{{Effect=\"Allow\",Action=[\"sts:AssumeRole\"]}}]\n  }})\n  \
             tags = merge(local.tags, {{\n    Name = \"service-{index}\"\n    \
             Team   = var.teams[{index}%length(var.teams)]\n  }})\n  \
             user_data = <<-EOT\n    #!/bin/sh\n    echo ${{var.environment}}\n  EOT\n}}\n\n",
        );
    }
    text
}
