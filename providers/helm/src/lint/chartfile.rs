//! Rules for `Chart.yaml`.

use serde_json::Value;
use trueup_helm_template::semver::{Constraint, Version};
use trueup_helm_template::yaml::from_yaml;

use super::strict::{repeated_keys, unknown_field};
use super::subject::{Entry, Subject};
use super::{Report, semver, web};
use crate::metadata::Metadata;

const FILE: &str = "Chart.yaml";

pub(super) fn check(subject: &Subject, report: &mut Report) {
    if subject.entry(FILE) == Entry::Folder {
        report.error(FILE, "should be a file, not a directory");
    }
    let read = subject.read(FILE).and_then(|text| {
        let found = Chartfile::read(&text)?;
        Ok((text, found))
    });
    match read {
        Ok((text, found)) => found.check(&text, report),
        Err(error) => report.error(FILE, format!("unable to parse YAML\n\t{error}")),
    }
}

/// `Chart.yaml` as written, and as understood.
struct Chartfile {
    raw: Value,
    metadata: Metadata,
    /// A maintainer is null.
    nobody: bool,
    /// Even null ones count.
    has_dependencies: bool,
}

impl Chartfile {
    fn read(text: &[u8]) -> Result<Self, String> {
        let raw =
            from_yaml(text).map_err(|error| format!("error converting YAML to JSON: {error}"))?;
        let mut cleaned = raw.clone();
        let mut nulls = |key: &str| {
            let Some(Value::Array(items)) = cleaned.get_mut(key) else {
                return (false, false);
            };
            let any = !items.is_empty();
            let count = items.len();
            items.retain(|item| !item.is_null());
            (any, items.len() < count)
        };
        let (_, nobody) = nulls("maintainers");
        let (has_dependencies, _) = nulls("dependencies");
        let mut metadata = Metadata::default();
        let read = metadata.read_value(&cleaned);
        read.map_err(|error| error.to_string())?;
        Ok(Chartfile {
            raw,
            metadata,
            nobody,
            has_dependencies,
        })
    }

    fn check(&self, text: &[u8], report: &mut Report) {
        let strict = repeated_keys(text).or_else(|| unknown_field(&self.raw));
        if let Some(wrong) = strict {
            let text = format!("failed to strictly parse chart metadata file\n\t{wrong}");
            report.warning(FILE, text);
        }
        let of_texts = [
            self.name(),
            self.api_version(),
            self.is_text("version"),
            self.version(),
            self.is_text("appVersion"),
            self.maintainers(),
            self.sources(),
        ];
        let of_texts = of_texts.into_iter().flatten();
        of_texts.for_each(|text| report.error(FILE, text));
        if self.metadata.icon.is_empty() {
            report.info(FILE, "icon is recommended");
        }
        let of_kind = [self.icon(), self.kind(), self.dependencies()];
        let of_kind = of_kind.into_iter().flatten();
        of_kind.for_each(|text| report.error(FILE, text));
        if !semver::is_strict(&self.metadata.version) {
            let version = &self.metadata.version;
            report.warning(FILE, format!("version '{version}' is not a valid SemVerV2"));
        }
    }

    fn name(&self) -> Option<String> {
        let name = &self.metadata.name;
        if name.is_empty() {
            return Some("name is required".to_owned());
        }
        name.contains('/')
            .then(|| format!("chart name {name:?} is invalid"))
    }

    fn api_version(&self) -> Option<String> {
        match self.metadata.api_version.as_str() {
            "v1" | "v2" => None,
            "" => {
                Some(r#"apiVersion is required. The value must be either "v1" or "v2""#.to_owned())
            }
            other => Some(format!(
                r#"apiVersion '{other}' is not valid. The value must be either "v1" or "v2""#
            )),
        }
    }

    fn is_text(&self, key: &str) -> Option<String> {
        let kind = match self.raw.get(key)? {
            Value::String(_) => return None,
            Value::Null => "<nil>",
            Value::Bool(_) => "bool",
            Value::Number(_) => "float64",
            Value::Array(_) => "[]interface {}",
            Value::Object(_) => "map[string]interface {}",
        };
        Some(format!(
            "{key} should be of type string but it's of type {kind}"
        ))
    }

    fn version(&self) -> Option<String> {
        let version = &self.metadata.version;
        if version.is_empty() {
            return Some("version is required".to_owned());
        }
        let Ok(parsed) = Version::parse(version) else {
            return Some(format!("version '{version}' is not a valid SemVer"));
        };
        let least = Constraint::parse(">0.0.0-0").ok()?;
        (!least.matches(&parsed))
            .then(|| format!("version {version} is less than or equal to 0.0.0-0"))
    }

    fn maintainers(&self) -> Option<String> {
        if self.nobody {
            return Some("a maintainer entry is empty".to_owned());
        }
        self.metadata.maintainers.iter().find_map(|one| {
            let (name, email, url) = (&one.name, &one.email, &one.url);
            if name.is_empty() {
                Some("each maintainer requires a name".to_owned())
            } else if !email.is_empty() && !web::is_email(email) {
                Some(format!("invalid email '{email}' for maintainer '{name}'"))
            } else if !url.is_empty() && !web::is_url(url) {
                Some(format!("invalid url '{url}' for maintainer '{name}'"))
            } else {
                None
            }
        })
    }

    fn sources(&self) -> Option<String> {
        let mut sources = self.metadata.sources.iter();
        let wrong = sources.find(|source| !web::is_request_url(source))?;
        Some(format!("invalid source URL '{wrong}'"))
    }

    fn icon(&self) -> Option<String> {
        let icon = &self.metadata.icon;
        (!icon.is_empty() && !web::is_request_url(icon))
            .then(|| format!("invalid icon URL '{icon}'"))
    }

    fn kind(&self) -> Option<String> {
        let version = &self.metadata.api_version;
        (!self.metadata.kind.is_empty() && version != "v2").then(|| {
            format!(
                "chart type is not valid in apiVersion '{version}'. It is valid in apiVersion 'v2'"
            )
        })
    }

    fn dependencies(&self) -> Option<String> {
        let version = &self.metadata.api_version;
        (self.has_dependencies && version != "v2").then(|| {
            format!("dependencies are not valid in the Chart file with apiVersion '{version}'. They are valid in apiVersion 'v2'")
        })
    }
}
