//! `blueprint context`: the task card of a hook: all that whoever writes it needs to know.

mod values;

use super::exit::{Exit, Fault};
use super::explain::{Known, hooks as said};
use super::place::PlaceArguments;
use super::terminal::{Colour, Format, Terminal, paint};
use crate::diagnostics::did_you_mean;
use crate::expr::typed::{Column, Expr, Node};
use crate::model::{Action, Does, Each, Entity, FieldId, Hook, HookReads, Model};
use crate::phrase::phrase;
use crate::plan::hooks::{self, Member};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Print the task card of a hook: contract, types, powers, rules, file, tests, and what judges it
///
/// For people and for assistants who write it; nothing else of the service needs to be read.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Its name under `hooks`; without one, which there are
    #[arg(value_name = "HOOK")]
    hook: Option<String>,

    /// The blueprint
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// The service's folder, whose lock names the blueprint
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let place = PlaceArguments::of(arguments.file.clone(), arguments.out.clone());
    let Some(known) = Known::load(place, terminal)? else { return Ok(Exit::Refused) };
    let model = &known.model;
    let names = || model.hooks.iter().map(|hook| hook.name.as_str());
    let Some(name) = &arguments.hook else {
        let text: String =
            model.hooks.iter().map(|hook| format!("{}: {}\n", hook.name, hook.summary)).collect();
        match terminal.format {
            Format::Json => {
                terminal.document(json!({ "version": 1, "hooks": names().collect::<Vec<_>>() }))
            }
            _ if text.is_empty() => terminal.out("There are no hooks.\n"),
            _ => terminal.out(text),
        }
        return Ok(Exit::Done);
    };
    let name = name.strip_prefix("hooks.").unwrap_or(name);
    let Some(hook) = model.hooks.iter().find(|hook| hook.name == name) else {
        let hint = did_you_mean(name, names()).map_or_else(
            || format!("; there {}", listed(&names().collect::<Vec<_>>())),
            |hint| format!("; {hint}"),
        );
        return Err(Fault::Usage(format!("{} has no hook `{name}`{hint}", known.file)));
    };
    let card = Card::of(model, hook, known.told(&hook.path()));
    match terminal.format {
        Format::Json => terminal.document(card.json()),
        _ => {
            let head = paint(&card.path, Colour::Bold, terminal.colour.out);
            terminal.out(format_args!("{head}   {}\n{}", card.place, card.text()));
        }
    }
    Ok(Exit::Done)
}

/// What stands on a card, as sections of lines.
struct Card {
    path: String,
    place: String,
    summary: String,
    file: String,
    sections: Vec<(&'static str, Vec<String>)>,
}

const POWERS: &[&str] = &[
    "Its arguments, and nothing else: no connection, no file, no network, no process, no environment, no clock, no \
     randomness, no `unsafe`, no module of the service but its contract and the values. `blueprint check` names whatever \
     else it uses.",
    "It runs where no transaction is open and no lock is held, for as short a time as can be: it is not async.",
    "It may run several times for one request: where what it is given has changed meanwhile, it is asked again.",
    "`Err(Failed::because(reason))`, of `impl Into<String>`, and a panic are answered with 500, and the reason goes to the log alone.",
];

impl Card {
    fn of(model: &Model, hook: &Hook, place: String) -> Card {
        let types = hooks::hooks(model).into_iter().find(|one| one.name == hook.name);
        let types = types.expect("each hook has its types");
        let file = hooks::file(hook);
        let members = |all: &[Member]| -> Vec<String> {
            all.iter().map(|one| format!("{}: {}   {}", one.name, one.ty, one.doc)).collect()
        };
        let module = &types.module;
        let mut sections = vec![
            (
                "Contract",
                vec![
                    format!("{file}: `impl Compute for Hook`, with the types of src/generated/hooks/{}.rs", types.file),
                    "fn compute(input: &Input, reads: &Reads) -> Result<Output, Failed>".to_owned(),
                    "What it gives depends on its arguments alone: for the same it is the same.".to_owned(),
                    "`const WRITTEN: bool = false;` stands in a stub: take it away once it is written.".to_owned(),
                ],
            ),
            ("Input", members(&types.given[0].members)),
        ];
        sections.push(("Reads", members(&types.given[1].members)));
        for (rows, reads) in types.given[2..].iter().zip(&hook.reads) {
            let mut lines = vec![format!("{}: {}", rows.name, rows.doc)];
            if reads.named_by().is_some() {
                lines.push(
                    "  one, or none where it is gone: `Err(Failed::because(…))` then".to_owned(),
                );
            }
            if let Some((tenant, _)) = model[reads.entity].scope.tenant() {
                lines.push(format!(
                    "  those of one {}, where the action runs in one",
                    model[tenant].name
                ));
            }
            lines.extend(members(&rows.members).into_iter().map(|line| format!("  {line}")));
            lines.extend(
                kept(&model[reads.entity], reads).into_iter().map(|line| format!("  {line}")),
            );
            sections.push(("Each row", lines));
        }
        let whole = types.output.members.iter().map(|one| one.name.as_str());
        let whole = format!("Output {{ {} }}", whole.collect::<Vec<_>>().join(", "));
        let output = std::iter::once(whole).chain(members(&types.output.members));
        sections.push(("Output", output.collect()));
        sections.push(("Types", values::lines(&types, &hooks::enums_of_rows(model, hook))));
        sections.push(("Powers", POWERS.iter().map(|line| (*line).to_owned()).collect()));
        let (mut asked, mut rules) = (Vec::new(), Vec::new());
        for (id, action) in said::asked_by(model, hook) {
            let entity = &model[id];
            asked.push(action.path(entity));
            asked.extend(action.require.iter().map(|one| {
                format!(
                    "  asked before, so it holds: {}: {}",
                    one.name(),
                    phrase(&one.holds, entity, Some(action))
                )
            }));
            rules.extend(rules_of(model, entity, action));
        }
        sections.push(("Asked by", asked));
        if !rules.is_empty() {
            rules.push("what breaks one is refused: 409 with the rule's path".to_owned());
        }
        sections.push(("Rules that what it gives must keep", rules));
        sections.push((
            "Tests",
            vec![
                format!("a `#[cfg(test)] mod tests` in {file}: make `Input` and `Reads` as plain structs, without a database"),
                format!("cargo test --lib app::{module}"),
                "cargo test --test generated -- hooks/   (the real database: what is shown, signed and asked again)".to_owned(),
            ],
        ));
        sections.push((
            "Judged by",
            vec![format!("blueprint check && cargo fmt --check && cargo clippy --all-targets -- -D warnings && cargo test --lib app::{module} && cargo test --test generated -- hooks/")],
        ));
        sections.retain(|(_, lines)| !lines.is_empty());
        Card { path: hook.path(), place, summary: hook.summary.clone(), file, sections }
    }

    fn text(&self) -> String {
        let mut text = format!("{}\n", self.summary);
        for (head, lines) in &self.sections {
            text.push_str(&format!("\n{head}\n"));
            lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        }
        text
    }

    fn json(&self) -> Value {
        let sections = self.sections.iter();
        let sections: Vec<Value> =
            sections.map(|(head, lines)| json!({ "about": head, "lines": lines })).collect();
        json!({
            "version": 1,
            "hook": self.path,
            "place": self.place,
            "summary": self.summary,
            "file": self.file,
            "sections": sections,
        })
    }
}

/// What always holds of the rows that it is given, as far as it is told of them.
fn kept(entity: &Entity, reads: &HookReads) -> Vec<String> {
    let given = |field: &FieldId| reads.fields.contains(field);
    let mut all = Vec::new();
    for rule in &entity.rules {
        let other = |node: &Node| match node {
            Node::Column(Column::Field(at)) => !given(&FieldId(*at)),
            Node::Column(_) => true,
            _ => false,
        };
        if !speaks(&rule.holds, &other) {
            all.push(format!("kept: {}: {}", rule.name, phrase(&rule.holds, entity, None)));
        }
    }
    for unique in entity.uniques.iter().filter(|one| one.filter.is_none()) {
        if unique.fields.iter().all(given) {
            let fields = unique.fields.iter().map(|field| entity.fields[field.0].name.as_str());
            let fields = fields.collect::<Vec<_>>().join(", ");
            all.push(format!("kept: {}: one row for each {fields}", unique.name));
        }
    }
    all
}

/// Rules of the rows into which an action puts what its hook gave.
fn rules_of(model: &Model, own: &Entity, action: &Action) -> Vec<String> {
    let first = action.input.len();
    let mut all = Vec::new();
    for step in &action.steps {
        let (entity, given): (&Entity, &[(FieldId, Expr)]) = match &step.does {
            Does::Set(given) => (own, given),
            Does::Create { entity, with } => (&model[*entity], with),
            Does::Run { entity, accept, .. } | Does::Each(Each { entity, accept, .. }) => {
                (&model[*entity], accept)
            }
            Does::Call { .. } | Does::Agree { .. } => continue,
        };
        let from: Vec<FieldId> = given
            .iter()
            .filter(|(_, value)| {
                speaks(value, &|node| matches!(node, Node::Input(at) if *at >= first))
            })
            .map(|(field, _)| *field)
            .collect();
        let fields: Vec<&str> =
            from.iter().map(|field| entity.fields[field.0].name.as_str()).collect();
        if !fields.is_empty() {
            all.push(format!("it becomes {} of {}", fields.join(", "), entity.name));
        }
        let about = |node: &Node| matches!(node, Node::Column(Column::Field(at)) if from.contains(&FieldId(*at)));
        for rule in entity.rules.iter().filter(|rule| speaks(&rule.holds, &about)) {
            all.push(format!("  {}: {}", rule.name, phrase(&rule.holds, entity, None)));
        }
    }
    all
}

fn speaks(expr: &Expr, of: &dyn Fn(&Node) -> bool) -> bool {
    of(&expr.node) || expr.parts().into_iter().any(|part| speaks(part, of))
}

/// `are quote, fee`.
fn listed(names: &[&str]) -> String {
    match names {
        [] => "are none".to_owned(),
        [one] => format!("is `{one}`"),
        several => format!("are `{}`", several.join("`, `")),
    }
}
