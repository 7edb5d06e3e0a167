//! How the backend is set up, and states that follow it.

use std::{fs, path::Path};

use trueup_lang::{Scope, evaluate};
use trueup_state::{Backend, LocalBackend, StateStore};
use trueup_syntax::{Diagnostic, Diagnostics, FileId, Severity, SourceFile};
use trueup_value::{Type, Value, convert::convert};

use super::{InitArgs, messages::Messages};
use crate::{
    commands::Context,
    error::CommandError,
    project::Project,
    states::{
        error,
        session::{self, Session},
        settings::{self, Settings},
    },
};

/// Sets the backend up as the configuration and the flags say; returns
/// warnings to show in the end.
///
/// # Errors
/// If that would change where states are and nobody said what to do about it.
pub(super) fn set_up(
    args: &InitArgs,
    project: &Project,
    context: &Context<'_>,
    messages: &Messages<'_>,
) -> Result<Diagnostics, CommandError> {
    let block = session::block_settings(&project.config, context)?;
    let mut warnings = Diagnostics::default();
    if block.is_none() && !args.backend_config.is_empty() {
        warnings.push(missing_block());
    }
    // Nobody knows what the arguments of no backend are.
    let given = match block {
        Some(_) => given(&args.backend_config)?,
        None => Settings::default(),
    };
    let own = block.clone().unwrap_or_default();
    let saved = settings::saved(context.environment);
    let wanted = match block {
        Some(_) => given.or(&own),
        None => Settings::default(),
    };
    let known = saved.as_ref().filter(|_| !args.reconfigure);
    let unchanged = known.is_some_and(|saved| {
        saved.is_for(block.as_ref()) && (args.backend_config.is_empty() || saved.config == wanted)
    });
    if unchanged || (known.is_none() && block.is_none()) {
        if args.reconfigure {
            settings::save(None, &wanted, context.environment)?;
        }
        return Ok(warnings);
    }
    if let Some(saved) = known {
        if let Some(refusal) = saved.out_of_reach() {
            return Err(refusal);
        }
        if !args.migrate_state && !args.force_copy {
            return Err(CommandError::usage(
                "Backend configuration changed",
                "A change in the backend configuration has been detected, which may require migrating existing state.\n\nIf you wish to attempt automatic migration of the state, use \"terraform init -migrate-state\".\nIf you wish to store the current configuration with no changes to the state, use \"terraform init -reconfigure\".",
            ));
        }
        messages.log(match &block {
            Some(_) => "Backend configuration changed!\n\nTerraform has detected that the configuration specified for the backend\nhas changed. Terraform will now check for existing state in the backends.\n",
            None => "Terraform has detected you're unconfiguring your previously set \"local\" backend.",
        })?;
        migrate(&saved.config, &wanted, args, context, messages)?;
    }
    settings::save(block.as_ref(), &wanted, context.environment)?;
    match block {
        None => messages.log("\nSuccessfully unset the backend \"local\". Terraform will now operate locally."),
        Some(_) => messages.log("\nSuccessfully configured the backend \"local\"! Terraform will automatically\nuse this backend unless the backend configuration changes."),
    }?;
    Ok(warnings)
}

fn missing_block() -> Diagnostic {
    Diagnostic::without_place(
        Severity::Warning,
        "Missing backend configuration",
        "-backend-config was used without a \"backend\" block in the configuration.\n\nIf you intended to override the default local backend configuration,\nno action is required, but you may add an explicit backend block to your\nconfiguration to clear this warning:\n\nterraform {\n  backend \"local\" {}\n}\n\nHowever, if you intended to override a defined backend, please verify that\nthe backend configuration is present and valid.\n",
    )
}

/// The settings of the flags.
fn given(texts: &[String]) -> Result<Settings, CommandError> {
    let mut settings = Settings::default();
    for text in texts.iter().filter(|text| !text.is_empty()) {
        match text.split_once('=') {
            Some((name, value)) if !Path::new(text).is_file() => {
                set(&mut settings, name.trim(), value.to_owned())?;
            }
            _ => from_file(&mut settings, text)?,
        }
    }
    Ok(settings)
}

fn set(settings: &mut Settings, name: &str, value: String) -> Result<(), CommandError> {
    match name {
        "path" => settings.path = Some(value),
        "workspace_dir" => settings.workspace_dir = Some(value),
        other => {
            return Err(CommandError::usage(
                "Invalid backend configuration argument",
                format!(
                    "The backend configuration argument \"{other}\" given on the command line is not expected for the selected backend type."
                ),
            ));
        }
    }
    Ok(())
}

fn from_file(settings: &mut Settings, path: &str) -> Result<(), CommandError> {
    let text = fs::read_to_string(path).map_err(|_| {
        CommandError::usage(
            "Failed to read file",
            format!("The file \"{path}\" could not be read."),
        )
    })?;
    let invalid = |detail: String| {
        CommandError::usage(
            "Invalid backend configuration file",
            format!("{path}: {detail}"),
        )
    };
    let file = SourceFile::new(FileId(0), path, text);
    let (body, mut found) = trueup_syntax::parse::parse_file(&file);
    let body = trueup_syntax::body::Body::from(body);
    let mut values = Vec::new();
    for attribute in body.just_attributes(&mut found) {
        let (value, more) = evaluate(&attribute.expr, &Scope::empty());
        found.extend(more);
        values.push((attribute.name.name.to_string(), value));
    }
    if let Some(detail) = first_error(&found) {
        return Err(invalid(detail));
    }
    for (name, value) in values {
        let text = convert(&value, &Type::String).ok();
        let Some(text) = text.as_ref().and_then(Value::as_str) else {
            return Err(invalid(format!("{name} must be a string.")));
        };
        set(settings, &name, text.to_owned())?;
    }
    Ok(())
}

fn first_error(found: &Diagnostics) -> Option<String> {
    let first = found.0.first()?;
    Some(format!("{}. {}", first.summary, first.detail))
}

/// Copies the states of all workspaces, if that is wanted.
fn migrate(
    from: &Settings,
    to: &Settings,
    args: &InitArgs,
    context: &Context<'_>,
    messages: &Messages<'_>,
) -> Result<(), CommandError> {
    let (old, new) = (session::local(from, context), session::local(to, context));
    let failed = |problem| error::backend(&problem);
    for workspace in old.workspaces().map_err(failed)? {
        if old.path_of(&workspace) == new.path_of(&workspace) {
            continue;
        }
        let Some(snapshot) = old.local_state(&workspace).read().map_err(failed)? else {
            continue;
        };
        let there = new.local_state(&workspace).read().map_err(failed)?;
        let there = there.is_some_and(|snapshot| !snapshot.is_empty());
        if snapshot.is_empty() || !wanted(there, args, context, messages)? {
            continue;
        }
        new.create_workspace(&workspace).map_err(failed)?;
        copy(&new, &workspace, snapshot, args, context)?;
    }
    Ok(())
}

fn copy(
    backend: &LocalBackend,
    workspace: &str,
    snapshot: trueup_state::Snapshot,
    args: &InitArgs,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    let store = backend.local_state(workspace);
    let mut session = Session::open_on(store, &args.lock, "init", context)?;
    session.replace(snapshot)?;
    session.close()
}

/// Asks whether a state is to be copied.
fn wanted(
    over: bool,
    args: &InitArgs,
    context: &Context<'_>,
    messages: &Messages<'_>,
) -> Result<bool, CommandError> {
    if args.force_copy {
        return Ok(true);
    }
    if messages.is_json() || !args.input.may_ask(context.environment) {
        return Err(CommandError::usage(
            "Cannot ask whether to copy the state",
            "Input is disabled. Use -force-copy to copy states without being asked, or -reconfigure to leave them where they are.",
        ));
    }
    let description = match over {
        false => {
            "Pre-existing state was found while migrating the previous \"local\" backend to the\nnewly configured \"local\" backend. No existing state was found in the newly\nconfigured \"local\" backend. Do you want to copy this state to the new \"local\"\nbackend? Enter \"yes\" to copy and \"no\" to start with an empty state."
        }
        true => {
            "Pre-existing state was found while migrating the previous \"local\" backend to the\nnewly configured \"local\" backend. An existing non-empty state already exists in\nthe new backend. Do you want to overwrite the state in the new backend with the\nprevious state? Enter \"yes\" to copy and \"no\" to start with the existing state\nin the newly configured \"local\" backend."
        }
    };
    let query = "Do you want to copy existing state to the new backend?";
    match context.ui.ask(query, description, false)? {
        Ok(answer) => Ok(answer == "yes"),
        Err(unanswered) => Err(CommandError::usage(
            format!("Error asking for confirmation: {unanswered}"),
            "",
        )),
    }
}
