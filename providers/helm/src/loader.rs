//! From files to a chart.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::archive::unpack;
use crate::chart::{Chart, File};
use crate::directory::read;
use crate::error::ChartError;
use crate::parallel;
use crate::values::load_values;

/// Deepest nesting of subcharts.
const MAX_DEPTH: usize = 32;

/// Loads the chart in a folder or a `.tgz` archive, with its subcharts. Nothing is written and
/// nothing outside is read, except through links in a folder.
///
/// # Errors
/// In Helm's words, for whatever it refuses; and for more than 100 MiB or 100 000 files.
pub fn load(path: &Path) -> Result<Chart, ChartError> {
    let shown = path.display();
    let meta = fs::metadata(path)
        .map_err(|_| ChartError::new(format!("path {:?} not found", shown.to_string())))?;
    if meta.is_dir() {
        let files = read(path)?;
        if !has_metadata(&files) {
            let name = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            let name = name.join("Chart.yaml").display().to_string();
            return Err(ChartError::new(format!(
                "unable to detect chart at {name}: open {name}: no such file or directory"
            )));
        }
        return load_files(files);
    }
    let archive =
        fs::read(path).map_err(|error| ChartError::new(format!("open {shown}: {error}")))?;
    if !archive.starts_with(&[0x1F, 0x8B]) {
        let name = shown.to_string();
        let message = if name.ends_with(".yaml") || name.ends_with(".yml") {
            format!("file '{name}' seems to be a YAML file, but expected a gzipped archive")
        } else {
            format!(
                "file '{name}' does not appear to be a gzipped archive; got 'application/octet-stream'"
            )
        };
        return Err(ChartError::new(message));
    }
    load_archive(&archive)
}

/// Loads a chart from the bytes of a `.tgz` archive.
///
/// # Errors
/// As [`load`].
pub fn load_archive(archive: &[u8]) -> Result<Chart, ChartError> {
    let files = unpack(archive)?;
    if !has_metadata(&files) {
        return Err(ChartError::new(
            "unable to detect chart version, no Chart.yaml found",
        ));
    }
    load_files(files)
}

fn has_metadata(files: &[File]) -> bool {
    files.iter().any(|file| file.name == "Chart.yaml")
}

/// Puts files in memory together to a chart.
///
/// # Errors
/// As [`load`].
pub fn load_files(files: Vec<File>) -> Result<Chart, ChartError> {
    let chart = assemble(files, 0)?;
    match chart.metadata.api_version.as_str() {
        "v1" | "v2" => Ok(chart),
        // Helm has a reader for these, and installs none of them.
        "v3" => Err(ChartError::new("invalid chart apiVersion")),
        _ => Err(ChartError::new("unsupported chart version")),
    }
}

fn assemble(files: Vec<File>, depth: usize) -> Result<Chart, ChartError> {
    if depth > MAX_DEPTH {
        return Err(ChartError::new("subcharts are nested too deep"));
    }
    let mut chart = Chart::default();
    let mut found = false;
    for file in files.iter().filter(|file| file.name == "Chart.yaml") {
        found = true;
        chart
            .metadata
            .read(&file.data)
            .map_err(|error| error.within("cannot load Chart.yaml"))?;
        if chart.metadata.api_version.is_empty() {
            "v1".clone_into(&mut chart.metadata.api_version);
        }
    }
    let mut subcharts: BTreeMap<String, Vec<File>> = BTreeMap::new();
    for file in files {
        place(&mut chart, &mut found, file, &mut subcharts)?;
    }
    if !found {
        return Err(ChartError::new("Chart.yaml file is missing"));
    }
    chart.metadata.validate()?;
    subcharts.retain(|name, _| !name.starts_with(['_', '.']));
    chart.dependencies = load_subcharts(&chart, subcharts, depth)?;
    Ok(chart)
}

/// Sorts a file into the chart.
fn place(
    chart: &mut Chart,
    found: &mut bool,
    file: File,
    subcharts: &mut BTreeMap<String, Vec<File>>,
) -> Result<(), ChartError> {
    match file.name.as_str() {
        "Chart.yaml" => {}
        "Chart.lock" => chart.lock = Some(file.data),
        "values.yaml" => {
            chart.values =
                load_values(&file.data).map_err(|error| error.within("cannot load values.yaml"))?;
        }
        "values.schema.json" => chart.schema = Some(file.data),
        "requirements.yaml" => {
            *found = true;
            if chart.metadata.api_version != "v1" {
                chart.warnings.push(REQUIREMENTS.to_owned());
            }
            chart
                .metadata
                .read(&file.data)
                .map_err(|error| error.within("cannot load requirements.yaml"))?;
            if chart.metadata.api_version == "v1" {
                chart.files.push(file);
            }
        }
        "requirements.lock" => {
            chart.lock = Some(file.data.clone());
            if chart.metadata.api_version == "v1" {
                chart.files.push(file);
            } else {
                chart.warnings.push(LOCK.to_owned());
            }
        }
        name if name.starts_with("templates/") => chart.templates.push(file),
        name if name.starts_with("charts/") && !has_extension(name, ".prov") => {
            let inner = file
                .name
                .get("charts/".len()..)
                .unwrap_or_default()
                .to_owned();
            let folder = inner.split('/').next().unwrap_or_default().to_owned();
            subcharts.entry(folder).or_default().push(File {
                name: inner,
                data: file.data,
            });
        }
        _ => chart.files.push(file),
    }
    Ok(())
}

const REQUIREMENTS: &str = "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend migrating dependencies to Chart.yaml.";
const LOCK: &str = "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". We recommend migrating to Chart.lock.";

/// Whether `filepath.Ext` of the name is `extension`.
fn has_extension(name: &str, extension: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    last.rfind('.').and_then(|dot| last.get(dot..)) == Some(extension)
}

/// Loads the charts below a chart, in parallel: reading their values is most of the work.
fn load_subcharts(
    parent: &Chart,
    found: BTreeMap<String, Vec<File>>,
    depth: usize,
) -> Result<Vec<Chart>, ChartError> {
    let load = |(name, files): (String, Vec<File>)| {
        subchart(parent, &name, files, depth).map_err(|error| {
            let parent = &parent.metadata.name;
            error.within(format!("error unpacking subchart {name} in {parent}"))
        })
    };
    if depth > 0 {
        return found.into_iter().map(load).collect();
    }
    parallel::map(found.into_iter().collect(), load)
        .into_iter()
        .collect()
}

fn subchart(
    parent: &Chart,
    name: &str,
    mut files: Vec<File>,
    depth: usize,
) -> Result<Chart, ChartError> {
    if has_extension(name, ".tgz") {
        let file = files.swap_remove(0);
        if file.name != name {
            let parent = &parent.metadata.name;
            let found = file.name;
            return Err(ChartError::new(format!(
                "error unpacking subchart tar in {parent}: expected {name}, got {found}"
            )));
        }
        return assemble(unpack(&file.data)?, depth + 1);
    }
    let inner = files.into_iter().filter_map(|file| {
        let name = file.name.split_once('/')?.1.to_owned();
        Some(File {
            name,
            data: file.data,
        })
    });
    assemble(inner.collect(), depth + 1)
}
