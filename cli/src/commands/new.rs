//! `trueup new`

use std::{fs, path::PathBuf};

use super::Context;
use crate::error::CommandError;

/// Begin with a ready-made stack
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Without a name the stacks are listed.\n\nExamples:\n  trueup new loki           writes the stack into the folder loki\n  trueup new loki logs/eu   writes it into logs/eu"
)]
pub(crate) struct NewArgs {
    /// The stack
    name: Option<String>,

    /// The folder to write it into; it is made if need be
    directory: Option<PathBuf>,
}

/// A stack that comes with the program.
struct Template {
    name: &'static str,
    about: &'static str,
    files: &'static [(&'static str, &'static str)],
}

/// Names files of a folder in `stacks/`, with their contents.
macro_rules! files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$((
            $name,
            include_str!(concat!("../../../stacks/", $folder, "/", $name)),
        )),+]
    };
}

const TEMPLATES: &[Template] = &[Template {
    name: "loki",
    about: "Loki, Promtail and Grafana on EKS, logs in S3, Grafana behind a load balancer",
    files: files!("loki":
        "README.md",
        "access.tf",
        "adopt.tf",
        "bucket.tf",
        "cluster.tf",
        "exposure.tf",
        "outputs.tf",
        "release.tf",
        "variables.tf",
        "versions.tf",
    ),
}];

pub(crate) fn run(args: &NewArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let Some(name) = &args.name else {
        return list(context);
    };
    let template = TEMPLATES.iter().find(|template| template.name == name);
    let template = template.ok_or_else(|| unknown(name))?;
    let folder = args.directory.clone();
    let folder = folder.unwrap_or_else(|| PathBuf::from(template.name));
    template.write(&context.environment.place(&folder))?;
    context.ui.print(&format!(
        "Wrote the stack {name} to {0}.\n\n{0}/README.md says what to set. Then:\n\n    cd {0}\n    trueup plan\n",
        folder.display()
    ))
}

fn list(context: &Context<'_>) -> Result<(), CommandError> {
    let lines = TEMPLATES
        .iter()
        .map(|template| format!("  {}  {}\n", template.name, template.about));
    let lines: String = lines.collect();
    context.ui.print(&format!(
        "Ready-made stacks:\n\n{lines}\nBegin with one: trueup new NAME\n"
    ))
}

fn unknown(name: &str) -> CommandError {
    let names: Vec<&str> = TEMPLATES.iter().map(|template| template.name).collect();
    CommandError::usage(
        "No such stack",
        format!(
            "There is no ready-made stack \"{name}\". There is: {}.",
            names.join(", ")
        ),
    )
}

impl Template {
    /// Writes all files, or none if one of them is there already.
    fn write(&self, folder: &std::path::Path) -> Result<(), CommandError> {
        let names = self.files.iter().map(|(name, _)| *name);
        let there: Vec<&str> = names.filter(|name| folder.join(name).exists()).collect();
        if !there.is_empty() {
            return Err(CommandError::usage(
                "Files would be overwritten",
                format!(
                    "In {} there is already: {}. Name another folder: trueup new {} FOLDER",
                    folder.display(),
                    there.join(", "),
                    self.name
                ),
            ));
        }
        let failed = |doing: &str, path: PathBuf| {
            let doing = doing.to_owned();
            move |source| CommandError::Io {
                doing,
                path,
                source,
            }
        };
        fs::create_dir_all(folder).map_err(failed("Failed to create", folder.to_owned()))?;
        for (name, text) in self.files {
            let path = folder.join(name);
            fs::write(&path, text).map_err(failed("Failed to write", path))?;
        }
        Ok(())
    }
}
