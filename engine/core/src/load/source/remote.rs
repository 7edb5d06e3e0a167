//! Addresses of what is fetched without a registry.

use trueup_value::quote;

/// What is wrong with an address, in whole sentences.
pub(super) fn check(text: &str) -> Result<(), String> {
    let failed = |reason: String| format!("Failed to parse module source address: {reason}.");
    let (package, folder) = super::split_folder(text);
    super::check_folder(&folder).map_err(failed)?;
    let (address, _) = super::split_folder(without_getter(&package));
    if is_url(&address) {
        return Ok(());
    }
    match shorthand(&address).map_err(failed)? {
        true => Ok(()),
        false if address.is_empty() => Err(failed(format!("invalid source address: {package}"))),
        false => Err(format!(
            "Terraform failed to determine your intended installation method for remote module package {}.\n\nIf you intended this as a path relative to the current module, use \"./{address}\" instead. The \"./\" prefix indicates that the address is a relative filesystem path.",
            quote(&address)
        )),
    }
}

/// An address without `git::` or the like.
fn without_getter(text: &str) -> &str {
    match text.split_once("::") {
        Some((getter, address))
            if !getter.is_empty()
                && !address.is_empty()
                && getter.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            address
        }
        _ => text,
    }
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let host = rest.strip_prefix("//").unwrap_or_default();
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(part)
        && !host.contains([' ', '<', '>', '"', '\\', '^', '`', '{', '|', '}'])
        && !text.contains(|c: char| c.is_ascii_control())
}

/// Whether it is one of the ways to write an address without a scheme.
fn shorthand(text: &str) -> Result<bool, String> {
    let parts: Vec<&str> = text.split('/').collect();
    if text.starts_with("github.com/") {
        return match parts.len() {
            0..3 => Err("GitHub URLs should be github.com/username/repo".to_owned()),
            _ => Ok(true),
        };
    }
    if is_git_over_ssh(text) || text.starts_with("bitbucket.org/") {
        return Ok(true);
    }
    if text.contains("googleapis.com/") {
        return match parts.len() {
            0..5 => Err("URL is not a valid GCS URL".to_owned()),
            _ => Ok(true),
        };
    }
    if text.contains(".amazonaws.com/") {
        let host: Vec<&str> = parts.first().unwrap_or(&"").split('.').collect();
        return match host.as_slice() {
            [_, _, _] | [_, _, _, _] | [_, "s3", _, _, _] => Ok(true),
            _ => Err("URL is not a valid S3 URL".to_owned()),
        };
    }
    Ok(text.starts_with('/'))
}

/// `git@host:path`.
fn is_git_over_ssh(text: &str) -> bool {
    let host_and_path = text
        .strip_prefix("git@")
        .and_then(|rest| rest.split_once(':'));
    host_and_path.is_some_and(|(host, path)| !host.is_empty() && !matches!(path, "" | "/"))
}
