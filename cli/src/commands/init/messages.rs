//! What `init` says, for people and for programs.

use serde_json::json;
use trueup_syntax::{Diagnostic, Diagnostics, Severity, SourceMap, render::Renderer};

use crate::{
    commands::{Context, version::TERRAFORM_VERSION},
    error::CommandError,
    operation::stream,
    ui::Ui,
};

/// A text, its style and its name in the stream.
pub(super) struct Message {
    text: &'static str,
    style: &'static str,
    code: &'static str,
}

const fn message(text: &'static str, style: &'static str, code: &'static str) -> Message {
    Message { text, style, code }
}

pub(super) const BACKEND: Message = message(
    "Initializing the backend...",
    "1",
    "initializing_backend_message",
);
pub(super) const MODULES: Message = message(
    "Initializing modules...",
    "1",
    "initializing_modules_message",
);
pub(super) const UPGRADING_MODULES: Message =
    message("Upgrading modules...", "1", "upgrading_modules_message");
pub(super) const PROVIDERS: Message = message(
    "Initializing provider plugins...",
    "1",
    "initializing_provider_plugin_message",
);
pub(super) const EMPTY: Message = message(
    "Terraform initialized in an empty directory!\n\nThe directory has no Terraform configuration files. You may begin working\nwith Terraform immediately by creating Terraform configuration files.",
    "1",
    "output_init_empty_message",
);
/// What else one may begin with, which Terraform has not.
pub(super) const TEMPLATES: &str = "Or begin with a ready-made stack: \"trueup new\" lists them.";
pub(super) const SUCCESS: Message = message(
    "Terraform has been successfully initialized!",
    "1;32",
    "output_init_success_message",
);
pub(super) const NEXT_STEPS: Message = message(
    "\nYou may now begin working with Terraform. Try running \"trueup plan\" to see\nany changes that are required for your infrastructure. All Terraform commands\nshould now work.\n\nIf you ever set or change modules or backend configuration for Terraform,\nrerun this command to reinitialize your working directory. If you forget, other\ncommands will detect it and remind you to do so if necessary.",
    "32",
    "output_init_success_cli_message",
);

/// Why the configuration is complained about already.
pub(super) fn invalid_configuration() -> Diagnostics {
    Diagnostics(vec![Diagnostic::without_place(
        Severity::Error,
        "Terraform encountered problems during initialisation, including problems\nwith the configuration, described below.",
        "The Terraform configuration must be valid before initialization so that\nTerraform can determine which modules and providers need to be installed.",
    )])
}

/// Where messages go.
pub(super) struct Messages<'a> {
    ui: &'a Ui,
    json: bool,
}

impl<'a> Messages<'a> {
    pub(super) fn new(json: bool, context: &'a Context<'a>) -> Result<Self, CommandError> {
        let messages = Messages {
            ui: &context.ui,
            json,
        };
        if json {
            let text = format!("Terraform {TERRAFORM_VERSION}");
            let more = json!({ "terraform": TERRAFORM_VERSION, "ui": "1.2" });
            messages
                .ui
                .print(&stream::event("info", &text, "version", more))?;
        }
        Ok(messages)
    }

    /// Whether somebody can be asked.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    pub(super) fn output(&self, message: Message) -> Result<(), CommandError> {
        let text = match self.json {
            true => stream::event(
                "info",
                message.text.trim_start(),
                "init_output",
                json!({ "message_code": message.code }),
            ),
            false => format!("{}\n", self.ui.styled(message.style, message.text)),
        };
        self.ui.print(&text)
    }

    /// That a module is being copied.
    pub(super) fn copying(&self, source: &str) -> Result<(), CommandError> {
        let text = format!("Copying configuration from {source:?}...");
        self.ui.print(&match self.json {
            true => stream::event(
                "info",
                &text,
                "init_output",
                json!({ "message_code": "copying_configuration_message" }),
            ),
            false => format!("{}\n", self.ui.styled("1", &text)),
        })
    }

    /// A line of its own.
    pub(super) fn log(&self, text: &str) -> Result<(), CommandError> {
        match self.json {
            true => self.ui.print(&stream::log(text)),
            false => self.ui.print(&format!("{text}\n")),
        }
    }

    /// An entry of a list.
    pub(super) fn item(&self, text: &str) -> Result<(), CommandError> {
        match self.json {
            true => self.log(text),
            false => self.log(&format!("- {text}")),
        }
    }

    /// Room before what follows.
    pub(super) fn gap(&self) -> Result<(), CommandError> {
        match self.json {
            true => Ok(()),
            false => self.ui.print("\n"),
        }
    }

    pub(super) fn diagnostics(
        &self,
        found: &Diagnostics,
        sources: &SourceMap,
    ) -> Result<(), CommandError> {
        if !self.json {
            return self.ui.report(found, sources, false);
        }
        let mut renderer = Renderer::new(sources);
        for diagnostic in &found.0 {
            let (level, word) = match diagnostic.severity {
                Severity::Error => ("error", "Error"),
                Severity::Warning => ("warn", "Warning"),
            };
            let text = format!("{word}: {}", diagnostic.summary);
            let more = json!({ "diagnostic": renderer.json(diagnostic) });
            self.ui
                .print(&stream::event(level, &text, "diagnostic", more))?;
        }
        Ok(())
    }

    /// Says why the command fails, unless that has been said.
    pub(super) fn failed(&self, error: CommandError) -> CommandError {
        let Some((summary, detail)) = error.message().filter(|_| self.json) else {
            return error;
        };
        let diagnostic = Diagnostic::without_place(Severity::Error, summary, detail);
        let shown = self.diagnostics(&Diagnostics(vec![diagnostic]), &SourceMap::default());
        shown.err().unwrap_or(CommandError::Reported)
    }
}
