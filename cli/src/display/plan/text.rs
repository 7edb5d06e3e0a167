//! A whole plan as text.

use std::{cell::Cell, fmt::Write as _};

use trueup_core::{
    address::ResourceMode,
    plan::{Action, Deferred, Mode, OutputChange, Plan, ResourceChange, parse_provider},
    run::schema_of,
    validate::Schemas,
};
use trueup_sdk::Block;
use trueup_value::{Marks, Path, Str, Value};

use super::{
    change::Change,
    comment::Cause,
    diff::{Action as Part, Diff},
    dynamic,
    notes::{fill, rule},
    paint::{Paint, Piece},
    proposed::{self, Typed},
    render::{self, Style, attribute_name},
    resource,
    tree::Tree,
};
use crate::error::CommandError;
use Piece::{Bold, Cyan, Green, Red, Reset, Text};

/// Where text is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// Escape sequences are welcome.
    pub(crate) color: bool,
    /// Columns to wrap prose at.
    pub(crate) width: usize,
    /// Nobody is there to run another command.
    pub(crate) automation: bool,
}

/// How many objects a plan is about, by what becomes of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    import: usize,
    create: usize,
    update: usize,
    delete: usize,
    delete_then_create: usize,
    create_then_delete: usize,
    read: usize,
    forget: usize,
}

impl Counts {
    /// Counts what is shown of a plan.
    fn of(plan: &Plan) -> Self {
        let mut counts = Counts::default();
        for change in plan.changes.iter().filter(|change| is_shown(change)) {
            counts.import += usize::from(change.importing.is_some());
            match change.action {
                Action::NoOp => {}
                Action::Create => counts.create += 1,
                Action::Update => counts.update += 1,
                Action::Delete => counts.delete += 1,
                Action::DeleteThenCreate => counts.delete_then_create += 1,
                Action::CreateThenDelete => counts.create_then_delete += 1,
                Action::Read => counts.read += 1,
                Action::Forget => counts.forget += 1,
            }
        }
        counts
    }

    /// Objects that will be created.
    fn added(self) -> usize {
        self.create + self.delete_then_create + self.create_then_delete
    }

    /// Objects that will be destroyed.
    fn destroyed(self) -> usize {
        self.delete + self.delete_then_create + self.create_then_delete
    }

    /// `1 to add, 0 to change, 0 to destroy.`
    fn sentence(self) -> String {
        let mut out = String::new();
        if self.import > 0 {
            let _ = write!(out, "{} to import, ", self.import);
        }
        let (add, destroy) = (self.added(), self.destroyed());
        let _ = write!(
            out,
            "{add} to add, {} to change, {destroy} to destroy.",
            self.update
        );
        out
    }

    fn any(self) -> bool {
        self != Counts {
            import: self.import,
            ..Counts::default()
        }
    }
}

/// Shows text, which comes in parts.
pub(crate) type Show<'s> = dyn FnMut(&str) -> Result<(), CommandError> + 's;

/// How much is gathered before it is shown.
const PART: usize = 1 << 16;

/// Shows a plan to people. Nothing sensitive is in it.
///
/// # Errors
/// Those of `show`.
pub(crate) fn human(
    plan: &Plan,
    schemas: &dyn Schemas,
    view: View,
    show: &mut Show<'_>,
) -> Result<(), CommandError> {
    let writer = Writer {
        plan,
        schemas,
        view,
        paint: Paint { color: view.color },
        last: Cell::default(),
    };
    writer.show(show)
}

/// The values of an output: if anything in one is sensitive, both are.
fn output_trees(change: &OutputChange) -> (Tree, Tree) {
    let tree = |value: &Value| {
        let (bare, marks) = value.unmark_deep();
        (Tree::of(&bare), marks.contains(Marks::SENSITIVE))
    };
    let (mut before, secret_before) = tree(&change.before);
    let (mut after, secret_after) = tree(&change.after);
    before.sensitive = secret_before || secret_after;
    after.sensitive = before.sensitive;
    (before, after)
}

struct Writer<'a> {
    plan: &'a Plan,
    schemas: &'a dyn Schemas,
    view: View,
    paint: Paint,
    /// The schema of the change that was looked at last: the next is often of
    /// the same resource.
    last: Cell<Option<(&'a ResourceChange, Option<&'a Block>)>>,
}

/// Whether a change is one of the actions listed.
fn is_shown(change: &ResourceChange) -> bool {
    let data = change.address.resource.resource.mode != ResourceMode::Managed;
    match change.action {
        Action::NoOp => change.has_moved() || change.importing.is_some(),
        Action::Delete => !data,
        _ => true,
    }
}

impl<'a> Writer<'a> {
    fn show(&self, show: &mut Show<'_>) -> Result<(), CommandError> {
        let outputs = self.outputs();
        let drift = self.drift(!outputs.is_empty());
        let mut out = drift.clone();
        let drifted = !drift.is_empty();
        let shown: Vec<_> = self.plan.changes.iter().filter(|c| is_shown(c)).collect();
        if shown.is_empty() && outputs.is_empty() && self.no_changes(&mut out, drifted) {
            return show(&out);
        }
        if drifted {
            self.rule(&mut out);
        }
        self.deferred(&mut out);
        let counts = Counts::of(self.plan);
        self.legend(&mut out, counts);
        self.changes(&mut out, &shown, counts, show)?;
        if !outputs.is_empty() {
            let _ = write!(out, "\nChanges to Outputs:\n{outputs}\n");
            if !counts.any() {
                let text = "\nYou can apply this plan to save these new output values to the Terraform state, without changing any real infrastructure.";
                self.say(&mut out, text);
            }
        }
        show(&out)
    }

    fn say(&self, out: &mut String, text: &str) {
        out.push_str(&fill(text, self.view));
        out.push('\n');
    }

    fn rule(&self, out: &mut String) {
        out.push_str(&rule(self.view));
        out.push('\n');
    }

    fn block(&self, change: &'a ResourceChange) -> Option<&'a Block> {
        let resource = &change.address.resource.resource;
        if let Some((last, block)) = self.last.get()
            && last.provider == change.provider
            && last.address.resource.resource == *resource
        {
            return block;
        }
        let block = parse_provider(&change.provider).and_then(|(_, source, _)| {
            let schema = schema_of(self.schemas.provider(&source)?, resource)?;
            Some(&schema.block)
        });
        self.last.set(Some((change, block)));
        block
    }

    fn difference(&self, change: &'a ResourceChange, relevant: Option<&[&Path]>) -> Diff {
        let empty = Block::default();
        let schema = self.block(change).unwrap_or(&empty);
        resource::difference(change, schema, relevant)
    }

    /// What has changed outside, as far as it matters; empty for nothing.
    fn drift(&self, outputs_change: bool) -> String {
        let all = self.plan.mode == Mode::RefreshOnly;
        let idle = |change: &'a ResourceChange| {
            !change.has_moved() && self.difference(change, None).action == Part::NoOp
        };
        if self.plan.drift.is_empty()
            || (!all && !outputs_change && self.plan.changes.iter().all(idle))
        {
            return String::new();
        }
        let mut texts = Vec::new();
        for change in &self.plan.drift {
            let relevant = match all {
                true => None,
                false => Some(self.relevant(change)),
            };
            let parts = !change.parts.is_empty();
            if relevant.as_ref().is_some_and(Vec::is_empty) && !parts {
                continue;
            }
            let diff = self.difference(change, relevant.as_deref());
            if diff.action != Part::NoOp || all || parts {
                texts.push((change, diff));
            }
        }
        if texts.is_empty() {
            return String::new();
        }
        let mut out = String::new();
        let title = Text(" Objects have changed outside of Terraform\n");
        let pieces = [Text("\n"), Bold, Cyan, Text("Note:"), Reset, Bold, title];
        self.paint.write(&mut out, &pieces);
        out.push('\n');
        out.push_str(&fill(
            "Terraform detected the following changes made outside of Terraform since the last \"terraform apply\" which may have affected this plan:\n",
            self.view,
        ));
        for (change, diff) in texts {
            if change.action == Action::NoOp && !change.has_moved() {
                continue;
            }
            out.push('\n');
            resource::text(&mut out, change, &diff, Cause::Drift, self.paint);
            out.push('\n');
        }
        let note = match all {
            true => {
                "\n\nThis is a refresh-only plan, so Terraform will not take any actions to undo these. If you were expecting these changes then you can apply this plan to record the updated values in the Terraform state without changing any remote objects."
            }
            false => {
                "\n\nUnless you have made equivalent changes to your configuration, or ignored the relevant attributes using ignore_changes, the following plan may include actions to undo or respond to these changes."
            }
        };
        self.say(&mut out, note);
        out
    }

    /// The attributes of an object that the plan depends on.
    fn relevant(&self, change: &ResourceChange) -> Vec<&Path> {
        let address = change.address.to_string();
        let relevant = self.plan.relevant.iter();
        let relevant = relevant.filter(|attribute| attribute.resource == address);
        relevant.map(|attribute| &attribute.path).collect()
    }

    /// Says that nothing is to be done; whether that is all there is to say.
    fn no_changes(&self, out: &mut String, drifted: bool) -> bool {
        let headline = |out: &mut String, color, first: &str, rest: &str| {
            let pieces = [
                Text("\n"),
                Reset,
                Bold,
                color,
                Text(first),
                Reset,
                Bold,
                Text(rest),
                Reset,
                Text("\n\n"),
            ];
            self.paint.write(out, &pieces);
        };
        let plan = self.plan;
        let refresh_only = plan.mode == Mode::RefreshOnly;
        if drifted && (plan.errored || !plan.deferred.is_empty() || !refresh_only) {
            self.rule(out);
        }
        if plan.errored {
            let rest = " Terraform encountered an error while generating this plan.";
            headline(out, Red, "Planning failed.", rest);
            return false;
        }
        if !plan.deferred.is_empty() {
            let rest = " This plan requires another plan to be applied first.";
            headline(out, Green, "No current changes.", rest);
            return false;
        }
        let (title, text) = match plan.mode {
            Mode::RefreshOnly if drifted => return true,
            Mode::RefreshOnly => (
                " Your infrastructure still matches the configuration.",
                "Terraform has checked that the real remote objects still match the result of your most recent changes, and found no differences.",
            ),
            Mode::Destroy => (
                " No objects need to be destroyed.",
                "Either you have not created any objects yet or the existing objects were already deleted outside of Terraform.",
            ),
            Mode::Normal => (
                " Your infrastructure matches the configuration.",
                match (drifted, plan.applyable(), self.view.automation) {
                    (false, ..) => {
                        "Terraform has compared your real infrastructure against your configuration and found no differences, so no changes are needed."
                    }
                    (true, true, _) => {
                        "Your configuration already matches the changes detected above, so applying this plan will only update the state to include the changes detected above and won't change any real infrastructure."
                    }
                    (true, false, true) => {
                        "Your configuration already matches the changes detected above. If you'd like to update the Terraform state to match, create and apply a refresh-only plan."
                    }
                    (true, false, false) => {
                        "Your configuration already matches the changes detected above. If you'd like to update the Terraform state to match, create and apply a refresh-only plan:\n  terraform apply -refresh-only"
                    }
                },
            ),
        };
        headline(out, Green, "No changes.", title);
        self.say(out, text);
        drifted && plan.mode == Mode::Normal
    }

    /// What can only be planned after this plan is applied.
    fn deferred(&self, out: &mut String) {
        if self.plan.deferred.is_empty() {
            return;
        }
        let title = Text(
            " This is a partial plan, parts can only be known in the next plan / apply cycle.\n",
        );
        let pieces = [Text("\n"), Bold, Cyan, Text("Note:"), Reset, Bold, title];
        self.paint.write(out, &pieces);
        for deferred in &self.plan.deferred {
            out.push('\n');
            self.deferred_resource(out, deferred);
        }
        self.rule(out);
    }

    fn deferred_resource(&self, out: &mut String, deferred: &Deferred) {
        let address = deferred.resource.to_string();
        let head = [
            Bold,
            Text("  # "),
            Text(&address),
            Reset,
            Text(" was deferred\n"),
        ];
        self.paint.write(out, &head);
        let waits_for: Vec<&str> = deferred
            .waits_for
            .iter()
            .map(|name| name.as_str())
            .collect();
        let on = match waits_for.is_empty() {
            true => String::new(),
            false => format!(": {}", waits_for.join(", ")),
        };
        let why = format!(" (because {}{on})\n", deferred.reason.because());
        self.paint.write(out, &[Text("  #"), Reset, Text(&why)]);
    }

    fn legend(&self, out: &mut String, counts: Counts) {
        if !counts.any() {
            return;
        }
        self.say(
            out,
            "\nTerraform used the selected providers to generate the following execution plan. Resource actions are indicated with the following symbols:",
        );
        let (plus, minus) = ([Green, Text("+"), Reset], [Red, Text("-"), Reset]);
        let mut line = |count: usize, pieces: &[&[Piece<'_>]]| {
            if count > 0 {
                self.paint.write(out, &pieces.concat());
                out.push('\n');
            }
        };
        line(counts.create, &[&[Text("  ")], &plus, &[Text(" create")]]);
        let update = [Text("  "), Piece::Yellow, Text("~"), Reset];
        line(counts.update, &[&update, &[Text(" update in-place")]]);
        line(counts.delete, &[&[Text("  ")], &minus, &[Text(" destroy")]]);
        line(
            counts.delete_then_create,
            &[
                &minus,
                &[Text("/")],
                &plus,
                &[Text(" destroy and then create replacement")],
            ],
        );
        line(
            counts.create_then_delete,
            &[
                &plus,
                &[Text("/")],
                &minus,
                &[Text(" create replacement and then destroy")],
            ],
        );
        let read = [Text(" "), Cyan, Text("<="), Reset];
        line(counts.read, &[&read, &[Text(" read (data resources)")]]);
    }

    fn changes(
        &self,
        out: &mut String,
        shown: &[&'a ResourceChange],
        counts: Counts,
        show: &mut Show<'_>,
    ) -> Result<(), CommandError> {
        if shown.is_empty() {
            return Ok(());
        }
        out.push_str(match self.plan.errored {
            true => "\nTerraform planned the following actions, but then encountered a problem:\n",
            false => "\nTerraform will perform the following actions:\n",
        });
        let empty = Block::default();
        let typed: Vec<Typed<'_>> = shown
            .iter()
            .map(|change| (*change, self.block(change).unwrap_or(&empty)))
            .collect();
        proposed::each(&typed, self.paint, |text| {
            out.push_str(text);
            if out.len() >= PART {
                show(out)?;
                out.clear();
            }
            Ok(())
        })?;
        let sentence = format!(" {}\n", counts.sentence());
        let pieces = [Text("\n"), Bold, Text("Plan:"), Reset, Text(&sentence)];
        self.paint.write(out, &pieces);
        Ok(())
    }

    /// The outputs that change, without a final newline.
    fn outputs(&self) -> String {
        let names: Vec<(&Str, String)> = self
            .plan
            .outputs
            .keys()
            .map(|name| (name, attribute_name(name)))
            .collect();
        let width = names
            .iter()
            .map(|(_, shown)| shown.len())
            .max()
            .unwrap_or(0);
        let mut lines = Vec::new();
        for ((_, shown), change) in names.iter().zip(self.plan.outputs.values()) {
            let (before, after) = output_trees(change);
            let diff = dynamic::output(Change::of(Some(&before), Some(&after)));
            if diff.action == Part::NoOp {
                continue;
            }
            let mut line = String::new();
            resource::part_symbol(&mut line, diff.action, self.paint);
            let _ = write!(line, " {shown:width$} = ");
            render::write(&mut line, &diff, 0, Style::new(self.paint));
            lines.push(line);
        }
        lines.join("\n")
    }
}
