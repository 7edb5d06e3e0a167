//! Functions by name.

use trueup_syntax::{
    Diagnostic,
    ast::Call,
    suggest::{nearest_hint, similar_name},
};
use trueup_value::quote;

use crate::{
    function::{Function, Functions},
    scope::{ProviderNames, Scope},
};

/// The function a module calls `name`.
pub(super) fn function<'a>(
    name: &str,
    functions: &'a Functions,
    scope: &Scope<'_>,
) -> Option<&'a Function> {
    match scope.providers().zip(name.strip_prefix("provider::")) {
        None => functions.get(name.strip_prefix("core::").unwrap_or(name)),
        Some((providers, rest)) => {
            let (provider, function) = rest.split_once("::")?;
            let source = providers.source(provider)?;
            functions.get(&format!("provider::{source}::{function}"))
        }
    }
}

/// That there is no such function.
pub(super) fn unknown(call: &Call, functions: &Functions, scope: &Scope<'_>) -> Diagnostic {
    let name = call.name.name.as_str();
    if let Some((namespace, rest)) = name.split_once("::") {
        return unknown_in_namespace(call, namespace, rest, functions, scope);
    }
    let names = functions.keys().map(String::as_str);
    let names = names.filter(|name| !name.contains("::"));
    let hint = nearest_hint(name, names.clone());
    let suggestion = similar_name(name, names)
        .map(|found| format!(" Did you mean {}?", quote(found)))
        .unwrap_or_default();
    let detail = format!("There is no function named {}.{suggestion}", quote(name));
    Diagnostic::error("Call to unknown function", detail, call.name.span).hints(hint)
}

fn unknown_in_namespace(
    call: &Call,
    namespace: &str,
    rest: &str,
    functions: &Functions,
    scope: &Scope<'_>,
) -> Diagnostic {
    let full = call.name.name.as_str();
    let Some(providers) = scope.providers() else {
        let detail = outside_a_module(full, functions);
        return Diagnostic::error("Call to unknown function", detail, call.name.span);
    };
    let provider_and_function = rest.split_once("::");
    let detail = match provider_and_function {
        _ if namespace != "provider" => format!(
            "The function namespace \"{namespace}\" is not valid. Provider function calls must use the \"provider::\" namespace prefix."
        ),
        None => "The function call must include the provider name after the \"provider::\" prefix."
            .to_owned(),
        // Inside a `for` Terraform does not look whether it is required.
        Some((provider, function))
            if providers.source(provider).is_some()
                && !function.contains("::")
                && !scope.is_bound() =>
        {
            format!(
                "The function \"{function}\" is not available from the provider \"{provider}\"."
            )
        }
        Some((provider, function)) => {
            let function = function.rsplit("::").next().unwrap_or(function);
            format!(
                "There is no function named \"{full}\". Ensure that provider name \"{provider}\" is declared in this module's required_providers block, and that this provider offers a function named \"{function}\"."
            )
        }
    };
    let diagnostic = Diagnostic::error("Unknown provider function", detail, call.name.span);
    let known: Vec<String> = match provider_and_function {
        _ if namespace == "core" => {
            let plain = functions.keys().filter(|name| !name.contains("::"));
            plain.map(|name| format!("core::{name}")).collect()
        }
        Some((provider, _)) => of_provider(provider, functions, providers),
        None => Vec::new(),
    };
    match similar_name(full, known.iter().map(String::as_str)) {
        Some(found) => diagnostic.hint(format!("did you mean `{found}`?")),
        None => diagnostic,
    }
}

/// As HCL says it: in a template, say, there are no names of providers.
fn outside_a_module(full: &str, functions: &Functions) -> String {
    let end = full.rfind("::").map_or(0, |start| start + 2);
    let (namespace, name) = full.split_at(end);
    let names = functions.keys();
    let mut there = names
        .filter_map(|function| within(namespace, function))
        .peekable();
    if there.peek().is_none() {
        return format!("There are no functions in namespace {}.", quote(namespace));
    }
    let suggestion = similar_name(name, there)
        .map(|found| format!(" Did you mean {namespace}{found}?"))
        .unwrap_or_default();
    format!(
        "There is no function named {} in namespace {namespace}.{suggestion}",
        quote(name)
    )
}

/// What a function is called in a namespace, if it is there.
fn within<'a>(namespace: &str, function: &'a str) -> Option<&'a str> {
    match namespace {
        "core::" => (!function.contains("::")).then_some(function),
        _ => function.strip_prefix(namespace),
    }
}

/// The functions of a provider under the name the module has for it.
fn of_provider(
    provider: &str,
    functions: &Functions,
    providers: &dyn ProviderNames,
) -> Vec<String> {
    let Some(source) = providers.source(provider) else {
        return Vec::new();
    };
    let prefix = format!("provider::{source}::");
    let names = functions.keys();
    names
        .filter_map(|name| name.strip_prefix(&prefix))
        .map(|function| format!("provider::{provider}::{function}"))
        .collect()
}
