//! Values of variables: what wins, and what is said of bad ones.

use std::path::Path;

use trueup_core::{
    input::{Argument, InputSources, read_inputs},
    load::Loader,
};

use crate::world::{MemoryFiles, lines};

const MAIN: &str = r#"variable "s" { type = string }
variable "n" { type = number }
variable "l" {
  type    = list(string)
  default = []
}
variable "secret" {
  type      = number
  sensitive = true
  default   = 1
}
variable "set" {
  nullable = false
  default  = "d"
}
"#;

struct Given<'a> {
    environment: &'a [(&'a str, &'a str)],
    files: &'a [(&'a str, &'a str)],
    arguments: &'a [&'a str],
}

/// The values as `name = value` lines, or the diagnostics.
fn read(given: &Given<'_>) -> Vec<String> {
    let mut files = MemoryFiles::default();
    files.0.insert("main.tf".into(), MAIN.to_owned());
    for (name, text) in given.files {
        files.0.insert(name.into(), (*text).to_owned());
    }
    let (mut config, loaded) = Loader::new(&files).load(Path::new("."), Path::new(".terraform"));
    assert!(loaded.0.is_empty(), "{loaded:?}");
    let environment: Vec<(String, String)> = given
        .environment
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    let arguments: Vec<Argument> = given
        .arguments
        .iter()
        .map(|text| match text.strip_prefix('@') {
            Some(path) => Argument::File(path.into()),
            None => Argument::Value((*text).to_owned()),
        })
        .collect();
    let sources = InputSources {
        environment: &environment,
        dir: Path::new("."),
        arguments: &arguments,
        answers: &[],
        required: true,
    };
    let (inputs, diagnostics) = read_inputs(&mut config, &files, &sources);
    if !diagnostics.0.is_empty() {
        return lines(&config, &diagnostics);
    }
    let mut values: Vec<String> = inputs
        .iter()
        .map(|(name, value)| format!("{name} = {value:?}"))
        .collect();
    values.sort();
    values
}

#[test]
fn later_sources_win() {
    let found = read(&Given {
        environment: &[("s", "env"), ("n", "1"), ("nobody", "x")],
        files: &[
            ("terraform.tfvars", "s = \"file\"\nl = [\"a\"]\n"),
            ("b.auto.tfvars.json", r#"{"l": ["b"]}"#),
            ("a.auto.tfvars", "l = [1]\n"),
            ("x.tfvars", "n = 7\n"),
        ],
        arguments: &["n=3", "@x.tfvars", "set=null"],
    });
    let shown = found.join("\n");
    assert!(shown.contains("n = 7"), "{shown}");
    assert!(shown.contains("s = \"file\""), "{shown}");
    assert!(shown.contains("\"b\""), "{shown}");
    assert!(shown.contains("set = \"null\""), "{shown}");
}

#[test]
fn bad_values_are_reported_in_terraforms_words() {
    let cases: &[(Given<'_>, &[&str])] = &[
        (
            Given {
                environment: &[],
                files: &[],
                arguments: &["s=1"],
            },
            &[
                "e main.tf:2,1-13 No value for required variable | The root module input variable \"n\" is not set, and has no default value. Use a -var or -var-file command line argument to provide a value for this variable.",
            ],
        ),
        (
            Given {
                environment: &[],
                files: &[],
                arguments: &["s=1", "n=x"],
            },
            &[
                "e main.tf:2,1-13 Invalid value for input variable | Unsuitable value for var.n set using -var=\"n=...\": a number is required.",
            ],
        ),
        (
            Given {
                environment: &[("n", "x")],
                files: &[],
                arguments: &["s=1", "q=1"],
            },
            &[
                "e - Value for undeclared variable | A variable named \"q\" was assigned on the command line, but the root module does not declare a variable of that name. To use this value, add a \"variable\" block to the configuration.",
                "e main.tf:2,1-13 Invalid value for input variable | Unsuitable value for var.n set using the TF_VAR_n environment variable: a number is required.",
            ],
        ),
        (
            Given {
                environment: &[],
                files: &[("terraform.tfvars", "s = \"x\"\nn = 1\nsecret = \"no\"\n")],
                arguments: &[],
            },
            &[
                "e main.tf:7,1-18 Invalid value for input variable | The given value is not suitable for var.secret, which is sensitive: a number is required. Invalid value defined at terraform.tfvars:3,10-14.",
            ],
        ),
        (
            Given {
                environment: &[],
                files: &[("terraform.tfvars", "n = \"x\"\n")],
                arguments: &["s=1"],
            },
            &[
                "e terraform.tfvars:1,5-8 Invalid value for input variable | The given value is not suitable for var.n declared at main.tf:2,1-13: a number is required.",
            ],
        ),
        (
            Given {
                environment: &[],
                files: &[],
                arguments: &["s"],
            },
            &[
                "e - Invalid -var option | The given -var option \"s\" is not correctly specified. Must be a variable name and value separated by an equals sign, like -var=\"key=value\".",
            ],
        ),
        (
            Given {
                environment: &[],
                files: &[],
                arguments: &["@nope.tfvars"],
            },
            &[
                "e - Failed to read variables file | Given variables file nope.tfvars does not exist.",
            ],
        ),
    ];
    for (given, expected) in cases {
        let found: Vec<String> = read(given).iter().map(|line| short(line)).collect();
        assert_eq!(found, *expected);
    }
}

/// A place on one line as messages write it.
fn short(line: &str) -> String {
    let mut parts = line.splitn(3, ' ');
    let (severity, place, rest) = (
        parts.next().unwrap_or(""),
        parts.next().unwrap_or(""),
        parts.next().unwrap_or(""),
    );
    let place = match place.split_once('-') {
        Some((start, end)) if !start.is_empty() => {
            format!("{start}-{}", end.rsplit(',').next().unwrap_or(end))
        }
        _ => place.to_owned(),
    };
    format!("{severity} {place} {rest}")
}
