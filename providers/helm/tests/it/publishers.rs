//! Charts written in the manner of well-known publishers, each in one text with
//! its values and what Helm 4.3.1 answered. `cargo xtask differential --helm
//! --charts FOLDER --write` asks Helm again.

use std::{collections::BTreeMap, fs, path::Path};

use trueup_helm::{ChartError, File, Given, KubeVersion, Options, Selection, load_files, render};

use crate::charts::options;

#[test]
fn charts_render_as_in_helm() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/publishers");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut count = 0;
    let mut differences = Vec::new();
    for path in paths {
        let files = files(&fs::read_to_string(&path).unwrap());
        for (name, values) in files.iter().filter(|(name, _)| name.starts_with("case/")) {
            let case = name.trim_start_matches("case/").trim_end_matches(".yaml");
            let wanted = &files[&format!("want/{case}")];
            let ours = match answer(&files, name, values) {
                Ok(text) => format!("{text}\n"),
                Err(error) => format!("error: {error}\n"),
            };
            count += 1;
            if ours != *wanted {
                let chart = path.file_name().unwrap().to_string_lossy();
                differences.push(format!("{chart} {case}\n{}", first(wanted, &ours)));
            }
        }
    }
    assert!(count > 30, "only {count} cases");
    assert!(
        differences.is_empty(),
        "{} of {count} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

/// The files of a text, by name.
fn files(text: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut name = None;
    for line in text.split_inclusive('\n') {
        let head = line.trim_end().strip_prefix("-- ");
        if let Some(head) = head.and_then(|head| head.strip_suffix(" --")) {
            name = Some(head.to_owned());
            files.insert(head.to_owned(), String::new());
        } else if let Some(file) = name.as_ref().and_then(|name| files.get_mut(name)) {
            file.push_str(line);
        }
    }
    files
}

fn answer(
    files: &BTreeMap<String, String>,
    name: &str,
    values: &str,
) -> Result<String, ChartError> {
    let of_chart = files
        .iter()
        .filter(|(name, _)| !name.starts_with("case/") && !name.starts_with("want/"));
    let chart = load_files(
        of_chart
            .map(|(name, text)| File {
                name: name.clone(),
                data: text.as_bytes().to_vec(),
            })
            .collect(),
    )?;
    let mut given = Given::default();
    given.file(name, values.as_bytes())?;
    let mut options = Options {
        values: given.values,
        ..options()
    };
    options.capabilities.kube_version = KubeVersion::parse("1.33.0")?;
    let first = values.lines().next().unwrap_or_default();
    let apis = first.strip_prefix("#! apis ").unwrap_or_default();
    let apis = apis.split_whitespace().map(str::to_owned);
    options.capabilities.api_versions.extend(apis);
    let rendered = render(&chart, &options)?;
    let selection = Selection {
        include_crds: true,
        ..Selection::default()
    };
    let text = rendered.print(&selection)?;
    Ok(format!("{text}=== NOTES\n{}", rendered.notes))
}

fn first(wanted: &str, ours: &str) -> String {
    let lines = wanted.lines().zip(ours.lines());
    let different = lines.enumerate().find(|(_, (left, right))| left != right);
    match different {
        Some((line, (left, right))) => {
            format!("  line {}\n  helm   {left}\n  trueup {right}", line + 1)
        }
        None => "  one goes on where the other ends".to_owned(),
    }
}
