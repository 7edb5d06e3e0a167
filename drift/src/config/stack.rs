//! Blocks `stack`: what is checked, and when.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::{SignedDuration, tz::TimeZone};
use trueup_syntax::{
    Diagnostic, Span,
    ast::{ExprKind, Template},
    body::{self, BlockItem, BodySchema, Content},
    similar_name,
};
use trueup_value::{Type, Value};

use super::{
    folders,
    read::{Given, Reader},
};
use crate::schedule::{Expression, Misread, Schedule};

/// A stack that is checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// What it is called.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// When it is checked.
    pub schedule: Schedule,
    /// How long a check may take.
    pub within: SignedDuration,
    /// Values of variables, as they are written on a command line.
    pub variables: BTreeMap<String, String>,
    /// Files with values of variables.
    pub var_files: Vec<PathBuf>,
    /// What may be done about drift; nothing unless somebody says so.
    pub repair: Option<Allowed>,
    /// The names of those who are told.
    pub notify: Vec<String>,
}

/// What a repair may do besides changing fields back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Make objects again that are gone.
    pub create: bool,
    /// Remove what was added, and replace what cannot be changed.
    pub destroy: bool,
}

const SCHEMA: BodySchema<'static> = BodySchema {
    attributes: &[
        body::required("folder"),
        body::attribute("schedule"),
        body::attribute("timezone"),
        body::attribute("jitter"),
        body::attribute("check_within"),
        body::attribute("variables"),
        body::attribute("var_files"),
        body::attribute("notify"),
    ],
    blocks: &[body::block("repair", &[])],
};

const REPAIR: BodySchema<'static> = BodySchema {
    attributes: &[
        body::required("revert"),
        body::attribute("create"),
        body::attribute("destroy"),
    ],
    blocks: &[],
};

/// All stacks, and the names of blocks that are left out because they have errors.
pub(super) fn stacks(
    outer: &Content,
    targets: &[String],
    reader: &mut Reader<'_>,
) -> (Vec<Stack>, Vec<String>) {
    for_all(outer, targets, reader);
    let (mut stacks, mut left_out) = (Vec::<Stack>::new(), Vec::new());
    let blocks = outer.blocks.iter();
    for block in blocks.filter(|block| block.kind.name.as_str() == "stack") {
        let (found, errors) = reader.part(|reader| {
            let found = of_block(block, outer, targets, reader);
            unique(&found, &stacks, block, reader);
            found
        });
        reader.in_stacks += errors;
        match errors {
            0 => stacks.extend(found),
            _ => left_out.push(name(block)),
        }
    }
    (stacks, left_out)
}

/// Says what is wrong with what holds for all stacks.
fn for_all(outer: &Content, targets: &[String], reader: &mut Reader<'_>) {
    match outer.attribute("schedule") {
        Some(schedule) => drop(self::schedule(outer, outer, schedule.expr.span, reader)),
        None => drop(time_zone(outer, reader)),
    }
    reader.duration(outer, "jitter");
    within(outer, reader);
    notify(outer, targets, reader);
}

/// Says which of these stacks have names that others have.
fn unique(found: &[Stack], others: &[Stack], block: &BlockItem, reader: &mut Reader<'_>) {
    for stack in found {
        if others.iter().any(|other| other.name == stack.name) {
            let detail = format!(
                "There is a stack \"{}\" already. Their names must be unique.",
                stack.name
            );
            reader.wrong("Duplicate stack", detail, block.header);
        }
    }
}

fn name(block: &BlockItem) -> String {
    let label = block.labels.first().map(|label| label.name.to_string());
    label.unwrap_or_default()
}

/// The stacks of one block: one for each folder.
fn of_block(
    block: &BlockItem,
    outer: &Content,
    targets: &[String],
    reader: &mut Reader<'_>,
) -> Vec<Stack> {
    let content = block.body.content(&SCHEMA, &mut reader.diagnostics);
    let label = name(block);
    // What the block leaves open, the file may say for all.
    let source = |name: &str| match content.attribute(name) {
        Some(_) => &content,
        None => outer,
    };
    let schedule = schedule(source("schedule"), source("timezone"), block.header, reader);
    let jitter = reader.duration(source("jitter"), "jitter");
    let within = within(source("check_within"), reader);
    let notify = notify(source("notify"), targets, reader);
    let repair = repair(&content, reader);
    let variables = variables(&content, reader);
    let var_files = reader.texts(&content, "var_files").unwrap_or_default();
    let folder = reader.text(&content, "folder");
    let (Some(schedule), Some(folder)) = (schedule, folder) else {
        return Vec::new();
    };
    let jitter = jitter.map(|given| given.value).unwrap_or_default();
    let folders = folders::matching(&label, &folder, reader);
    let stack = |(name, folder): (String, PathBuf)| Stack {
        schedule: schedule.clone().spread(&name, jitter),
        name,
        folder,
        within,
        variables: variables.clone(),
        var_files: var_files
            .iter()
            .map(|file| reader.base.join(&file.value))
            .collect(),
        repair,
        notify: notify.clone(),
    };
    folders.into_iter().map(stack).collect()
}

fn schedule(
    expression: &Content,
    zone: &Content,
    header: Span,
    reader: &mut Reader<'_>,
) -> Option<Schedule> {
    let zone = time_zone(zone, reader)?;
    let Some(given) = reader.text(expression, "schedule") else {
        if expression.attribute("schedule").is_none() {
            let detail = "The argument \"schedule\" is required, here or for all stacks at the top of the file.";
            reader.wrong("Missing required argument", detail, header);
        }
        return None;
    };
    let parsed = Expression::parse(&given.value);
    let scheduled = parsed.and_then(|expression| {
        let schedule = Schedule::new(expression, zone.clone());
        let due = schedule.after(reader.around.now);
        due.map(|_| schedule).ok_or(Misread::Never)
    });
    scheduled
        .map_err(|misread| misread_schedule(&misread, &given, &zone, expression, reader))
        .ok()
}

/// Says what is wrong with an expression, and shows when a right one is due.
fn misread_schedule(
    misread: &Misread,
    given: &Given<String>,
    zone: &TimeZone,
    content: &Content,
    reader: &mut Reader<'_>,
) {
    let place = match misread {
        Misread::Field { range, .. } if is_plain(content) => Span {
            start: given.span.start + 1 + u32::try_from(range.start).unwrap_or(0),
            end: given.span.start + 1 + u32::try_from(range.end).unwrap_or(0),
            ..given.span
        },
        _ => given.span,
    };
    let mut diagnostic = Diagnostic::error("Invalid schedule", misread.to_string(), place);
    const RIGHT: &str = "0 * * * *";
    if let Ok(expression) = Expression::parse(RIGHT) {
        let right = Schedule::new(expression, zone.clone());
        let next = right.next(reader.around.now, 2);
        let next: Vec<String> = next.into_iter().map(|due| right.show(due)).collect();
        let hint = format!(
            "\"{RIGHT}\" is every hour on the hour: next at {}",
            next.join(" and ")
        );
        diagnostic = diagnostic.hint(hint);
    }
    reader.diagnostics.push(diagnostic);
}

/// Whether each byte of the expression is one of the text between its quotes.
fn is_plain(content: &Content) -> bool {
    content.attribute("schedule").is_some_and(|attribute| {
        let length = (attribute.expr.span.end - attribute.expr.span.start) as usize;
        match &attribute.expr.kind {
            ExprKind::Literal(Value::String(text)) => text.len() + 2 == length,
            ExprKind::Template(Template { parts, .. }) => parts.len() == 1,
            _ => false,
        }
    })
}

fn time_zone(content: &Content, reader: &mut Reader<'_>) -> Option<TimeZone> {
    let Some(given) = reader.text(content, "timezone") else {
        return Some(TimeZone::UTC);
    };
    if let Ok(zone) = TimeZone::get(&given.value) {
        return Some(zone);
    }
    let names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .collect();
    let near = similar_name(&given.value, names.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!(" Did you mean {near:?}?"));
    let detail = format!(
        "There is no time zone {:?}.{near} Expected a name of the IANA database, such as \"Europe/Berlin\" or \"UTC\".",
        given.value
    );
    reader.wrong("Unknown time zone", detail, given.span);
    None
}

/// How long a check may take. An apply that it has to wait for is part of it.
fn within(content: &Content, reader: &mut Reader<'_>) -> SignedDuration {
    const DEFAULT: SignedDuration = SignedDuration::from_mins(15);
    let Some(given) = reader.duration(content, "check_within") else {
        return DEFAULT;
    };
    if given.value < SignedDuration::from_secs(1) {
        let detail = "No check ends in no time. Expected how long one may take before it is given up, such as \"15m\".";
        reader.wrong("Invalid time for a check", detail, given.span);
    }
    given.value
}

fn notify(content: &Content, targets: &[String], reader: &mut Reader<'_>) -> Vec<String> {
    let given = reader.texts(content, "notify").unwrap_or_default();
    let names = targets.iter().map(String::as_str);
    for name in &given {
        if names.clone().any(|known| known == name.value) {
            continue;
        }
        let near = similar_name(&name.value, names.clone());
        let near = near.map_or_else(String::new, |near| format!(" Did you mean {near:?}?"));
        let detail = format!("There is no notify block {:?}.{near}", name.value);
        reader.wrong("Unknown notification", detail, name.span);
    }
    given.into_iter().map(|name| name.value).collect()
}

fn repair(content: &Content, reader: &mut Reader<'_>) -> Option<Allowed> {
    let block = content.blocks.first()?;
    let content = block.body.content(&REPAIR, &mut reader.diagnostics);
    let mut switch = |name| reader.switch(&content, name).unwrap_or(false);
    let allowed = Allowed {
        create: switch("create"),
        destroy: switch("destroy"),
    };
    switch("revert").then_some(allowed)
}

/// Texts as they are, everything else as JSON: what `-var` takes.
fn variables(content: &Content, reader: &mut Reader<'_>) -> BTreeMap<String, String> {
    let Some(given) = reader.value(content, "variables", &Type::Dynamic) else {
        return BTreeMap::new();
    };
    if !matches!(given.value, Value::Object(_) | Value::Map(_)) {
        let detail = "Inappropriate value for attribute \"variables\": expected an object.";
        reader.wrong("Incorrect attribute value type", detail, given.span);
        return BTreeMap::new();
    }
    let entries = given.value.elements();
    let entries = entries.filter_map(|(name, value)| {
        let name = name.as_str()?.to_owned();
        let text = match value.as_str() {
            Some(text) => text.to_owned(),
            None => trueup_value::json::to_json_simple(&value).ok()?,
        };
        Some((name, text))
    });
    entries.collect()
}
