//! `cargo xtask language`

use std::process::Command;

use anyhow::bail;
use clap::ValueEnum;

use crate::process::{self, cargo, is_installed, workspace_root};

/// Ask Terraform's language and ours the same questions, and show where the
/// answers differ
///
/// Needs Go and Python: Terraform's language is built from its module.
#[derive(clap::Args)]
pub(crate) struct LanguageArgs {
    /// What to compare; everything if nothing is named
    what: Vec<Question>,
    /// Where the random questions come from: 100 expressions, 20 layouts and 10
    /// configurations for each seed
    #[arg(long, value_name = "A..B", default_value = "0..10")]
    seeds: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Question {
    /// Values, types, marks, refinements and errors of expressions
    Expressions,
    /// Every function with an odd argument in each place; the same for all seeds
    Functions,
    /// What `fmt` makes of spoiled layouts
    Layouts,
    /// What `validate` says of configurations with faults
    Configurations,
}

impl Question {
    fn name(self) -> &'static str {
        match self {
            Question::Expressions => "expressions",
            Question::Functions => "functions",
            Question::Layouts => "layouts",
            Question::Configurations => "configurations",
        }
    }
}

pub(crate) fn run(args: &LanguageArgs) -> anyhow::Result<()> {
    for (program, probe) in [("go", "version"), ("python3", "--version")] {
        if !is_installed(program, probe) {
            bail!("nothing was compared: {program} is not installed");
        }
    }
    let folder = workspace_root().join("tests/differential/language");
    let oracle = process::target_folder().join("differential/language");
    if !oracle.exists() {
        println!("building Terraform's language, which takes minutes");
        process::run(Command::new(folder.join("oracle/build.sh")).arg(&oracle))?;
    }
    let trueup = process::build_trueup(process::Profile::Dev)?;
    process::run(
        cargo()
            .args(["build", "--quiet", "--package", "trueup-core"])
            .args(["--example", "language"]),
    )?;
    let mut compare = Command::new("python3");
    compare.arg(folder.join("language.py"));
    compare.arg("--oracle").arg(&oracle);
    let example = trueup.with_file_name("examples").join("language");
    compare.arg("--trueup").arg(trueup);
    compare.arg("--example").arg(example);
    compare.args(["--seeds", &args.seeds]);
    compare.args(args.what.iter().map(|question| question.name()));
    process::run(&mut compare)
}
