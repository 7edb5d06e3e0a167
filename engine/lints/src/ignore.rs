//! `# trueup:ignore RULE until 2027-01-31 -- reason`
//!
//! The comment stands right above a block, behind its header or right below
//! it: a resource, a data source, or a module call, which it then is for all
//! of. It names one rule or several with commas between them, a last day and a
//! reason; none of them can be left out.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use trueup_core::{
    load::{Config, NodeId},
    plan::{Finding, Ignored},
};
use trueup_syntax::{Diagnostic, Diagnostics, SourceFile, Span, suggest::nearest_name};

use crate::rule::{find_rule, rules};

/// What comments begin with.
const WORD: &str = "trueup:ignore";

/// A comment that was understood.
#[derive(Clone, Debug, PartialEq)]
struct Ignore {
    rules: Vec<String>,
    until: Date,
    reason: String,
}

/// Why a comment was not.
#[derive(Clone, Debug, PartialEq)]
enum Trouble {
    /// It lacks something.
    Incomplete,
    /// This is no day.
    NoDay(String),
}

/// All comments of a configuration, by the block they are for.
pub(crate) struct Ignores {
    by_block: HashMap<Span, Vec<Ignore>>,
    today: Date,
}

impl Ignores {
    /// Reads them, and tells what is wrong with them: rules that don't exist,
    /// days that are over.
    pub(crate) fn new(config: &Config, today: Date) -> (Self, Diagnostics) {
        let mut found = Diagnostics::default();
        let mut by_block = HashMap::new();
        let mut seen = HashSet::new();
        for (_, node) in config.nodes() {
            let module = &node.module;
            let blocks = module.resources.values().map(|resource| resource.span);
            let calls = module.module_calls.values().map(|call| call.span);
            // A module that is called twice is read once.
            for header in blocks.chain(calls).filter(|header| seen.insert(*header)) {
                let file = config.sources().file(header.file);
                let ignores = read(file, header, &mut found);
                tell_expired(&ignores, today, &mut found);
                by_block.insert(
                    header,
                    ignores.into_iter().map(|(ignore, _)| ignore).collect(),
                );
            }
        }
        (Ignores { by_block, today }, found)
    }

    /// Says of a finding whether it is ignored.
    pub(crate) fn judge(&self, finding: &mut Finding, config: &Config) {
        let headers = headers(finding, config);
        let mut ignores = headers
            .iter()
            .filter_map(|header| self.by_block.get(header))
            .flatten();
        let of_rule = |ignore: &&Ignore| {
            ignore.until >= self.today
                && ignore
                    .rules
                    .iter()
                    .any(|rule| rule == finding.rule.as_str())
        };
        let ignore = ignores.find(of_rule);
        finding.ignored = ignore.map(|ignore| Ignored {
            until: ignore.until.to_string(),
            reason: ignore.reason.clone(),
        });
    }
}

/// The block of a finding, and the module calls that lead to it.
fn headers(finding: &Finding, config: &Config) -> Vec<Span> {
    let address = &finding.address.resource;
    let Some(node) = config.descendant_for_instance(&address.module) else {
        return Vec::new();
    };
    let block = config.node(node).module.resources.get(&address.resource);
    let mut headers: Vec<Span> = block.map(|block| block.span).into_iter().collect();
    let mut at: Option<NodeId> = Some(node);
    while let Some(node) = at {
        headers.extend(config.call(node).map(|call| call.span));
        at = config.node(node).parent.as_ref().map(|(parent, _)| *parent);
    }
    headers
}

fn read(file: &SourceFile, header: Span, found: &mut Diagnostics) -> Vec<(Ignore, Span)> {
    let mut ignores = Vec::new();
    for (text, span) in comments(file, header) {
        let Some(rest) = text.strip_prefix(WORD) else {
            continue;
        };
        match parse(rest) {
            Ok(ignore) => {
                found
                    .0
                    .extend(ignore.rules.iter().filter_map(|rule| unknown(rule, span)));
                ignores.push((ignore, span));
            }
            Err(trouble) => found.push(told(&trouble, span)),
        }
    }
    ignores
}

/// The comments around a block's header, without what marks them as such.
fn comments(file: &SourceFile, header: Span) -> Vec<(&str, Span)> {
    let line = file.position(header.start).line;
    let last = file.position(header.end).line;
    let is_comment = |line: &u32| comment(file.line(*line)).is_some();
    let above = (1..line).rev().take_while(is_comment);
    let below = (last + 1..=file.line_count()).take_while(is_comment);
    let mut found: Vec<(&str, Span)> = above
        .chain(below)
        .filter_map(|line| Some((comment(file.line(line))?, span_of(file, header, line))))
        .collect();
    let end_of_line = file.line(last);
    let behind = file.position(header.end).column as usize - 1;
    let behind = end_of_line.get(behind..).unwrap_or_default();
    let behind = behind.trim_start_matches([' ', '{', '\t']);
    found.extend(comment(behind).map(|text| (text, span_of(file, header, last))));
    found
}

fn comment(line: &str) -> Option<&str> {
    let line = line.trim();
    let text = line.strip_prefix('#').or_else(|| line.strip_prefix("//"))?;
    Some(text.trim_start_matches('#').trim())
}

/// A line of a file without the blanks it begins with.
fn span_of(file: &SourceFile, header: Span, line: u32) -> Span {
    let text = file.line(line);
    let mut start = 0;
    let lines = file.text.split_inclusive('\n').take(line as usize - 1);
    start += lines.map(str::len).sum::<usize>();
    let indent = text.len() - text.trim_start().len();
    Span::new(
        header.file,
        (start + indent) as u32,
        (start + text.len()) as u32,
    )
}

fn parse(text: &str) -> Result<Ignore, Trouble> {
    let (head, reason) = text.split_once("--").ok_or(Trouble::Incomplete)?;
    let (rules, until) = head.split_once(" until ").ok_or(Trouble::Incomplete)?;
    let rules = rules.split([',', ' ']).filter(|rule| !rule.is_empty());
    let rules: Vec<String> = rules.map(str::to_owned).collect();
    let (until, reason) = (until.trim(), reason.trim());
    if rules.is_empty() || reason.is_empty() {
        return Err(Trouble::Incomplete);
    }
    let until = until
        .parse()
        .map_err(|_| Trouble::NoDay(until.to_owned()))?;
    Ok(Ignore {
        rules,
        until,
        reason: reason.to_owned(),
    })
}

fn told(trouble: &Trouble, span: Span) -> Diagnostic {
    let detail = match trouble {
        Trouble::Incomplete => {
            "Nothing is ignored: the comment needs a rule, a last day and a reason.".to_owned()
        }
        Trouble::NoDay(text) => format!("Nothing is ignored: \"{text}\" is no day."),
    };
    let form = "write it like `# trueup:ignore irsa-subject until 2027-01-31 -- the role moves next month`";
    Diagnostic::warning("Comment without effect", detail, span).hint(form)
}

fn unknown(rule: &str, span: Span) -> Option<Diagnostic> {
    if find_rule(rule).is_some() {
        return None;
    }
    let detail = format!("There is no rule \"{rule}\"; `trueup lint -list` prints all.");
    let diagnostic = Diagnostic::warning("Unknown rule ignored", detail, span);
    let ids = rules().iter().map(|rule| rule.id);
    Some(match nearest_name(rule, ids) {
        Some(meant) => diagnostic.hint(format!("did you mean `{meant}`?")),
        None => diagnostic,
    })
}

fn tell_expired(ignores: &[(Ignore, Span)], today: Date, found: &mut Diagnostics) {
    for (ignore, span) in ignores.iter().filter(|(ignore, _)| ignore.until < today) {
        let detail = format!(
            "Since {} nothing is ignored any more: the last day was {}. It was ignored because: {}",
            ignore.until.tomorrow().unwrap_or(ignore.until),
            ignore.until,
            ignore.reason
        );
        found.push(Diagnostic::warning(
            "Ignored until a day that is over",
            detail,
            *span,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::{Trouble, parse};

    #[test]
    fn a_comment_needs_all_its_parts() {
        let whole = parse(" irsa-subject, irsa-audience until 2027-01-31 -- moves soon")
            .expect("a comment");
        assert_eq!(whole.rules, ["irsa-subject", "irsa-audience"]);
        assert_eq!(whole.until.to_string(), "2027-01-31");
        assert_eq!(whole.reason, "moves soon");
        for text in [
            " irsa-subject",
            " irsa-subject -- reason",
            " irsa-subject until 2027-01-31",
            " irsa-subject until 2027-01-31 --",
            " until 2027-01-31 -- reason",
        ] {
            assert_eq!(parse(text), Err(Trouble::Incomplete), "{text}");
        }
        let no_day = Trouble::NoDay("2027-02-30".to_owned());
        assert_eq!(parse(" a until 2027-02-30 -- reason"), Err(no_day));
    }
}
