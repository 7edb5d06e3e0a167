//! Source addresses of providers.

use std::fmt;

use trueup_value::{Str, quote};

const DEFAULT_HOST: &str = "registry.terraform.io";

/// Where a provider comes from: `hostname/namespace/type`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderSource {
    /// The registry's host name, in lower case.
    pub host: Str,
    /// Who publishes it, in lower case.
    pub namespace: Str,
    /// Its name, in lower case.
    pub kind: Str,
}

/// Why a source address cannot be read: a diagnostic without a place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{summary}: {detail}")]
pub struct ProviderSourceError {
    /// One line, in Terraform's words.
    pub summary: &'static str,
    /// Full sentences, in Terraform's words.
    pub detail: String,
}

impl ProviderSource {
    /// `registry.terraform.io/hashicorp/KIND`.
    pub fn official(kind: &str) -> Self {
        ProviderSource {
            host: Str::new(DEFAULT_HOST),
            namespace: Str::new("hashicorp"),
            kind: Str::new(kind),
        }
    }

    /// `terraform.io/builtin/KIND`.
    pub fn builtin(kind: &str) -> Self {
        ProviderSource {
            host: Str::new("terraform.io"),
            namespace: Str::new("builtin"),
            kind: Str::new(kind),
        }
    }

    /// The provider meant by a local name nothing is said about.
    pub fn implied(local_name: &str) -> Self {
        match local_name {
            "terraform" => ProviderSource::builtin("terraform"),
            _ => ProviderSource::official(local_name),
        }
    }

    /// Reads `[hostname/][namespace/]name`.
    pub fn parse(text: &str) -> Result<Self, ProviderSourceError> {
        let parts: Vec<&str> = text.split('/').collect();
        if parts.len() > 3 || parts.iter().any(|part| part.is_empty()) {
            return Err(error(
                "Invalid provider source string",
                "The \"source\" attribute must be in the format \"[hostname/][namespace/]name\"",
            ));
        }
        let (host, namespace, kind) = match parts[..] {
            [host, namespace, kind] => (Some(host), Some(namespace), kind),
            [namespace, kind] => (None, Some(namespace), kind),
            _ => (None, None, text),
        };
        let kind = provider_part(kind).map_err(|reason| {
            let (kind, text) = (quote(kind), quote(text));
            let detail = format!("Invalid provider type {kind} in source {text}: {reason}\"");
            error("Invalid provider type", detail)
        })?;
        let namespace = match namespace {
            None => "hashicorp".to_owned(),
            Some("-") => "-".to_owned(),
            Some(name) => provider_part(name).map_err(|reason| {
                let text = quote(text);
                let detail =
                    format!("Invalid provider namespace \"\" in source {text}: {reason}\"");
                error("Invalid provider namespace", detail)
            })?,
        };
        let host = host.map_or(Ok(DEFAULT_HOST.to_owned()), |name| {
            host_name(name).map_err(|reason| {
                let detail = format!(
                    "Invalid provider source hostname namespace \"\" in source \"{text}\": {reason}\""
                );
                error("Invalid provider source hostname", detail)
            })
        })?;
        let source = ProviderSource {
            host: Str::from(host),
            namespace: Str::from(namespace),
            kind: Str::from(kind),
        };
        source.check_prefix(parts.len(), text)?;
        Ok(source)
    }

    fn check_prefix(&self, parts: usize, text: &str) -> Result<(), ProviderSourceError> {
        if parts == 1 {
            return Ok(());
        }
        if let Some(rest) = self.kind.strip_prefix("terraform-provider-") {
            let namespace = &self.namespace;
            let suggestion = match self.host.as_str() {
                DEFAULT_HOST => format!("{namespace}/{rest}"),
                host => format!("{host}/{namespace}/{rest}"),
            };
            let mut detail = format!(
                "Provider source \"{text}\" has a type with the prefix \"terraform-provider-\", which isn't valid. Although that prefix is often used in the names of version control repositories for Terraform providers, provider source strings should not include it."
            );
            if !rest.is_empty() {
                detail.push_str(&format!("\n\nDid you mean \"{suggestion}\"?"));
            }
            return Err(error("Invalid provider type", detail));
        }
        if self.kind.starts_with("terraform-") {
            let detail = format!(
                "Provider source \"{self}\" has a type with the prefix \"terraform-\", which isn't allowed because it would be redundant to name a Terraform provider with that prefix. If you are the author of this provider, rename it to not include the prefix."
            );
            return Err(error("Invalid provider type", detail));
        }
        Ok(())
    }

    /// The short form for people: without the default registry's host.
    pub fn display(&self) -> String {
        match self.host.as_str() {
            DEFAULT_HOST => format!("{}/{}", self.namespace, self.kind),
            _ => self.to_string(),
        }
    }

    /// Whether it is one a bare local name stands for.
    pub fn is_official(&self) -> bool {
        self.host.as_str() == DEFAULT_HOST && self.namespace.as_str() == "hashicorp"
    }

    /// Whether it is compiled into Terraform itself.
    pub fn is_builtin(&self) -> bool {
        self.host.as_str() == "terraform.io" && self.namespace.as_str() == "builtin"
    }
}

/// Whether `source` is what `local_name` means when nothing is declared.
pub fn is_default_provider(local_name: &str, source: &ProviderSource) -> bool {
    *source == ProviderSource::implied(local_name)
}

impl fmt::Display for ProviderSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.host, self.namespace, self.kind)
    }
}

fn error(summary: &'static str, detail: impl Into<String>) -> ProviderSourceError {
    ProviderSourceError {
        summary,
        detail: detail.into(),
    }
}

/// Brings a namespace or type into its normal form. Letters are any that may
/// stand in a host name label. The error is Terraform's wording.
pub(crate) fn provider_part(given: &str) -> Result<String, &'static str> {
    if given.is_empty() {
        return Err("must have at least one character");
    }
    if given.contains('.') {
        return Err("dots are not allowed");
    }
    if given.contains("--") {
        return Err("cannot use multiple consecutive dashes");
    }
    let valid = |c: char| c.is_alphanumeric() || c == '-';
    if !given.chars().all(valid) || given.starts_with('-') || given.ends_with('-') {
        return Err(
            "must contain only letters, digits, and dashes, and may not use leading or trailing dashes",
        );
    }
    Ok(given.to_lowercase())
}

fn host_name(given: &str) -> Result<String, String> {
    let (name, port) = given
        .split_once(':')
        .map_or((given, None), |(name, port)| (name, Some(port)));
    if let Some(bad) = name
        .chars()
        .find(|c| !(c.is_alphanumeric() || matches!(c, '-' | '.')))
    {
        let code = u32::from(bad);
        return Err(format!("idna: disallowed rune U+{code:04X}"));
    }
    if name.split('.').any(str::is_empty) {
        return Err("idna: invalid label \"\"".to_owned());
    }
    let name = name.to_lowercase();
    match port {
        None | Some("443") => Ok(name),
        Some(port) if port.parse::<u16>().is_ok() => Ok(format!("{name}:{port}")),
        Some(_) => Err("port number contains non-digit characters".to_owned()),
    }
}
