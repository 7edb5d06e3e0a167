//! Data source `external`: what a program answers.

use std::{collections::BTreeMap, io, process::Output};

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape, attribute_problem, off_thread},
    world::World,
};
use trueup_value::{Type, Value};

use super::program::{Program, ending, find};

pub(super) struct External {
    world: World,
}

impl External {
    pub(super) fn new(world: &World) -> Self {
        External {
            world: world.clone(),
        }
    }

    fn program(&self, config: &Fields) -> Result<Program, Problem> {
        let words = config.texts("program").into_iter().map(|(_, word)| word);
        let mut words = words.filter(|word| !word.is_empty());
        let Some(name) = words.next() else {
            return Err(blame(
                "External Program Missing",
                "The data source was configured without a program to execute. Verify the configuration contains at least one non-empty value.",
            ));
        };
        let folder = config.text("working_dir").unwrap_or_default();
        let folder = self.world.path(folder);
        let variables = self.world.variables.clone();
        let search = variables.get("PATH").map_or("", String::as_str);
        let path = find(&name, &folder, search).ok_or_else(|| {
            let place = match name.contains('/') {
                true => format!("There is no executable file at that path; relative paths start at {}.", folder.display()),
                false => "There is no executable file of that name in the folders of PATH.".to_owned(),
            };
            blame(
                "External Program Lookup Failed",
                &format!("The program \"{name}\" cannot be run. {place} A program beside the configuration is \"${{path.module}}/NAME\"."),
            )
        })?;
        Ok(Program {
            path,
            arguments: words.collect(),
            folder,
            variables,
        })
    }
}

impl DataSource for External {
    fn shape(&self) -> Shape {
        let texts = Type::map(Type::String);
        Shape::new(
            "What a program answers. It is given a JSON object of texts on its standard input and must write one to its standard output. It runs whenever the data source is read, while planning, too: it must change nothing.",
            [
                Field::required("program", Type::list(Type::String))
                    .about("The program and its arguments. There is no shell in between: nothing needs quoting."),
                Field::optional("working_dir", Type::String)
                    .about("The folder the program runs in; the current one by default."),
                Field::optional("query", texts.clone())
                    .about("What the program is given; an empty object by default."),
                Field::computed("result", texts).about("What the program answered."),
                Field::computed("id", Type::String).about("Always `-`."),
            ],
        )
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let empty = config.get("program").length() == Some(0);
        let detail = "Attribute program list must contain at least 1 elements, got: 0";
        let problem = empty.then(|| blame("Invalid Attribute Value", detail));
        problem.into_iter().collect()
    }

    fn read<'a>(
        &'a self,
        _: &'a (),
        mut config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let one = |problem| vec![problem];
            let program = self.program(&config).map_err(one)?;
            let query = query(&config);
            let shown = program.path.display().to_string();
            let output = off_thread(move || program.run(query.as_bytes())).await;
            let output = output.and_then(|output| output);
            let result = judge(output, &shown).map_err(one)?;
            let result = result.into_iter().map(|(k, v)| (k, Value::string(v)));
            config.set("result", Value::map(Type::String, result));
            config.set_text("id", "-");
            Ok(config)
        })
    }
}

/// The query as JSON; keys without a value are left out.
fn query(config: &Fields) -> String {
    let texts = config.texts("query").into_iter();
    let entries = texts.filter_map(|(key, text)| Some((key.as_str()?.to_owned(), text.into())));
    serde_json::Value::Object(entries.collect()).to_string()
}

fn judge(output: io::Result<Output>, program: &str) -> Result<BTreeMap<String, String>, Problem> {
    const FAILED: &str = "External Program Execution Failed";
    const UNEXPECTED: &str =
        "The data source received an unexpected error while attempting to execute the program.";
    let output = output.map_err(|error| {
        blame(
            FAILED,
            &format!("{UNEXPECTED}\n\nProgram: {program}\nState: {error}"),
        )
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = match said.is_empty() {
            true => "\n\nThe program was executed, however it returned no additional error messaging.\n\nProgram: ".to_owned() + program,
            false => format!("\n\nProgram: {program}\nError Message: {said}"),
        };
        let state = ending(output.status);
        return Err(blame(
            FAILED,
            &format!("{UNEXPECTED}{said}\nState: {state}"),
        ));
    }
    let read: Result<Option<BTreeMap<String, Option<String>>>, _> =
        serde_json::from_slice(&output.stdout);
    match read {
        Ok(answer) => {
            let answer = answer.unwrap_or_default().into_iter();
            Ok(answer
                .map(|(key, text)| (key, text.unwrap_or_default()))
                .collect())
        }
        Err(error) => Err(blame(
            "Unexpected External Program Results",
            &format!(
                "The data source received unexpected results after executing the program.\n\nProgram output must be a JSON encoded map of string keys and string values.\n\nProgram: {program}\nResult Error: {error}"
            ),
        )),
    }
}

fn blame(summary: &str, detail: &str) -> Problem {
    attribute_problem("program", summary, detail)
}
