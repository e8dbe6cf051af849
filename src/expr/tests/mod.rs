//! Text in, SQL, Rust or messages out.

mod printed;
mod refused;

use super::scope::{Group, Known, Others, Place, Scope};
use super::sql::{self, Names};
use super::typed::{Column, Ty};
use super::{condition, typed};
use crate::diagnostics::Diagnostics;
use crate::source::{FileId, Span, Spanned};

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

fn columns() -> Vec<Known> {
    let eur = Ty::Money("EUR".into());
    [
        ("state", Ty::Names(names(&["open", "held", "done"]).into()), false),
        ("kind", Ty::Names(names(&["a", "b"]).into()), true),
        ("created_at", Ty::Timestamp, false),
        ("price", eur.clone(), false),
        ("fee", eur, true),
        ("dollars", Ty::Money("USD".into()), false),
        ("count", Ty::Int, false),
        ("other", Ty::Int, true),
        ("ratio", Ty::Decimal, false),
        ("rate", Ty::Bps, false),
        ("title", Ty::Text, false),
        ("due", Ty::Date, true),
        ("day", Ty::Date, false),
        ("until", Ty::Timestamp, true),
        ("wait", Ty::Duration, false),
        ("during", Ty::RangeOfTimestamp, false),
        ("done", Ty::Bool, false),
        ("assignee", Ty::Ref("User".into()), false),
        ("project", Ty::Ref("Project".into()), false),
    ]
    .into_iter()
    .enumerate()
    .map(|(index, (name, ty, optional))| Known {
        name: name.into(),
        column: match name {
            "state" => Column::State,
            "created_at" => Column::CreatedAt,
            _ => Column::Field(index),
        },
        ty: Some(ty),
        optional,
    })
    .collect()
}

/// No other row has columns, but those of projects.
#[derive(Debug)]
struct Alone;

impl Others for Alone {
    fn row(&self, entity: &str) -> (Vec<Known>, Vec<Group>) {
        let known = |name: &str, column, ty: Ty, optional| Known {
            name: name.into(),
            column,
            ty: Some(ty),
            optional,
        };
        match entity {
            "Project" => (
                vec![
                    known(
                        "state",
                        Column::State,
                        Ty::Names(names(&["open", "shut"]).into()),
                        false,
                    ),
                    known("lead", Column::Field(1), Ty::Ref("User".into()), true),
                    known("parent", Column::Field(2), Ty::Ref("Project".into()), false),
                    known("size", Column::Field(3), Ty::Int, true),
                ],
                vec![Group { name: "live".into(), states: names(&["open"]) }],
            ),
            _ => (Vec::new(), Vec::new()),
        }
    }
}

struct Plain(Vec<Known>);

impl Names for Plain {
    fn column(&self, column: Column) -> String {
        let known = self.0.iter().find(|known| known.column == column);
        known.map_or("id".into(), |known| known.name.clone())
    }
    fn far(&self, of: &typed::Expr, column: Column) -> String {
        let (known, _) = Alone.row("Project");
        let known = known.into_iter().find(|known| known.column == column);
        format!("{}.{}", sql::print(of, self), known.map_or("?".into(), |known| known.name))
    }
    fn input(&self, index: usize) -> String {
        format!("_input_{index}")
    }
    fn made(&self, step: usize) -> String {
        format!("made_{step}")
    }
    fn own(&self) -> String {
        "_own".into()
    }
    fn actor(&self) -> String {
        "_me".into()
    }
    fn now(&self) -> String {
        "_now".into()
    }
}

fn read(place: Place, text: &str) -> Result<typed::Expr, Vec<String>> {
    let columns = columns();
    let groups = [Group { name: "live".into(), states: names(&["open", "held"]) }];
    let inputs =
        [Known { name: "reason".into(), column: Column::Id, ty: Some(Ty::Text), optional: true }];
    let scope = Scope {
        place,
        entity: "Task",
        own: "",
        columns: &columns,
        groups: &groups,
        inputs: &inputs,
        made: &[],
        gave: &[],
        others: &Alone,
        user: "User",
        incomplete: false,
    };
    let source = Spanned::new(text.to_owned(), Span::new(FileId(0), 0..text.len()));
    let mut out = Diagnostics::new();
    let expr = condition(&source, &scope, &mut out);
    let messages: Vec<String> = out
        .iter()
        .map(|one| {
            let place = &text[one.primary.span.range()];
            let next = one.next.as_ref().map(|next| format!("; {next}")).unwrap_or_default();
            format!("{} `{place}`: {}{next}", one.code, one.message)
        })
        .collect();
    expr.ok_or(messages)
}

fn prints(place: Place, text: &str, sql: &str) {
    match read(place, text) {
        Ok(expr) => assert_eq!(sql::print(&expr, &Plain(columns())), sql, "{text}"),
        Err(messages) => panic!("{text}: {messages:?}"),
    }
}

fn refuses(place: Place, text: &str, expected: &[&str]) {
    let messages = read(place, text).expect_err(text);
    assert_eq!(messages, expected, "{text}");
}
