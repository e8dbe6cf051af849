//! `explain why ROLE may ACTION` and `explain why not ROLE ACTION`.

use super::super::exit::Fault;
use super::super::terminal::{Colour, Format, Terminal, paint};
use super::known::Known;
use super::target::{self, Target};
use super::who_may;
use crate::model::EntityId;
use crate::permissions::{self, CellDocument, Permissions, Row, Verdict, What, Why};
use serde_json::{Value, json};

pub(super) fn run(
    not: bool,
    who: &str,
    words: &[String],
    known: &Known,
    terminal: &mut Terminal,
) -> Result<(), Fault> {
    let (id, what) = match target::target(words, known)? {
        Target::One(id, what) => (id, what),
        Target::Whole(id) => {
            let name = &known.model[id].name;
            return Err(Fault::Usage(format!(
                "say what with `{name}`: `{name}.ACTION`, `read {name}` or `read {name}.FIELD`"
            )));
        }
    };
    let part = permissions::permissions(&known.model, id);
    let column = target::somebody(who, &part, known)?;
    let row = target::row(&part, what);
    let why = permissions::why(&known.model, &part, column, row);
    let told = Told { not, id, what, part: &part, row, column, why: &why, known };
    match terminal.format {
        Format::Json => terminal.document(told.document()),
        _ => told.print(terminal),
    }
    Ok(())
}

struct Told<'a> {
    not: bool,
    id: EntityId,
    what: What,
    part: &'a Permissions,
    row: &'a Row,
    column: usize,
    why: &'a Why,
    known: &'a Known,
}

impl Told<'_> {
    fn print(&self, terminal: &mut Terminal) {
        let model = &self.known.model;
        let names = target::names_of(model, self.part);
        let cell = &self.row.cells[self.column];
        let (who, what) = (names[self.column], target::told(model, self.id, self.what));
        let head = match &cell.verdict {
            Verdict::Never(_) => {
                match who_may::told_besides(model, self.part, self.row, self.column) {
                    Some(roles) => {
                        format!("Not as {who} alone: who is {roles} besides may {what}")
                    }
                    None => format!("No: {who} may never {what}"),
                }
            }
            Verdict::Always => format!("Yes: {who} may always {what}"),
            Verdict::When(_) => format!("Sometimes: {who} may {what}"),
        };
        terminal.out(format_args!("{}\n", paint(&head, Colour::Bold, terminal.colour.out)));
        if let Verdict::When(_) = cell.verdict {
            let when = who_may::when(model, self.part, self.row, cell);
            terminal.out(format_args!("when {when}\n"));
        }
        terminal.out("\n");
        for (number, step) in self.why.steps.iter().enumerate() {
            let otherwise = match step.otherwise {
                Some(status) if self.not => format!(", else {status}"),
                _ => String::new(),
            };
            self.line(&format!("{}. {}{otherwise}", number + 1, step.says), &step.path, terminal);
        }
        if let Some(lack) = &self.why.lack {
            let mark = paint("Missing:", Colour::Red, terminal.colour.out);
            let spot = self.known.nearest(&lack.path);
            terminal.out(format_args!("  {mark} {}\n     {} at {spot}\n", lack.says, lack.path));
            match &lack.write {
                Some(write) => terminal.out(format_args!("\nTo allow it, {write}.\n")),
                None => terminal.out("\nNothing that one could write there allows it.\n"),
            }
            self.others(&names, terminal);
        } else if self.not {
            let what = match cell.verdict {
                Verdict::When(_) => {
                    "Nothing is missing but what a person and a row must be; `else` is what is answered where \
                     they are not.\n"
                }
                _ => "Nothing is missing.\n",
            };
            terminal.out(format_args!("\n{what}"));
        }
    }

    fn line(&self, says: &str, path: &str, terminal: &mut Terminal) {
        let told = format!("{path} at {}", self.known.told(path));
        let told = paint(&told, Colour::Dim, terminal.colour.out);
        terminal.out(format_args!("  {says}\n     {told}\n"));
    }

    fn others(&self, names: &[&str], terminal: &mut Terminal) {
        let model = &self.known.model;
        let mut said = Vec::new();
        for at in &self.why.others {
            let when = match self.row.cells[*at].verdict {
                Verdict::When(_) => ", sometimes",
                _ => "",
            };
            let context = &model[self.part.people[*at].context].name;
            said.push(format!("{} in {context}{when}", names[*at]));
        }
        for (at, name) in names.iter().enumerate() {
            let roles = who_may::told_besides(model, self.part, self.row, at);
            said.extend(roles.map(|roles| format!("{name}, who is {roles} besides")));
        }
        match said.is_empty() {
            true => terminal.out("Nobody may.\n"),
            false => terminal.out(format_args!("Who may: {}.\n", said.join("; "))),
        }
    }

    fn document(&self) -> Value {
        let model = &self.known.model;
        let entity = &model[self.id];
        let action = self.what.action(entity);
        let one = &self.part.people[self.column];
        let cell = CellDocument::of(model, entity, action, one, &self.row.cells[self.column]);
        let steps: Vec<Value> = self
            .why
            .steps
            .iter()
            .map(|step| {
                json!({
                    "says": step.says,
                    "path": step.path,
                    "place": self.known.json(&step.path),
                    "otherwise": step.otherwise,
                })
            })
            .collect();
        let lack = self.why.lack.as_ref().map(|lack| {
            json!({
                "says": lack.says,
                "path": lack.path,
                "place": self.known.nearest(&lack.path).json(),
                "write": lack.write,
            })
        });
        let names = target::names_of(model, self.part);
        let others: Vec<&str> = self.why.others.iter().map(|at| names[*at]).collect();
        json!({
            "version": 1,
            "question": "why",
            "path": self.row.path,
            "cell": cell,
            "steps": steps,
            "missing": lack,
            "who_may": others,
        })
    }
}
